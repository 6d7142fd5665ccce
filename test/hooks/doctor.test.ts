import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DiagnoseOptions, diagnose, type Finding } from '../../src/hooks/doctor.ts';
import { setUpHusky } from '../../src/hooks/husky.ts';
import { acquireLockFile } from '../../src/hooks/lock.ts';
import { addRequest } from '../../src/hooks/requests.ts';
import { runWorker } from '../../src/hooks/worker.ts';
import { type Files, type GitRepo, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { install, openOnce } from './program.ts';

const test = suite('hooks/doctor');

async function installed(files: Files = {}, prepare = (_: GitRepo) => {}) {
  const repo = gitRepo();
  repo.write(files);
  prepare(repo);
  const hook = join(temporaryFolder(), 'hook.js');
  writeFileSync(hook, '');
  await install(repo.dir, { program: { node: process.execPath, hook }, write: true });
  return { repo, hook, stateFolder: join(repo.dir, '.git', 'code2lora') };
}

const examine = async ({ dir }: GitRepo, options: DiagnoseOptions = {}) =>
  diagnose(await openOnce(dir), { env: {}, ...options });
const problems = (findings: Finding[]) =>
  findings.filter(({ level }) => level !== 'ok').map(({ level, what }) => `${level}: ${what}`);

test('has nothing to say against a fresh installation, and names the hooks that are live', async () => {
  const { repo } = await installed();
  const findings = await examine(repo);
  assert.equal(problems(findings), []);
  const text = findings.map(({ what }) => what).join('\n');
  assert.match(text, /git looks for hooks in .*hooks\n/);
  assert.match(text, /live hooks: post-commit, post-merge, post-rewrite, post-checkout, post-applypatch/);
  assert.match(text, /the worker has not run yet/);
});

test('says when nothing is installed, and when the record is damaged', async () => {
  const repo = gitRepo();
  assert.match(problems(await examine(repo)).join(), /^warning: no hooks are installed/);
  mkdirSync(join(repo.dir, '.git', 'code2lora'));
  writeFileSync(join(repo.dir, '.git', 'code2lora', 'install.json'), '{');
  assert.match(problems(await examine(repo)).join(), /^error: the record of the installation is damaged/);
});

test('finds hooks that do not run: gone, not executable, changed, cut off', async () => {
  const { repo } = await installed();
  const hooks = join(repo.dir, '.git', 'hooks');
  rmSync(join(hooks, 'post-commit'));
  chmodSync(join(hooks, 'post-merge'), 0o644);
  writeFileSync(join(hooks, 'post-rewrite'), '#!/bin/sh\n');
  writeFileSync(
    join(hooks, 'post-checkout'),
    '#!/bin/sh\nexit 0\n# >>> code2lora >>>\n# <<< code2lora <<<\n',
  );
  writeFileSync(join(hooks, 'post-applypatch'), '#!/bin/sh\n# >>> code2lora >>>\nold\n# <<< code2lora <<<\n');
  const text = problems(await examine(repo)).join('\n');
  assert.match(text, /error: post-commit does not wake us: there is no /);
  if (process.platform !== 'win32') assert.match(text, /post-merge does not wake us: .*not executable/);
  assert.match(text, /post-rewrite does not wake us: .*no lines of ours/);
  assert.match(text, /post-checkout does not wake us: .*may end before our lines/);
  assert.match(text, /post-applypatch does not wake us: .*another version/);
});

test.slow('finds out that another folder of hooks is in force now, and who says so', async () => {
  const { repo } = await installed();
  repo.git('config', 'core.hooksPath', '.elsewhere');
  const findings = await examine(repo);
  assert.match(
    findings.map(({ what }) => what).join('\n'),
    /core\.hooksPath = \.elsewhere \(local, file:\.git\/config\)/,
  );
  assert.is(problems(findings).length, 5);
  repo.git('config', 'core.hooksPath', '/dev/null');
  assert.match(problems(await examine(repo)).join(), /not a folder: no hook runs/);
});

test.slow('finds work trees in which husky runs nothing', async () => {
  const { repo } = await installed({ 'package.json': '{}' }, ({ dir }) => setUpHusky(dir));
  repo.commit('first');
  assert.equal(problems(await examine(repo)), []);
  const linked = join(temporaryFolder(), 'linked');
  repo.git('worktree', 'add', '--quiet', '--detach', linked);
  const [finding] = problems(await examine(repo));
  assert.is(finding, `warning: no hook runs in ${linked}: it has no .husky/_`);
});

test.slow('says what is left to do with lefthook', async () => {
  const { repo } = await installed({ 'lefthook.yml': '' });
  assert.match(
    problems(await examine(repo)).join(),
    /error: lefthook is set up to wake us, but git does not call it/,
  );
  repo.write({ '.git/hooks/post-commit': { executable: '#!/bin/sh\nlefthook run post-commit\n' } });
  assert.equal(problems(await examine(repo)), []);
  repo.write({ 'lefthook.yml': 'x: 1\n' });
  assert.match(problems(await examine(repo)).join(), /warning: .*lefthook\.yml does not start code2lora yet/);
});

test('notices a program that is gone, old versions, and switches', async () => {
  const { repo, hook } = await installed();
  rmSync(hook);
  const found = await examine(repo, { env: { HUSKY: '0' }, nodeVersion: '18.19.0' });
  assert.equal(problems(found), [
    'error: Node 18.19 is too old',
    `warning: ${hook} is gone, which the hooks start`,
    'warning: HUSKY=0 is set here: hooks do nothing',
  ]);
});

test.slow(
  'shows who holds a lock, a killed worker, a request that nobody took, and the last error',
  async () => {
    const { repo, stateFolder } = await installed();
    const gitDir = join(repo.dir, '.git');
    addRequest(stateFolder, { workTree: repo.dir, gitDir, commonDir: gitDir, hook: 'post-commit', at: 1 });
    assert.match(
      problems(await examine(repo)).join(),
      /warning: 1 request\(s\) wait and no worker is at work/,
    );
    const lock = acquireLockFile(join(stateFolder, 'lock'));
    assert.match(
      (await examine(repo)).map(({ what }) => what).join('\n'),
      new RegExp(`in use by pid ${process.pid}`),
    );
    await lock?.release();
    const task = async () => {
      throw new Error('no model');
    };
    await runWorker(stateFolder, { task, debounceMs: 0, slotFolder: null });
    assert.match(problems(await examine(repo)).join(), /^error: the worker failed at .*: no model$/);
    const identity = { pid: 2 ** 30, startTime: null, token: 't', since: 'then' };
    const { host } = (await import('../../src/hooks/process-identity.ts')).ownIdentity();
    writeFileSync(join(stateFolder, 'worker.lock'), JSON.stringify({ ...identity, host }));
    assert.match(
      problems(await examine(repo)).join('\n'),
      /warning: a worker was killed \(pid 1073741824, since then\)/,
    );
  },
);

test('adds what others have found', async () => {
  const others: Finding[] = [{ level: 'error', what: 'no runtime', fix: 'install it' }];
  assert.equal((await examine(gitRepo(), { others })).at(-1), others[0]);
});

test.run();
