import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLockFile } from '../../src/hooks/lock.ts';
import { addRequest, readRequests } from '../../src/hooks/requests.ts';
import { acquireSlot, openSlotFolder } from '../../src/hooks/slots.ts';
import { readWorkerState, runWorker, type Work, type WorkerOptions } from '../../src/hooks/worker.ts';
import { appendLog, MAX_LOG_BYTES } from '../../src/hooks/worker-log.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('hooks/worker');

/** Folders as git makes them: the worker looks at nothing else. */
function clone() {
  const workTree = temporaryFolder();
  const gitDir = join(workTree, '.git');
  const stateFolder = join(gitDir, 'code2lora');
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(join(stateFolder, 'install.json'), '{}');
  const ask = (at = Date.now(), hook = 'post-commit') =>
    addRequest(stateFolder, { workTree, gitDir, commonDir: gitDir, hook, at });
  return { workTree, gitDir, stateFolder, ask };
}

const options = { debounceMs: 0, pollMs: 5, patienceMs: 40, slotFolder: null };
const run = (
  stateFolder: string,
  task: (work: Work) => Promise<void> | void,
  more: Partial<WorkerOptions> = {},
) => runWorker(stateFolder, { ...options, task: async (work) => task(work), ...more });

test('works off what was asked, then ends', async () => {
  const { stateFolder, ask, workTree } = clone();
  ask();
  const seen: Work[] = [];
  assert.is(await run(stateFolder, (work) => void seen.push(work)), 'done');
  assert.equal(
    seen.flatMap(({ requests }) => requests.map((request) => request.workTree)),
    [workTree],
  );
  assert.equal(readRequests(stateFolder), []);
  const { worker, lastRun, lastError } = readWorkerState(stateFolder);
  assert.equal([worker.state, lastRun?.outcome, lastError], ['idle', 'done', null]);
});

test('does nothing without a request, and nothing after uninstall', async () => {
  const { stateFolder, ask } = clone();
  assert.is(await run(stateFolder, () => assert.unreachable()), 'none');
  ask();
  rmSync(join(stateFolder, 'install.json'));
  assert.is(await run(stateFolder, () => assert.unreachable()), 'none');
});

test('any number of events during one task are one more task', async () => {
  const { stateFolder, ask } = clone();
  ask();
  let tasks = 0;
  await run(stateFolder, () => {
    tasks += 1;
    if (tasks === 1) for (let event = 0; event < 50; event += 1) ask();
  });
  assert.is(tasks, 2);
});

test('a second worker leaves the work to the first', async () => {
  const { stateFolder, ask } = clone();
  ask();
  let second: string | undefined;
  await run(stateFolder, async () => {
    assert.is(readWorkerState(stateFolder).worker.state, 'running');
    second = await run(stateFolder, () => assert.unreachable());
  });
  assert.is(second, 'busy');
});

test('records a failure, goes on with newer requests, and forgets the error after a good end', async () => {
  const { stateFolder, ask } = clone();
  ask();
  const fail = () => {
    throw new Error('no model here');
  };
  assert.is(await run(stateFolder, fail), 'failed');
  assert.is(readWorkerState(stateFolder).lastError?.message, 'no model here');
  assert.match(readFileSync(join(stateFolder, 'log'), 'utf8'), /failed: Error: no model here\n +at/);
  assert.equal(readRequests(stateFolder), [], 'a request that fails is not tried for ever');
  ask();
  assert.is(await run(stateFolder, () => {}), 'done');
  assert.is(readWorkerState(stateFolder).lastError, null);
});

test.slow('waits until no event has come for a while', async () => {
  const { stateFolder, ask } = clone();
  const begun = Date.now();
  ask(begun);
  await run(stateFolder, () => {}, { debounceMs: 60 });
  assert.ok(Date.now() - begun >= 60);
});

for (const mark of ['rebase-merge', 'rebase-apply', 'sequencer', 'MERGE_HEAD', 'BISECT_LOG']) {
  const add = mark === 'rebase-merge' ? test : test.slow;
  add(`waits for the end of an unfinished operation (${mark}), then leaves it to the next hook`, async () => {
    const { stateFolder, ask, gitDir } = clone();
    ask();
    writeFileSync(join(gitDir, mark), '');
    assert.is(await run(stateFolder, () => assert.unreachable()), 'postponed');
    assert.is(readRequests(stateFolder).length, 1);
    setTimeout(() => rmSync(join(gitDir, mark)), 20);
    assert.is(await run(stateFolder, () => {}, { patienceMs: 5_000 }), 'done');
  });
}

test('an unfinished rebase in one work tree does not hold up the others', async () => {
  const { stateFolder, ask, gitDir, workTree } = clone();
  ask(1);
  const linked = join(gitDir, 'worktrees', 'linked');
  mkdirSync(join(linked, 'rebase-merge'), { recursive: true });
  addRequest(stateFolder, { workTree, gitDir: linked, commonDir: gitDir, hook: 'post-commit', at: 2 });
  const done: string[] = [];
  const task = ({ requests }: Work) => void done.push(...requests.map((request) => request.gitDir));
  assert.is(await run(stateFolder, task), 'postponed');
  assert.equal(done, [gitDir]);
  assert.equal(
    readRequests(stateFolder).map((request) => request.gitDir),
    [linked],
  );
});

test('forgets work trees that are gone', async () => {
  const { stateFolder, gitDir } = clone();
  const gone = join(gitDir, 'worktrees', 'gone');
  addRequest(stateFolder, { workTree: gone, gitDir: gone, commonDir: gitDir, hook: 'post-commit', at: 1 });
  assert.is(await run(stateFolder, () => assert.unreachable()), 'done');
  assert.equal(readRequests(stateFolder), []);
});

test('takes over what a killed worker had begun', async () => {
  const { stateFolder, ask } = clone();
  ask(7);
  mkdirSync(join(stateFolder, 'taken'));
  const dirty = join(stateFolder, 'dirty', 'main');
  writeFileSync(join(stateFolder, 'taken', 'main'), readFileSync(dirty));
  rmSync(dirty);
  writeFileSync(
    join(stateFolder, 'worker.lock'),
    JSON.stringify({ pid: 2 ** 30, host: 'x', token: 't', since: 's' }),
  );
  const old = new Date(0);
  utimesSync(join(stateFolder, 'worker.lock'), old, old);
  assert.is(readWorkerState(stateFolder).worker.state, 'stale');
  const times: number[] = [];
  assert.is(
    await run(stateFolder, ({ requests }) => void times.push(...requests.map(({ at }) => at))),
    'done',
  );
  assert.equal(times, [7]);
});

test('damaged requests and records are no obstacle', async () => {
  const { stateFolder, ask } = clone();
  ask();
  for (const name of ['dirty/broken', 'dirty/empty', 'worker.json', 'last-error.json'])
    writeFileSync(join(stateFolder, name), '{');
  assert.is(await run(stateFolder, () => {}), 'done');
  assert.is(readWorkerState(stateFolder).lastRun?.outcome, 'done');
});

test('stops when asked to, and the request is not lost', async () => {
  const { stateFolder, ask } = clone();
  ask();
  const controller = new AbortController();
  const task = ({ signal }: Work) => {
    controller.abort();
    signal.throwIfAborted();
  };
  assert.is(await run(stateFolder, task, { signal: controller.signal }), 'stopped');
  assert.is(await run(stateFolder, () => {}), 'done');
  assert.is(readWorkerState(stateFolder).lastRun?.outcome, 'done');
});

test.slow('at most so many workers on a machine; the others wait for a slot', async () => {
  const slotFolder = temporaryFolder();
  const { stateFolder, ask } = clone();
  ask();
  const [first, second] = [acquireSlot(slotFolder, 2), acquireSlot(slotFolder, 2)];
  assert.is(acquireSlot(slotFolder, 2), null);
  assert.is(await run(stateFolder, () => assert.unreachable(), { slotFolder, maxWorkers: 2 }), 'postponed');
  setTimeout(() => void first?.release(), 20);
  assert.is(await run(stateFolder, () => {}, { slotFolder, maxWorkers: 2, patienceMs: 5_000 }), 'done');
  await second?.release();
});

test('the folder of the slots is for its owner only', () => {
  const runtime = temporaryFolder();
  const folder = openSlotFolder({ XDG_RUNTIME_DIR: runtime });
  assert.is(folder, join(runtime, 'code2lora'));
  if (process.platform !== 'win32') assert.is(statSync(folder ?? '').mode & 0o777, 0o700);
  writeFileSync(join(runtime, 'file'), '');
  assert.is(openSlotFolder({ XDG_RUNTIME_DIR: join(runtime, 'file') }), null);
});

test('the log starts anew when it is full, and keeps the one before', () => {
  const { stateFolder } = clone();
  writeFileSync(join(stateFolder, 'log'), 'x'.repeat(MAX_LOG_BYTES + 1));
  appendLog(stateFolder, 'y'.repeat(10_000));
  assert.ok(statSync(join(stateFolder, 'log')).size < 5_000);
  assert.ok(existsSync(join(stateFolder, 'log.1')));
});

test('a lock held by the foreground is not the worker', () => {
  const { stateFolder } = clone();
  const lock = acquireLockFile(join(stateFolder, 'lock'));
  assert.is(readWorkerState(stateFolder).worker.state, 'idle');
  void lock?.release();
});

test.run();
