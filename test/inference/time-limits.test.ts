import { UsageError } from '../../src/errors.ts';
import { readTimeLimit, timeLimits } from '../../src/inference/time-limits.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('inference/time-limits');
const filesOf = (bytes: number) => ({ files: { weights: { bytes, sha256: '' } } });

test('a larger pack may take longer, by the kind of work', () => {
  const small = timeLimits(filesOf(0));
  const large = timeLimits(filesOf(7e9));
  assert.equal([small('embedWindows'), large('embedWindows')], [60_000, 480_000]);
  assert.equal([small('step'), large('step')], [60_000, 200_000]);
  assert.is(large('close'), small('close'));
});

test('what the user names holds for every kind', () => {
  const limitOf = timeLimits(filesOf(7e9), 1500);
  assert.equal([limitOf('open'), limitOf('candidates')], [1500, 1500]);
});

test('CODE2LORA_TIMEOUT_S is in seconds', () => {
  const read = (text?: string) => readTimeLimit({ CODE2LORA_TIMEOUT_S: text });
  assert.equal([read(), read(''), read('600'), read('0.5')], [null, null, 600_000, 500]);
  for (const text of ['0', '-1', 'long', '1e9']) {
    assert.throws(
      () => read(text),
      (error: Error) => error instanceof UsageError && /^CODE2LORA_TIMEOUT_S is/.test(error.message),
    );
  }
});

test.run();
