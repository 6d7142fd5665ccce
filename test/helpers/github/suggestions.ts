/**
 * What GitHub makes of a suggestion when somebody takes it. Uses nothing of the code under test.
 *
 * In: a review thread, and the file as it is at the pull request's head. Out: the file as the commit would have it.
 */
import type { FakePullRequest, FakeThread } from './pull-request-state.ts';

/** A block of `suggestion`, with as many backticks as it takes. */
const BLOCK = /^(`{3,})suggestion\n([\s\S]*?)\n\1$/m;

/** Puts the block in the place of the thread's line, line ending kept. Throws when there is no block or no line. */
export function takeSuggestion(text: string, { line, comments: [first] }: FakeThread): string {
  const [, , block] = BLOCK.exec(first?.body ?? '') ?? [];
  const lines = text.split('\n');
  const old = lines[line - 1];
  if (block === undefined || old === undefined) throw new Error(`no suggestion for line ${line}`);
  lines[line - 1] = block + (old.endsWith('\r') ? '\r' : '');
  return lines.join('\n');
}

/** A file at head; its last line has to have an ending. */
export const fileAtHead = ({ git, head }: FakePullRequest, path: string): string =>
  `${git.git('cat-file', 'blob', `${head.sha}:${path}`)}\n`;
