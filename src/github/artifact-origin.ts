/**
 * Where an artifact of ours says that it comes from, and the JSON file in which it says so.
 *
 * In: JSON that nobody vouches for. Out: the value, or a GitHubError; why what it says cannot be true, or null. What
 * GitHub says about the same artifact is the other half, see trust.ts.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { Errors } from 'typebox/value';
import { GitHubError } from '../errors.ts';

/** Part of every JSON file that we put into an artifact. */
export const ORIGIN_FIELDS = {
  /** Version of code2lora that wrote it. */
  tool: Type.String({ maxLength: 60, pattern: '^[\\w.+-]+$' }),
  repository: Type.String({ maxLength: 200, pattern: '^[\\w.-]+/[\\w.-]+$' }),
  branch: Type.String({ minLength: 1, maxLength: 255 }),
  commit: Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' }),
};
const OriginSchema = Type.Object(ORIGIN_FIELDS);
export type Origin = Static<typeof OriginSchema>;

/** Parses and validates; `place` names the artifact in messages. Throws GitHubError. */
export function parseArtifactFile<T extends TSchema>(
  schema: T,
  content: Uint8Array,
  { file, place }: { file: string; place: string },
): Static<T> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content).toString('utf8'));
  } catch (cause) {
    throw new GitHubError(`The ${file} of ${place} is not JSON.`, { cause });
  }
  const [error] = Errors(schema, value).filter((found) => found.keyword !== 'boolean');
  if (error === undefined) return value as Static<T>;
  const where = error.instancePath.slice(1).replaceAll('/', '.') || 'the whole';
  throw new GitHubError(`The ${file} of ${place} is not as expected: "${where}" ${error.message}.`);
}

/** What it says must be what GitHub says about its run. */
export function refuseOrigin(
  { repository, branch }: Pick<Origin, 'repository' | 'branch'>,
  expected: { owner: string; repo: string; branch: string },
): string | null {
  const { owner, repo } = expected;
  if (repository.toLowerCase() !== `${owner}/${repo}`.toLowerCase())
    return `it says that it belongs to ${repository}`;
  return branch === expected.branch ? null : 'it says that it belongs to another branch';
}
