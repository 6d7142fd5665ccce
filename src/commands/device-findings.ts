/**
 * What `doctor` says about devices: which one is used, and which others this machine seems to have.
 *
 * In: a workspace. Out: findings. Opens a GPU only where `auto` would.
 */
import { type Finding, ok } from '../hooks/finding.ts';
import { DEVICES } from '../runtime/device.ts';
import { missingPart } from '../runtime/device-failure.ts';
import { thisMachine } from '../runtime/session.ts';
import type { Workspace } from './workspace.ts';

/** Throws ModelError where the configured device is not there. */
export async function deviceFindings({
  config,
  device,
}: Pick<Workspace, 'config' | 'device'>): Promise<Finding[]> {
  const machine = thisMachine();
  const installed = DEVICES.filter((name) => missingPart(name, machine) === undefined);
  const choice = await device();
  return [
    ok(`devices whose parts are installed: ${installed.join(', ')}`),
    ok(`device "${config.device}" means ${choice.device}: ${choice.reason}`),
  ];
}
