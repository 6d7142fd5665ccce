/** Where the workflow files lie in a repository, and what is there now. Knows nothing of what is in them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface WorkflowPlace {
  role: 'compute' | 'comment';
  /** Relative to the root, with slashes. */
  path: string;
  existing: string | undefined;
}

const STEMS = {
  compute: '.github/workflows/code2lora',
  comment: '.github/workflows/code2lora-comment',
} as const;

export const findWorkflows = (root: string): [compute: WorkflowPlace, comment: WorkflowPlace] => [
  findPlace(root, 'compute'),
  findPlace(root, 'comment'),
];

/** GitHub reads both endings: a second file beside a `.yaml` would run everything twice. */
function findPlace(root: string, role: WorkflowPlace['role']): WorkflowPlace {
  const names = [`${STEMS[role]}.yml`, `${STEMS[role]}.yaml`];
  const path = names.find((name) => existsSync(join(root, name))) ?? `${STEMS[role]}.yml`;
  const file = join(root, path);
  return { role, path, existing: existsSync(file) ? readFileSync(file, 'utf8') : undefined };
}
