/**
 * Makes the reference panel of a model pack: the adapters of a few repositories, as the product itself makes them.
 *
 *   node --import tsx training/panel.ts --repositories DIR[=NAME],DIR[=NAME],… --out PACK [--max-history N]
 *
 * Each DIR is a clone of a repository that the pack was trained on, best of different languages and sizes; NAME is how it
 * is called in reports, by default the folder's name (`owner+name` becomes `owner/name`). Six to eight are enough. The
 * adapter of HEAD is written as panel-I.safetensors (compact, fp16), and the manifest lists it. An earlier panel goes.
 * The pack's digest changes with it, so this is the last step of making a pack. Nothing is written into the clones.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { updateAdapter } from '../src/commands/update.ts';
import { openWorkspace, requireHead } from '../src/commands/workspace.ts';
import type { LoraAdapter } from '../src/lora/adapter.ts';
import { writeCompact } from '../src/lora/compact.ts';
import type { PackManifest } from '../src/runtime/manifest.ts';
import { openModelPack } from '../src/runtime/model-pack.ts';

const DEFAULT_HISTORY = 64;

const { values } = parseArgs({
  options: {
    repositories: { type: 'string' },
    out: { type: 'string' },
    'max-history': { type: 'string' },
  },
});
if (!values.repositories || !values.out)
  throw new Error('--repositories DIR,DIR,… and --out PACK are needed');
await makePanel(
  resolve(values.out),
  values.repositories.split(','),
  Number(values['max-history'] ?? DEFAULT_HISTORY),
);

async function makePanel(pack: string, repositories: readonly string[], maxHistory: number): Promise<void> {
  const made: { name: string; adapter: LoraAdapter }[] = [];
  for (const repository of repositories) {
    const [dir = '', name = basename(dir).replace('+', '/')] = repository.split('=');
    made.push({ name, adapter: await adapterOf(dir, { pack, maxHistory }) });
    console.log(`${name}: done`);
  }
  const files = made.map((_, index) => `panel-${index}.safetensors`);
  clearPanel(pack);
  for (const [index, { name, adapter }] of made.entries()) {
    writeCompact(adapter, {
      file: join(pack, files[index] as string),
      precision: 'fp16',
      baseModelName: `code2lora/${basename(pack)}`,
      provenance: { repository: name },
    });
  }
  changeManifest(pack, (manifest) => {
    manifest.panel = made.map(({ name }, index) => ({ name, file: files[index] as string }));
    for (const file of files) manifest.files[file] = describe(join(pack, file));
  });
  openModelPack(pack, { verify: true });
  console.log(
    `${files.length} adapters, ${files.reduce((sum, file) => sum + statSync(join(pack, file)).size, 0)} bytes`,
  );
}

/** Of HEAD; with a state folder of its own, so that the clone stays as it is. */
async function adapterOf(
  repo: string,
  { pack, maxHistory }: { pack: string; maxHistory: number },
): Promise<LoraAdapter> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'code2lora-panel-'));
  try {
    const places = { stateFolder, inMemory: true };
    await using workspace = await openWorkspace({ repo, model: pack, device: 'cpu', maxHistory, ...places });
    await using cache = workspace.openCache();
    const until = requireHead(workspace.repository);
    return (await updateAdapter(workspace, { until, cache })).snapshot.adapter;
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
}

function clearPanel(pack: string): void {
  changeManifest(pack, (manifest) => {
    for (const { file } of manifest.panel ?? []) {
      rmSync(join(pack, file), { force: true });
      delete manifest.files[file];
    }
    manifest.panel = [];
  });
}

/** Fields that we do not know stay. */
function changeManifest(pack: string, change: (manifest: PackManifest) => void): void {
  const path = join(pack, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as PackManifest;
  change(manifest);
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

function describe(path: string): PackManifest['files'][string] {
  const bytes = readFileSync(path);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
