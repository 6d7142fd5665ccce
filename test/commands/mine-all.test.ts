/** A list of repositories becomes a folder of tasks: real repositories, and runs that are cut short. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { mine } from '../../src/commands/mine.ts';
import { mineAll } from '../../src/commands/mine-all.ts';
import { splitOf } from '../../src/commands/mine-list.ts';
import type { Progress } from '../../src/commands/options.ts';
import { UsageError } from '../../src/errors.ts';
import type { Task } from '../../src/report/schema.ts';
import { withEnvironment } from '../helpers/environment.ts';
import { gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { assertValid, schemas } from './fixture.ts';
import {
  longRepo,
  readTasks,
  readTree,
  repositoryList,
  testsOf,
  wideRepo,
  writeList,
} from './mined-repos.ts';

const test = suite('commands/mine-all');
const { list, repos } = repositoryList();
const whole = join(temporaryFolder(), 'whole');
const report = await mineAll({ repositories: list, out: whole });
const names = Object.keys(repos);
const shaOf = (name: string, revision = 'HEAD') => repos[name]?.git('rev-parse', revision);

test.slow('every task of both tracks is valid and says where it comes from', () => {
  assert.equal([report.repositories, report.mined, report.unchanged, report.broken], [4, 4, 0, []]);
  for (const name of names) {
    const split = splitOf(name);
    const shas = repos[name]?.git('rev-list', '--first-parent', '--reverse', 'HEAD').split('\n');
    for (const track of ['static', 'evolution']) {
      const tasks = readTasks(whole, track, name);
      assert.ok(tasks.length > 0, `${track} ${name}`);
      for (const task of tasks) {
        assertValid(task, schemas.TaskSchema);
        assert.equal([task.repository, task.split, task.track], [name, split, track]);
        assert.is(task.commit, shas?.[Number(task.position)]);
      }
    }
  }
});

test.slow('the static track is every assertion of one commit', () => {
  const tasks = readTasks(whole, 'static', 'octo/wide');
  assert.is(tasks.length, 14);
  assert.equal(
    [...new Set(tasks.map(({ commit, position }) => `${commit} ${position}`))],
    [`${shaOf('octo/wide')} 3`],
  );
  assert.equal([...new Set(tasks.map(({ language }) => language))].sort(), ['python', 'typescript']);
});

test.slow('the evolution track has at most 8 of a commit and 4 of a file, nothing twice', () => {
  const tasks = readTasks(whole, 'evolution', 'octo/wide');
  const events = tasks.map(({ position, path, target }) => `${position} ${path} ${target}`);
  assert.is(events.filter((event) => event.includes('test_many')).length, 4);
  // the value that came back, with the same text before it, is in the file already
  assert.equal(
    events.filter((event) => !event.includes('test_many')),
    ['1 test/two.test.ts 2', '1 tests/test_one.py 1', '2 tests/test_one.py 100'],
  );
  const entry = JSON.parse(readFileSync(join(whole, 'index/octo/wide.json'), 'utf8'));
  assert.equal([entry.files.evolution.tasks, entry.files.evolution.duplicates], [7, 1]);
});

test.slow('without caps the evolution track has the tasks of one repository mined alone', async () => {
  const out = temporaryFolder();
  await mineAll({ repositories: list, out, track: 'evolution', perCommit: 0, perFile: 0 });
  assert.not.ok(existsSync(join(out, 'static')));
  for (const name of ['octo/cart', 'octo/long']) {
    const alone: Task[] = [];
    await mine((task) => void alone.push(task), { repo: repos[name]?.dir });
    const tasks = readTasks(out, 'evolution', name);
    assert.equal(
      tasks.map(({ repository, split, track, position, ...task }) => task),
      alone,
    );
  }
});

test.slow('the shards together are the whole run, byte for byte, whichever comes first', async () => {
  for (const shards of [
    ['1/3', '2/3', '3/3'],
    ['4/4', '2/4', '1/4', '3/4'],
  ]) {
    const out = join(temporaryFolder(), 'shards');
    const sizes: number[] = [];
    for (const shard of shards) sizes.push((await mineAll({ repositories: list, out, shard })).mined);
    assert.equal(readTree(out), readTree(whole));
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
  }
});

test.slow('the choice depends on no other line of the list, nor on the kind of clone', async () => {
  const bare = gitRepo();
  bare.git('clone', '--quiet', '--bare', repos['octo/wide']?.dir ?? '', join(bare.dir, 'x'));
  const out = temporaryFolder();
  await mineAll({ repositories: writeList(['name\trepository', `octo/wide\t${bare.dir}/x`]), out });
  for (const file of ['static', 'evolution'].map((track) => `${track}/octo/wide.jsonl`))
    assert.is(readTree(out)[file], readTree(whole)[file]);
});

test.slow('run again, it mines what has changed and nothing else', async () => {
  const { list, repos } = repositoryList();
  const out = temporaryFolder();
  await mineAll({ repositories: list, out });
  const before = readTree(out);
  assert.equal((await mineAll({ repositories: list, out })).unchanged, 4);
  repos['octo/11']?.commit('more', { 'tests/test_more.py': testsOf({ more: 5 }) });
  rmSync(join(out, 'static/octo/cart.jsonl'));
  writeFileSync(join(out, 'index/octo/wide.json'), '{"schema":');
  const planned = await mineAll({ repositories: list, out, dryRun: true });
  assert.equal(planned.missing, ['octo/cart', 'octo/wide', 'octo/11']);
  assert.equal([planned.mined, planned.unchanged], [0, 1]);
  assert.not.ok(existsSync(join(out, 'static/octo/cart.jsonl')));
  const again = await mineAll({ repositories: list, out });
  assert.equal([again.mined, again.unchanged], [3, 1]);
  const { 'static/octo/11.jsonl': old, ...others } = before;
  const after = readTree(out);
  assert.is.not(after['static/octo/11.jsonl'], old);
  for (const path of Object.keys(others).filter((path) => !path.includes('octo/11')))
    assert.is(after[path], before[path], path);
});

test.slow('another split or commit in the list mines that repository anew', async () => {
  const { dir, git } = longRepo(5);
  const out = temporaryFolder();
  const minedWith = async (row: string) => {
    const repositories = writeList(['name\trepository\tsplit\tcommit', `a\t${dir}\t${row}`]);
    const { mined } = await mineAll({ repositories, out });
    const [task] = readTasks(out, 'static', 'a');
    return [mined, task?.split, task?.position, task?.commit];
  };
  const head = git('rev-parse', 'HEAD');
  assert.equal(await minedWith('train\t'), [1, 'train', 4, head]);
  assert.equal(await minedWith('held-out\t'), [1, 'held-out', 4, head]);
  assert.equal(await minedWith('held-out\tHEAD~2'), [1, 'held-out', 2, git('rev-parse', 'HEAD~2')]);
  assert.is((await minedWith('held-out\tHEAD~2'))[0], 0);
});

test.slow('a folder with tasks of other options is refused, with what differs', async () => {
  const before = readTree(whole);
  for (const [options, message] of [
    [{ perCommit: 4 }, /per-commit 8 \(now 4\)\.\nGive the same options/],
    [{ track: 'static', maxPrefix: 10 }, /track both \(now static\), max-prefix 8192 \(now 10\)/],
  ] as const)
    await rejects(mineAll({ repositories: list, out: whole, ...options }), UsageError, message);
  await rejects(
    mineAll({ repositories: list, out: whole, track: 'all' }),
    UsageError,
    /static, evolution, both/,
  );
  assert.equal(readTree(whole), before);
});

test.slow('a broken repository is a line of the report, and the others are mined', async () => {
  const damaged = wideRepo();
  const blob = damaged.git('rev-parse', 'HEAD:tests/test_one.py');
  rmSync(join(damaged.dir, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  const rows = [`damaged\t${damaged.dir}`, `gone\t${damaged.dir}/gone`, `empty\t${gitRepo().dir}`];
  const { list } = repositoryList([...rows, `elsewhere\t${repos['octo/long']?.dir}\t\tnot-a-commit`]);
  const out = temporaryFolder();
  const { mined, broken } = await mineAll({ repositories: list, out });
  assert.is(mined, 4);
  assert.equal(
    broken.map(({ repository }) => repository),
    ['damaged', 'gone', 'empty', 'elsewhere'],
  );
  const reasons = [
    /blob .* is not in the repository/,
    /is not a folder/,
    /no commit yet/,
    /commit "not-a-commit"/,
  ];
  for (const [index, reason] of reasons.entries()) {
    assert.match(broken[index]?.reason ?? '', reason);
    assert.not.match(broken[index]?.reason ?? '', /\n/);
  }
  assert.equal(Object.keys(readTree(out)), Object.keys(readTree(whole)));
});

test.slow('forks are reported, and tasks of repositories that left the list', async () => {
  const fork = gitRepo();
  fork.git('pull', '--quiet', repos['octo/long']?.dir ?? '', 'main');
  fork.commit('of our own', { 'tests/test_own.py': testsOf({ own: 1 }) });
  const out = temporaryFolder();
  const rows = [
    'name\trepository\tsplit',
    `a\t${fork.dir}\ttest`,
    `octo/long\t${repos['octo/long']?.dir}\ttrain`,
  ];
  const { forks } = await mineAll({ repositories: writeList(rows), out });
  const repositories = [
    { repository: 'a', split: 'test' },
    { repository: 'octo/long', split: 'train' },
  ];
  assert.equal(forks, [{ root: shaOf('octo/long', 'HEAD~19'), repositories }]);
  const { strays, ...left } = await mineAll({ repositories: writeList(rows.slice(0, 2)), out });
  assert.equal([strays, left.forks], [['octo/long'], []]);
  assert.equal(report.forks, []);
});

/** A server whose github.com is a folder. */
function serverWith(name: string, dir: string): { GIT_CONFIG_GLOBAL: string } {
  const server = temporaryFolder();
  mkdirSync(dirname(join(server, name)), { recursive: true });
  const repo = gitRepo();
  repo.git('clone', '--quiet', '--bare', dir, join(server, name));
  const config = join(server, 'gitconfig');
  writeFileSync(config, `[url "${server}/"]\n\tinsteadOf = https://github.com/\n`);
  return { GIT_CONFIG_GLOBAL: config };
}

test.slow('owner/name is cloned once, whole and bare, and only to mine it', async () => {
  const environment = serverWith('octo/wide', repos['octo/wide']?.dir ?? '');
  const [out, clones] = [temporaryFolder(), temporaryFolder()];
  const repositories = writeList(['octo/wide', 'octo/nothing']);
  await withEnvironment(environment, async () => {
    const { mined, broken } = await mineAll({ repositories, out, clones });
    assert.equal([mined, broken.length], [1, 1]);
    assert.match(broken[0]?.reason ?? '', /^git clone failed: .*octo\/nothing/);
  });
  assert.is(readTree(out)['evolution/octo/wide.jsonl'], readTree(whole)['evolution/octo/wide.jsonl']);
  const clone = join(clones, 'github.com/octo/wide.git');
  assert.match(readFileSync(join(clone, 'config'), 'utf8'), /bare = true/);
  assert.not.ok(existsSync(join(clones, 'github.com/octo/nothing.git')));
  rmSync(join(out, 'index/octo/wide.json'));
  // no server any more: the clone is enough, and what is finished needs not even that
  assert.is((await mineAll({ repositories, out, clones })).mined, 1);
  rmSync(clones, { recursive: true });
  assert.equal((await mineAll({ repositories, out, clones, dryRun: true })).missing, ['octo/nothing']);
});

test.slow(
  'killed in the middle of a repository, the next run goes on, and the result is the same',
  async () => {
    const long = longRepo(1500);
    const rows = [
      'name\trepository',
      `short\t${wideRepo().dir}`,
      `long\t${long.dir}`,
      `last\t${longRepo(4).dir}`,
    ];
    const [repositories, out] = [writeList(rows), temporaryFolder()];
    const program = resolve('test/commands/mine-program.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', program, repositories, out], {
      stdio: 'ignore',
    });
    const closed = new Promise((done) => child.once('close', (_, signal) => done(signal)));
    while (child.exitCode === null && !existsSync(join(out, 'evolution/long.jsonl.part')))
      await new Promise((done) => setTimeout(done, 5));
    child.kill('SIGKILL');
    assert.is(await closed, 'SIGKILL');
    assert.not.ok(existsSync(join(out, 'index/long.json')));
    const killed = readTree(out);
    assert.equal((await mineAll({ repositories, out, dryRun: true })).missing, ['long', 'last']);
    const { mined, unchanged } = await mineAll({ repositories, out });
    assert.equal([mined, unchanged], [2, 1]);
    const fresh = temporaryFolder();
    await mineAll({ repositories, out: fresh });
    assert.equal(readTree(out), readTree(fresh));
    assert.is(readTree(out)['evolution/short.jsonl'], killed['evolution/short.jsonl']);
  },
);

test.slow('what cannot be written is said, and what was finished stays', async () => {
  const out = temporaryFolder();
  await mineAll({ repositories: list, out });
  const before = readTree(out);
  const longer = writeList([readFileSync(list, 'utf8').trim(), `octo/13\t${repos['octo/11']?.dir}`]);
  mkdirSync(join(out, 'static/octo/13.jsonl.part'));
  const { broken, unchanged } = await mineAll({ repositories: longer, out });
  assert.is(unchanged, 4);
  assert.match(broken[0]?.reason ?? '', /Cannot write .*13\.jsonl: EISDIR/);
  for (const [path, text] of Object.entries(before)) assert.is(readTree(out)[path], text);
});

test.slow('progress counts repositories, with those that were finished before', async () => {
  const out = temporaryFolder();
  const heard: Progress[] = [];
  await mineAll({ repositories: list, out, shard: '1/2' });
  await mineAll({ repositories: list, out, onProgress: (progress) => heard.push(progress) });
  assert.equal(
    heard.map(({ stage, done, total }) => [stage, done, total]),
    [
      ['mine', 2, 4],
      ['mine', 3, 4],
    ],
  );
});

test.run();
