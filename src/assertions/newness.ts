/**
 * Which assertions of a file are new: added or changed themselves.
 *
 * In: the assertions of the old and the new version. Out: those of the new version that the old one has not,
 * in document order. Moved lines, another layout and a renamed test make nothing new. Pure.
 */
import type { Assertion } from './assertion.ts';

/** `before` is null when there was no file. After a rename it holds the assertions of the old path. */
export function newAssertions(before: readonly Assertion[] | null, after: readonly Assertion[]): Assertion[] {
  const inTest = countBy(before ?? [], identityInTest);
  const inFile = countBy(before ?? [], identityInFile);
  const withoutTwin = after.filter((assertion) => {
    const isKnown = take(inTest, identityInTest(assertion));
    if (isKnown) take(inFile, identityInFile(assertion));
    return !isKnown;
  });
  return withoutTwin.filter((assertion) => !take(inFile, identityInFile(assertion)));
}

const identityInFile = ({ key }: Assertion): string => key;
const identityInTest = ({ test, key }: Assertion): string => `${test}\n${key}`;

function countBy(
  assertions: readonly Assertion[],
  identity: (assertion: Assertion) => string,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const assertion of assertions) {
    const name = identity(assertion);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Uses up one of a kind; false when there is none left. */
function take(counts: Map<string, number>, name: string): boolean {
  const left = counts.get(name) ?? 0;
  if (left > 0) counts.set(name, left - 1);
  return left > 0;
}
