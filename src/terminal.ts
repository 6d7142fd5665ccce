/**
 * Between commands and a terminal: what is printed where, which exit code, what a flag may say.
 *
 * Knows nothing about what the commands do.
 */
import { existsSync, readFileSync } from 'node:fs';
import { GitError, GitHubError, ModelError, SnapshotError, UsageError } from './errors.ts';
import { renderCheck } from './report/console.ts';
import { FAIL_ON, type FailOn } from './report/findings.ts';
import { progressLine } from './report/progress.ts';
import type { CheckReport } from './report/schema.ts';
import type { MaxHistory } from './runtime/manifest-adaptation.ts';

/** The options that every command takes. */
export interface Flags {
  repo: string;
  model?: string;
  device?: string;
  maxMemory?: string;
  maxHistory?: string;
  parts?: string;
  json?: boolean;
  quiet?: boolean;
}

/** 1: findings that --fail-on names, a difference found by `verify`, an error found by `doctor`. */
export const EXIT = { findings: 1, usage: 2, failure: 3 } as const;

export const FAIL_ON_HELP = 'exit with 1 on: never, surprising, open (open or surprising)';

/** The options of a command function; progress only where somebody looks. */
export function commandOptions(flags: Flags) {
  const silent = flags.quiet || flags.json || !process.stderr.isTTY;
  const { repo, model, device, maxMemory, parts } = flags;
  const maxHistory = flags.maxHistory === undefined ? undefined : parseHistory(flags.maxHistory);
  const onProgress = silent ? undefined : progressLine.show;
  return { repo, model, device, maxMemory, maxHistory, parts, onProgress };
}

/** Reports go to standard output, as JSON or as text. */
export function print<T>(flags: Flags, report: T, render: (report: T) => string): void {
  progressLine.clear();
  const text = flags.json ? JSON.stringify(report, null, 2) : render(report);
  if (text !== '') process.stdout.write(`${text}\n`);
}

/** Prints a check, and fails on the findings the user wants it to fail on. */
export function printCheck(
  flags: Flags,
  report: CheckReport,
  { details, failOn }: { details: boolean; failOn: FailOn },
): void {
  print(flags, report, () => renderCheck(report, { details }));
  const { surprising, open } = report.summary;
  const count = { never: 0, surprising, open: surprising + open }[failOn];
  if (count > 0) process.exitCode = EXIT.findings;
}

/** Prints an error to standard error and sets the exit code; a stack only where it is our fault. */
export function printError(error: unknown): void {
  progressLine.clear();
  const isKnown = [UsageError, GitError, GitHubError, ModelError, SnapshotError].some(
    (type) => error instanceof type,
  );
  const text = isKnown
    ? (error as Error).message
    : `an unexpected error; please report it with this:\n${error instanceof Error ? error.stack : error}`;
  process.stderr.write(`code2lora: ${text}\n`);
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failure;
}

/** A wrong argument is for the user to change; `--help` and `--version` end here too, with 0. */
export function exitAsUsage({ exitCode }: { exitCode: number }): never {
  process.exit(exitCode === 0 ? 0 : EXIT.usage);
}

export function parseFailOn(text: string): FailOn {
  const known = FAIL_ON.find((value) => value === text);
  if (known) return known;
  throw new UsageError(`Unknown value "${text}" of --fail-on.\nExpected one of: ${FAIL_ON.join(', ')}.`);
}

function parseHistory(text: string): MaxHistory {
  return text === 'all' ? text : parsePositive(text, '--max-history', ', or "all"');
}

export function parsePositive(text: string, place: string, orElse = ''): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${place}: "${text}" is not a count.\nExpected a whole number, 1 or more${orElse}.`);
}

export function parseCount(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is not a count.\nExpected a whole number, 0 or more.`);
}

/** No terminal, no question: the answer is no. */
export async function askOnTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** package.json lies one folder above both src/ and dist/. */
export function packageVersion(): string {
  const manifest = new URL('../package.json', import.meta.url);
  return existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
    : '0';
}
