import { assert, suite } from '../helpers/suite.ts';
import { read } from './read.ts';

const test = suite('assertions/muting');
const ignored = async (path: string, text: string) =>
  (await read(path, text)).map((assertion) => assertion.ignored);

test('mutes the assertion on the line of the comment, and no other', async () => {
  assert.equal(
    await ignored('test_a.py', 'assert a == 1\nassert b == 2  # code2lora-ignore\nassert c == 3\n'),
    [false, true, false],
  );
  assert.equal(
    await ignored('a.test.ts', 'expect(a).toBe(1); // code2lora-ignore: flaky\nexpect(b).toBe(2);\n'),
    [true, false],
  );
});

test('mutes the assertion below a comment that is alone on its line', async () => {
  assert.equal(await ignored('test_a.py', '    # code2lora-ignore\nassert a == 1\nassert b == 2\n'), [
    true,
    false,
  ]);
  assert.equal(
    await ignored('a.test.ts', '/*\n * code2lora-ignore\n */\nexpect(a).toBe(1);\nexpect(b).toBe(2);'),
    [true, false],
  );
});

test('mutes an assertion of several lines by a comment on any of them', async () => {
  assert.equal(await ignored('test_a.py', 'assert a == [\n    1,  # code2lora-ignore\n]\nassert b == 2\n'), [
    true,
    false,
  ]);
});

test('mutes a whole file by a comment in its first five lines', async () => {
  assert.equal(await ignored('test_a.py', '\n\n\n\n# code2lora-ignore-file\nassert a == 1\n'), [true]);
  assert.equal(await ignored('test_a.py', '\n\n\n\n\n# code2lora-ignore-file\nassert a == 1\n'), [false]);
});

test('does not take a string or a longer word for the mark', async () => {
  assert.equal(
    await ignored('test_a.py', 'assert a == "# code2lora-ignore"\n# code2lora-ignored\nassert b == 1\n'),
    [false, false],
  );
});

test.run();
