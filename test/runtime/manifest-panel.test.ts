import { ModelError } from '../../src/errors.ts';
import { checkManifest, namedFiles, type PackManifest } from '../../src/runtime/manifest.ts';
import { assert, suite } from '../helpers/suite.ts';
import { tinyManifest } from '../helpers/tiny-pack.ts';

const test = suite('runtime/manifest-panel');

const FILES = ['config.json', 'model.safetensors', 'tokenizer.json', 'code2lora.safetensors'];
const manifest = (panel: unknown): unknown => {
  const files = [...FILES, 'mean_adapter.safetensors', 'a.safetensors', 'b.safetensors'];
  const contents = Object.fromEntries(files.map((file) => [file, new Uint8Array(1)]));
  return { ...tinyManifest(contents), panel };
};
const read = (panel: unknown): PackManifest => checkManifest(manifest(panel), 'manifest.json');
const refusal = (panel: unknown): string => {
  try {
    read(panel);
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
  return 'no error';
};

test('a panel is a list of names and files, which belong to the pack', () => {
  const panel = [
    { name: 'owner/one', file: 'a.safetensors' },
    { name: 'two', file: 'b.safetensors' },
  ];
  assert.equal(read(panel).panel, panel);
  assert.ok(namedFiles(read(panel)).includes('b.safetensors'));
  assert.equal([read(undefined).panel, read([]).panel], [[], []]);
});

test('refuses entries that are none, names and files that come twice, and too many', () => {
  const entry = { name: 'one', file: 'a.safetensors' };
  assert.match(refusal({}), /panel is \{\}, expected a list of at most 32 items/);
  assert.match(refusal([{ file: 'a.safetensors' }]), /panel\[0\]\.name is missing, expected a name/);
  assert.match(refusal([{ ...entry, file: '../a.safetensors' }]), /panel\[0\]\.file is "\.\.\/a/);
  assert.match(refusal([{ ...entry, file: 'c.safetensors' }]), /files does not list c\.safetensors/);
  assert.match(refusal([entry, { ...entry, file: 'b.safetensors' }]), /panel has the name "one" twice/);
  assert.match(refusal([entry, { ...entry, name: 'two' }]), /panel has the file "a\.safetensors" twice/);
  assert.match(refusal(Array(33).fill(entry)), /at most 32 items/);
});

test.run();
