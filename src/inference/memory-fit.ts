/**
 * Which precision of a pack fits into the memory that is allowed.
 *
 * In: a pack, a limit. Out: the pack in the best precision that fits, or why none does. Each of the two stages is
 * fitted for itself. The encoder keeps its precision longer than the hypernetwork: what it loses adds up from
 * commit to commit, what the head loses does not.
 */
import { ModelError } from '../errors.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { estimateMemory, type Memory, type MemoryEstimate, totalBytes } from './memory-estimate.ts';
import { formatSize } from './memory-size.ts';
import { availablePrecisions, PARTS, type PackPrecision, withPrecision } from './precision.ts';

export interface Fitted {
  pack: ModelPack;
  /** Set when nothing fits: to be thrown when models are wanted. */
  refusal: ModelError | null;
  /** Set when another precision was taken than the pack asks for. */
  notice: string | null;
}

/** `limitBytes` null: the pack as it is. */
export function fitPack(pack: ModelPack, limitBytes: number | null): Fitted {
  if (limitBytes === null) return { pack, refusal: null, notice: null };
  const choices = {
    state: choicesOf(pack, ['hypernetwork', 'encoder']),
    check: choicesOf(pack, ['baseModel']),
  };
  const chosen = { ...pack.manifest.precision };
  for (const stage of ['state', 'check'] as const) {
    const needs = (choice: Partial<PackPrecision>) =>
      totalBytes(estimateMemory(withPrecision(pack, { ...pack.manifest.precision, ...choice }))[stage]);
    const fitting = choices[stage].find((choice) => needs(choice) <= limitBytes);
    const smallest = [...choices[stage]].sort((a, b) => needs(a) - needs(b))[0];
    Object.assign(chosen, fitting ?? smallest);
  }
  const fitted = withPrecision(pack, chosen);
  return {
    pack: fitted,
    refusal: refusalOf(fitted, limitBytes),
    notice: noticeOf(pack, chosen, limitBytes),
  };
}

/** Best first: the fewer steps down in all, the better; of equal ones the earlier part goes down. */
function choicesOf(pack: ModelPack, parts: readonly (keyof PackPrecision)[]): Partial<PackPrecision>[] {
  let choices: { precision: Partial<PackPrecision>; steps: readonly number[] }[] = [
    { precision: {}, steps: [] },
  ];
  for (const part of parts) {
    const options = availablePrecisions(pack, part);
    choices = choices.flatMap(({ precision, steps }) =>
      options.map((option, step) => ({
        precision: { ...precision, [part]: option },
        steps: [...steps, step],
      })),
    );
  }
  const total = (steps: readonly number[]) => steps.reduce((sum, step) => sum + step, 0);
  const lastFirst = (steps: readonly number[]) => Number(steps.toReversed().join(''));
  choices.sort((a, b) => total(a.steps) - total(b.steps) || lastFirst(a.steps) - lastFirst(b.steps));
  return choices.map(({ precision }) => precision);
}

function refusalOf(pack: ModelPack, limitBytes: number): ModelError | null {
  const estimate = estimateMemory(pack);
  const [stage, memory] = largest(estimate);
  if (totalBytes(memory) <= limitBytes) return null;
  const { name, precision } = pack.manifest;
  const least = PARTS.map((part) => `${part} ${precision[part]}`).join(', ');
  return new ModelError(
    `The model pack "${name}" needs about ${formatSize(totalBytes(memory))} of memory ${stage}: ${describe(memory)}; ` +
      `allowed are ${formatSize(limitBytes)} (--max-memory). Nothing smaller is in the pack (${least}).\n` +
      'Allow more, get the pack in fewer bits ("code2lora models pull NAME --precision int4", or import with it), or ' +
      'take a smaller one: "--model nano" needs about 200 MB.',
  );
}

/** The stage that decides. */
export function largest({ state, check }: MemoryEstimate): [stage: string, memory: Memory] {
  return totalBytes(state) >= totalBytes(check)
    ? ['for reading the history', state]
    : ['for checking assertions', check];
}

export const describe = ({ privateBytes, mappedBytes }: Memory): string =>
  `${formatSize(privateBytes)} of its own and ${formatSize(mappedBytes)} of mapped weights`;

function noticeOf(pack: ModelPack, chosen: PackPrecision, limitBytes: number): string | null {
  const asked = pack.manifest.precision;
  const changed = PARTS.filter((part) => chosen[part] !== asked[part]);
  if (changed.length === 0) return null;
  const parts = changed.map((part) => `${part} in ${chosen[part]} instead of ${asked[part]}`);
  return `to stay within ${formatSize(limitBytes)} of memory: ${parts.join(', ')}`;
}
