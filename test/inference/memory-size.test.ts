import { UsageError } from '../../src/errors.ts';
import { formatSize, parseSize, readMaxMemory } from '../../src/inference/memory-size.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('inference/memory-size');
const GIB = 1024 ** 3;

test('reads amounts as docker and systemd do', () => {
  const sizes = ['3G', '3g', '3 GB', '3GiB', '3072M', '1.5g', '402653184', '0.5T'].map((text) =>
    parseSize(text, 'x'),
  );
  assert.equal(sizes, [3 * GIB, 3 * GIB, 3 * GIB, 3 * GIB, 3 * GIB, 1.5 * GIB, 402653184, 512 * GIB]);
});

test('refuses what is no amount, and what cannot hold the program', () => {
  for (const text of ['', 'G', '3X', '-3G', '3G5', '1e3', '127M', '3']) {
    assert.throws(
      () => parseSize(text, '--max-memory'),
      (error: Error) => error instanceof UsageError && /^--max-memory: .*\n.*3G.*128 MB/.test(error.message),
    );
  }
});

test('writes them back', () => {
  assert.equal([3 * GIB, 1.26 * GIB, 0.5 * GIB].map(formatSize), ['3.0 GB', '1.3 GB', '512 MB']);
});

test('a flag goes before the environment, and that before the configuration', () => {
  const read = (flag?: string, inEnvironment?: string, inFile?: string) =>
    readMaxMemory({ CODE2LORA_MAX_MEMORY: inEnvironment }, { flag, inFile });
  assert.equal(
    [read('1G', '2G', '3G'), read(undefined, '2G', '3G'), read(undefined, '', '3G'), read()],
    [GIB, 2 * GIB, 3 * GIB, null],
  );
  assert.throws(() => read(undefined, 'much'), /^CODE2LORA_MAX_MEMORY: "much"/);
});

test.run();
