import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/errors.ts';
import {
  type Commit,
  type CommitRange,
  firstParentCommits,
  isAncestor,
  parseRange,
  requireFullHistory,
  requireHead,
  resolveCommit,
  shallowBoundary,
} from '../../src/git/history.ts';
import { openRepository, type Repository } from '../../src/git/run.ts';
import { type GitRepo, gitRepo, repoAt, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('git/history');

/** root, second, a merge of `side`, last; and the commits of `side`. */
function branchedRepo() {
  const made = gitRepo();
  const root = made.commit('root', { 'a.py': '1\n' });
  made.git('switch', '--quiet', '--create', 'side');
  const side = made.commit('on the side', { 'b.py': '1\n' });
  made.git('switch', '--quiet', 'main');
  const second = made.commit('second', { 'a.py': '2\n' });
  made.git('merge', '--quiet', '--no-ff', '--no-edit', 'side');
  const merge = made.git('rev-parse', 'HEAD');
  const last = made.commit('last: änderung\n\nbody', { 'a.py': '3\n' });
  return { made, root, side, second, merge, last };
}

const shared = branchedRepo(); // for tests that change nothing
const opened = openRepository(shared.made.dir);

async function walk(repo: Repository, range: CommitRange & { limit?: number }): Promise<Commit[]> {
  const commits: Commit[] = [];
  for await (const commit of firstParentCommits(repo, range)) commits.push(commit);
  return commits;
}

const shas = async (repo: Repository, range: CommitRange & { limit?: number }) =>
  (await walk(repo, range)).map(({ sha }) => sha);

function shallowClone(made: GitRepo, depth: number): string {
  const dir = join(temporaryFolder(), 'shallow');
  made.git('clone', '--quiet', `--depth=${depth}`, `file://${made.dir}`, dir);
  return dir;
}

test('walks oldest first and skips the commits of merged branches', async () => {
  const { root, second, merge, last } = shared;
  const repo = await opened;
  const commits = await walk(repo, { until: 'main' });
  assert.equal(
    commits.map(({ sha }) => sha),
    [root, second, merge, last],
  );
  assert.equal(
    commits.map(({ parentSha }) => parentSha),
    [null, root, second, merge],
  );
  assert.equal(commits.at(-1)?.subject, 'last: änderung');
  assert.is(commits[0]?.committedAt, 1_700_000_060);
});

test('a range leaves out `after` and what lies before it', async () => {
  const { root, second, merge, last } = shared;
  const repo = await opened;
  assert.equal(await shas(repo, { after: root, until: last }), [second, merge, last]);
  assert.equal(await shas(repo, { after: last, until: last }), []);
  assert.equal(await shas(repo, { until: last, limit: 2 }), [merge, last]);
});

test('carries an empty subject and a message in another encoding', async () => {
  const made = gitRepo();
  made.commit('');
  made.git('config', 'i18n.commitEncoding', 'ISO-8859-1');
  writeFileSync(join(made.dir, 'message'), Buffer.from('gr\xfc\xdfe', 'latin1'));
  made.git('commit', '--quiet', '--allow-empty', '--file', 'message');
  const commits = await walk(await openRepository(made.dir), { until: 'HEAD' });
  assert.equal(
    commits.map(({ subject }) => subject),
    ['', 'grüße'],
  );
});

test.slow('an ancestor is one along first parents', async () => {
  const { root, side, second, merge, last } = shared;
  const repo = await opened;
  for (const sha of [root, second, merge, last]) assert.ok(await isAncestor(repo, sha, last));
  assert.not.ok(await isAncestor(repo, side, last), 'merged, but not on the mainline');
  assert.not.ok(await isAncestor(repo, last, root));
  assert.not.ok(await isAncestor(repo, side, second));
});

test.slow('a commit of another root is no ancestor', async () => {
  const { last } = shared;
  const made = shared.made.copy();
  made.git('switch', '--quiet', '--orphan', 'other');
  const other = made.commit('other root');
  const repo = await openRepository(made.dir);
  assert.not.ok(await isAncestor(repo, other, last));
  assert.not.ok(await isAncestor(repo, last, other));
});

test('resolves shas, branches and annotated tags to commits', async () => {
  const { last, merge } = shared;
  const made = shared.made.copy();
  made.git('tag', '--annotate', '--message', 'tagged', 'v1', merge);
  const repo = await openRepository(made.dir);
  assert.is(await resolveCommit(repo, 'HEAD'), last);
  assert.is(await resolveCommit(repo, last.slice(0, 8)), last);
  assert.is(await resolveCommit(repo, 'v1'), merge);
  assert.is(await resolveCommit(repo, 'main~1'), merge);
});

test('names a revision that is not there; never takes one for an option', async () => {
  const repo = await opened;
  const blob = shared.made.git('rev-parse', 'HEAD:a.py');
  for (const revision of ['nowhere', '0'.repeat(40), blob, '--all', '-h', '', '^HEAD', '--upload-pack=x']) {
    await rejects(resolveCommit(repo, revision), UsageError, /^Cannot find the commit ".*" in .* Give a sha/);
  }
});

test('reads the ways to write a range', async () => {
  const { root, merge, last } = shared;
  const repo = await opened;
  assert.equal(await parseRange(repo, `${root}..main~1`), { after: root, until: merge });
  assert.equal(await parseRange(repo, `${root}..`), { after: root, until: last });
  assert.equal(await parseRange(repo, 'main~1'), { until: merge });
  assert.equal(await parseRange(repo, ''), { until: last });
  await rejects(parseRange(repo, `${root}...main`), UsageError, /three dots/);
  await rejects(parseRange(repo, 'main..nowhere'), UsageError, /"nowhere"/);
});

test('says so when there is no commit yet', async () => {
  const repo = await openRepository(gitRepo().dir);
  await rejects(resolveCommit(repo, 'HEAD'), UsageError, /no commit yet on branch "main"/);
  await rejects(parseRange(repo, 'HEAD~3..HEAD'), UsageError, /no commit yet/);
  assert.throws(() => requireHead(repo), /no commit yet/);
});

test.slow('refuses the edge of a shallow clone and says how to fix it', async () => {
  const { made, merge, last } = shared;
  const repo = await openRepository(shallowClone(made, 2));
  assert.ok(repo.isShallow);
  assert.ok(shallowBoundary(repo).includes(merge));
  await rejects(
    walk(repo, { until: 'HEAD' }),
    UsageError,
    /shallow[\s\S]*fetch --unshallow[\s\S]*fetch-depth: 0/,
  );
  assert.throws(() => requireFullHistory(repo), /shallow/);
  assert.equal(
    await shas(repo, { after: merge, until: 'HEAD' }),
    [last],
    'what lies behind the edge is whole',
  );
  await rejects(resolveCommit(repo, 'HEAD~2'), UsageError, /clone is shallow/);
});

test('replaced and grafted commits change nothing', async () => {
  const { root, second, merge, last } = shared;
  const made = shared.made.copy();
  made.git('replace', '--graft', last, root);
  const repo = await openRepository(made.dir);
  assert.is(
    made.git('rev-list', '--count', '--first-parent', 'HEAD'),
    '2',
    'git itself follows the replacement',
  );
  assert.equal(await shas(repo, { until: 'HEAD' }), [root, second, merge, last]);
});

test('a grafts file changes nothing', async () => {
  const { root, second, merge, last } = shared;
  const made = shared.made.copy();
  made.write({ '.git/info/grafts': `${last} ${root}\n` });
  const repo = await openRepository(made.dir);
  assert.is(made.git('rev-list', '--count', '--first-parent', 'HEAD'), '2', 'git itself follows the graft');
  assert.equal(await shas(repo, { until: 'HEAD' }), [root, second, merge, last]);
  assert.ok(await isAncestor(repo, second, 'HEAD'));
});

test.slow('walks a linked work tree of a SHA-256 repository', async () => {
  const made = gitRepo({ objectFormat: 'sha256' });
  const root = made.commit('root', { 'a.py': '1\n' });
  const dir = join(temporaryFolder(), 'linked');
  made.git('worktree', 'add', '--quiet', '-b', 'side', dir);
  const next = repoAt(dir).commit('next', { 'a.py': '2\n' });
  assert.equal(await shas(await openRepository(dir), { until: 'HEAD' }), [root, next]);
});

test.run();
