/**
 * Which assertions of a commit become tasks: at most so many of the commit, and of each file in it. Pure.
 *
 * In: the assertions, file by file. Out: the chosen ones, in the order they came. Taken in turns: of each test of a
 * file one, then a second, and likewise of each file, so that one large test file does not crowd out the others.
 * Whose turn it is follows from sha256 of seed and place, so from the commit alone: not from what else is mined, nor
 * in which order, nor on which machine.
 */
import { createHash } from 'node:crypto';

export interface Caps {
  /** 0: no limit. */
  perCommit: number;
  perFile: number;
}

export interface Placed {
  test: string;
  line: number;
  column: number;
}

interface Chosen<T> {
  item: T;
  /** Turns of its kind that are before this one. */
  turn: number;
  rank: string;
}

export interface Choice<T> {
  /** In git's order. What cannot be chosen any more is let go at once, so a huge commit needs no memory. */
  offer(path: string, assertions: readonly T[]): void;
  take(): T[];
}

export function openChoice<T extends Placed>(seed: string, { perCommit, perFile }: Caps): Choice<T> {
  let files: { rank: string; place: number; items: Chosen<T>[] }[] = [];
  let offered = 0;
  return {
    offer(path, assertions) {
      const items = chooseOfFile(assertions, `${seed}\n${path}`).slice(0, perFile || undefined);
      if (items.length === 0) return;
      files.push({ rank: rankOf(`${seed}\n${path}`), place: offered++, items });
      // with as many files as tasks, each gives one: those further back have no turn
      if (perCommit > 0 && files.length > perCommit) files = files.sort(byRank).slice(0, perCommit);
    },
    take() {
      const turns = files.flatMap(({ rank, place, items }) =>
        items.map(({ item }, turn) => ({ item, turn, rank, place })),
      );
      const chosen = turns.sort(byTurn).slice(0, perCommit || undefined);
      return chosen.sort((a, b) => a.place - b.place || byPosition(a.item, b.item)).map(({ item }) => item);
    },
  };
}

/** All of them, in the order in which they are taken. */
function chooseOfFile<T extends Placed>(assertions: readonly T[], seed: string): Chosen<T>[] {
  const ranked = assertions
    .map((item) => ({ item, turn: 0, rank: rankOf(`${seed}\n${item.line}:${item.column}`) }))
    .sort(byRank);
  const taken = new Map<string, number>();
  for (const chosen of ranked) {
    chosen.turn = taken.get(chosen.item.test) ?? 0;
    taken.set(chosen.item.test, chosen.turn + 1);
  }
  return ranked.sort(byTurn);
}

type Ranked = { rank: string };
const rankOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const byRank = (a: Ranked, b: Ranked): number => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0);
const byTurn = (a: Ranked & { turn: number }, b: Ranked & { turn: number }): number =>
  a.turn - b.turn || byRank(a, b);
const byPosition = (a: Placed, b: Placed): number => a.line - b.line || a.column - b.column;
