/**
 * Which scopes are around an offset. In: the scopes of a file. Out: a question that can be asked of offsets.
 */
import type { Scope } from './claim.ts';
import { countUpTo } from './positions.ts';

/** Scopes around an offset, outermost first. Scopes lie inside or beside each other, as nodes of a tree do. */
export type ScopesAround = (offset: number) => Scope[];

export function readScopes(scopes: readonly Scope[]): ScopesAround {
  const sorted = [...scopes].sort((a, b) => a.start - b.start || b.end - a.end);
  const starts = sorted.map(({ start }) => start);
  const parents = readParents(sorted);
  return (offset) => {
    const around: Scope[] = [];
    for (let index = countUpTo(starts, offset) - 1; index >= 0; index = parents[index] ?? -1) {
      const scope = sorted[index];
      if (scope && offset < scope.end) around.unshift(scope);
    }
    return around;
  };
}

/** Index of the next scope around each; -1 for none. */
function readParents(sorted: readonly Scope[]): number[] {
  const open: number[] = [];
  return sorted.map(({ start }, index) => {
    while (open.length > 0 && (sorted[open.at(-1) ?? 0]?.end ?? 0) <= start) open.pop();
    const parent = open.at(-1) ?? -1;
    open.push(index);
    return parent;
  });
}
