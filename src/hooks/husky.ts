/**
 * Sets husky up in a repository. The only import of husky.
 */
import husky from 'husky';
import { UsageError } from '../errors.ts';

/** Where git looks for hooks once husky is set up, relative to every work tree. */
export const HUSKY_HOOKS_PATH = '.husky/_';

/** Sets core.hooksPath and writes `.husky/_`. Throws UsageError with husky's own words when it refuses. */
export function setUpHusky(root: string): void {
  const before = process.cwd();
  try {
    process.chdir(root); // husky knows no other folder than the current one
    const refusal = husky();
    if (refusal) throw new UsageError(`Cannot set husky up in ${root}: ${refusal.trim()}`);
  } finally {
    process.chdir(before);
  }
}
