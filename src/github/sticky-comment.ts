/**
 * The one comment of ours in a pull request: finds it, writes it, leaves it alone.
 *
 * In: what is to be said, or null. Out: what was done. Ours is a comment that has our marker and whose author is
 * the account of our token: a marker alone can be pasted by anybody. The comment remembers the commit it speaks
 * of, so that a slow run does not overwrite what a newer one said.
 */
import { MARKER } from '../report/pull-request-comment.ts';
import type { GitHub } from './client.ts';
import type { Comment, Conversation } from './conversation.ts';
import { UPDATE_COMMENT } from './conversation-queries.ts';

/** GitHub counts characters, we count UTF-16 units, of which there are never fewer. */
export const MAX_BODY_LENGTH = 65_536;

export interface CommentChange {
  /** `silent`: there was nothing to say. */
  action: 'created' | 'updated' | 'unchanged' | 'silent';
  url: string | null;
}

/** At the very end, where no quoted source text can stand. */
const HEAD_LINE = /<!-- code2lora:head ([0-9a-f]{40,64}) -->\s*$/;

/** What is put behind the body. */
export const headLine = (sha: string): string => `\n\n<!-- code2lora:head ${sha} -->`;

/** The commit that a comment of ours speaks of; null when it does not say. */
export const headOf = ({ body }: Comment): string | null => HEAD_LINE.exec(body)?.[1] ?? null;

/**
 * Our comment; null when there is none. Looks at what came with the conversation first, then at every page: a
 * comment that is overlooked is posted a second time.
 */
export async function findStickyComment(
  github: GitHub,
  number: number,
  conversation: Conversation,
): Promise<Comment | null> {
  const isOurs = ({ author, body }: Comment) => author === conversation.viewer && body.startsWith(MARKER);
  const found = conversation.comments.find(isOurs);
  if (found || !conversation.hasMoreComments) return found ?? null;
  for await (const comment of listComments(github, number)) {
    if (isOurs(comment)) return comment;
  }
  return null;
}

/** Creates the comment, updates it in place, or does nothing. `body` null: there is nothing to say. */
export async function writeStickyComment(
  github: GitHub,
  number: number,
  { existing, body, head }: { existing: Comment | null; body: string | null; head: string },
): Promise<CommentChange> {
  if (body === null) return { action: 'silent', url: null };
  const text = body + headLine(head);
  if (existing === null) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
    const { data } = await github.request<{ html_url: string }>(route, { issue_number: number, body: text });
    return { action: 'created', url: data.html_url };
  }
  if (withoutCarriageReturns(existing.body) === text) return { action: 'unchanged', url: existing.url };
  await github.graphql(UPDATE_COMMENT, { id: existing.id, body: text });
  return { action: 'updated', url: existing.url };
}

interface ListedComment {
  node_id: string;
  html_url: string;
  body?: string;
  user: { login: string } | null;
}

/** Through REST: GraphQL queries are held back by the client as writes are. */
async function* listComments(github: GitHub, number: number): AsyncGenerator<Comment, void, undefined> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
  for await (const item of github.paginate<ListedComment>(route, { issue_number: number })) {
    yield { id: item.node_id, url: item.html_url, body: item.body ?? '', author: item.user?.login ?? null };
  }
}

/** Someone who edits a comment in the browser leaves them behind. */
const withoutCarriageReturns = (text: string): string => text.replaceAll('\r\n', '\n');
