/**
 * Scores → the numbers of one method, or of the difference of two, grouped by repository. Pure.
 *
 * A difference takes only assertions that both methods were asked about, so it is one of like with like.
 */
import {
  type AssertionScores,
  type Benchmark,
  type Measure,
  measureOf,
  type RepositoryScores,
} from './benchmark-scores.ts';
import { type Estimate, estimate } from './benchmark-statistics.ts';

/** Which assertions a table is about. */
export type Part = (assertion: AssertionScores, repository: RepositoryScores) => boolean;

export const EVERYTHING: Part = () => true;
export const LAST_FIFTH: Part = ({ fifth }) => fifth === 5;

/** Repositories that were made on the day of the cut or later. */
export const madeSince =
  (cut: string): Part =>
  (_, { created }) =>
    created !== null && created >= cut;

export interface Column {
  method: string;
  measure: Measure;
}

export const valuesOf = (
  { repositories }: Benchmark,
  { method, measure }: Column,
  part = EVERYTHING,
): number[][] => byRepository(repositories, part, (assertion) => measureOf(assertion, method, measure));

/** How much better the first is: more matches, or fewer nats. */
export function gainsOf(
  { repositories }: Benchmark,
  { method, over, measure }: Column & { over: string },
  part = EVERYTHING,
): number[][] {
  const sign = measure === 'nll' ? -1 : 1;
  return byRepository(repositories, part, (assertion) => {
    const [own, other] = [measureOf(assertion, method, measure), measureOf(assertion, over, measure)];
    return own === undefined || other === undefined ? undefined : sign * (own - other);
  });
}

export const meanOf = (benchmark: Benchmark, column: Column, part?: Part): Estimate | null =>
  estimate(valuesOf(benchmark, column, part));

export const gainOf = (
  benchmark: Benchmark,
  column: Column & { over: string },
  part?: Part,
): Estimate | null => estimate(gainsOf(benchmark, column, part));

function byRepository(
  repositories: readonly RepositoryScores[],
  part: Part,
  value: (assertion: AssertionScores) => number | undefined,
): number[][] {
  return repositories.map((repository) =>
    repository.assertions.flatMap((assertion) =>
      part(assertion, repository) ? (value(assertion) ?? []) : [],
    ),
  );
}
