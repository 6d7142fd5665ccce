/**
 * Work on one repository of a list: what cannot be read is a line in the report, not the end of the run.
 *
 * In: a report, the repository, the work. Out: nothing; a defect of our own is thrown on.
 */
import { InternalError } from '../errors.ts';
import type { Listed } from './mine-list.ts';

export interface WithBroken {
  broken: { repository: string; reason: string }[];
}

export async function orBroken(
  { broken }: WithBroken,
  { name }: Listed,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof InternalError) throw error;
    broken.push({ repository: name, reason: error.message.replaceAll(/\s*\n\s*/g, ' ') });
  }
}
