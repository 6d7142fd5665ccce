import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { GitError, UsageError } from '../../src/errors.ts';
import { BlobReader, isBinary, isLfsPointer, listTree } from '../../src/git/blobs.ts';
import { openRepository } from '../../src/git/run.ts';
import { type GitRepo, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('git/blobs');

/** A clone without file contents, and the repository that it fetches them from. */
function partialClone(): { origin: GitRepo; dir: string } {
  const origin = gitRepo();
  origin.git('config', 'uploadpack.allowFilter', 'true');
  origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  origin.commit('first', { 'a.py': 'a = 1\n', 'b.py': 'b = 1\n' });
  origin.commit('last', { 'a.py': 'a = 2\n' });
  const dir = join(temporaryFolder(), 'partial');
  origin.git('clone', '--quiet', '--bare', '--filter=blob:none', `file://${origin.dir}`, dir);
  return { origin, dir };
}

test.slow('lists files and links with their size, but no submodules', async () => {
  const made = gitRepo();
  const sha = made.commit('root', { 'src/a.py': 'abc\n', 'ünï \n.py': '', link: { link: 'src/a.py' } });
  made.git('update-index', '--add', '--cacheinfo', `160000,${sha},module`);
  made.git('commit', '--quiet', '--message', 'module');
  const entries = await listTree(await openRepository(join(made.dir, 'src')), 'HEAD');
  assert.equal(
    entries.map(({ path, sizeBytes, mode }) => [path, sizeBytes, mode]),
    [
      ['link', 8, '120000'],
      ['src/a.py', 4, '100644'],
      ['ünï \n.py', 0, '100644'],
    ],
  );
  assert.is(entries[1]?.blob, made.git('rev-parse', 'HEAD:src/a.py'));
});

test.slow('reads many blobs at once, each the right one, byte for byte', async () => {
  const made = gitRepo();
  const contents = Array.from({ length: 300 }, (_, index) => `${index}\r\n\0${'x'.repeat(index * 17)}`);
  made.bulk(1, () => ({ files: Object.fromEntries(contents.map((text, index) => [`${index}.bin`, text])) }));
  const repo = await openRepository(made.dir);
  await using blobs = new BlobReader(repo);
  const entries = await listTree(repo, 'HEAD');
  const read = await Promise.all(entries.map(({ blob }) => blobs.read(blob)));
  entries.forEach(({ path }, index) => {
    assert.is(read[index]?.toString(), contents[Number.parseInt(path, 10)]);
  });
});

test.slow('a blob over the limit is null, and the next one is read as ever', async () => {
  const made = gitRepo();
  made.commit('root', { big: 'x'.repeat(300_000), small: 'small' });
  const repo = await openRepository(made.dir);
  const [big, small] = await listTree(repo, 'HEAD');
  await using blobs = new BlobReader(repo, { maxBytes: 1000 });
  assert.is(await blobs.read(big?.blob ?? ''), null);
  assert.is((await blobs.read(small?.blob ?? ''))?.toString(), 'small');
});

test('what is no blob of the repository is an error, and the next one is read as ever', async () => {
  const made = gitRepo({ objectFormat: 'sha256' });
  const sha = made.commit('root', { a: 'a' });
  const repo = await openRepository(made.dir);
  await using blobs = new BlobReader(repo);
  await rejects(blobs.read('f'.repeat(64)), GitError, /not in the repository/);
  await rejects(blobs.read(sha), GitError, /a commit, not a blob/);
  await rejects(blobs.read('HEAD:a\n'), GitError, /not an object id/);
  assert.is((await blobs.read(made.git('rev-parse', 'HEAD:a')))?.toString(), 'a');
});

test('a closed reader refuses, and closing answers who still waits', async () => {
  const made = gitRepo();
  made.commit('root', { a: 'a'.repeat(1 << 20) });
  const blob = made.git('rev-parse', 'HEAD:a');
  const blobs = new BlobReader(await openRepository(made.dir));
  const waiting = blobs.read(blob).then(
    () => 'read',
    () => 'refused',
  );
  await blobs[Symbol.asyncDispose]();
  assert.ok(['read', 'refused'].includes(await waiting));
  await rejects(blobs.read(blob), GitError, /closed/);
  await blobs[Symbol.asyncDispose]();
});

test.slow('a partial clone fetches what is missing, one request for a whole tree', async () => {
  const { dir } = partialClone();
  const repo = await openRepository(dir);
  assert.equal([repo.isPartial, repo.isBare], [true, true]);
  const entries = await listTree(repo, 'HEAD');
  assert.equal(
    entries.map(({ path, sizeBytes }) => [path, sizeBytes]),
    [
      ['a.py', 6],
      ['b.py', 6],
    ],
  );
  await using blobs = new BlobReader(repo);
  assert.is((await blobs.read(entries[0]?.blob ?? ''))?.toString(), 'a = 2\n');
});

test.slow('says so when the remote of a partial clone is gone', async () => {
  const { origin, dir } = partialClone();
  const blob = origin.git('rev-parse', 'HEAD:a.py');
  renameSync(origin.dir, `${origin.dir}-gone`);
  const repo = await openRepository(dir);
  await rejects(listTree(repo, 'HEAD'), UsageError, /partial clone.*Check the network/);
  await using blobs = new BlobReader(repo);
  await rejects(blobs.read(blob), UsageError, /partial clone/);
});

test('knows binary content and Git LFS pointers', () => {
  assert.ok(isBinary(Buffer.from('a\0b')));
  assert.not.ok(isBinary(Buffer.from(`${'a'.repeat(8000)}\0`)));
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n';
  assert.ok(isLfsPointer(Buffer.from(pointer)));
  assert.not.ok(isLfsPointer(Buffer.from(` ${pointer}`)));
  assert.not.ok(isLfsPointer(Buffer.from('')));
});

test.run();
