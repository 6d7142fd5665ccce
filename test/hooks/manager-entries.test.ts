import { removeBlock } from '../../src/hooks/block.ts';
import { managerEntry } from '../../src/hooks/manager-entries.ts';
import { HOOKS } from '../../src/hooks/templates.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('hooks/manager-entries');

const LEFTHOOK = '# ours\npre-commit:\n  parallel: true\n  jobs:\n    - run: npm test\n';
const PRE_COMMIT =
  '# ours\ndefault_stages: [pre-commit]\nrepos:\n  - repo: https://example.com/x\n    rev: v1\n    hooks:\n      - id: x\n';

test('lefthook: one job for each hook behind what is there', () => {
  const { merged = '', command } = managerEntry('lefthook', LEFTHOOK, 'lefthook.yml');
  assert.is(removeBlock(merged, 'lefthook.yml'), LEFTHOOK);
  for (const hook of HOOKS)
    assert.match(
      merged,
      new RegExp(`^${hook}:\\n  commands:\\n    code2lora:\\n      run: sh -c .* ${hook} .*\\{0\\}$`, 'm'),
    );
  assert.is(command, 'lefthook install');
  assert.is(managerEntry('lefthook', merged, 'lefthook.yml').merged, merged);
});

const UNSAFE_LEFTHOOK: Record<string, [string, string]> = {
  'a hook of ours is configured already': ['post-commit:\n  jobs: []\n', 'lefthook.yml'],
  'and in quotes': ['"post-merge" :\n  jobs: []\n', 'lefthook.yml'],
  'not YAML': ['{}', 'lefthook.json'],
  'YAML in braces': ['{ pre-commit: {} }\n', 'lefthook.yml'],
  'two documents': ['a: 1\n---\nb: 1\n', 'lefthook.yml'],
  'an open text at the end': ['pre-commit:\n  scripts: |', 'lefthook.yml'],
};
for (const [name, [config, file]] of Object.entries(UNSAFE_LEFTHOOK)) {
  test(`lefthook: prints the lines and merges nothing: ${name}`, () => {
    const { merged, lines } = managerEntry('lefthook', config, file);
    assert.is(merged, undefined);
    assert.match(lines, /^post-commit:/);
  });
}

test('pre-commit: an item at the end of the list, indented like the others', () => {
  const { merged = '', command } = managerEntry('pre-commit', PRE_COMMIT, '.pre-commit-config.yaml');
  assert.is(removeBlock(merged, 'x'), PRE_COMMIT);
  assert.match(merged, /\n {2}- repo: local\n {4}hooks:\n {6}- id: code2lora\n/);
  assert.match(command, /--hook-type post-commit .*--hook-type post-checkout$/);
  assert.is(managerEntry('pre-commit', merged, '.pre-commit-config.yaml').merged, merged);
  const flush = PRE_COMMIT.replaceAll('\n  ', '\n');
  assert.match(
    managerEntry('pre-commit', flush, 'x').merged ?? '',
    /\n- repo: local\n {2}hooks:\n {4}- id: code2lora\n/,
  );
});

test('pre-commit: prints the lines and merges nothing where the list is not the end of the file', () => {
  const unsafe = [
    `${PRE_COMMIT}fail_fast: true\n`,
    'repos: []\n',
    'repos: [\n]\n',
    '',
    '- repo: x\n',
    `${PRE_COMMIT}---\na: 1\n`,
  ];
  for (const config of unsafe) {
    const { merged, lines } = managerEntry('pre-commit', config, '.pre-commit-config.yaml');
    assert.is(merged, undefined, config);
    assert.match(lines, /- repo: local/);
  }
});

test('simple-git-hooks: JSON lines with the arguments of the hook', () => {
  const { lines, merged, command } = managerEntry('simple-git-hooks', '{}', 'package.json');
  const parsed = JSON.parse(`{${lines.trim().replace(/,$/, '')}}`) as Record<string, string>;
  assert.equal(Object.keys(parsed), [...HOOKS]);
  assert.match(parsed['post-commit'] ?? '', /^sh -c '.*' code2lora "\$@"$/);
  assert.equal([merged, command], [undefined, 'npx simple-git-hooks']);
});

test('another manager: one command for each hook', () => {
  const { lines } = managerEntry('hk', '', 'hk.pkl');
  assert.is(lines.trim().split('\n').length, HOOKS.length);
});

test.run();
