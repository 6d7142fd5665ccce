/**
 * `mine --workflow`: writes the workflow file that mines a list on several machines, and nothing else.
 *
 * In: the list. Out: what was written, or a diff where another file is there. The runner and the pins of actions in
 * that file are the user's and stay. Needs no network.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { InternalError, UsageError } from '../errors.ts';
import { openRepository, type Repository } from '../git/run.ts';
import { readRepositoryList } from './mine-list.ts';
import type { MineWorkflowOptions, MineWorkflowResult } from './mine-options.ts';
import { packageVersion } from './mine-settings.ts';
import type { WorkflowFile } from './options.ts';
import { makeFolderOf } from './task-writer.ts';
import { carryOver } from './workflow-template.ts';
import { packageFile } from './workspace.ts';

const PATH = '.github/workflows/code2lora-mine.yml';

/** Throws UsageError in a bare repository, and for a list that is not in the work tree or cannot be understood. */
export async function writeMineWorkflow(options: MineWorkflowOptions): Promise<MineWorkflowResult> {
  const repository = await openRepository(resolve(options.repo ?? '.'));
  const list = listInside(repository, options.repositories);
  const file = join(repository.root, PATH);
  const existing = existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : undefined;
  const fresh = renderMineTemplate(list);
  const text = existing === undefined ? fresh : carryOver(fresh, existing);
  const outcome = outcomeOf({ existing, text, force: options.force });
  if (outcome === 'written') {
    makeFolderOf(file);
    writeFileSync(file, text);
  }
  const diff = existing === undefined || existing === text ? null : renderDiff(existing, text);
  return { schema: 'code2lora/mine-workflow@1', list, file: { path: PATH, outcome, diff } };
}

/** The text of the workflow; `list` is a path from the root of the repository. */
export function renderMineTemplate(list: string): string {
  return readTemplate()
    .replace('__version__', () => packageVersion())
    .replace('__list__', () => (/^[A-Za-z][\w./-]*$/.test(list) ? list : JSON.stringify(list)));
}

function outcomeOf({
  existing,
  text,
  force = false,
}: {
  existing: string | undefined;
  text: string;
  force: boolean | undefined;
}): WorkflowFile['outcome'] {
  if (existing === text) return 'unchanged';
  return existing === undefined || force ? 'written' : 'differs';
}

/** Its path as the workflow will see it. Reads the list too: better a mistake is found here than on eight machines. */
function listInside(repository: Repository, list: string): string {
  readRepositoryList(list);
  const path = relative(repository.root, realpathSync(list)).replaceAll(sep, '/');
  if (!repository.isBare && !path.startsWith('../') && !isAbsolute(path)) return path;
  throw new UsageError(
    `${list} is not in the work tree of ${repository.root}, so no workflow would find it.\n` +
      'Put the list into the repository that the workflow is for, and commit it.',
  );
}

const renderDiff = (existing: string, text: string): string =>
  createTwoFilesPatch(PATH, PATH, existing, text, 'as it is', 'as mine writes it', {
    headerOptions: FILE_HEADERS_ONLY,
  }).trimEnd();

function readTemplate(): string {
  const file = packageFile('src/commands/workflows/mine.yml') ?? packageFile('dist/workflows/mine.yml');
  if (file !== undefined) return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  throw new InternalError('The workflow template mine.yml is not in the package');
}
