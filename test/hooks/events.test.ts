/** The real hooks on real git: which commands wake the worker, and what they cost the user (nothing). */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setUpHusky } from '../../src/hooks/husky.ts';
import { readWorkerState } from '../../src/hooks/worker.ts';
import { type GitRepo, gitRepo, repoAt, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { buildProgram, install, taskEvents, until } from './program.ts';

const test = suite('hooks/events');
const built = buildProgram();

interface Installed {
  repo: GitRepo;
  stateFolder: string;
  /** Runs git with an editor that agrees to everything; fails when it fails. */
  git(...args: string[]): string;
  head(): string;
  /** Waits until a task has worked on HEAD and the worker is gone. */
  settled(what: string): Promise<void>;
}

async function installed(repo = gitRepo()): Promise<Installed> {
  if (repo.git('rev-list', '--all') === '') repo.commit('first', { 'a.txt': '1\n' });
  await install(repo.dir, { program: await built });
  const stateFolder = join(repo.dir, '.git', 'code2lora');
  const head = () => repo.git('rev-parse', 'HEAD');
  const settled = async (what: string) => {
    const done = () =>
      taskEvents(stateFolder).some(({ event, heads }) => event === 'end' && heads.includes(head()));
    await until(
      `${what} to wake the worker`,
      () => done() && readWorkerState(stateFolder).worker.state === 'idle',
    );
  };
  const git = (...args: string[]) =>
    repo.git('-c', 'core.editor=true', '-c', 'sequence.editor=true', ...args);
  return { repo, stateFolder, head, git, settled };
}

/** A branch `side` off the first commit with `count` commits; stays on main. Made without hooks. */
function sideBranch({ repo }: Installed, count: number): void {
  repo.git('-c', 'core.hooksPath=/dev/null', 'switch', '--quiet', '--create', 'side', 'main');
  const quiet = ['-c', 'core.hooksPath=/dev/null'];
  for (let index = 0; index < count; index += 1) {
    repo.write({ [`side-${index}.txt`]: `${index}\n` });
    repo.git('add', '--all');
    repo.git(...quiet, 'commit', '--quiet', '--message', `side ${index}`);
  }
  repo.git(...quiet, 'switch', '--quiet', 'main');
}

const EVENTS: Record<string, (here: Installed) => void> = {
  commit: ({ git }) => git('commit', '--quiet', '--allow-empty', '-m', 'x'),
  'commit --no-verify': ({ git }) => git('commit', '--quiet', '--no-verify', '--allow-empty', '-m', 'x'),
  'commit --amend': ({ git }) => git('commit', '--quiet', '--amend', '--allow-empty', '-m', 'other'),
  'merge, fast-forward': (here) => {
    sideBranch(here, 2);
    here.git('merge', '--quiet', '--ff-only', 'side');
  },
  'merge --no-ff': (here) => {
    sideBranch(here, 1);
    here.git('merge', '--quiet', '--no-ff', '--no-edit', 'side');
  },
  'merge with a conflict, then commit': (here) => {
    sideBranch(here, 1);
    here.repo.git('-c', 'core.hooksPath=/dev/null', 'switch', '--quiet', 'side');
    here.repo.git('-c', 'core.hooksPath=/dev/null', 'switch', '--quiet', '--create', 'other', 'main');
    here.repo.write({ 'side-0.txt': 'different\n' });
    here.repo.git('add', '--all');
    here.repo.git('-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '-m', 'other');
    assert.throws(() => here.git('merge', '--quiet', 'side'));
    here.git('checkout', '--ours', 'side-0.txt');
    here.git('add', '--all');
    here.git('commit', '--quiet', '--no-edit');
  },
  'merge --squash, then commit': (here) => {
    sideBranch(here, 2);
    here.git('merge', '--quiet', '--squash', 'side');
    here.git('commit', '--quiet', '-m', 'squashed');
  },
  rebase: (here) => {
    sideBranch(here, 3);
    here.repo.commit('main moves', { 'main.txt': '1' });
    here.git('rebase', '--quiet', 'main', 'side');
  },
  'rebase --interactive with fixups': (here) => {
    sideBranch(here, 3);
    here.repo.git('-c', 'core.hooksPath=/dev/null', 'switch', '--quiet', 'side');
    here.git(
      '-c',
      "sequence.editor=sed -i.bak -e '2,$s/^pick/fixup/'",
      'rebase',
      '--quiet',
      '--interactive',
      'main',
    );
  },
  'cherry-pick of two': (here) => {
    sideBranch(here, 2);
    here.git('cherry-pick', 'main..side');
  },
  revert: ({ git }) => git('revert', '--no-edit', 'HEAD'),
  am: (here) => {
    sideBranch(here, 2);
    here.repo.gitWithInput(here.repo.git('format-patch', '--stdout', 'main..side'), 'am', '--quiet');
  },
  'switch to another branch': (here) => {
    sideBranch(here, 1);
    here.git('switch', '--quiet', 'side');
  },
};

for (const [name, act] of Object.entries(EVENTS)) {
  test.slow(`wakes the worker: ${name}`, async () => {
    const here = await installed();
    act(here);
    await here.settled(name);
  });
}

test.slow('wakes the worker: pull --ff-only, pull --rebase with commits of our own', async () => {
  const origin = gitRepo();
  origin.commit('first', { 'a.txt': '1\n' });
  const folder = join(temporaryFolder(), 'clone');
  origin.git('clone', '--quiet', origin.dir, folder);
  const here = await installed(repoAt(folder));
  origin.commit('second', { 'b.txt': '1\n' });
  here.git('pull', '--quiet', '--ff-only');
  await here.settled('pull --ff-only');
  origin.commit('third', { 'b.txt': '2\n' });
  here.repo.commit('mine', { 'c.txt': '1\n' });
  here.git('pull', '--quiet', '--rebase');
  await here.settled('pull --rebase');
});

test.slow('wakes the worker for a new work tree, with its own folders', async () => {
  const here = await installed();
  const linked = join(temporaryFolder(), 'linked');
  here.git('worktree', 'add', '--quiet', '-b', 'linked', linked);
  await here.settled('worktree add');
  repoAt(linked).commit('in the linked one', { 'l.txt': '1' });
  const sha = repoAt(linked).git('rev-parse', 'HEAD');
  const task = await until('the commit', () =>
    taskEvents(here.stateFolder).find(({ heads }) => heads.includes(sha)),
  );
  assert.equal(
    task.requests?.map(({ workTree }) => workTree),
    [linked],
  );
  assert.equal([task.leaked, task.cwd], [[], linked]);
});

test.slow('stays asleep when files are checked out, nothing is merged, or it is switched off', async () => {
  const here = await installed();
  here.git('checkout', '--quiet', 'HEAD', '--', 'a.txt');
  here.git('merge', '--quiet', 'HEAD');
  for (const [name, value] of [
    ['CODE2LORA', '0'],
    ['CI', 'true'],
  ] as const) {
    process.env[name] = value;
    here.repo.commit(name, { 'a.txt': name });
    delete process.env[name];
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(taskEvents(here.stateFolder), []);
  assert.not(existsSync(join(here.stateFolder, 'dirty')));
});

test.slow('one task at a time, and few of them, for two work trees that commit at once', async () => {
  const here = await installed();
  const linked = join(temporaryFolder(), 'linked');
  here.git('-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--quiet', '-b', 'linked', linked);
  writeFileSync(join(here.stateFolder, 'fake-task.json'), '{"taskMs":150}');
  const commits = [here.repo.dir, linked].map(async (folder) => {
    for (let index = 0; index < 4; index += 1) {
      const env = {
        ...process.env,
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@b',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@b',
      };
      const child = spawn('git', ['commit', '--quiet', '--allow-empty', '-m', `${index}`], {
        cwd: folder,
        env,
        stdio: 'inherit',
      });
      assert.equal(await once(child, 'close'), [0, null]);
    }
  });
  await Promise.all(commits);
  await here.settled('the main work tree');
  const sha = repoAt(linked).git('rev-parse', 'HEAD');
  await until('the linked one', () =>
    taskEvents(here.stateFolder).some(({ event, heads }) => event === 'end' && heads.includes(sha)),
  );
  const events = taskEvents(here.stateFolder).map(({ event }) => event);
  assert.equal(
    events,
    events.map((_, index) => (index % 2 === 0 ? 'start' : 'end')),
  );
  assert.ok(events.length < 16, `${events.length / 2} tasks for 8 commits`);
});

test.slow('recovers from kill -9 in the middle of a task with the next commit', async () => {
  const here = await installed();
  const script = join(here.stateFolder, 'fake-task.json');
  writeFileSync(script, '{"taskMs":600000}');
  here.repo.commit('one', { 'a.txt': '2' });
  const { pid } = await until('the task', () => taskEvents(here.stateFolder)[0]);
  process.kill(pid, 'SIGKILL');
  await until('its end', () => readWorkerState(here.stateFolder).worker.state === 'stale');
  rmSync(script);
  here.repo.commit('two', { 'a.txt': '3' });
  await here.settled('the next commit');
  assert.match(
    readFileSync(join(here.stateFolder, 'log'), 'utf8'),
    /a worker ended in the middle of its work; 1 request/,
  );
});

test.slow('a client that reads the output of git commit does not wait for the worker', async () => {
  const here = await installed();
  writeFileSync(join(here.stateFolder, 'fake-task.json'), '{"taskMs":8000}');
  here.git('commit', '--quiet', '--allow-empty', '-m', 'x'); // stdout and stderr are pipes: returns when they close
  const { pid, event } = await until('the task', () => taskEvents(here.stateFolder).at(-1));
  assert.is(event, 'start');
  process.kill(pid, 'SIGTERM');
  await until('its end', () => readWorkerState(here.stateFolder).worker.state !== 'running');
});

test.slow('works beside a held index.lock, with low priority', async () => {
  const here = await installed();
  const lock = join(here.repo.dir, '.git', 'index.lock');
  writeFileSync(lock, '');
  here.git('hook', 'run', 'post-merge', '--', '0');
  await here.settled('a hook');
  assert.ok(existsSync(lock));
  const [task] = taskEvents(here.stateFolder);
  assert.ok((task?.nice ?? 0) > 0, `priority ${task?.nice}`);
});

test.slow('a broken installation neither fails a command nor says a word', async () => {
  const here = await installed();
  const commands = [
    ['commit', '--quiet', '--allow-empty', '-m', 'x'],
    ['switch', '--quiet', '--create'],
  ];
  const breakings: (() => void)[] = [
    () => writeFileSync(join(here.stateFolder, 'launch.sh'), 'echo noise; echo noise >&2; exit 1\n'),
    () => rmSync(join(here.stateFolder, 'launch.sh')),
    () => rmSync(here.stateFolder, { recursive: true }),
  ];
  for (const [index, breakIt] of breakings.entries()) {
    breakIt();
    for (const command of commands) {
      const args = command.at(-1) === '--create' ? [...command, `branch-${index}`] : command;
      const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
      const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], {
        cwd: here.repo.dir,
        encoding: 'utf8',
      });
      assert.equal([status, stdout, stderr], [0, '', ''], `${breakIt} ${args.join(' ')}`);
    }
  }
});

test.slow('wakes the worker through husky, and says nothing', async () => {
  const repo = gitRepo();
  repo.commit('first', { 'package.json': '{}' });
  setUpHusky(repo.dir);
  const here = await installed(repo);
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  const args = [...identity, 'commit', '--quiet', '--allow-empty', '-m', 'x'];
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: repo.dir, encoding: 'utf8' });
  assert.equal([status, stdout, stderr], [0, '', '']);
  await here.settled('a commit');
  rmSync(join(here.stateFolder, 'fake-task.log'));
  process.env.HUSKY = '0';
  repo.commit('switched off');
  delete process.env.HUSKY;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(taskEvents(here.stateFolder), []);
});

test.run();
