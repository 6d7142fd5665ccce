/**
 * `init --workflow`: writes the two workflow files for GitHub Actions, and nothing else.
 *
 * In: the kind of runner and the action to use. Out: what was written, and a diff of every file that was not,
 * because it is not what we would write. Needs the network only to pin a tag to its commit.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { UsageError } from '../errors.ts';
import { openRepository, type Repository } from '../git/run.ts';
import type { WorkflowFile, WorkflowOptions, WorkflowResult } from './options.ts';
import { pinAction } from './workflow-action.ts';
import { defaultBranch, originAddress, weeklyCron } from './workflow-origin.ts';
import { findWorkflows, type WorkflowPlace } from './workflow-places.ts';
import { actionOf, carryOver, renderWorkflow, type WorkflowValues } from './workflow-template.ts';

const KINDS = ['cpu', 'gpu'] as const;
type Kind = (typeof KINDS)[number];
/** What runners register as by convention; nobody's GPU runner has to be called that. */
const GPU_LABELS = '[self-hosted, linux, x64, gpu]';

/** Throws UsageError for an unknown kind, in a bare repository, and when the action cannot be pinned. */
export async function writeWorkflows(options: WorkflowOptions = {}): Promise<WorkflowResult> {
  const kind = parseKind(options.kind ?? 'cpu');
  const repository = await openRepository(resolve(options.repo ?? '.'));
  if (repository.isBare)
    throw new UsageError(
      `Cannot write workflow files into ${repository.root}: it is a bare repository. Use a clone with a work tree.`,
    );
  const places = findWorkflows(repository.root);
  const values = await valuesFor(repository, options, places);
  const files = places.map((place) => settle(place, values, { ...options, kind }));
  for (const file of files) if (file.outcome === 'written') write(repository.root, file);
  return {
    schema: 'code2lora/workflow@1',
    kind,
    action: values.action,
    branch: values.branch,
    files: files.map(({ path, outcome, diff }) => ({ path, outcome, diff })),
    notes: notesOn(files),
  };
}

/** The action that a file of ours names already is kept, so that running `init` again needs no flag, no network. */
async function valuesFor(
  repository: Repository,
  { action, runsOn }: WorkflowOptions,
  places: readonly WorkflowPlace[],
): Promise<WorkflowValues> {
  const address = await originAddress(repository);
  const present = places.flatMap(({ existing }) => actionOf(existing ?? '') ?? [])[0];
  return {
    branch: await defaultBranch(repository),
    cron: weeklyCron(address?.repository ?? basename(repository.root)),
    action:
      action === undefined && present !== undefined
        ? present
        : await pinAction(repository, { action, host: address?.host }),
    runsOn: runsOn === undefined ? GPU_LABELS : parseLabels(runsOn),
  };
}

type Settled = WorkflowFile & { text: string };

function settle(
  { role, path, existing }: WorkflowPlace,
  values: WorkflowValues,
  options: WorkflowOptions & { kind: Kind },
): Settled {
  const fresh = renderWorkflow(role === 'comment' ? role : options.kind, values);
  if (existing === undefined) return { path, outcome: 'written', diff: null, text: fresh };
  const current = existing.replaceAll('\r\n', '\n');
  const text = carryOver(fresh, current, {
    action: options.action !== undefined,
    runsOn: options.runsOn !== undefined,
  });
  if (text === current) return { path, outcome: 'unchanged', diff: null, text };
  const diff = renderDiff(path, current, text);
  return { path, outcome: options.force ? 'written' : 'differs', diff, text };
}

function renderDiff(path: string, current: string, text: string): string {
  const patch = createTwoFilesPatch(path, path, current, text, 'as it is', 'as init writes it', {
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch.trimEnd();
}

function write(root: string, { path, text }: Settled): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const RUNNER_IS_MISSING =
  'Set "runs-on" of the job "adapter" to the label of your GPU runner: a job whose label no runner has waits for a ' +
  'day, then fails.';

function notesOn(files: readonly Settled[]): string[] {
  const isGuess = files.some(({ outcome, text }) => outcome === 'written' && text.includes(GPU_LABELS));
  return isGuess ? [RUNNER_IS_MISSING] : [];
}

function parseKind(text: string): Kind {
  const known = KINDS.find((kind) => kind === text);
  if (known) return known;
  throw new UsageError(`Unknown kind of workflow "${text}".\nKnown kinds: ${KINDS.join(', ')}.`);
}

/** One label, or several that one runner must all have. */
function parseLabels(text: string): string {
  const labels = text.split(',').map((label) => label.trim());
  if (labels.every((label) => /^[\w.-]+$/.test(label)))
    return labels.length === 1 ? String(labels[0]) : `[${labels.join(', ')}]`;
  throw new UsageError(
    `"${text}" is no label of a runner.\nExpected one label, or several with commas between: self-hosted,linux,gpu.`,
  );
}
