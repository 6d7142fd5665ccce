/** A suggestion, taken as GitHub would: it changes one value and nothing else, and the file parses. */
import { extractAssertions, parses } from '../../src/assertions/extract.ts';
import type { FakePullRequest, FakeThread } from '../helpers/github/pull-request-state.ts';
import { fileAtHead, takeSuggestion } from '../helpers/github/suggestions.ts';
import { assert } from '../helpers/suite.ts';

/** Of a file without open assertions. Returns the file as it would be. */
export async function assertLiteralOnly(pull: FakePullRequest, thread: FakeThread): Promise<string> {
  const before = fileAtHead(pull, thread.path);
  const after = takeSuggestion(before, thread);
  assert.ok(await parses(thread.path, after), after);
  const values = async (text: string) => (await extractAssertions(thread.path, text)).assertions;
  const [old, fresh] = [await values(before), await values(after)];
  assert.is(fresh.length, old.length);
  for (const [index, { line, target }] of fresh.entries()) {
    const same = target === old[index]?.target;
    assert.is(same, line !== thread.line, `line ${line}: ${target}`);
  }
  const blank = (text: string, lines: typeof old) =>
    lines.reduceRight((at, { start, end }) => `${at.slice(0, start)}_${at.slice(end)}`, text);
  assert.is(blank(after, fresh), blank(before, old), 'everything but the values');
  return after;
}
