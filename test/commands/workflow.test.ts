/** `init --workflow`: real repositories and remotes, files as a user finds and changes them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { init, uninstall } from '../../src/commands/init.ts';
import { writeWorkflows } from '../../src/commands/workflow.ts';
import { pinAction, publishedAction } from '../../src/commands/workflow-action.ts';
import { defaultBranch, weeklyCron } from '../../src/commands/workflow-origin.ts';
import { UsageError } from '../../src/errors.ts';
import { openRepository } from '../../src/git/run.ts';
import { renderWorkflows } from '../../src/report/texts.ts';
import { type GitRepo, gitRepo, repoAt, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('commands/workflow');
const SHA = '0123456789abcdef0123456789abcdef01234567';
const ACTION = `octo/code2lora@${SHA}`;
const COMPUTE = '.github/workflows/code2lora.yml';
const COMMENT = '.github/workflows/code2lora-comment.yml';

const write = (repo: GitRepo, options: object = {}) =>
  writeWorkflows({ repo: repo.dir, action: ACTION, ...options });
const again = (repo: GitRepo, options: object = {}) => writeWorkflows({ repo: repo.dir, ...options });
const read = (repo: GitRepo, path = COMPUTE) => readFileSync(join(repo.dir, path), 'utf8');
const outcomes = ({ files }: { files: { outcome: string }[] }) => files.map(({ outcome }) => outcome);
/** Replaces, and fails where there is nothing to replace. */
function change(repo: GitRepo, [from, to]: [string | RegExp, string], path = COMPUTE): void {
  const text = read(repo, path).replace(from, to);
  assert.is.not(text, read(repo, path));
  repo.write({ [path]: text });
}

/** A clone whose github.com is a folder: `octo/code2lora` there has a tag, an annotated tag and a branch. */
function cloneWithGitHub(): { repo: GitRepo; sha: string; at(path: string): GitRepo } {
  const server = temporaryFolder();
  const at = (path: string) => {
    const source = gitRepo();
    source.commit('one', { 'action.yml': 'name: x\n' });
    source.git('clone', '--quiet', '--bare', source.dir, join(server, path));
    return repoAt(join(server, path));
  };
  const action = at('octo/code2lora');
  action.git('tag', 'v1.2.3');
  action.git('tag', '--annotate', '--message', 'x', 'v2');
  const repo = gitRepo();
  repo.commit('start');
  repo.git('config', `url.${server}/.insteadOf`, 'https://github.com/');
  return { repo, sha: action.git('rev-parse', 'HEAD'), at };
}

test.slow('writes two files, and nothing else: no hook, no configuration', async () => {
  const repo = gitRepo();
  repo.commit('start');
  const before = repo.git('status', '--porcelain', '--ignored');
  const result = await write(repo);
  assert.is(before, '');
  assert.equal(result.files, [
    { path: COMPUTE, outcome: 'written', diff: null },
    { path: COMMENT, outcome: 'written', diff: null },
  ]);
  assert.is(repo.git('status', '--porcelain', '--untracked-files=all'), `?? ${COMMENT}\n?? ${COMPUTE}`);
  assert.not.ok(existsSync(join(repo.dir, '.git/hooks/post-commit')));
  assert.match(renderWorkflows(result), /^written +\.github\/workflows\/code2lora\.yml$/m);
});

test.slow('run again, it changes nothing and needs no flag', async () => {
  for (const kind of ['cpu', 'gpu']) {
    const repo = gitRepo();
    await write(repo, { kind });
    const text = read(repo);
    const result = await again(repo, { kind });
    assert.equal(outcomes(result), ['unchanged', 'unchanged']);
    assert.is(result.action, ACTION);
    assert.is(read(repo), text);
  }
});

test.slow('a file with the line ends of Windows is the same file', async () => {
  const repo = gitRepo();
  await write(repo);
  const text = read(repo).replaceAll('\n', '\r\n');
  repo.write({ [COMPUTE]: text });
  assert.equal(outcomes(await again(repo)), ['unchanged', 'unchanged']);
  assert.is(read(repo), text);
});

test.slow('a file that differs is shown as a diff and left alone; --force replaces it', async () => {
  const repo = gitRepo();
  await write(repo);
  change(repo, ['timeout-minutes: 30', 'timeout-minutes: 90']);
  change(repo, ['runs-on: ubuntu-latest', 'runs-on: our-runner']);
  const mine = read(repo);
  const result = await again(repo);
  assert.equal(outcomes(result), ['differs', 'unchanged']);
  assert.match(result.files[0]?.diff ?? '', /^- +timeout-minutes: 90\n\+ +timeout-minutes: 30$/m);
  assert.match(renderWorkflows(result), /^- +timeout-minutes: 90$/m);
  assert.is(read(repo), mine);
  assert.equal(outcomes(await again(repo, { force: true })), ['written', 'unchanged']);
  assert.match(read(repo), /runs-on: our-runner\n +timeout-minutes: 30/);
});

test.slow('a missing file is written beside one that differs', async () => {
  const repo = gitRepo();
  repo.write({ [COMPUTE]: 'name: something else\non: push\n' });
  assert.equal(outcomes(await write(repo)), ['differs', 'written']);
  assert.match(read(repo), /something else/);
});

test.slow('a file that is no YAML is a file that differs', async () => {
  const repo = gitRepo();
  repo.write({ [COMPUTE]: 'a: [\n  "' });
  assert.equal(outcomes(await write(repo)), ['differs', 'written']);
});

test.slow('a file with the other ending is found', async () => {
  const repo = gitRepo();
  repo.write({ '.github/workflows/code2lora.yaml': 'name: mine\n' });
  assert.is((await write(repo)).files[0]?.path, '.github/workflows/code2lora.yaml');
  assert.not.ok(existsSync(join(repo.dir, COMPUTE)));
});

test.slow('what is asked for in so many words is not carried over', async () => {
  const repo = gitRepo();
  await write(repo, { kind: 'gpu' });
  const action = `octo/code2lora@${SHA.replaceAll('0', '9')}`;
  const result = await again(repo, { kind: 'gpu', action, runsOn: 'self-hosted, big-gpu', force: true });
  assert.equal(outcomes(result), ['written', 'written']);
  assert.equal(parse(read(repo)).jobs.adapter['runs-on'], ['self-hosted', 'big-gpu']);
  assert.ok(read(repo).includes(`uses: ${action}\n`));
  assert.not.ok(read(repo).includes(ACTION));
});

test.slow('only the GPU variant names a runner of the user, and says that its label is a guess', async () => {
  const [cpu, gpu, told] = [gitRepo(), gitRepo(), gitRepo()];
  assert.equal((await write(cpu)).notes, []);
  assert.match((await write(gpu, { kind: 'gpu' })).notes[0] ?? '', /waits for a day/);
  assert.equal((await write(told, { kind: 'gpu', runsOn: 'gpu-t4' })).notes, []);
  assert.is(parse(read(told)).jobs.adapter['runs-on'], 'gpu-t4');
  assert.equal(parse(read(cpu)).jobs.code2lora['runs-on'], 'ubuntu-latest');
});

test.slow('the branch is the one that the remote says, else the one that is checked out', async () => {
  const source = gitRepo();
  source.commit('start');
  source.git('branch', '--move', 'trunk');
  const folder = join(temporaryFolder(), 'clone');
  source.git('clone', '--quiet', source.dir, folder);
  const clone = repoAt(folder);
  clone.git('switch', '--quiet', '--create', 'feature/x');
  assert.is(await defaultBranch(await openRepository(clone.dir)), 'trunk');
  assert.is((await write(clone)).branch, 'trunk');
  assert.equal(parse(read(clone)).on.push.branches, ['trunk']);
  clone.git('remote', 'set-head', 'origin', '--delete');
  assert.is(await defaultBranch(await openRepository(clone.dir)), 'feature/x');
  clone.git('switch', '--quiet', '--detach');
  await rejects(write(clone, { force: true }), UsageError, /git remote set-head origin --auto/);
});

test('the weekly time follows from the name of the repository', () => {
  const names = Array.from({ length: 200 }, (_, index) => `octo/repo-${index}`);
  const crons = names.map(weeklyCron);
  for (const cron of crons) {
    const [minute, hour, ...rest] = cron.split(' ').map(Number);
    assert.is(Number(minute) % 2, 1, cron);
    assert.ok(Number(minute) < 60 && Number(hour) < 24 && Number(rest[2]) < 7, cron);
  }
  assert.ok(new Set(crons).size > 190);
  assert.is(weeklyCron('Octo/Hello'), weeklyCron('octo/hello'));
});

test.slow('of the name on GitHub, where there is one', async () => {
  const repo = gitRepo();
  const timeOf = async () => {
    await write(repo, { force: true });
    return parse(read(repo)).on.schedule[0].cron;
  };
  assert.is(await timeOf(), weeklyCron(basename(repo.dir)));
  repo.git('remote', 'add', 'origin', 'git@github.com:octo/hello.git');
  rmSync(join(repo.dir, '.github'), { recursive: true });
  assert.is(await timeOf(), weeklyCron('octo/hello'));
});

test.slow('a tag or a branch of the action is pinned to its commit', async () => {
  const { repo, sha } = cloneWithGitHub();
  for (const ref of ['v1.2.3', 'v2', 'main']) {
    await write(repo, { action: `octo/code2lora@${ref}`, force: true });
    assert.ok(read(repo).includes(`      - uses: octo/code2lora@${sha} # ${ref}\n`), ref);
    assert.ok(read(repo, COMMENT).includes(`      - uses: octo/code2lora@${sha} # ${ref}\n`), ref);
  }
});

test.slow('a reference that cannot be pinned is refused, with what to give instead', async () => {
  const { repo } = cloneWithGitHub();
  await rejects(
    write(repo, { action: 'octo/code2lora@v9' }),
    UsageError,
    /no tag and no branch[\s\S]*@COMMIT/,
  );
  await rejects(write(repo, { action: 'octo/other@v1' }), UsageError, /does not answer[\s\S]*@COMMIT/);
  for (const action of [
    './',
    'code2lora@v1',
    'octo/code2lora',
    'octo/code2lora@v1; x',
    '--upload-pack=x/y@v1',
  ])
    await rejects(write(repo, { action }), UsageError, /names no action/);
  assert.not.ok(existsSync(join(repo.dir, '.github')));
});

test.slow(
  'without a flag the action is where the package says it was published, and never a placeholder',
  async () => {
    const { repo, sha, at } = cloneWithGitHub();
    const version = '0.0.1';
    for (const address of [
      'octo/code2lora',
      'github:octo/code2lora',
      'git+https://github.com/octo/code2lora.git',
    ]) {
      assert.is(publishedAction({ version, repository: { url: address } }), 'octo/code2lora@v0.0.1');
      assert.is(publishedAction({ version, repository: address }), 'octo/code2lora@v0.0.1');
    }
    assert.throws(() => publishedAction({ version }), /--action OWNER\/REPO@v1/);
    assert.is(
      await pinAction(await openRepository(repo.dir), { action: 'octo/code2lora@v1.2.3' }),
      `octo/code2lora@${sha} # v1.2.3`,
    );
    const monorepo = at('octo/tools').git('rev-parse', 'HEAD');
    const nested = await pinAction(await openRepository(repo.dir), {
      action: 'octo/tools/actions/code2lora@main',
    });
    assert.is(nested, `octo/tools/actions/code2lora@${monorepo} # main`);
  },
);

test.slow('refuses what it does not know, and a repository without files', async () => {
  await rejects(
    write(gitRepo(), { kind: 'tpu' }),
    UsageError,
    /Unknown kind of workflow "tpu"[\s\S]*cpu, gpu/,
  );
  await rejects(write(gitRepo(), { kind: 'gpu', runsOn: 'a, b c' }), UsageError, /no label of a runner/);
  await rejects(write(gitRepo({ bare: true })), UsageError, /bare repository/);
});

test.slow('uninstall leaves the workflow files, and says so', async () => {
  const repo = gitRepo();
  repo.commit('start');
  await init({ repo: repo.dir });
  await write(repo);
  const { notes } = await uninstall({ repo: repo.dir });
  assert.ok(notes.some((note) => note.includes(`git rm ${COMPUTE}`)));
  assert.ok(existsSync(join(repo.dir, COMPUTE)));
  assert.equal(outcomes(await again(repo)), ['unchanged', 'unchanged']);
});

test.slow('from the command line: text, JSON, exit codes', () => {
  const repo = gitRepo();
  const run = (...args: string[]) => {
    const command = ['--import', 'tsx', resolve('src/cli.ts'), 'init', ...args, '--repo', repo.dir];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const refused = run('--action', ACTION);
  assert.equal([refused.status, refused.stdout], [2, '']);
  assert.match(refused.stderr, /go with --workflow/);
  assert.match(run('--workflow', '--action', ACTION).stdout, /^written .*code2lora\.yml$/m);
  const report = JSON.parse(run('--workflow', '--json').stdout);
  assert.equal([report.schema, report.kind], ['code2lora/workflow@1', 'cpu']);
  const gpu = run('--workflow', 'gpu', '--runs-on', 'gpu-t4');
  assert.is(gpu.status, 2);
  assert.match(gpu.stdout, /^\+ +runs-on: gpu-t4/m);
});

test.run();
