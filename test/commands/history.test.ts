import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/commands/check.ts';
import type { CommandOptions } from '../../src/commands/options.ts';
import { type UpdateResult, updateAdapter } from '../../src/commands/update.ts';
import { verify } from '../../src/commands/verify.ts';
import { openWorkspace } from '../../src/commands/workspace.ts';
import { UsageError } from '../../src/errors.ts';
import type { SnapshotManifest } from '../../src/snapshots/snapshot.ts';
import { type GitRepo, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('commands/history');
const { dir: model } = await tinyPack();
const HEAD = 11;

/** Twelve commits, each of which changes production code. */
function twelve(): { repo: GitRepo; shas: string[] } {
  const repo = gitRepo();
  const shas = repo.bulk(HEAD + 1, (index) => ({ files: { 'a.py': `x = ${index}\n` } }));
  return { repo, shas };
}

async function update(repo: GitRepo, until: string, options: CommandOptions = {}): Promise<UpdateResult> {
  await using workspace = await openWorkspace({ repo: repo.dir, model, device: 'cpu', ...options });
  await using cache = workspace.openCache();
  return await updateAdapter(workspace, { until, cache });
}

const placeOf = (
  shas: readonly string[],
  { startCommit, position, steps, maxHistory }: SnapshotManifest,
) => ({
  start: shas.indexOf(startCommit),
  position,
  steps,
  maxHistory,
});

test.slow('a bounded walk begins where it is told, and what came before is one state', async () => {
  const { repo, shas } = twelve();
  const { snapshot, commits, notices } = await update(repo, shas[HEAD] as string, { maxHistory: 4 });
  assert.equal(placeOf(shas, snapshot.manifest), { start: 7, position: 4, steps: 4, maxHistory: 4 });
  assert.is(commits, 4);
  assert.match(notices.join(), new RegExp(`what came before ${shas[7]?.slice(0, 10)} is read as one state`));
});

test.slow('the start does not move when commits come, and the state is the one a rebuild gives', async () => {
  const { repo, shas } = twelve();
  await update(repo, shas[8] as string, { maxHistory: 4 });
  const later = await update(repo, shas[HEAD] as string, { maxHistory: 4 });
  assert.equal(placeOf(shas, later.snapshot.manifest), { start: 4, position: 7, steps: 7, maxHistory: 4 });
  assert.is(later.commits, 3);
  assert.equal(later.notices, []);
  repo.git('reset', '--quiet', '--hard', shas[HEAD] as string);
  const rebuilt = await verify({ repo: repo.dir, model, device: 'cpu', maxHistory: 4 });
  assert.ok(rebuilt.equal);
  assert.is(rebuilt.rebuilt.id, later.snapshot.manifest.id);
});

test.slow('a bounded state and a whole one lie side by side and never mix', async () => {
  const { repo, shas } = twelve();
  const head = shas[HEAD] as string;
  const bounded = await update(repo, head, { maxHistory: 4 });
  const whole = await update(repo, head);
  assert.is(whole.commits, HEAD);
  assert.equal(placeOf(shas, whole.snapshot.manifest), {
    start: 0,
    position: 11,
    steps: 11,
    maxHistory: undefined,
  });
  assert.is.not(whole.snapshot.manifest.id, bounded.snapshot.manifest.id);
  assert.is.not(whole.snapshot.manifest.stateDigest, bounded.snapshot.manifest.stateDigest);
  const other = await update(repo, shas[HEAD - 1] as string, { maxHistory: 2 });
  assert.equal(placeOf(shas, other.snapshot.manifest), { start: 8, position: 2, steps: 2, maxHistory: 2 });
});

test.slow('a history that is no longer than the bound is a whole one', async () => {
  const { repo, shas } = twelve();
  const { snapshot } = await update(repo, shas[4] as string, { maxHistory: 4 });
  assert.equal(placeOf(shas, snapshot.manifest), { start: 0, position: 4, steps: 4, maxHistory: undefined });
  assert.is((await update(repo, shas[6] as string)).commits, 2);
});

test.slow('the bound comes from the configuration too, and must be a count', async () => {
  const { repo, shas } = twelve();
  repo.git('reset', '--quiet', '--hard', shas[HEAD] as string);
  repo.write({ 'code2lora.config.json': '{"history": {"maxCommits": 3}}' });
  const { snapshot } = await run({ repo: repo.dir, model, device: 'cpu' });
  assert.is(snapshot.steps, 3);
  repo.write({ 'code2lora.config.json': '{"history": {"maxCommits": 0}}' });
  await rejects(run({ repo: repo.dir, model }), UsageError, /history\.maxCommits/);
});

test.slow('an update that is killed loses at most the commits since its last checkpoint', async () => {
  const repo = gitRepo();
  const shas = repo.bulk(150, (index) => ({ files: { 'a.py': `x = ${index}\ny = ${index}\n` } }));
  const head = shas.at(-1) as string;
  repo.git('reset', '--quiet', '--hard', head);
  const program = fileURLToPath(new URL('./update-program.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, repo.dir, model], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)));
  child.stdout.on('data', (data) => {
    const done = Math.max(...[...String(data).matchAll(/update (\d+)/g)].map(([, count]) => Number(count)));
    if (done >= 100) child.kill('SIGKILL');
  });
  assert.is(await ended, 'SIGKILL');
  const { snapshot, commits, counts } = await update(repo, head);
  assert.ok(commits <= 149 - 64 && commits > 0, `${commits} were walked again`);
  assert.ok((counts?.cached ?? 0) > 0, 'embeddings were kept');
  const fresh = await update(repo, head, { stateFolder: temporaryFolder() } as CommandOptions);
  assert.is(fresh.commits, 149);
  assert.is(fresh.snapshot.manifest.digest, snapshot.manifest.digest);
});

test.run();
