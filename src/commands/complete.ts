/**
 * Candidates for the expected value at one place of the work tree, with probabilities.
 *
 * The file is read as it stands on disk, so it works while the test is being written.
 */

import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Assertion } from '../assertions/assertion.ts';
import { extractAssertions } from '../assertions/extract.ts';
import { UsageError } from '../errors.ts';
import { languageOf } from '../git/paths.ts';
import type { CompletionReport } from '../report/schema.ts';
import { reportAssertion } from '../report/verdict.ts';
import { scoreWith, thresholdsOf, update } from './check.ts';
import type { CommandOptions } from './options.ts';
import { createTimer } from './timer.ts';
import { modelInfo, openWorkspace, requireHead, snapshotInfo } from './workspace.ts';

export interface Place {
  path: string;
  line: number;
  column: number | null;
}

/** Completes the assertions whose expected value is at `path:line` or `path:line:column`. */
export async function complete(place: string, options: CommandOptions = {}): Promise<CompletionReport> {
  const timer = createTimer();
  const { path, line, column } = parsePlace(place);
  await using workspace = await openWorkspace(options);
  const { root, branch } = workspace.repository;
  const head = requireHead(workspace.repository);
  const file = resolve(options.repo ?? '.', path);
  const repositoryPath = relative(root, file).replaceAll('\\', '/');
  const { assertions } = await extractAssertions(repositoryPath, readSource(file, repositoryPath));
  const chosen = atPlace(assertions, { path: repositoryPath, line, column });
  const { inUse: snapshot } = await timer.time('update', () => update(workspace, head, options));
  const scores = await timer.time('complete', () => scoreWith(workspace, snapshot, chosen, options));
  return {
    schema: 'code2lora/complete@1',
    repository: { root, head, branch },
    model: modelInfo(workspace.pack, (await workspace.device()).device),
    snapshot: snapshotInfo(snapshot.manifest),
    assertions: scores.map((score) => reportAssertion(score, thresholdsOf(workspace))),
    timings: timer.timings(),
  };
}

/** `path:line` or `path:line:column`; the path may hold colons itself. */
export function parsePlace(place: string): Place {
  const match = /^(.+?):(\d+)(?::(\d+))?$/.exec(place);
  if (match === null || Number(match[2]) < 1) {
    throw new UsageError(
      `"${place}" is not a place in a file.\nExpected FILE:LINE or FILE:LINE:COLUMN, such as test/cart.test.ts:42.`,
    );
  }
  return { path: match[1] as string, line: Number(match[2]), column: match[3] ? Number(match[3]) : null };
}

function atPlace(assertions: readonly Assertion[], { path, line, column }: Place): Assertion[] {
  const onLine = assertions.filter((assertion) => assertion.line <= line && line <= assertion.endLine);
  const atColumn = onLine.filter(
    (assertion) => column === null || (assertion.column <= column && column <= assertion.endColumn),
  );
  const found = atColumn.length > 0 ? atColumn : onLine;
  if (found.length > 0) return found;
  const near = [...assertions]
    .sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line))
    .slice(0, 3)
    .map((assertion) => assertion.line);
  throw new UsageError(
    `No assertion has its expected value at ${path}:${line}.\n` +
      (near.length > 0
        ? `The nearest ones are at line ${near.join(', ')}.`
        : 'The file has no assertion that is read; see docs/assertions.md.'),
  );
}

function readSource(file: string, path: string): string {
  if (languageOf(path) === null) {
    throw new UsageError(`${path} is not a Python, TypeScript or JavaScript file.`);
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}
