/** `mine` and `bench` as a user meets them: the built dist/, real repositories. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { longRepo, writeList } from './commands/mined-repos.ts';
import { temporaryFolder } from './helpers/git-repo.ts';
import { assert, suite } from './helpers/suite.ts';
import { tinyPack } from './helpers/tiny-pack.ts';

const test = suite('cli-measure');
const { dir: model } = await tinyPack();
const CLI = resolve('dist/cli.js');

function code2lora(args: string[], cwd = temporaryFolder()) {
  const options = { encoding: 'utf8' as const, env: { ...process.env, CODE2LORA_MODEL: model }, cwd };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options);
  return { status, stdout, stderr };
}

test.slow('what is missing or does not go together is exit code 2', () => {
  for (const [args, message] of [
    [['bench'], /required option '--repositories <list>'/],
    [['bench', '--repositories', 'nowhere.tsv'], /Cannot read the list nowhere\.tsv/],
    [['mine', '--repositories', 'list.tsv', '--after', 'HEAD', '--out', 'tasks'], /--after goes with one/],
  ] as const) {
    const { status, stdout, stderr } = code2lora([...args]);
    assert.is(status, 2, stderr);
    assert.match(stderr, message);
    assert.is(stdout, '');
  }
});

test.slow('bench writes where it stands, and says what it found', () => {
  const list = writeList(['name\trepository\tsplit', `octo/long\t${longRepo(4).dir}\ttest`]);
  const folder = temporaryFolder();
  const args = ['bench', '--repositories', list, '--methods', 'copy, base', '--per-repository', '2'];
  const first = code2lora(args, folder);
  assert.is(first.status, 0, first.stderr);
  assert.match(
    first.stdout,
    /^measured {2}1 of 1 repositories; 2 assertions, model pack tiny\n {10}base model /,
  );
  assert.match(
    readFileSync(join(folder, 'docs/benchmark.md'), 'utf8'),
    /^# Benchmark\n\n2 assertions of 1 repositories/,
  );
  for (const file of ['docs/benchmark/scores.json', 'docs/benchmark/exact-match.svg', '.code2lora-bench'])
    assert.ok(existsSync(join(folder, file)), file);
  const again = JSON.parse(code2lora([...args, '--json'], folder).stdout);
  assert.equal([again.schema, again.measured, again.unchanged], ['code2lora/bench@1', 0, 1]);
});

test.slow('a repository that cannot be read is exit code 1', () => {
  const list = writeList([`file://${temporaryFolder()}/gone.git`]);
  const { status, stdout } = code2lora(['bench', '--repositories', list, '--methods', 'copy']);
  assert.is(status, 1);
  assert.match(stdout, /^broken {4}.*gone: git clone failed/m);
});

test.run();
