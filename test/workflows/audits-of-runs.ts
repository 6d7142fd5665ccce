/** When a run starts and ends: conditions that can be fooled, runs without end, runs in each other's way. */
import {
  type Audit,
  eventsOf,
  fieldsOf,
  flaw,
  isWorkflow,
  jobsOf,
  type Place,
  type Source,
  stepsOf,
} from './source.ts';

/** Of jobs and of steps. */
function conditionsOf(source: Source): { place: Place; condition: string }[] {
  const owners = [
    ...jobsOf(source).map(({ place, job }) => ({ place, condition: job.if })),
    ...stepsOf(source).map(({ place, step }) => ({ place, condition: step.if })),
  ];
  return owners.flatMap(({ place, condition }) =>
    condition === undefined ? [] : [{ place: [...place, 'if'], condition: String(condition) }],
  );
}

/** zizmor lets a bare group pass no more than we do: without cancel-in-progress nobody knows what was meant. */
const isComplete = (concurrency: unknown): boolean =>
  Object.keys(fieldsOf(concurrency)).includes('cancel-in-progress');

export const RUNS: Record<string, Audit> = {
  'anonymous-definition': (source) => (source.data.name ? [] : [{ place: [], message: 'has no name' }]),

  'concurrency-limits': (source) => {
    const onlyCalled = eventsOf(source).every((event) => event === 'workflow_call');
    if (!isWorkflow(source) || onlyCalled || isComplete(source.data.concurrency)) return [];
    return jobsOf(source)
      .filter(({ job }) => !isComplete(job.concurrency))
      .map(({ place }) => flaw(place, 'as many runs as anybody likes at once'));
  },

  'bot-conditions': (source) =>
    conditionsOf(source)
      .filter(({ condition }) => /\bgithub\.(?:triggering_)?actor(?:_id)?\b/.test(condition))
      .map(({ place }) => flaw(place, 'whoever acted last, not whose code it is')),

  /** `if: |` with an expression inside is a text that is not empty, and so always true. */
  'unsound-condition': (source) =>
    conditionsOf(source)
      .filter(
        ({ condition }) => condition.includes('${{') && !/^\$\{\{(?:(?!\}\})[\s\S])*\}\}$/.test(condition),
      )
      .map(({ place }) => flaw(place, 'always true')),

  /** A list written as one string: a branch called `a` is contained in 'main'. */
  'unsound-contains': (source) =>
    conditionsOf(source)
      .filter(({ condition }) => /contains\(\s*'/.test(condition))
      .map(({ place }) => flaw(place, 'searches a text, not a list')),

  /** Ours: the default is six hours. */
  'missing-timeout': (source) =>
    jobsOf(source)
      .filter(({ job }) => job.steps !== undefined && typeof job['timeout-minutes'] !== 'number')
      .map(({ place }) => flaw(place, 'no timeout-minutes')),
};
