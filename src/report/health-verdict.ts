/**
 * What the numbers mean: one word, and one sentence about what to do.
 *
 * In: gains with their intervals. Out: a verdict and advice. Pure. Only an interval that excludes zero counts; everything
 * else is said to be the same.
 */
import type { HealthReport, HealthVerdict } from './health-schema.ts';

/** Fewer say nothing, whatever they say. */
export const FEWEST_ASSERTIONS = 10;
/** The interval draws whole commits: of two there are only three different draws. */
export const FEWEST_COMMITS = 3;

/** Nats per token. An adapter that is the mean one but for the last bits is not a better one, however sure that is. */
export const LEAST_GAIN = 0.005;

type Gains = HealthReport['gains'];
type Gain = Gains['overBase'];
type Sample = Pick<HealthReport['sample'], 'assertions' | 'commits'>;

/** `harmful` comes first: an adapter can be this repository's own and do harm. */
export function healthVerdict({ sample, gains }: { sample: Sample; gains: Gains }): HealthVerdict {
  const { overBase, overMean, overPanel } = gains;
  if (sample.assertions < FEWEST_ASSERTIONS || sample.commits < FEWEST_COMMITS)
    return 'not-enough-assertions';
  if (isWorse(overMean) || isWorse(overBase)) return 'harmful';
  const controls = [overMean, overPanel].filter((gain) => gain !== null);
  if (controls.length === 0) return 'not-comparable';
  return controls.every(isBetter) ? 'repository-specific' : 'generic';
}

/** Whether a freshly started state does better beyond doubt; null: there was none, or too little to see it on. */
export function hasDrifted({ sample, gains }: { sample: Sample; gains: Gains }): boolean | null {
  if (gains.overFresh === null || sample.commits < FEWEST_COMMITS) return null;
  return sample.assertions < FEWEST_ASSERTIONS ? null : isWorse(gains.overFresh);
}

/** Beyond doubt, and by an amount that matters. */
export const isBetter = (gain: Gain): boolean => gain !== null && gain.low > 0 && gain.mean >= LEAST_GAIN;
export const isWorse = (gain: Gain): boolean => gain !== null && gain.high < 0 && gain.mean <= -LEAST_GAIN;

/** One sentence, or two where the state has drifted. */
export function healthAdvice(verdict: HealthVerdict, { drifted }: { drifted: boolean | null }): string {
  const drift = 'The state has drifted, a fresh start does better: run "code2lora health --re-anchor".';
  if (drifted)
    return verdict === 'harmful'
      ? drift
      : `${ADVICE[verdict].replace(': there is nothing to do', '')} ${drift}`;
  return ADVICE[verdict];
}

const ADVICE: Record<HealthVerdict, string> = {
  'repository-specific': 'The adapter knows this repository: there is nothing to do.',
  generic:
    'The adapter does what that of any repository does: read its findings as those of a general model, or choose other parts ("adaptation.parts").',
  harmful:
    'The adapter makes it worse and is not used: choose other parts ("adaptation.parts"), or another model pack.',
  'not-enough-assertions': `Run it again when there is more to see: it takes ${FEWEST_ASSERTIONS} assertions from ${FEWEST_COMMITS} commits.`,
  'not-comparable':
    'The model pack has no mean adapter and no panel, so nobody can tell whose the adapter is; it does no harm.',
};
