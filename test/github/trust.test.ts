import type { ListedArtifact, WorkflowRun } from '../../src/github/artifacts.ts';
import { refuseArtifact, refuseRun } from '../../src/github/trust.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('github/trust');
const run: WorkflowRun = {
  id: 9,
  event: 'push',
  repositoryId: 1,
  headRepositoryId: 1,
  headBranch: 'main',
  headSha: 'a'.repeat(40),
};
const artifact: ListedArtifact = {
  id: 7,
  name: 'code2lora-state',
  sizeBytes: 100,
  digest: 'd'.repeat(64),
  expired: false,
  createdAt: '',
  expiresAt: null,
  run,
};
const rules = {
  repositoryId: 1,
  branch: 'main',
  maxBytes: 1000,
  positionOf: (sha: string) => (sha === run.headSha ? 4 : undefined),
};
const withRun = (changes: Partial<WorkflowRun>) =>
  refuseArtifact({ ...artifact, run: { ...run, ...changes } }, rules);

test('a push to the branch in this repository, on this history, is believed so far', () => {
  assert.is(refuseArtifact(artifact, rules), null);
  assert.is(refuseRun(run, artifact), null);
  assert.is(refuseRun({ ...run, event: 'schedule' }, artifact), null);
});

test('each sign of another origin is enough to refuse', () => {
  assert.match(withRun({ repositoryId: 2 }) ?? '', /another repository/);
  assert.match(withRun({ headRepositoryId: 2 }) ?? '', /for a fork/);
  assert.match(withRun({ headBranch: 'Main' }) ?? '', /on "Main", not on main/);
  assert.match(withRun({ headSha: 'b'.repeat(40) }) ?? '', /not part of this history/);
  assert.match(refuseArtifact({ ...artifact, run: null }, rules) ?? '', /which run/);
  assert.match(refuseArtifact({ ...artifact, expired: true }, rules) ?? '', /expired/);
  assert.match(refuseArtifact({ ...artifact, digest: null }, rules) ?? '', /no digest/);
  assert.match(refuseArtifact({ ...artifact, sizeBytes: 1001 }, rules) ?? '', /1001 bytes, at most 1000/);
});

test('a size that is no number is not small', () => {
  assert.match(refuseArtifact({ ...artifact, sizeBytes: Number.NaN }, rules) ?? '', /NaN bytes/);
});

test('what the run says must be what its artifact says, field by field', () => {
  const others: Partial<WorkflowRun>[] = [
    { id: 8 },
    { repositoryId: 2 },
    { headRepositoryId: 2 },
    { headBranch: 'x' },
    { headSha: 'b'.repeat(40) },
  ];
  for (const other of others) assert.match(refuseRun({ ...run, ...other }, artifact) ?? '', /something else/);
});

test('a name that somebody else chose cannot break out of the line', () => {
  const said = withRun({ headBranch: `main\n::error::${'x'.repeat(200)}` }) ?? '';
  assert.ok(!said.includes('\n'));
  assert.ok(said.length < 120);
});

test.run();
