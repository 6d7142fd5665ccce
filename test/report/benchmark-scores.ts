/** Scores of two small repositories, made up number by number, for what is drawn and summed up from them. */
import type {
  AssertionScores,
  Benchmark,
  MethodScore,
  RepositoryScores,
} from '../../src/report/benchmark-scores.ts';

/** Nats of a value of three tokens and its end; whether it was met. */
export const scored = (nll: number, exact: 0 | 1): MethodScore => [nll, 1, exact, 1, exact, 0.5];

export function assertionOf(
  scores: Record<string, MethodScore>,
  rest: Partial<AssertionScores> = {},
): AssertionScores {
  return {
    ...{ commit: 'a'.repeat(40), position: 1, fifth: 1, path: 'tests/test_a.py', line: 3 },
    ...{ language: 'python', family: 'python/assert', tokens: 3, inPrefix: false },
    scores,
    ...rest,
  };
}

export function repositoryOf(
  name: string,
  assertions: AssertionScores[],
  rest: Partial<RepositoryScores> = {},
): RepositoryScores {
  const fixed = { split: 'test', created: null, commit: 'b'.repeat(40), commits: 10, against: 'x' };
  return { name, ...fixed, assertions, ...rest };
}

/** Own gains 1 nat (a quarter for each token) and a match over shared in the first, nothing in the second. */
export function smallBenchmark(rest: Partial<Benchmark['settings']> = {}): Benchmark {
  return {
    schema: 'code2lora/benchmark@1',
    settings: {
      ...{
        version: '9.9.9',
        pack: 'tiny',
        packVersion: '0.0.1',
        packDigest: 'd'.repeat(64),
        precision: 'fp32',
      },
      ...{ methods: ['copy', 'shared', 'repository-lora', 'evo'], own: 'evo', left: [] },
      ...{ perRepository: 2, maxHistory: 10, cut: null },
      ...rest,
    },
    repositories: [
      repositoryOf('octo/a', [
        assertionOf({ shared: scored(3, 0), evo: scored(2, 1), copy: [null, null, 0, 0, 0.25, 0.25] }),
        assertionOf(
          { shared: scored(3, 0), evo: scored(2, 1), 'repository-lora': scored(4, 0) },
          { fifth: 5, language: 'typescript', inPrefix: true },
        ),
      ]),
      repositoryOf('octo/b|c', [assertionOf({ shared: scored(5, 1), evo: scored(5, 1) })], {
        created: '2025-07-01',
      }),
    ],
  };
}
