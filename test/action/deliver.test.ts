/** Files that a workflow names, and findings that it fails on. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireFewFindings } from '../../src/action/deliver.ts';
import { writeInside } from '../../src/action/report-file.ts';
import { UsageError } from '../../src/errors.ts';
import type { CheckReport } from '../../src/report/schema.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('deliver');

function throws(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error: Error) => error instanceof UsageError && message.test(error.message));
}

test('writes a file below the workspace, in folders that it makes', () => {
  const workspace = temporaryFolder();
  writeInside(workspace, 'results/junit/check.xml', 'one');
  writeInside(workspace, 'results/junit/check.xml', 'two');
  assert.is(readFileSync(join(workspace, 'results/junit/check.xml'), 'utf8'), 'two');
});

test('refuses a path that leads out, and the workspace itself', () => {
  const workspace = temporaryFolder();
  for (const path of ['../out.xml', 'a/../../out.xml', '/tmp/out.xml', '.', '..'])
    throws(() => writeInside(workspace, path, 'x'), /is not a file inside of the workspace/);
});

test('a file named like the way out is no way out', () => {
  const workspace = temporaryFolder();
  writeInside(workspace, '..results/x.xml', 'x');
  assert.ok(existsSync(join(workspace, '..results/x.xml')));
});

test('a checkout may hold links: a folder that leads out is refused, a file is replaced', () => {
  const [workspace, outside] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(outside, 'target'), 'mine');
  symlinkSync(outside, join(workspace, 'results'));
  throws(() => writeInside(workspace, 'results/x.xml', 'x'), /inside of the workspace/);
  throws(() => writeInside(workspace, 'results/deeper/x.xml', 'x'), /inside of the workspace/);
  assert.not.ok(existsSync(join(outside, 'deeper')));
  symlinkSync(join(outside, 'target'), join(workspace, 'x.xml'));
  writeInside(workspace, 'x.xml', 'theirs');
  assert.is(readFileSync(join(outside, 'target'), 'utf8'), 'mine');
  assert.is(readFileSync(join(workspace, 'x.xml'), 'utf8'), 'theirs');
});

test('a link that stays inside is fine', () => {
  const workspace = temporaryFolder();
  mkdirSync(join(workspace, 'real'));
  symlinkSync('real', join(workspace, 'results'));
  writeInside(workspace, 'results/x.xml', 'x');
  assert.is(readFileSync(join(workspace, 'real/x.xml'), 'utf8'), 'x');
});

test('a file where a folder is wanted is named', () => {
  const workspace = temporaryFolder();
  writeFileSync(join(workspace, 'results'), '');
  throws(() => writeInside(workspace, 'results/x.xml', 'x'), /^Cannot write "results\/x.xml": /);
});

const reportWith = (surprising: number, open: number) => ({ summary: { surprising, open } }) as CheckReport;

test('fails on what the workflow names, and only then', () => {
  for (const [report, failOn] of [
    [reportWith(3, 3), 'never'],
    [reportWith(0, 3), 'surprising'],
    [reportWith(0, 0), 'open'],
  ] as const)
    requireFewFindings(report, { failOn });
  throws(
    () => requireFewFindings(reportWith(1, 3), { failOn: 'surprising' }),
    /^1 assertion is surprising, and .*"surprising"/,
  );
  throws(
    () => requireFewFindings(reportWith(1, 3), { failOn: 'open' }),
    /^4 assertions are surprising or open/,
  );
});

test.run();
