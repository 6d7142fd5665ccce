import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ModelError, UsageError } from '../../src/errors.ts';
import type { PackHome } from '../../src/packs/folder.ts';
import type { OfficialPack } from '../../src/packs/official.ts';
import { readPins, writePins } from '../../src/packs/pins.ts';
import { type PullOptions, pullPack, readSources } from '../../src/packs/pull.ts';
import type { PullPlan } from '../../src/packs/pull-plan.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { commitOf, type FakeHub, type FakeRepository, sha256Of } from '../helpers/hub.ts';
import { type RepositoryFiles, releasedRepositories, TEST_PACK } from '../helpers/released-models.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { pullOptions, settingsFor, startHubOf, temporaryHome } from './fixture.ts';

const test = suite('packs/pull');
const repositories = await releasedRepositories();
const BASE = TEST_PACK.baseModel.repository;

interface Trial {
  hub: FakeHub;
  home: PackHome;
  plans: PullPlan[];
  notes: string[];
  pull(changes?: Partial<PullOptions>, pack?: OfficialPack): ReturnType<typeof pullPack>;
}

async function withHub(use: (trial: Trial) => Promise<void>): Promise<void> {
  await using hub = await startHubOf(repositories);
  const home = temporaryHome();
  const plans: PullPlan[] = [];
  const notes: string[] = [];
  const listeners = {
    onPlan: (plan: PullPlan) => void plans.push(plan),
    onNote: (note: string) => void notes.push(note),
  };
  const pull: Trial['pull'] = (changes, pack = TEST_PACK) =>
    pullPack(pack, pullOptions(hub, home, { ...listeners, ...changes }));
  await use({ hub, home, plans, notes, pull });
}

const downloads = ({ requests }: FakeHub) => requests.filter(({ path }) => path.includes('/resolve/')).length;
const everything = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort();

test.slow('a pull makes a pack of the published files as they are, with the released recipe', () =>
  withHub(async ({ hub, home, plans, pull }) => {
    const { pack, wasThere, downloadedBytes } = await pull();
    const { manifest } = pack;
    assert.is(pack.dir, join(home.packs, 'official'));
    openModelPack(pack.dir, { verify: true });
    for (const [folder, files] of [
      ['base-model', repositories.baseModel],
      ['encoder', repositories.encoder],
    ] as const)
      for (const name of ['config.json', 'tokenizer.json', 'model.safetensors'])
        assert.equal(readFileSync(join(pack.dir, folder, name)), files[name]);
    assert.equal(readFileSync(pack.path('code2lora_gru.pt')), repositories.hypernetwork['code2lora_gru.pt']);
    assert.equal(readFileSync(pack.path('base-model/LICENSE')), repositories.baseModel.LICENSE);
    assert.equal(manifest.recipe, {
      repository: {
        ...{
          windowTokens: 2048,
          overlapTokens: 256,
          minTokens: 8,
          maxWindows: 2 ** 31 - 1,
          maxFiles: 2 ** 31 - 1,
        },
        ...{
          emptyItem: 'zero',
          windowPooling: ['mean'],
          itemPooling: ['mean', 'max'],
          normalize: 'l2',
          files: 'all-python',
        },
      },
      diff: {
        ...{ windowTokens: 512, overlapTokens: 64, minTokens: 16, maxWindows: 2 ** 31 - 1 },
        ...{ windowPooling: ['max', 'mean'], emptyItem: 'zero', normalize: 'none', files: 'authors' },
      },
      history: {
        ...{ steps: 'assertion-commits', newAssertions: 'full-prefix', base: 'previous-step' },
        ...{ startCommit: 'step', contextLines: 3 },
      },
      retokenize: true,
      rounding: 'float16',
      quotedPaths: 'read',
    });
    assert.equal([manifest.baseModel.contextTokens, manifest.baseModel.endToken], [4096, 0]);
    const { encoder, hypernetwork, meanAdapter } = manifest;
    assert.equal(
      [encoder.kind, encoder.kind === 'qwen3' && encoder.endToken, meanAdapter],
      ['qwen3', 0, null],
    );
    assert.equal([hypernetwork.kind, hypernetwork.alpha, hypernetwork.rank], ['evolving', 6, 3]);
    assert.is(
      manifest.license,
      `${BASE}: apache-2.0; Qwen/Qwen3-Embedding-0.6B: apache-2.0; code2lora/code2lora-gru: unknown`,
    );
    assert.equal([wasThere, downloadedBytes], [false, plans[0]?.downloadBytes]);
    assert.equal(readdirSync(home.downloads), []);
    assert.ok(!hub.paths().some((path) => /README|1_Pooling|generation_config/.test(path)));
  }),
);

test.slow('is told before anything large is downloaded: licences, commits, sizes', () =>
  withHub(async ({ hub, plans, pull }) => {
    await pull({
      onPlan(plan) {
        assert.is(downloads(hub), 0);
        plans.push(plan);
      },
    });
    const [plan] = plans;
    assert.equal(
      plan?.sources.map(({ repository, commit, license, fixedBy }) => [repository, commit, license, fixedBy]),
      [
        [BASE, commitOf(repositories.baseModel), 'apache-2.0', 'first-use'],
        ['Qwen/Qwen3-Embedding-0.6B', commitOf(repositories.encoder), 'apache-2.0', 'first-use'],
        ['code2lora/code2lora-gru', commitOf(repositories.hypernetwork), null, 'first-use'],
      ],
    );
    const bytes = (plan?.files ?? []).reduce((sum, file) => sum + file.bytes, 0);
    assert.is(plan?.downloadBytes, bytes);
    assert.ok((plan?.diskBytes ?? 0) > bytes);
  }),
);

test.slow('the same again is nothing to do, without a question to the Hub', () =>
  withHub(async ({ hub, pull }) => {
    const first = await pull();
    const before = hub.requests.length;
    const second = await pull();
    assert.equal([second.wasThere, second.downloadedBytes, second.pack.digest], [true, 0, first.pack.digest]);
    assert.is(hub.requests.length, before);
  }),
);

test.slow('another precision is built from the files of the pack that is here', () =>
  withHub(async ({ hub, plans, pull }) => {
    const { pack } = await pull();
    const before = downloads(hub);
    const { pack: four, downloadedBytes } = await pull({ precision: 'int4' });
    assert.equal([downloads(hub), downloadedBytes, plans.at(-1)?.downloadBytes], [before, 0, 0]);
    assert.is(four.manifest.precision.encoder, 'int4');
    assert.ok(existsSync(four.path('hypernetwork.q4.safetensors')));
    assert.ok(!existsSync(join(four.dir, 'hypernetwork.q8.safetensors')));
    const files = ['base-model/model.safetensors', 'sources.json'];
    assert.equal(
      files.map((name) => four.manifest.files[name]),
      files.map((name) => pack.manifest.files[name]),
    );
  }),
);

test.slow('in fp32 the 16-bit weights are widened once; those of the checkpoint are mapped as they are', () =>
  withHub(async ({ pull }) => {
    const { pack } = await pull({ precision: 'fp32' });
    assert.equal(pack.manifest.baseModel.weights, ['base-model/model.fp32.safetensors']);
    assert.equal(everything(join(pack.dir, 'encoder')), [
      'config.json',
      'model.fp32.safetensors',
      'tokenizer.json',
    ]);
    assert.equal(pack.manifest.precisionLoss.nll, null);
    assert.is(pack.manifest.hypernetwork.weights, 'code2lora_gru.pt');
  }),
);

test.slow('shards are pulled one by one and stay shards', async () => {
  const sharded = await releasedRepositories({ shards: 3, dtype: 'F32', appendsEnd: false });
  await using hub = await startHubOf(sharded);
  const { pack } = await pullPack(TEST_PACK, pullOptions(hub, temporaryHome(), { precision: 'fp32' }));
  assert.equal(
    pack.manifest.baseModel.weights,
    [1, 2, 3].map((n) => `base-model/model-0000${n}-of-00003.safetensors`),
  );
  assert.is(pack.manifest.encoder.kind === 'qwen3' && pack.manifest.encoder.endToken, null);
});

test.slow('later pulls insist on the files of the first one', () =>
  withHub(async ({ hub, home, pull }) => {
    const { pack } = await pull();
    const pins = readPins(home, 'official');
    assert.equal(readSources(pack), pins);
    assert.is(
      pins?.repositories[BASE]?.files['model.safetensors']?.sha256,
      sha256Of(repositories.baseModel['model.safetensors'] as Buffer),
    );
    rmSync(pack.dir, { recursive: true });
    // The branch moves on: the pull stays where it was.
    const repository = hub.repositories.get(BASE) as { commit: string; files: RepositoryFiles };
    const { commit, files } = repository;
    repository.commit = 'c'.repeat(40);
    await rejects(pull(), ModelError, new RegExp(`it has no revision ${commit}`));
    // The same commit with another small file, whose sha256 the Hub does not tell.
    repository.commit = commit;
    repository.files = { ...files, 'config.json': Buffer.from(`${files['config.json']} `) };
    await rejects(
      pull(),
      ModelError,
      /config\.json of Qwen\/.* is not the file of the first pull: .*--revision Qwen/s,
    );
    // A user who wants it says so.
    repository.commit = 'd'.repeat(40);
    const { pack: other } = await pull({ revisions: { [BASE]: 'main' } });
    assert.is(readSources(other)?.repositories[BASE]?.commit, 'd'.repeat(40));
    assert.is(readPins(home, 'official')?.repositories[BASE]?.commit, 'd'.repeat(40));
  }),
);

test.slow('what the code fixes is not taken otherwise', () =>
  withHub(async ({ hub, home, pull }) => {
    const commit = commitOf(repositories.baseModel);
    const fixed = (digest: string) => ({
      ...TEST_PACK,
      baseModel: { repository: BASE, revision: commit, digests: { 'model.safetensors': digest } },
    });
    await rejects(
      pull({}, fixed('a'.repeat(64))),
      ModelError,
      /its sha256 is .*, this version of code2lora expects a{64}/,
    );
    assert.is(downloads(hub), 0);
    const digest = sha256Of(repositories.baseModel['model.safetensors'] as Buffer);
    await pull({}, fixed(digest));
    assert.ok(existsSync(join(home.packs, 'official', 'manifest.json')));
    await rejects(
      pull({ revisions: { 'no/part': 'main' } }),
      UsageError,
      /names no\/part, which is no part of the pack/,
    );
  }),
);

/** The cache of the Hub's own tools, with these files: blobs by their digest, links to them. */
function fillCache(folder: string, repository: string, files: RepositoryFiles): void {
  const root = join(folder, `models--${repository.replace('/', '--')}`);
  for (const [name, bytes] of Object.entries(files)) {
    const blob = join(root, 'blobs', sha256Of(bytes));
    const link = join(root, 'snapshots', commitOf(files), name);
    for (const place of [blob, link]) mkdirSync(dirname(place), { recursive: true });
    writeFileSync(blob, bytes);
    symlinkSync(blob, link);
  }
  mkdirSync(join(root, 'refs'));
  writeFileSync(join(root, 'refs', 'main'), commitOf(files));
}

const fillCaches = (folder: string) => {
  fillCache(folder, BASE, repositories.baseModel);
  fillCache(folder, TEST_PACK.encoder.repository, repositories.encoder);
  fillCache(folder, TEST_PACK.hypernetwork.repository, repositories.hypernetwork);
};

test.slow('files in the Hub’s own cache are used, as links to the same bytes on disk', () =>
  withHub(async ({ hub, home, plans, pull }) => {
    const cache = settingsFor(hub, home).cacheFolder;
    fillCaches(cache);
    const { pack, downloadedBytes } = await pull();
    assert.equal(
      [downloads(hub), downloadedBytes, plans[0]?.files.every(({ from }) => from === 'hub-cache')],
      [0, 0, true],
    );
    const sha256 = sha256Of(repositories.baseModel['model.safetensors'] as Buffer);
    const blob = join(cache, 'models--Qwen--Qwen2.5-Coder-1.5B', 'blobs', sha256);
    assert.is(statSync(pack.path('base-model/model.safetensors')).ino, statSync(blob).ino);
    // The cache may be cleaned: the pack keeps its files.
    rmSync(cache, { recursive: true });
    openModelPack(pack.dir, { verify: true });
  }),
);

test.slow('a file in the cache with other bytes is left alone, and the right one downloaded', () =>
  withHub(async ({ hub, home, notes, pull }) => {
    const cache = settingsFor(hub, home).cacheFolder;
    fillCaches(cache);
    const weights = repositories.encoder['model.safetensors'] as Buffer;
    const blob = join(cache, 'models--Qwen--Qwen3-Embedding-0.6B', 'blobs', sha256Of(weights));
    writeFileSync(blob, Buffer.alloc(weights.length, 1));
    const { pack } = await pull();
    assert.is(downloads(hub), 1);
    assert.match(notes.join(), /model-?.* is not the file that is wanted|is not the file that is wanted/);
    assert.equal(readFileSync(pack.path('encoder/model.safetensors')), weights);
    assert.equal(readFileSync(blob), Buffer.alloc(weights.length, 1));
  }),
);

test.slow('offline the cache is enough, and nobody is asked', () =>
  withHub(async ({ hub, home, pull }) => {
    const settings = settingsFor(hub, home, { isOffline: true });
    await rejects(
      pull({ settings }),
      UsageError,
      /Cannot get Qwen\/.* offline: it was not pulled before, and it is not in/,
    );
    fillCaches(settings.cacheFolder);
    const { pack } = await pull({ settings });
    assert.is(readSources(pack)?.repositories[BASE]?.commit, commitOf(repositories.baseModel));
    rmSync(join(settings.cacheFolder, 'models--Qwen--Qwen2.5-Coder-1.5B'), { recursive: true });
    rmSync(pack.dir, { recursive: true });
    await rejects(
      pull({ settings }),
      UsageError,
      /Cannot get \S+ of Qwen\/Qwen2\.5-Coder-1\.5B at .* offline/,
    );
    assert.is(hub.requests.length, 0);
  }),
);

test('too little disk is said with numbers, before anything is written', () =>
  withHub(async ({ hub, home, pull }) => {
    const size = 5e15;
    const tree = Object.keys(repositories.baseModel).map((path) => ({
      type: 'file',
      path,
      size,
      oid: 'a'.repeat(40),
    }));
    hub.trouble(`${BASE}/tree/`, { status: 200, json: tree });
    await rejects(
      pull(),
      UsageError,
      /Cannot pull official in int8: \d+\.\d TB are needed in .*, \d+\.\d .B are free there\.\nFree some space, or set CODE2LORA_HOME/,
    );
    assert.equal(everything(home.root), []);
  }));

test.slow('what is no model is refused when the pack is built; the pack before it stays', () =>
  withHub(async ({ hub, home, pull }) => {
    const { pack } = await pull();
    const { files } = hub.repositories.get(BASE) as { files: RepositoryFiles };
    const replace = (name: string, bytes: Buffer) => {
      const changed = { ...files, [name]: bytes };
      hub.repositories.set(BASE, { commit: commitOf(changed), files: changed });
      return pull({ revisions: { [BASE]: 'main' } });
    };
    const weights = files['model.safetensors'] as Buffer;
    await rejects(
      replace('model.safetensors', weights.subarray(0, -2)),
      ModelError,
      new RegExp(`^Cannot read ${BASE}/model\\.safetensors as safetensors: tensor .* ends at byte`),
    );
    const nan = Buffer.from(weights);
    nan.writeUInt16LE(0x7fc0, nan.length - 2);
    await rejects(replace('model.safetensors', nan), ModelError, /holds NaN or infinity/);
    const config = JSON.parse(String(files['config.json']));
    const wider = Buffer.from(JSON.stringify({ ...config, intermediate_size: 80 }));
    await rejects(replace('config.json', wider), ModelError, /has shape \(.*72.*\), expected \(.*80/);
    const endless = Buffer.from(JSON.stringify({ ...config, eos_token_id: null }));
    await rejects(
      replace('config.json', endless),
      ModelError,
      /Qwen2\.5-Coder-1\.5B\/config\.json: its eos_token_id is null/,
    );
    assert.equal(
      everything(home.packs),
      everything(home.packs).filter((name) => !name.startsWith('.')),
    );
    assert.is(openModelPack(pack.dir, { verify: true }).digest, pack.digest);
    assert.is(readPins(home, 'official')?.repositories[BASE]?.commit, commitOf(repositories.baseModel));
  }),
);

test.slow('a checkpoint with code in it, or of another size, is refused and nothing is run', async () => {
  const other = await releasedRepositories({ kind: 'static' });
  const name = 'code2lora_gru.pt';
  const evil = Buffer.concat([Buffer.from('\x80\x02cos\nsystem\n(X\x04\0\0\0eviltR.', 'latin1')]);
  for (const [bytes, message] of [
    [other.hypernetwork['code2lora_direct.pt'], /./],
    [evil, /pickle/],
    [Buffer.from('not a checkpoint at all'), /Cannot read/],
  ] as [Buffer, RegExp][]) {
    await using hub = await startHubOf({ ...repositories, hypernetwork: { [name]: bytes } });
    const home = temporaryHome();
    const pulling = pullPack(TEST_PACK, pullOptions(hub, home));
    if (bytes === other.hypernetwork['code2lora_direct.pt']) {
      assert.is((await pulling).pack.manifest.hypernetwork.kind, 'static');
      continue;
    }
    await rejects(pulling, ModelError, message);
    assert.ok(!existsSync(join(home.packs, 'official')));
  }
});

test('damaged pins are said to be damaged', () =>
  withHub(async ({ home, pull }) => {
    writePins(home, 'official', { schema: 'code2lora/pins@1', repositories: {} });
    writeFileSync(join(home.pins, 'official.json'), '{"schema": 3}');
    await rejects(
      pull(),
      ModelError,
      /pins\/official\.json, which says what was downloaded: .*schema is 3.*\nRemove the file/s,
    );
  }));

test.slow('a branch that has not moved is no reason to build the pack anew', () =>
  withHub(async ({ hub, pull }) => {
    const revisions = { [BASE]: 'main' };
    const { pack } = await pull({ revisions });
    const before = downloads(hub);
    const again = await pull({ revisions });
    assert.equal([again.wasThere, again.pack.digest, downloads(hub)], [true, pack.digest, before]);
    const files = { ...repositories.baseModel, LICENSE: Buffer.from('another licence') };
    hub.repositories.set(BASE, { commit: commitOf(files), files });
    assert.is((await pull({ revisions })).wasThere, false);
  }),
);

test('a repository without a file of the model is no model, and nothing is downloaded to find that out', () =>
  withHub(async ({ hub, pull }) => {
    const { baseModel, encoder, hypernetwork } = TEST_PACK;
    const shards = { 'model-00001-of-00002.safetensors': Buffer.from('x') };
    const { 'tokenizer.json': tokenizer, 'model.safetensors': weights, ...others } = repositories.encoder;
    for (const [repository, files, missing] of [
      [encoder.repository, { ...others, 'model.safetensors': weights }, 'tokenizer\\.json'],
      [encoder.repository, { ...others, 'tokenizer.json': tokenizer }, 'model\\.safetensors'],
      [
        baseModel.repository,
        { ...others, 'tokenizer.json': tokenizer, ...shards },
        'model-00002-of-00002\\.',
      ],
      [hypernetwork.repository, { LICENSE: Buffer.from('x') }, 'code2lora_gru\\.pt'],
    ] as const) {
      const before = hub.repositories.get(repository) as FakeRepository;
      hub.repositories.set(repository, {
        commit: commitOf(files as RepositoryFiles),
        files: files as RepositoryFiles,
      });
      const message = new RegExp(
        `Cannot use ${repository} at [0-9a-f]{12}: it lacks ${missing}.*\\nName another`,
      );
      await rejects(pull(), ModelError, message);
      hub.repositories.set(repository, before);
    }
    assert.is(downloads(hub), 0);
  }));

test.slow('what 8 and 4 bits cost is measured against the published weights, and 4 cost more', () =>
  withHub(async ({ pull }) => {
    const measured = [];
    for (const precision of ['int8', 'int4'] as const)
      measured.push((await pull({ precision, measure: true })).pack.manifest.precisionLoss);
    const [eight, four] = measured;
    for (const key of ['embeddingError', 'adapterError'] as const) {
      const [less, more] = [eight?.[key] ?? 0, four?.[key] ?? 0];
      assert.ok(less > 1e-6 && less < 0.05 && more > 2 * less, `${key}: ${less}, ${more}`);
    }
    assert.ok(Math.abs(eight?.nll ?? 1) < 0.05, `nll ${eight?.nll}`);
    assert.match(eight?.measuredOn ?? '', /a module, its tests/);
  }),
);

test.run();
