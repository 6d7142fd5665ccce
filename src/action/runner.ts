/**
 * The runner that the Action runs on: inputs, outputs, log, annotations, job summary. The only file that imports
 * @actions/core.
 *
 * The runner reads our standard output, and takes lines that begin with `::` (or hold `##[`) for commands. What is
 * logged may come from a pull request, so no line of the log is ever one.
 */
import * as core from '@actions/core';
import { GitError, GitHubError, ModelError, SnapshotError, UsageError } from '../errors.ts';
import type { Annotation } from '../report/annotations.ts';

/** Trimmed; empty when the workflow and action.yml say nothing. */
export const readInput = (name: string): string => core.getInput(name);

/** YAML 1.2 booleans. Throws UsageError for anything else. */
export function readBooleanInput(name: string): boolean {
  try {
    return core.getBooleanInput(name);
  } catch (cause) {
    throw wrongInput(name, 'true or false', cause);
  }
}

export function wrongInput(name: string, expected: string, cause?: unknown): UsageError {
  const found = JSON.stringify(readInput(name));
  return new UsageError(`Input "${name}" is ${found}.\nExpected ${expected}.`, { cause });
}

export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

/** From now on the runner writes `***` in its place. */
export const hideSecret = (secret: string): void => core.setSecret(secret);

export function log(text: string): void {
  for (const line of plainLines(text)) core.info(line);
}

/** In the log and among the annotations of the run. */
export const warn = (text: string): void => core.warning(plainLines(text).join('\n'));

/** A foldable part of the log; groups do not nest. */
export async function group<T>(title: string, work: () => Promise<T>): Promise<T> {
  core.startGroup(title);
  try {
    return await work();
  } finally {
    core.endGroup();
  }
}

export function annotate(annotations: readonly Annotation[]): void {
  for (const { level, message, title, path, line, endLine, column, endColumn } of annotations) {
    const columns = column === undefined ? {} : { startColumn: column, endColumn: endColumn ?? column };
    const post = level === 'warning' ? core.warning : core.notice;
    post(message, { title, file: path, startLine: line, endLine, ...columns });
  }
}

export async function writeSummary(markdown: string): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return log('This runner has no job summary.');
  await core.summary.addRaw(markdown, true).write();
}

/** Ends the step with exit code 1. A stack only where it is our fault. */
export function fail(error: unknown): void {
  const isKnown = [UsageError, GitError, GitHubError, ModelError, SnapshotError].some(
    (type) => error instanceof type,
  );
  core.setFailed(
    isKnown
      ? (error as Error).message
      : `An unexpected error; please report it with this:\n${error instanceof Error ? error.stack : error}`,
  );
}

/** The runner ends a line at \r as well, and looks for commands behind leading blanks. */
export const plainLines = (text: string): string[] =>
  text
    .split(/\r\n|[\r\n\u0085\u2028\u2029]/)
    .map((line) => line.replace(/^(\s*)::/, '$1\\::').replaceAll('##[', '#\\#['));
