import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG_FILE, resolveConfig, rulesDigest } from '../src/config.ts';
import { UsageError } from '../src/errors.ts';
import { DEFAULT_PATH_RULES } from '../src/git/paths.ts';
import { assert, suite } from './helpers/suite.ts';

const test = suite('config');
const folders: string[] = [];
test.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'code2lora-config-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}
const refused = (files: Record<string, unknown>, message: RegExp) =>
  assert.throws(
    () => resolveConfig(folderWith(files), {}),
    (error: Error) => error instanceof UsageError && message.test(error.message),
  );

test('has defaults without a file', () => {
  const config = resolveConfig(folderWith({}), {});
  assert.is(config.model, 'nano');
  assert.equal(config.paths, DEFAULT_PATH_RULES);
  assert.is(config.source, 'defaults');
});

test('flags win over the environment, which wins over the file', () => {
  const folder = folderWith({ [CONFIG_FILE]: { model: './file' } });
  assert.is(resolveConfig(folder, {}).model, './file');
  assert.is(resolveConfig(folder, { CODE2LORA_MODEL: './env' }).model, './env');
  assert.is(resolveConfig(folder, { CODE2LORA_MODEL: './env' }, { model: './flag' }).model, './flag');
});

test('parts of the adapter: flags before the environment before the file; the pack decides without', () => {
  const folder = folderWith({ [CONFIG_FILE]: { adaptation: { parts: ['memory', 'gru'] } } });
  assert.is(resolveConfig(folderWith({}), {}).adaptation.parts, null);
  assert.equal(resolveConfig(folder, {}).adaptation.parts, ['memory', 'gru']);
  assert.equal(resolveConfig(folder, { CODE2LORA_PARTS: 'none' }).adaptation.parts, []);
  assert.equal(resolveConfig(folder, { CODE2LORA_PARTS: 'none' }, { parts: 'gru' }).adaptation.parts, [
    'gru',
  ]);
  refused(
    { [CONFIG_FILE]: { adaptation: { parts: ['magic'] } } },
    /adaptation\.parts\.0.*unknown value.*\nExpected one of: gru, memory, refinement/,
  );
  refused({ [CONFIG_FILE]: { adaptation: { parts: ['gru', 'gru'] } } }, /adaptation\.parts/);
});

test('reads the key "code2lora" of package.json, and refuses two configurations', () => {
  const manifest = { name: 'x', code2lora: { check: { candidates: 3 } } };
  assert.is(resolveConfig(folderWith({ 'package.json': manifest }), {}).check.candidates, 3);
  refused({ 'package.json': manifest, [CONFIG_FILE]: {} }, /Two configurations/);
  assert.is(resolveConfig(folderWith({ 'package.json': { name: 'x' } }), {}).source, 'defaults');
});

test('globs replace the defaults, and "..." stands for them', () => {
  const folder = folderWith({ [CONFIG_FILE]: { paths: { exclude: ['...', 'gen/**'], test: ['qa/**'] } } });
  const { paths } = resolveConfig(folder, {});
  assert.equal(paths.exclude, [...DEFAULT_PATH_RULES.exclude, 'gen/**']);
  assert.equal(paths.test, ['qa/**']);
});

test('names an unknown key and the nearest known one', () => {
  refused({ [CONFIG_FILE]: { modle: 'nano' } }, /unknown key "modle" \(did you mean "model"\?\)/);
  refused({ [CONFIG_FILE]: { check: { candidate: 3 } } }, /did you mean "candidates"/);
});

test('names a value of the wrong type or range, and a file that is no JSON', () => {
  refused({ [CONFIG_FILE]: { check: { candidates: '3' } } }, /check\.candidates.*integer/s);
  refused({ [CONFIG_FILE]: { check: { candidates: 0 } } }, /check\.candidates/);
  refused({ [CONFIG_FILE]: { paths: { test: 'tests' } } }, /paths\.test.*array/s);
  refused({ [CONFIG_FILE]: [] }, /object/);
  refused({ [CONFIG_FILE]: '{ "model": ' }, /not valid JSON/);
});

test('the rules digest follows from what decides the diff text, and from nothing else', () => {
  const digest = (file: object) => rulesDigest(resolveConfig(folderWith({ [CONFIG_FILE]: file }), {}));
  assert.is(digest({}), digest({ check: { candidates: 3 } }));
  assert.is.not(digest({}), digest({ paths: { exclude: [] } }));
  assert.is.not(digest({}), digest({ history: { maxDiffBytes: 2048 } }));
});

test.run();
