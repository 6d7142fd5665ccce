/** Short forms of what is read from a source, for tests that compare many small sources. */
import type { Assertion } from '../../src/assertions/assertion.ts';
import { extractAssertions } from '../../src/assertions/extract.ts';

export async function read(path: string, text: string): Promise<Assertion[]> {
  return (await extractAssertions(path, text)).assertions;
}

/** The only assertion of a source. */
export async function readOne(path: string, text: string): Promise<Assertion> {
  const assertions = await read(path, text);
  const [only] = assertions;
  if (!only || assertions.length > 1)
    throw new Error(`expected 1 assertion, found ${assertions.length} in ${text}`);
  return only;
}

/** 'family: last line of the prefix → target'; an open value is written as ?, a condition is marked. */
export async function shown(path: string, text: string): Promise<string[]> {
  return (await read(path, text)).map(({ family, prefix, target, open, condition }) => {
    const line = prefix.slice(prefix.lastIndexOf('\n') + 1).trimStart();
    return `${family}: ${line}→ ${open ? '?' : target}${condition ? ' (condition)' : ''}`;
  });
}
