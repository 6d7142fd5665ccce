/** The Action in dist/ is what src/ gives: the end-to-end tests run it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('bundle of the Action');
const DIST = resolve(process.env.CODE2LORA_ACTION ?? '.', 'dist');

const filesOf = (folder: string) =>
  ['action.js', ...readdirSync(join(folder, 'action')).map((name) => join('action', name))].sort();

test.slow('dist/ was built from these sources', async () => {
  const { bundleAction } = (await import(new URL('../../scripts/bundle.js', import.meta.url).href)) as {
    bundleAction: (folder: string) => Promise<string[]>;
  };
  const fresh = temporaryFolder();
  await bundleAction(fresh);
  assert.equal(filesOf(DIST), filesOf(fresh));
  const stale = filesOf(fresh).filter(
    (file) => !readFileSync(join(DIST, file)).equals(readFileSync(join(fresh, file))),
  );
  assert.equal(stale, [], 'run "npm run build"');
});

test('it needs no package: every import is a module of Node or a file beside it', () => {
  for (const file of filesOf(DIST)) {
    const imported = [
      ...readFileSync(join(DIST, file), 'utf8').matchAll(/^(?:import|export) .*?from "([^"]+)";$/gm),
    ];
    const foreign = imported
      .map(([, name = '']) => name)
      .filter((name) => !/^(node:)?[a-z_]+(\/[a-z_]+)?$|^\.\.?\//.test(name));
    assert.equal(foreign, [], file);
    assert.ok(
      !/ from "(onnxruntime-node|lmdb|husky|web-tree-sitter)"/.test(readFileSync(join(DIST, file), 'utf8')),
    );
  }
});

test.run();
