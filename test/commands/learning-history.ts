/** A small history in which most commits bring assertions, and what a walk over it stores. */
import { updateAdapter } from '../../src/commands/update.ts';
import { openWorkspace } from '../../src/commands/workspace.ts';
import { adapterTensors, type LoraAdapter } from '../../src/lora/adapter.ts';
import { encodeSafetensors } from '../../src/runtime/safetensors.ts';
import type { Snapshot } from '../../src/snapshots/snapshot.ts';
import { encodeState } from '../../src/snapshots/state-file.ts';
import { type GitRepo, gitRepo } from '../helpers/git-repo.ts';

/** By commit: production code, and what the test expects of it; `tests[2]` is what the third commit expects. */
export function learningRepo(tests: readonly string[] = EXPECTED): { repo: GitRepo; shas: string[] } {
  const repo = gitRepo();
  const shas = tests.map((_, index) =>
    repo.commit(`commit ${index}`, {
      'code2lora.config.json': '{"check": {"candidates": 1}}',
      'cart.py': `class Cart:\n    size = ${index}\n`,
      'tests/test_cart.py': testFile(tests.slice(0, index + 1)),
    }),
  );
  return { repo, shas };
}

export const EXPECTED = ['3', '17', '"red"', '[4]', '29', '"blue"'];

/** With the value of one commit replaced. */
export const expectedBut = (index: number, value: string): string[] =>
  EXPECTED.map((expected, place) => (place === index ? value : expected));

function testFile(all: readonly string[]): string {
  const tests = all.map((value, index) => `def test_${index}():\n    assert cart(${index}) == ${value}\n`);
  return `from cart import cart\n\n\n${tests.join('\n\n')}`;
}

export interface WalkOptions {
  model: string;
  parts?: string;
  maxHistory?: number | 'all';
  stateFolder?: string;
}

/** Walks to a commit with what the repository has stored. */
export async function walkTo(repo: GitRepo, until: string, options: WalkOptions): Promise<Snapshot> {
  return (await walkBy(repo, [until], options))[0] as Snapshot;
}

/** Walks to one commit after the other; stores each. */
export async function walkBy(
  repo: GitRepo,
  commits: readonly (string | undefined)[],
  options: WalkOptions,
): Promise<Snapshot[]> {
  await using workspace = await openWorkspace({ repo: repo.dir, ...options });
  await using cache = workspace.openCache();
  const snapshots: Snapshot[] = [];
  for (const until of commits) {
    snapshots.push((await updateAdapter(workspace, { until: until as string, cache })).snapshot);
  }
  return snapshots;
}

/** Hidden state, adapter and what was learned, as bytes. */
export const bytesOf = (snapshot: Snapshot): string => Buffer.from(encodeState(snapshot)).toString('hex');

export const adapterBytes = (adapter: LoraAdapter): string =>
  Buffer.from(encodeSafetensors(adapterTensors(adapter))).toString('hex');
