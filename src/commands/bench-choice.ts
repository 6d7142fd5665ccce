/**
 * Which assertions of a repository are asked about: evenly over its history.
 *
 * In: a range of the history. Out: at most so many assertions that its commits added or changed, as many of each fifth of
 * the range as there are, and of as many commits as possible; and all that they were chosen from. Whose turn comes first
 * follows from sha256 of the repository's name and the commit (mine-choice.ts), so it is the same on every machine.
 */
import type { Assertion } from '../assertions/assertion.ts';
import { countCommits } from '../git/ancestry.ts';
import type { Commit } from '../git/history.ts';
import type { PathRules } from '../git/paths.ts';
import type { Repository } from '../git/run.ts';
import { openChoice } from './mine-choice.ts';
import { historyAssertions } from './mine-history.ts';

export interface Asked {
  commit: Commit;
  /** First-parent commits since the start, from 1. */
  position: number;
  /** Of the range, from 1. */
  fifth: number;
  assertion: Assertion;
}

export interface Choice {
  /** In the order of the history. */
  chosen: Asked[];
  /** Of each commit as many as the evolution track has. */
  all: Asked[];
  commits: number;
}

export interface ChoiceOptions {
  name: string;
  /** Exclusive: what the adapter starts from. */
  after: string;
  until: string;
  count: number;
  rules: PathRules;
}

const PER_COMMIT = { perCommit: 8, perFile: 4 };
const FIFTHS = 5;

export async function chooseAsked(repository: Repository, options: ChoiceOptions): Promise<Choice> {
  const { name, after, until, count, rules } = options;
  const commits = await countCommits(repository, { after, until });
  const all: Asked[] = [];
  let position = 0;
  for await (const { commit, files } of historyAssertions(repository, { range: { after, until }, rules })) {
    position += 1;
    const choice = openChoice<Assertion>(`${name}\n${commit.sha}`, PER_COMMIT);
    for await (const { path, assertions } of files)
      choice.offer(
        path,
        assertions.filter(({ ignored }) => !ignored),
      );
    const place = { commit, position, fifth: Math.ceil((FIFTHS * position) / commits) };
    all.push(...choice.take().map((assertion) => ({ ...place, assertion })));
  }
  return { chosen: spread(all, { name, count }), all, commits };
}

/** The fifths take turns, and in each of them the commits. */
function spread(all: readonly Asked[], { name, count }: { name: string; count: number }): Asked[] {
  const choice = openChoice<{ test: string; line: number; column: number; asked: Asked }>(name, {
    perCommit: count,
    perFile: 0,
  });
  for (let fifth = 1; fifth <= FIFTHS; fifth += 1) {
    const items = all.flatMap((asked, line) =>
      asked.fifth === fifth ? [{ test: asked.commit.sha, line, column: 0, asked }] : [],
    );
    choice.offer(`fifth ${fifth}`, items);
  }
  return choice.take().map(({ asked }) => asked);
}
