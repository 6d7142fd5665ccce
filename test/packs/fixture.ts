/** A folder of one's own for packs, a Hub with the published models in miniature, and a pull from it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PackHome, packHome } from '../../src/packs/folder.ts';
import { NETWORK, type Network } from '../../src/packs/hub-request.ts';
import { type HubSettings, hubSettings } from '../../src/packs/hub-settings.ts';
import type { PullOptions } from '../../src/packs/pull.ts';
import { type FakeHub, startFakeHub } from '../helpers/hub.ts';
import { type ReleasedRepositories, TEST_PACK } from '../helpers/released-models.ts';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function temporaryHome(): PackHome {
  const root = mkdtempSync(join(tmpdir(), 'code2lora-packs-'));
  folders.push(root);
  return packHome({ CODE2LORA_HOME: root });
}

/** As patient as the real one in what it does, not in how long it waits. */
export const IMPATIENT: Network = { ...NETWORK, silenceMs: 5000, attempts: 3, pauseMs: 1 };

/** How a Hub is reached by somebody without a login and with an empty cache. */
export const settingsFor = (
  hub: Pick<FakeHub, 'url'>,
  home: PackHome,
  changes: Partial<HubSettings> = {},
): HubSettings => ({ ...hubSettings({ HF_ENDPOINT: hub.url, HF_HOME: join(home.root, 'hf') }), ...changes });

export function startHubOf({ baseModel, encoder, hypernetwork }: ReleasedRepositories): Promise<FakeHub> {
  return startFakeHub({
    [TEST_PACK.baseModel.repository]: { files: baseModel, license: 'apache-2.0' },
    [TEST_PACK.encoder.repository]: { files: encoder, license: 'apache-2.0' },
    [TEST_PACK.hypernetwork.repository]: { files: hypernetwork, license: null },
  });
}

export function pullOptions(hub: FakeHub, home: PackHome, changes: Partial<PullOptions> = {}): PullOptions {
  const settings = settingsFor(hub, home);
  return { home, settings, network: IMPATIENT, precision: 'int8', measure: false, ...changes };
}
