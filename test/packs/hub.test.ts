import { ModelError } from '../../src/errors.ts';
import { readRepository } from '../../src/packs/hub.ts';
import { commitOf, type FakeHub, type FakeRepository, sha256Of, startFakeHub } from '../helpers/hub.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { IMPATIENT, settingsFor, temporaryHome } from './fixture.ts';

const test = suite('packs/hub');
const NAME = 'owner/model';
const FILES = Object.fromEntries(
  ['config.json', 'tokenizer.json', 'LICENSE', 'a/b/c.txt', 'model.safetensors'].map((name) => [
    name,
    Buffer.from(`the bytes of ${name}`),
  ]),
);

const ask = (
  hub: Pick<FakeHub, 'url'>,
  changes: { token?: string; revision?: string; silenceMs?: number } = {},
) => {
  const { token = null, revision, silenceMs } = changes;
  const settings = settingsFor(hub, temporaryHome(), { token });
  return readRepository(NAME, {
    settings,
    network: silenceMs ? { ...IMPATIENT, silenceMs, attempts: 2 } : IMPATIENT,
    revision,
  });
};

const withHub = async (
  use: (hub: FakeHub) => Promise<void>,
  repository: Partial<FakeRepository> = {},
): Promise<void> => {
  await using hub = await startFakeHub({ [NAME]: { files: FILES, license: 'apache-2.0', ...repository } });
  await use(hub);
};

test('lists every file of every page, with the digests that the Hub knows', () =>
  withHub(async (hub) => {
    const { name, commit, license, files } = await ask(hub);
    assert.equal([name, commit, license], [NAME, commitOf(FILES), 'apache-2.0']);
    assert.equal(
      files.map(({ path }) => path),
      Object.keys(FILES),
    );
    const weights = files.find(({ path }) => path === 'model.safetensors');
    const bytes = FILES['model.safetensors'] as Buffer;
    assert.equal(weights, {
      ...{ repository: NAME, commit, path: 'model.safetensors', bytes: bytes.length },
      ...{ sha256: sha256Of(bytes), blob: null },
    });
    // as `git hash-object` says
    assert.is(files[0]?.blob, '2fc18743079a78fabc65a1ed7492fff999e61043');
    assert.is(files[0]?.sha256, null);
    assert.is(hub.paths().filter((path) => path.includes('/tree/')).length, 3);
  }));

test('asks for a commit at that commit, and does not take another one', () =>
  withHub(async (hub) => {
    const commit = commitOf(FILES);
    assert.is((await ask(hub, { revision: commit })).commit, commit);
    assert.ok(hub.paths()[0]?.endsWith(`/revision/${commit}`));
    await rejects(
      ask(hub, { revision: 'a'.repeat(40) }),
      ModelError,
      /it has no revision a{40}\.\nName another one with --revision/,
    );
    const card = { _id: '1', id: NAME, sha: 'b'.repeat(40), lastModified: '2026-01-01' };
    hub.trouble('/revision/', { status: 200, json: card });
    await rejects(ask(hub, { revision: commit }), ModelError, /asked for commit .* it answers with b{40}/);
    hub.trouble('/revision/', { status: 200, json: { ...card, sha: '../..' } });
    await rejects(ask(hub), ModelError, /it names no commit for main/);
  }));

test('tells a licence by the model card, or that there is none', () =>
  withHub(async (hub) => {
    const repository = hub.repositories.get(NAME) as FakeRepository;
    const found: unknown[] = [];
    for (const license of [null, ['mit', 'apache-2.0'], 'x'.repeat(300), '\u001b[31m']) {
      repository.license = license;
      found.push((await ask(hub)).license);
    }
    assert.equal(found, [null, 'mit, apache-2.0', null, null]);
  }));

test('a gated or private repository opens with a token that may read it', async () => {
  for (const access of ['gated', 'private'] as const) {
    await withHub(
      async (hub) => {
        const message =
          access === 'gated'
            ? /is gated.*\nAccept them at .*\/owner\/model and set HF_TOKEN/
            : /asks for a login/;
        await rejects(ask(hub), ModelError, message);
        assert.is((await ask(hub, { token: 'hf_reader' })).files.length, 5);
        hub.tokens.add('a token of another make');
        assert.is((await ask(hub, { token: 'a token of another make' })).files.length, 5);
        await rejects(ask(hub, { token: 'hf_revoked' }), ModelError, /refuses the token \(status 401\)/);
      },
      { access },
    );
  }
});

test('the token does not follow a page that leads elsewhere', () =>
  withHub(async (hub) => {
    const link = `<${hub.cdnUrl}/next>; rel="next"`;
    hub.trouble('/tree/', { status: 200, headers: { link }, json: [] });
    hub.trouble('/next', { status: 200, json: [] });
    await ask(hub, { token: 'hf_reader' });
    const { origin, authorization } = hub.requests.at(-1) ?? {};
    assert.equal([origin, authorization], ['cdn', undefined]);
  }));

test('tries again after a limit or a failure, and says which of them stays', () =>
  withHub(async (hub) => {
    hub.trouble('/revision/', { status: 429, headers: { 'retry-after': '0' } }, { status: 502 });
    assert.is((await ask(hub)).files.length, 5);
    hub.trouble('/tree/', { status: 504 }, { cutAfter: 5 }, { status: 500 });
    await rejects(
      ask(hub),
      ModelError,
      /owner\/model at main from http.*: the server failed with status 500\.\nTry again later/,
    );
  }));

test.slow('does not wait for a server that says nothing, or for a name that is nobody', () =>
  withHub(async (hub) => {
    const silence = { stallAfter: 3 };
    hub.trouble('/revision/', silence, silence);
    await rejects(ask(hub, { silenceMs: 60 }), ModelError, /nothing came for 1 s/);
    await rejects(
      ask({ url: 'http://127.0.0.1:9' }),
      ModelError,
      /Check the network.*code2lora models import/,
    );
  }),
);

test('an answer of another kind is no answer: a login page, a list where there should be none', () =>
  withHub(async (hub) => {
    const refuses = () =>
      rejects(
        ask(hub),
        ModelError,
        /Cannot use what the Hub says about owner\/model: .*\nIs HF_ENDPOINT a Hugging Face Hub/,
      );
    for (const body of ['<html>Log in to the network</html>', 'null', '[]', '']) {
      hub.trouble('/revision/', { status: 200, body: Buffer.from(body) });
      await refuses();
    }
    hub.trouble('/revision/', { status: 200, body: Buffer.from('\u001b[2J') });
    await rejects(ask(hub), ModelError, /its answer cannot be read \(\P{Cc}*\)\.\n/u);
    for (const body of ['{"error": "x"}', '[null]', '[{"type": "file"}]', '[{"type": "file", "lfs": 1}]']) {
      hub.trouble('/tree/', { status: 200, body: Buffer.from(body) });
      await refuses();
    }
  }));

test.slow('a list that never ends is left', () =>
  withHub(async (hub) => {
    hub.trouble('/tree/', { status: 200, body: Buffer.alloc(33_000_000, ' ') });
    await rejects(ask(hub), ModelError, /its list has more than 32000000 bytes/);
    const location = `${hub.url}/api/models/${NAME}/revision/main`;
    hub.trouble('/revision/', ...Array.from({ length: 6 }, () => ({ status: 302, headers: { location } })));
    await rejects(ask(hub), ModelError, /sent on more than 5 times/);
  }),
);

test.slow('refuses what cannot be sizes and digests', () =>
  withHub(async (hub) => {
    const entry = { type: 'file', path: 'x', size: 3, oid: 'a'.repeat(40) };
    for (const change of [
      { size: -1 },
      { size: 1e300 },
      { oid: 'no' },
      { lfs: { oid: '../x', size: 3, pointerSize: 1 } },
    ]) {
      hub.trouble('/tree/', { status: 200, json: [{ ...entry, ...change }] });
      await rejects(ask(hub), ModelError, /Cannot use what the Hub says about owner\/model/);
    }
    hub.trouble('/tree/', { status: 200, json: Array.from({ length: 10_001 }, () => entry) });
    await rejects(ask(hub), ModelError, /lists more than 10000 files/);
  }),
);

test.run();
