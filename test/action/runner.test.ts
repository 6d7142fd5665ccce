/** What the log may hold, whoever wrote it. */
import { plainLines } from '../../src/action/runner.ts';
import { parseStdout } from '../helpers/runner-files.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runner');

const HOSTILE = [
  '::error::x',
  '   ::set-output name=a::b',
  'fine\r::add-mask::x',
  'fine\n\t::stop-commands::x',
  'in the middle ##[error]x',
  '##[group]x\u2028::endgroup::',
  'fine\u0085::warning::x',
];

test('no line of the log is a command', () => {
  for (const text of HOSTILE) {
    const plain = plainLines(text).join('\n');
    const { annotations, groups, secrets, otherCommands } = parseStdout(plain);
    assert.equal([annotations, groups, secrets, otherCommands], [[], [], [], []], JSON.stringify(text));
  }
});

test('the reader of these tests would see them', () => {
  const found = HOSTILE.slice(0, 5).map((text) => {
    const { annotations, groups, secrets, otherCommands } = parseStdout(text);
    return annotations.length + groups.length + secrets.length + otherCommands.length;
  });
  assert.equal(found, [1, 1, 1, 1, 1]);
});

test('text that is no command stays as it is', () => {
  const text = 'std::vector<int> a; // ::b\n# [x]\n  indented';
  assert.is(plainLines(text).join('\n'), text);
});

test.run();
