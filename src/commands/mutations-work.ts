/**
 * The scores of each repository in a file of its own, so that an interrupted run goes on where it stopped.
 *
 *   WORK/mutations/SETTINGS/NAME.json
 *
 * Settings are part of the path: what was measured with others stays beside it and is never mixed in.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Check } from 'typebox/value';
import {
  type MutantRepository,
  type MutationSettings,
  type RepositoryMutants,
  RepositoryMutantsSchema,
} from '../report/mutation-scores.ts';
import { writeWhole } from './bench-file.ts';

export interface MutationScores {
  /** Undefined where there are none, or a file that was damaged: it is measured anew. */
  read(name: string): MutantRepository | undefined;
  write(repository: MutantRepository): void;
}

export function openMutationScores(work: string, settings: MutationSettings): MutationScores {
  const digest = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  const fileOf = (name: string) => join(work, 'mutations', digest, `${name}.json`);
  return {
    read(name) {
      const file = fileOf(name);
      return existsSync(file) ? parse(readFileSync(file, 'utf8'))?.repository : undefined;
    },
    write(repository) {
      const content: RepositoryMutants = { schema: 'code2lora/mutants@1', settings, repository };
      writeWhole(fileOf(repository.name), `${JSON.stringify(content)}\n`);
    },
  };
}

function parse(text: string): RepositoryMutants | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return Check(RepositoryMutantsSchema, found) ? found : undefined;
  } catch {
    return undefined; // cut off: measured anew
  }
}
