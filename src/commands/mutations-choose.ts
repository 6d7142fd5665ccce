/**
 * A range of a history → assertions that its commits added or changed, each with a mistake that could have stood there.
 *
 * Taken in turns, one of each commit, then a second, so that a large test file does not crowd out the others; which ones
 * follows from the name of the repository and the place alone. Knows nothing about models.
 */

import type { Assertion } from '../assertions/assertion.ts';
import { mutateAssertion } from '../assertions/mutate.ts';
import type { Mutation } from '../assertions/mutation.ts';
import type { CommitRange } from '../git/history.ts';
import type { PathRules } from '../git/paths.ts';
import type { Repository } from '../git/run.ts';
import { createRandom } from '../runtime/random.ts';
import { openChoice } from './mine-choice.ts';
import { historyAssertions } from './mine-history.ts';

export interface ChosenMutant {
  commit: string;
  assertion: Assertion;
  mutation: Mutation;
}

export interface ChooseOptions {
  /** Of the repository: part of the seed. */
  name: string;
  range: CommitRange;
  /** Most of them; 0 is all. */
  perRepository: number;
  rules: PathRules;
}

/** Of one commit at most; as for training tasks. */
const PER_COMMIT = 8;

/** In the order of the history. */
export async function chooseMutants(
  repository: Repository,
  { name, range, perRepository, rules }: ChooseOptions,
): Promise<ChosenMutant[]> {
  const choice = openChoice<ChosenMutant & Pick<Assertion, 'test' | 'line' | 'column'>>(name, {
    perCommit: perRepository,
    perFile: PER_COMMIT,
  });
  const history = historyAssertions(repository, { range, rules });
  for await (const { commit, files } of history) {
    const found: ChosenMutant[] = [];
    for await (const { assertions } of files)
      found.push(
        ...assertions.flatMap((assertion) => mutantOf(assertion, { name, commit: commit.sha }) ?? []),
      );
    choice.offer(
      commit.sha,
      found.map((mutant) => ({ ...mutant, ...placeOf(mutant.assertion) })),
    );
  }
  return choice.take().map(({ commit, assertion, mutation }) => ({ commit, assertion, mutation }));
}

function mutantOf(
  assertion: Assertion,
  { name, commit }: { name: string; commit: string },
): ChosenMutant | null {
  const { path, line, column } = assertion;
  const mutation = mutateAssertion(assertion, createRandom(`${name}\n${commit}\n${path}\n${line}:${column}`));
  return mutation && { commit, assertion, mutation };
}

/** Files of one commit take turns by their tests. */
const placeOf = ({ path, test, line, column }: Assertion) => ({ test: `${path} ${test}`, line, column });
