/**
 * Security audits of workflow files and of action.yml, after zizmor (https://docs.zizmor.sh/audits), which cannot be
 * installed from npm. Same names where the rule is the same; where ours is stricter, the rule says so.
 *
 * In: a file's text. Out: findings. `# zizmor: ignore[name] reason` on a line of the place silences one, as it does
 * in zizmor, but only with a reason.
 */
import { ACCESS } from './audits-of-access.ts';
import { CODE } from './audits-of-code.ts';
import { RUNS } from './audits-of-runs.ts';
import { type Audit, linesOf, readSource } from './source.ts';

export interface Finding {
  audit: string;
  path: string;
  /** Counted from 1. */
  line: number;
  message: string;
}

export const AUDITS: Record<string, Audit> = { ...ACCESS, ...CODE, ...RUNS };

export function audit(path: string, text: string): Finding[] {
  const source = readSource(path, text);
  return Object.entries(AUDITS).flatMap(([name, find]) =>
    find(source).flatMap(({ place, message }) => {
      const [from, to] = linesOf(source, place);
      const isIgnored = text
        .split('\n')
        .slice(from, to + 1)
        .some((line) => ignores(line, name));
      return isIgnored ? [] : [{ audit: name, path, line: from + 1, message }];
    }),
  );
}

/** That a self-hosted runner never runs a stranger's code is the one rule that nobody can switch off. */
const NEVER_IGNORED = new Set(['self-hosted-pull-request']);

function ignores(line: string, name: string): boolean {
  const [, names, reason] = /# zizmor: ignore\[([^\]]+)\](?:\s+(\S.*))?$/.exec(line) ?? [];
  const listed = names?.split(',').some((listedName) => listedName.trim() === name) ?? false;
  return listed && reason !== undefined && !NEVER_IGNORED.has(name);
}
