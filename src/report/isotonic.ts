/**
 * From scores that rank well to shares that are true: isotonic regression. Pure, deterministic.
 *
 * In: scores and what was true. Out: a curve that never falls. Pool adjacent violators (Barlow et al. 1972, section 1.2;
 * for probabilities: Zadrozny & Elkan 2002). A stretch of the curve rests on a number of observations, so that the ends,
 * where there are few, promise nothing that was not seen.
 */
import type { CurvePoint } from '../runtime/manifest-calibration.ts';

interface Block {
  count: number;
  /** Summed. */
  score: number;
  truths: number;
}

export interface IsotonicOptions {
  /** Observations that a point of the curve rests on, at least. */
  leastCount: number;
}

/** `score` and `share` of the points rise. Shares are never 0 or 1 (Laplace's rule of succession). */
export function fitIsotonic(
  observed: readonly { score: number; isTrue: boolean }[],
  { leastCount }: IsotonicOptions,
): CurvePoint[] {
  const blocks: Block[] = [];
  for (const block of ofLeastCount(inEqualScores(observed), leastCount)) {
    blocks.push(block);
    while (falls(blocks)) mergeLast(blocks);
  }
  return blocks.map((block) => ({ logOdds: round(block.score / block.count), wrong: round(shareOf(block)) }));
}

/** Between two points in proportion; beyond the ends as at the ends. Without points: the score's own share. */
export function readCurve(curve: readonly CurvePoint[], score: number): number {
  const above = curve.findIndex(({ logOdds }) => logOdds >= score);
  const high = curve[above] ?? curve.at(-1);
  const low = curve[above - 1] ?? high;
  if (!high || !low) return 1 / (1 + Math.exp(-score));
  if (above <= 0 || high.logOdds === low.logOdds) return high.wrong;
  return low.wrong + ((score - low.logOdds) / (high.logOdds - low.logOdds)) * (high.wrong - low.wrong);
}

/** Lowest first; equal scores are one block, because nothing tells them apart. */
function inEqualScores(observed: readonly { score: number; isTrue: boolean }[]): Block[] {
  const blocks: Block[] = [];
  let last = Number.NaN;
  for (const { score, isTrue } of [...observed].sort((a, b) => a.score - b.score)) {
    if (score !== last) blocks.push({ count: 0, score: 0, truths: 0 });
    last = score;
    const block = blocks.at(-1) as Block;
    block.count += 1;
    block.score += score;
    block.truths += isTrue ? 1 : 0;
  }
  return blocks;
}

/** Neighbours together until they are enough; what is left over at the end joins the last. */
function ofLeastCount(small: readonly Block[], leastCount: number): Block[] {
  const blocks: Block[] = [];
  for (const block of small) {
    const isOpen = (blocks.at(-1)?.count ?? leastCount) < leastCount;
    blocks.push({ ...block });
    if (isOpen) mergeLast(blocks);
  }
  if (blocks.length > 1 && (blocks.at(-1) as Block).count < leastCount) mergeLast(blocks);
  return blocks;
}

function falls(blocks: readonly Block[]): boolean {
  const [before, last] = [blocks.at(-2), blocks.at(-1)];
  return before !== undefined && last !== undefined && shareOf(before) >= shareOf(last);
}

function mergeLast(blocks: Block[]): void {
  const [a, b] = blocks.splice(-2) as [Block, Block];
  blocks.push({ count: a.count + b.count, score: a.score + b.score, truths: a.truths + b.truths });
}

/** After Laplace: one that was never seen is not impossible. */
const shareOf = ({ count, truths }: Block): number => (truths + 1) / (count + 2);

const round = (value: number): number => Number(value.toFixed(4));
