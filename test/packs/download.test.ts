import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { ModelError, UsageError } from '../../src/errors.ts';
import { type DownloadOptions, downloadFile, partPath } from '../../src/packs/download.ts';
import type { RemoteFile } from '../../src/packs/hub.ts';
import { type FakeHub, sha256Of, startFakeHub } from '../helpers/hub.ts';
import { random } from '../helpers/random.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { IMPATIENT, settingsFor, temporaryHome } from './fixture.ts';

const test = suite('packs/download');
const WEIGHTS = Buffer.from(random(1).normal(50_000).buffer);
const CONFIG = Buffer.from('{"a": 1}\n');
const NAME = 'owner/model';
const CDN = `/blobs/${sha256Of(WEIGHTS)}`;

interface Trial {
  hub: FakeHub;
  file: RemoteFile;
  part: string;
  options: DownloadOptions;
  /** Bytes that were reported, in order. */
  progress: number[];
}

async function withHub(use: (trial: Trial) => Promise<void>): Promise<void> {
  await using hub = await startFakeHub({
    [NAME]: { files: { 'model.safetensors': WEIGHTS, 'config.json': CONFIG } },
  });
  const home = temporaryHome();
  const progress: number[] = [];
  const options = {
    folder: home.downloads,
    settings: settingsFor(hub, home),
    network: IMPATIENT,
    onProgress: (done: number) => void progress.push(done),
  };
  const commit = hub.repositories.get(NAME)?.commit ?? '';
  const base = { repository: NAME, commit, path: 'model.safetensors', bytes: WEIGHTS.length };
  const file = { ...base, sha256: sha256Of(WEIGHTS), blob: null };
  await use({ hub, file, part: partPath(home.downloads, file), options, progress });
}

const rangesOf = ({ requests }: FakeHub) =>
  requests.filter(({ origin }) => origin === 'cdn').map(({ range, status }) => [range, status]);

test.slow('downloads a large file over the redirect, in order', () =>
  withHub(async ({ hub, file, part, options, progress }) => {
    const { path, digest } = await downloadFile(file, options);
    assert.is(path, part);
    assert.equal(readFileSync(path), WEIGHTS);
    assert.is(digest.sha256, sha256Of(WEIGHTS));
    assert.equal(rangesOf(hub), [[undefined, 200]]);
    assert.is(progress.at(-1), WEIGHTS.length);
    assert.equal(
      progress.toSorted((a, b) => a - b),
      progress,
    );
  }),
);

test('checks a small file by the id git gives it', () =>
  withHub(async ({ file, options }) => {
    const small = { ...file, path: 'config.json', bytes: CONFIG.length, sha256: null };
    const blob = '7ccd31ae44f60e39c01c2e24e2e0a9b0b3ee1b8c';
    await rejects(
      downloadFile({ ...small, blob }, options),
      ModelError,
      new RegExp(`git id is .*, expected ${blob}`),
    );
    const { digest } = await downloadFile({ ...small, blob: null }, options);
    assert.is(digest.sha256, sha256Of(CONFIG));
    assert.equal(
      await downloadFile({ ...small, blob: digest.blob }, options).then(({ digest: d }) => d),
      digest,
    );
  }));

test('gives the token to the Hub and to nobody it sends us on to', () =>
  withHub(async ({ hub, file, options }) => {
    const settings = { ...options.settings, token: 'hf_reader' };
    await downloadFile(file, { ...options, settings });
    const small = { ...file, path: 'config.json', bytes: CONFIG.length, sha256: null };
    await downloadFile(small, { ...options, settings });
    const tokens = hub.requests.map(({ origin, authorization }) => [origin, authorization]);
    assert.equal(tokens, [
      ['hub', 'Bearer hf_reader'],
      ['cdn', undefined],
      // a redirect within the Hub
      ['hub', 'Bearer hf_reader'],
      ['hub', 'Bearer hf_reader'],
    ]);
  }));

test('goes on where a broken connection stopped', () =>
  withHub(async ({ hub, file, options }) => {
    hub.trouble(CDN, { cutAfter: 70_000 }, { cutAfter: 50_000 });
    const { path } = await downloadFile(file, options);
    assert.equal(readFileSync(path), WEIGHTS);
    const ranges = rangesOf(hub);
    assert.is(ranges.length, 3);
    assert.equal(ranges[0], [undefined, 200]);
    for (const [range, status] of ranges.slice(1)) {
      assert.match(range as string, /^bytes=[1-9]\d*-$/);
      assert.is(status, 206);
    }
    assert.match(hub.requests.at(-1)?.ifRange ?? '', /^"[0-9a-f]{32}"$/);
  }));

test('goes on where an earlier process stopped, and asks for nothing when it has all', () =>
  withHub(async ({ hub, file, part, options, progress }) => {
    mkdirSync(options.folder);
    writeFileSync(part, WEIGHTS.subarray(0, 123_456));
    await downloadFile(file, options);
    assert.equal(rangesOf(hub), [['bytes=123456-', 206]]);
    assert.is(progress[0], 123_456);
    const before = hub.requests.length;
    assert.equal(readFileSync((await downloadFile(file, options)).path), WEIGHTS);
    assert.is(hub.requests.length, before);
  }));

test('begins anew when the file on the server is another one than before', () =>
  withHub(async ({ hub, file, part, options }) => {
    mkdirSync(options.folder);
    writeFileSync(part, WEIGHTS.subarray(0, 1000));
    writeFileSync(part.replace('.part', '.etag'), '"of another day"');
    assert.equal(readFileSync((await downloadFile(file, options)).path), WEIGHTS);
    assert.equal(rangesOf(hub), [['bytes=1000-', 200]]);
  }));

test('does not trust what an earlier process left: once more from the first byte on', () =>
  withHub(async ({ hub, file, part, options }) => {
    mkdirSync(options.folder);
    writeFileSync(part, Buffer.alloc(1000, 7));
    assert.equal(readFileSync((await downloadFile(file, options)).path), WEIGHTS);
    assert.equal(rangesOf(hub), [
      ['bytes=1000-', 206],
      [undefined, 200],
    ]);
    writeFileSync(part, Buffer.concat([WEIGHTS, Buffer.from('longer')]));
    assert.equal(readFileSync((await downloadFile(file, options)).path).subarray(0, WEIGHTS.length), WEIGHTS);
  }));

test.slow('removes what has another digest, another length or comes from another commit', () =>
  withHub(async ({ hub, file, options }) => {
    const refuses = async (message: RegExp, wanted = file) => {
      await rejects(downloadFile(wanted, options), ModelError, message);
      assert.equal(existsSync(options.folder) ? readdirSync(options.folder) : [], []);
    };
    const swapped = Buffer.from(WEIGHTS);
    swapped[99_999] = (swapped[99_999] as number) ^ 1;
    hub.trouble(CDN, { body: swapped });
    await refuses(/its sha256 is [0-9a-f]{64}, expected [0-9a-f]{64}\.\nWhat came was removed/);
    hub.trouble(CDN, { body: Buffer.concat([WEIGHTS, WEIGHTS]) });
    await refuses(/the server sends 400000 bytes, expected 200000/);
    hub.trouble(CDN, { body: WEIGHTS.subarray(0, 100) });
    await refuses(/the server sends 100 bytes, expected 200000/);
    await refuses(/announces 200000 bytes, expected 200001/, { ...file, bytes: WEIGHTS.length + 1 });
    await refuses(/announces the sha256 .*, expected 0{64}/, { ...file, sha256: '0'.repeat(64) });
    const headers = { 'x-repo-commit': 'f'.repeat(40), location: `${hub.cdnUrl}${CDN}` };
    hub.trouble('/resolve/', { status: 302, headers });
    await refuses(/from commit f{40}, expected/);
  }),
);

test('does not read further than the announced size, whatever the server says', () =>
  withHub(async ({ hub, file, options }) => {
    hub.trouble(CDN, { chunked: true, body: Buffer.alloc(5_000_000) });
    await rejects(downloadFile(file, options), ModelError, /sends more than the 200000 bytes/);
  }));

test('waits as long as a server asks for, and gives up on one that asks for too long', () =>
  withHub(async ({ hub, file, options }) => {
    const pauses: number[] = [];
    const network = { ...options.network, onPause: (_: string, ms: number) => void pauses.push(ms) };
    const limited = (seconds: number) => ({ status: 429, headers: { 'retry-after': String(seconds) } });
    hub.trouble('/resolve/', limited(0), { status: 503 }, { status: 500 });
    await rejects(
      downloadFile(file, { ...options, network }),
      ModelError,
      /the server failed with status 500/,
    );
    assert.equal(pauses, [0, 2]);
    hub.trouble('/resolve/', limited(3600));
    await rejects(
      downloadFile(file, { ...options, network }),
      ModelError,
      /too many requests from here \(status 429\)\.\nRun the command again in 3600 seconds\. A token \(HF_TOKEN\) raises/,
    );
    assert.is(pauses.length, 2);
  }));

test.slow('leaves a server that says nothing any more, and keeps what it has', () =>
  withHub(async ({ hub, file, part, options }) => {
    const stalled = { stallAfter: 80_000 };
    hub.trouble(CDN, stalled);
    const network = { ...options.network, silenceMs: 1000, attempts: 1 };
    await rejects(
      downloadFile(file, { ...options, network }),
      ModelError,
      /nothing came for 1 s\.\nCheck the network .*what is there already is kept/,
    );
    assert.ok(statSync(part).size > 0 && statSync(part).size <= 80_000);
    assert.equal(readFileSync((await downloadFile(file, options)).path), WEIGHTS);
  }),
);

test('says what to do about each refusal', () =>
  withHub(async ({ hub, file, options }) => {
    const refuses = (message: RegExp, changes: Partial<RemoteFile> = {}, token: string | null = null) =>
      rejects(
        downloadFile(
          { ...file, ...changes, sha256: null },
          { ...options, settings: { ...options.settings, token } },
        ),
        ModelError,
        message,
      );
    await refuses(/has no such file\.\nName another revision/, { path: 'other.bin' });
    await refuses(/it asks for a login \(status 401\)\.\nThe repository is private, or there is none/, {
      repository: 'no/one',
    });
    await refuses(/refuses the token \(status 401\)/, {}, 'hf_wrong');
    (hub.repositories.get(NAME) as { access: string }).access = 'gated';
    await refuses(/gated: .*\nAccept them at http:\/\/127.*\/owner\/model and set HF_TOKEN/);
    hub.trouble('/resolve/', { status: 418 });
    await refuses(/it answered with status 418/);
  }));

test('asks the Hub for another link when the one to the storage has expired', () =>
  withHub(async ({ hub, file, options }) => {
    hub.trouble(CDN, { cutAfter: 70_000 }, { status: 403 });
    assert.equal(readFileSync((await downloadFile(file, options)).path), WEIGHTS);
    assert.equal(
      hub.requests.map(({ origin, status }) => [origin, status]),
      [
        ...[
          ['hub', 302],
          ['cdn', 200],
        ],
        ...[
          ['hub', 302],
          ['cdn', 403],
        ],
        ...[
          ['hub', 302],
          ['cdn', 206],
        ],
      ],
    );
  }));

test('what the storage refuses is not blamed on the token, which it never sees', () =>
  withHub(async ({ hub, file, options }) => {
    const settings = { ...options.settings, token: 'hf_reader' };
    const storage = new URL(hub.cdnUrl).host;
    for (const [status, times] of [
      [401, 1],
      [403, 3],
      [404, 1],
    ] as const) {
      hub.trouble(CDN, ...Array.from({ length: times }, () => ({ status })));
      await rejects(
        downloadFile(file, { ...options, settings }),
        ModelError,
        new RegExp(`${storage}, where the Hub keeps the file, answered with status ${status}\\.\\nRun the`),
      );
    }
    assert.equal(readFileSync((await downloadFile(file, options)).path), WEIGHTS);
  }));

test('begins anew where the server has not the rest of what is here', () =>
  withHub(async ({ hub, file, part, options }) => {
    mkdirSync(options.folder);
    writeFileSync(part, WEIGHTS.subarray(0, 1000));
    hub.trouble(CDN, { status: 416 });
    assert.equal(readFileSync((await downloadFile(file, options)).path), WEIGHTS);
    assert.equal(rangesOf(hub), [
      ['bytes=1000-', 416],
      [undefined, 200],
    ]);
  }));

test('leaves a server that makes us begin anew for ever', () =>
  withHub(async ({ hub, file, options }) => {
    const turns = Array.from({ length: 9 }, () => [{ cutAfter: 70_000 }, { status: 416 }]).flat();
    hub.trouble(CDN, ...turns);
    await rejects(downloadFile(file, options), ModelError, /Check the network/);
    assert.ok(hub.requests.length < 2 * turns.length);
  }));

test('the login page of a network costs nothing of what is there already', () =>
  withHub(async ({ hub, file, part, options }) => {
    mkdirSync(options.folder);
    writeFileSync(part, WEIGHTS.subarray(0, 150_000));
    const page = Buffer.from('<html>Log in to the network</html>');
    for (const chunked of [false, true]) {
      const headers = { 'content-type': 'text/html; charset=utf-8' };
      hub.trouble(CDN, { status: 200, headers, body: page, chunked });
      await rejects(
        downloadFile(file, options),
        ModelError,
        /sends a web page instead\.\nWhat is there .* kept/,
      );
    }
    hub.trouble(CDN, { status: 200, body: page });
    await rejects(downloadFile(file, options), ModelError, /the server sends 34 bytes, expected 200000\./);
    assert.is(statSync(part).size, 150_000);
    assert.equal(readFileSync((await downloadFile(file, options)).path), WEIGHTS);
    assert.equal(rangesOf(hub).at(-1), ['bytes=150000-', 206]);
  }));

test('a server that is not there, and a name that nobody knows', () =>
  withHub(async ({ file, options }) => {
    const at = (url: string) => downloadFile(file, { ...options, settings: { ...options.settings, url } });
    await rejects(at('http://127.0.0.1:9'), ModelError, /127\.0\.0\.1:9: .*\nCheck the network/);
    await rejects(at('http://hub.invalid'), ModelError, /the name of the server .*\nCheck the network/);
  }));

test('a full disk is said to be one, and what was written stays', () =>
  withHub(async ({ file, part, options }) => {
    if (!existsSync('/dev/full')) return;
    mkdirSync(options.folder);
    symlinkSync('/dev/full', part);
    await rejects(
      downloadFile(file, options),
      UsageError,
      /ENOSPC.*\nThe disk is full: free some space, or set CODE2LORA_HOME.*kept for the next try/,
    );
  }));

test.run();
