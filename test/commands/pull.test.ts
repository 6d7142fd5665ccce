import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { run } from '../../src/commands/check.ts';
import type { PullOptions } from '../../src/commands/options.ts';
import { pull } from '../../src/commands/pull.ts';
import { status } from '../../src/commands/status.ts';
import { verify } from '../../src/commands/verify.ts';
import { openWorkspace } from '../../src/commands/workspace.ts';
import { GitHubError, SnapshotError, UsageError } from '../../src/errors.ts';
import { embeddingsArtifact } from '../../src/github/artifact-names.ts';
import { embeddingsFiles } from '../../src/github/embeddings-artifact.ts';
import type { Snapshot } from '../../src/snapshots/snapshot.ts';
import { stateZip } from '../github/state-fixture.ts';
import { zipOf } from '../github/zip-files.ts';
import { withEnvironment } from '../helpers/environment.ts';
import { type GitRepo, repoAt, temporaryFolder } from '../helpers/git-repo.ts';
import { addArtifact, addRepository, addRun } from '../helpers/github/actions.ts';
import { type FakeGitHub, startFakeGitHub, TOKEN } from '../helpers/github/server.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';
import { staticPack } from '../helpers/tiny-recipes.ts';
import { cartRepo } from './fixture.ts';

const test = suite('commands/pull');
const execute = promisify(execFile);
const { dir: model } = await tinyPack();
const { repo: origin, shas } = cartRepo();
const name = 'code2lora-state';
/** No login of the machine's own, no other variables. */
const NOTHING = {
  ...{ GITHUB_TOKEN: undefined, GH_TOKEN: undefined, GH_ENTERPRISE_TOKEN: undefined },
  ...{ GITHUB_API_URL: undefined, GITHUB_SERVER_URL: undefined, GITHUB_ENTERPRISE_TOKEN: undefined },
  PATH: process.env.PATH,
};

let built: Snapshot | undefined;

/** The snapshot of the fourth of five commits, as CI has made it: from the history, in a clone of its own. */
async function builtByCi(): Promise<Snapshot> {
  if (built) return built;
  const ci = cloneOf(origin, shas[3]);
  const { snapshot } = await run({ repo: ci.dir, model });
  built = (await openWorkspace({ repo: ci.dir, model })).store.get(snapshot.id) as Snapshot;
  return built;
}

/** A fresh clone whose origin is on github.com, as far as anybody asks. */
function cloneOf({ dir }: GitRepo, commit?: string, remote = 'git@github.com:o/r.git'): GitRepo {
  const clone = repoAt(temporaryFolder());
  clone.git('clone', '--quiet', dir, '.');
  clone.git('remote', 'set-url', 'origin', remote);
  if (commit) clone.git('checkout', '--quiet', '--detach', commit);
  return clone;
}

async function withArtifact(
  use: (state: FakeGitHub) => Promise<void>,
  { event = 'push' } = {},
): Promise<void> {
  await using state = await startFakeGitHub();
  addRepository(state, 'o/r');
  const snapshot = await builtByCi();
  const { id } = addRun(state, { repository: 'o/r', headSha: shas[3] as string, event });
  addArtifact(state, { run: id, name, data: await stateZip(snapshot) });
  await use(state);
}

const pullFrom = (state: FakeGitHub, options: PullOptions) =>
  withEnvironment({ ...NOTHING, GITHUB_API_URL: state.url, GITHUB_TOKEN: TOKEN }, () =>
    pull({ model, ...options }),
  );

test.slow('a fresh clone goes on from what CI has made, to the same bytes as from the history', () =>
  withArtifact(async (state) => {
    const clone = cloneOf(origin);
    const pulled = await pullFrom(state, { repo: clone.dir });
    assert.is(pulled.repository, 'o/r');
    assert.equal([pulled.snapshot.commit, pulled.behind, pulled.refused], [shas[3], 1, []]);
    assert.is(pulled.artifact?.sizeBytes, [...state.artifacts.values()][0]?.sizeInBytes);
    assert.is((await status({ repo: clone.dir, model })).snapshot?.commit, shas[3]);
    const continued = await run({ repo: clone.dir, model });
    const whole = await run({ repo: cloneOf(origin).dir, model });
    assert.equal(continued.snapshot, whole.snapshot);
    assert.ok((await verify({ repo: clone.dir, model })).equal);
  }),
);

test.slow(
  'of a static model the embeddings come too, so that the next commit embeds what is new only',
  async () => {
    const { dir: fixed } = staticPack();
    const ci = cloneOf(origin, shas[3]);
    const { snapshot } = await run({ repo: ci.dir, model: fixed });
    const workspace = await openWorkspace({ repo: ci.dir, model: fixed });
    await using made = workspace.openCache();
    const embeddings = [...made.entries()];
    assert.is(embeddings.length, 3);
    await using state = await startFakeGitHub();
    addRepository(state, 'o/r');
    const { id } = addRun(state, { repository: 'o/r', headSha: shas[3] as string });
    const stored = {
      embeddings: new Map(embeddings.slice(0, 1)),
      embeddingsStoredAt: new Date().toISOString(),
    };
    const data = await stateZip(workspace.store.get(snapshot.id) as Snapshot, stored);
    addArtifact(state, { run: id, name, data });
    const origins = { tool: '0.1.0', repository: 'o/r', branch: 'main', commit: shas[3] as string };
    const files = embeddingsFiles({ ...origins, embeddings: new Map(embeddings.slice(1)) });
    addArtifact(state, { run: id, name: embeddingsArtifact(name), data: await zipOf(files) });
    const clone = cloneOf(origin);
    const pulled = await pullFrom(state, { repo: clone.dir, model: fixed });
    assert.equal([pulled.behind, pulled.refused], [1, []]);
    const local = await openWorkspace({ repo: clone.dir, model: fixed });
    await using cache = local.openCache();
    assert.equal(new Map(cache.entries()), new Map(embeddings));
  },
);

test.slow('what is there and as new stays, and at HEAD nobody is asked', () =>
  withArtifact(async (state) => {
    const clone = cloneOf(origin, shas[3]);
    await pullFrom(state, { repo: clone.dir });
    const asked = state.requests.length;
    const again = await pullFrom(state, { repo: clone.dir });
    assert.equal([again.artifact, again.behind, state.requests.length], [null, 0, asked]);
    clone.git('checkout', '--quiet', '--detach', shas[4] as string);
    const behind = await pullFrom(state, { repo: clone.dir });
    assert.equal([behind.artifact, behind.behind, behind.snapshot.commit], [null, 1, shas[3]]);
  }),
);

test.slow(
  'a downloaded artifact is proven against the history, and a wrong number in it is found',
  async () => {
    const clone = cloneOf(origin);
    const snapshot = await builtByCi();
    const file = join(temporaryFolder(), 'state.zip');
    writeFileSync(file, await stateZip(snapshot));
    const proven = await verify({ repo: clone.dir, model, artifact: file });
    assert.ok(proven.equal);
    assert.is(proven.snapshot.commit, shas[3]);
    const { createSnapshot } = await import('../../src/snapshots/snapshot.ts');
    const { manifest, adapter } = snapshot;
    const hiddenState = snapshot.hiddenState.map((value, index) => (index === 0 ? value + 0.01 : value));
    const changed = createSnapshot({ ...manifest, parentCommit: shas[2] as string, hiddenState, adapter });
    writeFileSync(file, await stateZip(changed.snapshot));
    const found = await verify({ repo: clone.dir, model, artifact: file });
    assert.equal([found.equal, found.withinTolerance], [false, false]);
    assert.ok(Math.abs(found.largestDifference - 0.01) < 1e-6);
    const elsewhere = createSnapshot({
      ...manifest,
      parentCommit: shas[2] as string,
      position: 2,
      hiddenState,
      adapter,
    });
    writeFileSync(file, await stateZip(elsewhere.snapshot));
    await rejects(verify({ repo: clone.dir, model, artifact: file }), SnapshotError, /the history says 3/);
    await rejects(
      verify({ repo: clone.dir, model, artifact: '/no/such.zip' }),
      UsageError,
      /no file .*such\.zip/,
    );
  },
);

test.slow('nothing that can be used is an error with the reasons, and the store stays empty', async () => {
  await withArtifact(
    async (state) => {
      const clone = cloneOf(origin);
      const failure = pullFrom(state, { repo: clone.dir });
      await rejects(
        failure,
        GitHubError,
        /no artifact .* can be used here\.\n {2}State artifact \d+ .*pull_request_target/,
      );
      await rejects(
        pullFrom(state, { repo: clone.dir, artifact: 'x' }),
        GitHubError,
        /o\/r has no artifact "x"/,
      );
      assert.is((await status({ repo: clone.dir, model })).snapshot, null);
    },
    { event: 'pull_request_target' },
  );
});

test.slow('the repository can be named, and must be one', async () => {
  await using state = await startFakeGitHub();
  addRepository(state, 'up/stream');
  const clone = cloneOf(origin, undefined, '/srv/git/r.git');
  await rejects(
    pullFrom(state, { repo: clone.dir }),
    UsageError,
    /no remote "origin".*\n.*--repository owner\/name/,
  );
  await rejects(pullFrom(state, { repo: clone.dir, repository: 'r' }), UsageError, /"r" is not a repository/);
  const named = pullFrom(state, { repo: clone.dir, repository: 'up/stream' });
  await rejects(named, GitHubError, /up\/stream has no artifact "code2lora-state"/);
});

test.slow('a repository without a remote is told how to name one', async () => {
  const clone = cloneOf(origin);
  clone.git('remote', 'remove', 'origin');
  await withEnvironment(NOTHING, () =>
    rejects(pull({ repo: clone.dir, model }), UsageError, /no remote "origin"/),
  );
});

test.slow(
  'without a token it says where one can come from; it is not sent to a server it is not for',
  async () => {
    const clone = cloneOf(origin);
    const noGh = { ...NOTHING, GH_CONFIG_DIR: temporaryFolder() };
    await withEnvironment(noGh, () =>
      rejects(
        pull({ repo: clone.dir, model }),
        UsageError,
        /GITHUB_TOKEN nor GH_TOKEN is set.*\n.*gh auth login/,
      ),
    );
    const other = cloneOf(origin, undefined, 'https://evil.example/o/r.git');
    await withEnvironment({ ...noGh, GITHUB_TOKEN: TOKEN }, () =>
      rejects(
        pull({ repo: other.dir, model }),
        UsageError,
        /no token for evil\.example: neither GH_ENTERPRISE_TOKEN/,
      ),
    );
  },
);

test.slow('a token without the permission is told which one it lacks', async () => {
  await using state = await startFakeGitHub();
  addRepository(state, 'o/r');
  state.permissions.set(TOKEN, { metadata: 'read' });
  await rejects(pullFrom(state, { repo: cloneOf(origin).dir }), GitHubError, /403.*\n.*"actions: read"/);
});

test.slow('on the command line: what was fetched, where it stands, what comes next', () =>
  withArtifact(async (state) => {
    const clone = cloneOf(origin);
    const env = { ...process.env, ...NOTHING, GITHUB_API_URL: state.url, GITHUB_TOKEN: TOKEN };
    const cli = (...args: string[]) =>
      execute(
        process.execPath,
        ['--import', 'tsx', 'src/cli.ts', 'pull', '--repo', clone.dir, '--model', model, ...args],
        {
          env,
        },
      );
    const { stdout } = await cli();
    assert.match(stdout, /^fetched {3}artifact \d+ of o\/r, \d+ KiB, made [\d-]{10}T[\d:.]{12}Z\n/);
    assert.match(
      stdout,
      new RegExp(
        `adapter {3}the adapter stands at ${shas[3]?.slice(0, 10)}, 1 commit to go\nnext {6}code2lora run\n$`,
      ),
    );
    const again = JSON.parse((await cli('--json')).stdout) as { schema: string; artifact: unknown };
    assert.equal([again.schema, again.artifact], ['code2lora/pull@1', null]);
    const failure = await cli('--artifact', 'x').catch((error: { code: number; stderr: string }) => error);
    assert.match(
      (failure as { stderr: string }).stderr,
      /^code2lora: Cannot pull: o\/r has no artifact "x"\./,
    );
    assert.is((failure as { code: number }).code, 3);
  }),
);

test.run();
