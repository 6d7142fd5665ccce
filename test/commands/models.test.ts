import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/commands/check.ts';
import { complete } from '../../src/commands/complete.ts';
import { importModel, listModels, pullModel, removeModel, verifyModels } from '../../src/commands/models.ts';
import type { ModelsPullOptions } from '../../src/commands/models-options.ts';
import { findPack } from '../../src/commands/workspace.ts';
import { UsageError } from '../../src/errors.ts';
import { type PackHome, packHome } from '../../src/packs/folder.ts';
import { OFFICIAL_PACKS } from '../../src/packs/official.ts';
import type { PackProgress } from '../../src/packs/progress.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { withEnvironment } from '../helpers/environment.ts';
import { type FakeHub, sha256Of } from '../helpers/hub.ts';
import { releasedRepositories, TEST_PACK } from '../helpers/released-models.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';
import { startHubOf, temporaryHome } from '../packs/fixture.ts';
import { cartRepo } from './fixture.ts';

const test = suite('commands/models');
const repositories = await releasedRepositories();
const CHECKPOINT = repositories.hypernetwork['code2lora_gru.pt'] as Buffer;

/** No login and no cache of the machine's own. */
const environmentOf = (home: PackHome, hub?: FakeHub) => ({
  CODE2LORA_HOME: home.root,
  HF_ENDPOINT: hub?.url,
  HF_HOME: join(home.root, 'hf'),
  ...{
    HF_TOKEN: undefined,
    HUGGING_FACE_HUB_TOKEN: undefined,
    HF_HUB_CACHE: undefined,
    HF_HUB_OFFLINE: undefined,
  },
});

/** With a cache of one's own and a Hub; the Hub has the commits that the code fixes. */
async function withHub(use: (hub: FakeHub, home: PackHome) => Promise<void>): Promise<void> {
  await using hub = await startHubOf(repositories);
  const home = temporaryHome();
  for (const { repository, revision } of OFFICIAL_PACKS.flatMap(({ baseModel, encoder, hypernetwork }) => [
    baseModel,
    encoder,
    hypernetwork,
  ])) {
    const found = hub.repositories.get(repository);
    if (found && revision !== null) found.commit = revision;
  }
  await withEnvironment(environmentOf(home, hub), () => use(hub, home));
}

const pull = (options: ModelsPullOptions = {}) =>
  pullModel('official', { packs: [TEST_PACK], measure: false, network: { pauseMs: 1 }, ...options });

const reason = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'no error';
};

test('lists what came with the package, and what could be pulled with its size', () =>
  withEnvironment(environmentOf(temporaryHome()), async () => {
    const { packs, available } = listModels();
    assert.equal(
      packs.map(({ name, origin, problem }) => [name, origin, problem]),
      [['nano', 'shipped', null]],
    );
    assert.equal([packs[0]?.precision?.baseModel, packs[0]?.license], ['fp32', 'MIT']);
    assert.equal(
      available.map(({ name }) => name),
      ['official', 'official-static'],
    );
    for (const { downloadBytes } of available) assert.ok(downloadBytes > 6.9e9 && downloadBytes < 7.3e9);
  }));

test('a pack that is not here: which command gets it, and how large it is', () =>
  withEnvironment(environmentOf(temporaryHome()), async () => {
    assert.match(
      reason(() => findPack('official', '.')),
      /"official" is not on this machine\.\nRun "code2lora models pull official": it downloads about 7\.1 GB and takes about \d+\.\d GB of disk/,
    );
    assert.match(
      reason(() => findPack('offical', '.')),
      /No model pack is called "offical"\.\nShipped with this version: nano\. "code2lora models pull" gets official or official-static/,
    );
  }));

test.slow('no command but pull asks the Hub for anything', () =>
  withHub(async (hub) => {
    const { repo } = cartRepo();
    await rejects(run({ repo: repo.dir, model: 'official' }), UsageError, /models pull official/);
    await verifyModels({ name: 'nano' });
    listModels();
    await rejects(removeModel('official'), UsageError, /There is none yet/);
    assert.equal(hub.requests, []);
  }),
);

test('refuses names, precisions and revisions that are none', async () => {
  await rejects(
    pullModel('unofficial'),
    UsageError,
    /no published model pack "unofficial"\.\nExpected one of: official, official-static/,
  );
  await rejects(
    pull({ precision: 'int2' }),
    UsageError,
    /Unknown precision "int2"\.\nExpected one of: fp32, int8, int4/,
  );
  await rejects(
    pull({ revisions: ['a b'] }),
    UsageError,
    /"a b" names no revision\.\nExpected owner\/name@commit/,
  );
  await rejects(
    importModel('.', { name: 'nano' }),
    UsageError,
    /"nano" is the name of a pack of code2lora's own/,
  );
  await rejects(importModel('.', { name: '../x' }), UsageError, /cannot be the name of a model pack/);
  await rejects(removeModel('nano'), UsageError, /a part of the installed package/);
});

test('an imported pack is found by its name, verified, and removed', () =>
  withEnvironment(environmentOf(temporaryHome()), async () => {
    const { dir } = await tinyPack();
    const { pack } = await importModel(dir, { name: 'mine' });
    assert.equal([pack.name, pack.problem, pack.path], ['mine', null, join(packHome().packs, 'mine')]);
    assert.is(findPack('mine', '.'), pack.path);
    assert.is(openModelPack(pack.path).digest, openModelPack(dir).digest);
    assert.match(
      reason(() => findPack('other', '.')),
      /In .*packs: mine\./,
    );
    const file = join(pack.path, 'tokenizer.json');
    const { size } = statSync(file);
    assert.equal((await verifyModels({ name: 'mine' })).packs[0]?.problems, []);
    // A link would change the original too: copy it apart first.
    const { rmSync } = await import('node:fs');
    rmSync(file);
    writeFileSync(file, Buffer.alloc(size));
    const [damaged] = (await verifyModels({ name: 'mine' })).packs;
    assert.match(damaged?.problems.join() ?? '', /^tokenizer\.json: its sha256 is [0-9a-f]{64}, expected/);
    rmSync(file);
    assert.match(
      listModels().packs.find(({ name }) => name === 'mine')?.problem ?? '',
      /tokenizer\.json: the file is missing/,
    );
    const removed = await removeModel('mine');
    assert.equal([removed.name, existsSync(pack.path)], ['mine', false]);
    await rejects(removeModel('mine'), UsageError, /There is no model pack "mine"/);
  }));

test.slow('two pulls at once: the second waits, and has nothing left to do', () =>
  withHub(async (hub) => {
    hub.trouble(`/blobs/${sha256Of(CHECKPOINT)}`, { slowly: { bytes: 40_000, ms: 100 } });
    const heard: PackProgress[] = [];
    const [first, second] = await Promise.all([
      pull(),
      pull({ onProgress: (progress) => void heard.push(progress) }),
    ]);
    assert.equal([first.outcome, second.outcome], ['pulled', 'unchanged']);
    assert.equal(
      heard.every(({ stage, what }) => stage === 'wait' && what === `process ${process.pid}`),
      true,
    );
    assert.ok(heard.length > 0);
    assert.is(hub.paths().filter((path) => path.includes(sha256Of(CHECKPOINT))).length, 1);
  }),
);

test.slow('a pulled pack does the main job: the adapter follows the history, checks and completes', () =>
  withHub(async (_hub, home) => {
    for (const precision of ['int8', 'fp32']) {
      const { pack } = await pull({ precision });
      assert.is(pack.path, join(home.packs, 'official'));
      const { repo } = cartRepo();
      const report = await run({ repo: repo.dir, model: 'official' });
      assert.equal([report.model.pack, report.snapshot.commit.length], ['official', 40]);
      assert.ok(report.snapshot.steps > 0);
      const { assertions } = await complete('tests/test_cart.py:5', { repo: repo.dir, model: 'official' });
      const [completed] = assertions;
      const checked = report.assertions.find(
        ({ path, line }) => path === completed?.path && line === completed.line,
      );
      assert.is(completed?.probability, checked?.probability);
      assert.is.not(completed?.nll, completed?.baseNll);
    }
  }),
);

interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

const PULL = [
  'models',
  'pull',
  'official',
  '--no-measure',
  '--revision',
  `${TEST_PACK.encoder.repository}@main`,
];

/** The command line in a process of its own. */
function start(args: readonly string[]): { child: ChildProcess; finished: Promise<Finished> } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], { env: process.env });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk) => {
      text[name] += chunk;
    });
  const finished = once(child, 'close').then(([status]) => ({ status: status as number | null, ...text }));
  return { child, finished };
}

test.slow('a killed pull leaves unfinished files only, and the next one goes on with them', () =>
  withHub(async (hub, home) => {
    const place = `/blobs/${sha256Of(CHECKPOINT)}`;
    hub.trouble(place, { slowly: { bytes: 20_000, ms: 300 } });
    const { child, finished } = start(PULL);
    const part = join(home.downloads, `${sha256Of(CHECKPOINT)}.part`);
    for (
      let tries = 0;
      tries < 600 && (statSync(part, { throwIfNoEntry: false })?.size ?? 0) < 40_000;
      tries += 1
    )
      await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGKILL');
    assert.is((await finished).status, null);
    const { size } = statSync(part);
    assert.ok(size >= 40_000 && size < CHECKPOINT.length, `${size} bytes`);
    assert.equal(existsSync(home.packs) ? readdirSync(home.packs) : [], []);
    const { status, stdout, stderr } = await start(PULL).finished;
    assert.is(status, 0, stderr);
    assert.match(stdout, /^official +v2, int8, .* downloaded\n/);
    const requests = hub.requests.filter(({ path }) => path === place);
    assert.equal(
      requests.map(({ range, status: code }) => [range, code]),
      [
        [undefined, 200],
        [`bytes=${size}-`, 206],
      ],
    );
    // Files that were whole were not asked for again.
    const weights = sha256Of(repositories.baseModel['model.safetensors'] as Buffer);
    assert.is(hub.requests.filter(({ path }) => path === `/blobs/${weights}`).length, 1);
    assert.equal(readFileSync(join(home.packs, 'official', 'code2lora_gru.pt')), CHECKPOINT);
    assert.equal(readdirSync(home.downloads), []);
  }),
);

test.slow('the command line shows licences before, sizes after, and exits as it should', () =>
  withHub(async (hub, home) => {
    const pulled = await start(PULL).finished;
    assert.is(pulled.status, 0, pulled.stderr);
    assert.match(
      pulled.stderr,
      /from {6}Qwen\/Qwen2\.5-Coder-1\.5B at df3ce67c0e24480f20468b6ef2894622d69eb73b \(fixed in code2lora\)\n {10}licence: apache-2\.0/,
    );
    assert.match(
      pulled.stderr,
      /code2lora-gru at 26460cba5f0de9b708277488ae0b1a826435961e .*\n {10}licence: unknown/,
    );
    assert.match(
      pulled.stderr,
      /downloading code2lora\/code2lora-gru\/code2lora_gru\.pt: \d+ % of 18\d\.\d kB/,
    );
    assert.ok(!pulled.stderr.includes('\r'));
    const list = JSON.parse((await start(['models', 'list', '--json']).finished).stdout);
    assert.equal(
      list.packs.map(({ name }: { name: string }) => name),
      ['nano', 'official'],
    );
    const file = join(home.packs, 'official', 'sources.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('apache', 'Apache'));
    const verified = await start(['models', 'verify', 'official']).finished;
    assert.equal([verified.status, verified.stdout.split('\n')[0]], [1, 'DAMAGED   official: 1 problem']);
    const removed = await start(['models', 'remove', 'official', '--forget']).finished;
    assert.match(removed.stdout, /^removed {3}official, /);
    assert.equal([readdirSync(home.packs), readdirSync(home.pins)], [[], []]);
    hub.trouble('/api/', ...Array(9).fill({ status: 401 }));
    const refused = await start(PULL).finished;
    assert.equal([refused.status, refused.stdout], [3, '']);
    assert.match(refused.stderr, /code2lora: Cannot download .*: it asks for a login \(status 401\)/);
  }),
);

test.run();
