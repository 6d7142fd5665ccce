import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock, acquireLockFile, readLock } from '../../src/hooks/lock.ts';
import { ownIdentity } from '../../src/hooks/process-identity.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('hooks/lock');
const since = new Date().toISOString();

function age(path: string, seconds: number): void {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(path, then, then);
}

function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

test('one holder at a time; released, the next one gets it', async () => {
  const folder = temporaryFolder();
  const lock = await acquireLock(folder);
  assert.is(await acquireLock(folder), null);
  assert.is(lock?.isHeld(), true);
  await lock?.release();
  assert.not(existsSync(join(folder, 'lock')));
  const next = await acquireLock(folder);
  assert.is.not(next, null);
  await lock?.release(); // a second release must not take the lock of the next one
  assert.is(next?.isHeld(), true);
  await next?.release();
});

test('names the owner', async () => {
  const folder = temporaryFolder();
  const lock = await acquireLock(folder);
  const found = readLock(join(folder, 'lock'));
  assert.is(found?.isLive, true);
  assert.is(found?.owner?.pid, process.pid);
  assert.ok(Date.parse(found?.owner?.since ?? ''));
  await lock?.release();
  assert.is(readLock(join(folder, 'lock')), null);
});

test('takes over the lock of a process that is gone', () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, JSON.stringify({ ...ownIdentity(), pid: deadPid(), token: 'old', since }));
  assert.is(readLock(path)?.isLive, false);
  assert.is(acquireLockFile(path)?.isHeld(), true);
});

test('a pid that another process has by now does not hold the lock', () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(
    path,
    JSON.stringify({ ...ownIdentity(), startTime: 'some other time', token: 'old', since }),
  );
  assert.is(acquireLockFile(path)?.isHeld(), process.platform !== 'win32' ? true : undefined);
});

test('a damaged lock counts for two seconds: it may be one that is being written', () => {
  for (const text of ['', '{', '{"pid":-1}', '[]', 'null']) {
    const path = join(temporaryFolder(), 'lock');
    writeFileSync(path, text);
    assert.is(acquireLockFile(path), null);
    age(path, 3);
    assert.is(acquireLockFile(path)?.isHeld(), true);
  }
});

test('an owner on another machine counts as long as it gives signs of life', () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, JSON.stringify({ ...ownIdentity(), host: 'elsewhere', token: 'old', since }));
  assert.is(acquireLockFile(path), null);
  age(path, 200);
  assert.is(acquireLockFile(path)?.isHeld(), true);
});

test('a recovery that was killed half-way does not stop the next one', () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, JSON.stringify({ ...ownIdentity(), pid: deadPid(), token: 'old', since }));
  writeFileSync(`${path}.recovery`, '');
  assert.is(acquireLockFile(path), null);
  age(`${path}.recovery`, 3);
  assert.is(acquireLockFile(path)?.isHeld(), true);
  assert.not(existsSync(`${path}.recovery`));
});

const HOLD = `
  import { acquireLockFile } from './src/hooks/lock.ts';
  const lock = acquireLockFile(process.argv[1]);
  process.stdout.write(lock ? 'held' : 'busy');
  if (lock) setInterval(() => {}, 1000);
`;
const hold = (path: string) =>
  spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', HOLD, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

test.slow('recovers from kill -9', async () => {
  const path = join(temporaryFolder(), 'lock');
  const holder = hold(path);
  await once(holder.stdout, 'data');
  assert.is(acquireLockFile(path), null);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  assert.is(acquireLockFile(path)?.isHeld(), true);
});

test.slow('of many processes that find an abandoned lock, one gets it', async () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, JSON.stringify({ ...ownIdentity(), pid: deadPid(), token: 'old', since }));
  const holders = Array.from({ length: 6 }, () => hold(path));
  const answers = await Promise.all(
    holders.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])),
  );
  for (const holder of holders) holder.kill('SIGKILL');
  assert.is(answers.filter((answer) => answer === 'held').length, 1, answers.join());
  assert.is.not(JSON.parse(readFileSync(path, 'utf8')).token, 'old');
});

test.run();
