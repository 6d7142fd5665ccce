import { readTree } from '../../src/assertions/grammar.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('assertions/grammar');
const python = (text: string) => ({ language: 'python' as const, text });
const hasErrors = ({ hasSyntaxErrors }: { hasSyntaxErrors: boolean }) => hasSyntaxErrors;

test('hands the captures of the query file to the reader', async () => {
  const reading = await readTree(python('assert x\n# c\n'), ({ matches }) =>
    matches().map((captures) => Object.keys(captures)),
  );
  assert.equal(reading, { value: [['statement'], ['comment']] });
});

test('loads each grammar', async () => {
  const languages = ['python', 'javascript', 'typescript', 'tsx'] as const;
  const readings = await Promise.all(
    languages.map((language) => readTree({ language, text: 'f(x)' }, hasErrors)),
  );
  assert.equal(readings, Array(4).fill({ value: false }));
});

test('does not parse what is over the size limit', async () => {
  const reading = await readTree(python('x = 1\n'), hasErrors, { maxLength: 5 });
  assert.equal(reading, { skipped: 'it has 6 characters, more than the limit of 5' });
});

test('stops parsing when the time is up, and reads the next text all the same', async () => {
  const reading = await readTree(python('f(['.repeat(20_000)), hasErrors, { timeoutMs: 1 });
  assert.equal(reading, { skipped: 'reading it takes longer than 1 ms' });
  assert.equal(await readTree(python('x = 1\n'), hasErrors), { value: false });
});

test('stops a reader that asks for the time', async () => {
  const reading = await readTree(
    python('x\n'),
    ({ requireTime }) => {
      for (;;) requireTime();
    },
    { timeoutMs: 5 },
  );
  assert.equal(reading, { skipped: 'reading it takes longer than 5 ms' });
});

test('lets the errors of a reader through', async () => {
  const failing = readTree(python('x\n'), () => {
    throw new RangeError('own');
  });
  assert.is(await failing.catch((error: unknown) => (error as Error).message), 'own');
});

test.run();
