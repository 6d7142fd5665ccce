/** The short texts of the commands that have no report of their own shape. Pure. */
import type { VerifyReport } from './schema.ts';

interface Listed {
  level: string;
  what: string;
  fix: string | null;
}

export function renderVerify(report: VerifyReport): string {
  const { snapshot, equal, withinTolerance, sameEngine, largestDifference } = report;
  const name = `snapshot of ${snapshot.commit.slice(0, 10)}`;
  if (equal) return `equal     ${name} is what the history gives, byte for byte`;
  const difference = `largest difference ${largestDifference.toExponential(1)}`;
  if (withinTolerance)
    return `close     ${name}: another engine, device or kind of CPU, ${difference} (tolerance ${report.tolerance})`;
  return [
    `DIFFERENT ${name} is not what the history gives: ${difference}${sameEngine ? ', on the same engine and kind of CPU' : ''}`,
    '          Run "code2lora prune --all" and "code2lora run" to build it anew, and do not trust what it said.',
  ].join('\n');
}

export function renderDoctor({ findings }: { findings: readonly Listed[] }): string {
  return findings
    .flatMap(({ level, what, fix }) => [`${level.padEnd(9)} ${what}`, ...(fix ? [`          ${fix}`] : [])])
    .join('\n');
}

export function renderExport({ folder, files }: { folder: string; files: readonly string[] }): string {
  return [`wrote     ${folder}`, ...files.map((file) => `          ${file}`)].join('\n');
}

export function renderPrune(result: {
  kept: number;
  removed: readonly string[];
  damaged: readonly string[];
  dryRun: boolean;
}): string {
  const verb = result.dryRun ? 'would go ' : 'removed  ';
  return [
    `${verb} ${result.removed.length} snapshots, ${result.damaged.length} damaged or left behind`,
    `kept      ${result.kept} snapshots`,
  ].join('\n');
}

export function renderPull(result: {
  repository: string;
  artifact: { id: string; createdAt: string; sizeBytes: number } | null;
  snapshot: { commit: string };
  behind: number;
  refused: readonly string[];
}): string {
  const { repository, artifact, snapshot, behind, refused } = result;
  const commits = `${behind} commit${behind === 1 ? '' : 's'} to go`;
  const state = `the adapter stands at ${snapshot.commit.slice(0, 10)}, ${behind === 0 ? 'which is HEAD' : commits}`;
  if (artifact === null) return `unchanged nothing newer in ${repository}: ${state}`;
  const { id, createdAt, sizeBytes } = artifact;
  return [
    `fetched   artifact ${id} of ${repository}, ${Math.ceil(sizeBytes / 1024)} KiB, made ${createdAt}`,
    ...refused.map((line) => `note      ${line}`),
    `adapter   ${state}`,
    ...(behind === 0 ? [] : ['next      code2lora run']),
  ].join('\n');
}

export function renderInit(result: {
  mode: string;
  changed: readonly string[];
  config: { path: string; written: boolean };
  notes: readonly string[];
  byHand: readonly string[];
}): string {
  const headline =
    result.mode === 'none'
      ? 'hooks     not installed'
      : result.mode === 'by-hand'
        ? 'hooks     one step is left to you'
        : `hooks     installed (${result.mode})`;
  return [
    headline,
    ...result.changed.map((path) => `wrote     ${path}`),
    ...(result.config.written ? [`wrote     ${result.config.path}`] : []),
    ...result.notes.map((note) => `note      ${note}`),
    ...result.byHand.flatMap((text) => ['', text]),
    ...(result.mode === 'none'
      ? []
      : [
          '',
          'next      code2lora run         builds the adapter from the history',
          'undo      code2lora uninstall   leaves every file as it was',
        ]),
  ].join('\n');
}

export function renderWorkflows(result: {
  kind: string;
  action: string;
  branch: string;
  files: readonly { path: string; outcome: 'written' | 'unchanged' | 'differs'; diff: string | null }[];
  notes: readonly string[];
}): string {
  const { kind, action, branch, files, notes } = result;
  const differ = files.filter(({ outcome }) => outcome === 'differs');
  return [
    `workflow  ${kind}, adapter of ${branch}, ${action}`,
    ...files.map(({ path, outcome }) => `${outcome.padEnd(9)} ${path}`),
    ...notes.map((note) => `note      ${note}`),
    ...differ.map(({ diff }) => `\n${diff}`),
    ...(differ.length > 0 ? ['', 'What differs was left as it is; --force replaces it as shown.'] : []),
    ...(files.some(({ outcome }) => outcome === 'written')
      ? ['', `next      commit the files to ${branch}: comments start when they are there`]
      : []),
  ].join('\n');
}

export function renderUninstall(result: {
  wasInstalled: boolean;
  changed: readonly string[];
  purged: boolean;
  notes: readonly string[];
}): string {
  return [
    result.wasInstalled ? 'hooks     removed' : 'hooks     none were installed from here',
    ...result.changed.map((path) => `restored  ${path}`),
    ...result.notes.map((note) => `note      ${note}`),
    result.purged
      ? 'state     snapshots and embeddings removed'
      : 'state     snapshots and embeddings stay; "code2lora uninstall --purge" removes them',
  ].join('\n');
}
