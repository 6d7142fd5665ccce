import { GitHubError } from '../../src/errors.ts';
import { fetchReport } from '../../src/github/report-artifact.ts';
import { addArtifact, addRun } from '../helpers/github/actions.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { fakePlace } from './state-fixture.ts';
import { zipOf } from './zip-files.ts';

const test = suite('github/report-artifact');
const name = 'code2lora-report';

test('takes the newest of a run that ran again', async () => {
  await using place = await fakePlace();
  const { id: run } = addRun(place.state, {
    repository: 'o/r',
    headSha: 'a'.repeat(40),
    event: 'pull_request',
  });
  for (const text of ['first', 'second']) {
    addArtifact(place.state, { run, name, data: await zipOf({ 'report.json': text }) });
  }
  assert.is(await fetchReport(place.github, { runId: run, name }), 'second');
});

test.slow('refuses an expired one, a zip with anything else in it, and one that grows', async () => {
  await using place = await fakePlace();
  const { id: run } = addRun(place.state, {
    repository: 'o/r',
    headSha: 'a'.repeat(40),
    event: 'pull_request',
  });
  const report = () => fetchReport(place.github, { runId: run, name });
  addArtifact(place.state, { run, name, data: Buffer.alloc(0), expired: true });
  await rejects(report(), GitHubError, /it has expired\.\nRun the checks again/);
  addArtifact(place.state, { run, name, data: await zipOf({ 'report.json': '{}', 'x.sh': '' }) });
  await rejects(report(), GitHubError, /artifact \d+ of run \d+: it holds "x\.sh", expected report\.json/);
  const data = await zipOf({ 'report.json': ' '.repeat(20_000_000) }, { compress: true });
  addArtifact(place.state, { run, name, data });
  await rejects(report(), GitHubError, /"report\.json" grows from/);
});

test('a run that is not there is an error, not an empty report', async () => {
  await using place = await fakePlace();
  await rejects(fetchReport(place.github, { runId: 5, name }), GitHubError, /404 .*\n.*actions: read/);
});

test.run();
