/** The package as another program meets it: the built main export, its types and its schemas. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from './helpers/git-repo.ts';
import { assert, suite } from './helpers/suite.ts';

const test = suite('package');

const CONSUMER = `
import { type CheckReport, mine, run, UsageError } from 'code2lora';

const report: CheckReport = await run({ repo: '.' });
const surprising: number = report.summary.surprising;
const verdict: 'expected' | 'plausible' | 'surprising' | 'open' | undefined = report.assertions[0]?.verdict;
const { tasks }: { tasks: number } = await mine((task) => console.log(task.target), { maxPrefix: 10 });
// @ts-expect-error there is no such command option
await run({ rebo: '.' });
console.log(surprising, verdict, tasks, UsageError);
`;

test.slow('its types hold in a strict program that has no other types installed', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(resolve('.'), join(folder, 'node_modules', 'code2lora'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'consumer.ts'), CONSUMER);
  const settings = [
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
    '--types',
    '',
  ];
  const tsc = resolve('node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '--noEmit', ...settings, 'consumer.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.is(status, 0, stdout);
});

test('every schema is there, closed, and names itself', () => {
  const folder = 'dist/schemas';
  assert.equal(readdirSync(folder).sort(), [
    'action-1.json',
    'check-1.json',
    'complete-1.json',
    'config-1.json',
    'health-1.json',
    'status-1.json',
    'task-1.json',
    'verify-1.json',
  ]);
  for (const file of readdirSync(folder)) {
    const schema = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    assert.is(schema.$id, file);
    assert.is(schema.additionalProperties, false);
    assert.match(schema.$schema, /2020-12/);
  }
});

test.run();
