/** The texts of the `models` commands. Pure. */
import { sizeText } from './sizes.ts';

interface Pack {
  name: string;
  path: string;
  version: string | null;
  license: string | null;
  precision: Readonly<Record<string, string>> | null;
  precisionLoss: Loss | null;
  bytes: number | null;
  problem: string | null;
}

interface Loss {
  nll: number | null;
  embeddingError: number | null;
  adapterError: number | null;
}

interface Plan {
  name: string;
  precision: string;
  sources: readonly { repository: string; commit: string; license: string | null; fixedBy: string }[];
  files: readonly { repository: string; path: string; bytes: number; unfinished: number; from: string }[];
  downloadBytes: number;
  diskBytes: number;
}

export function renderModels(list: {
  home: string;
  packs: readonly (Pack & { origin: string })[];
  available: readonly { name: string; summary: string; downloadBytes: number }[];
}): string {
  return [
    ...list.packs.flatMap((pack) => [headline(pack, pack.origin), ...details(pack)]),
    ...list.available.flatMap(({ name, summary, downloadBytes }) => [
      `${name.padEnd(16)} not here: ${summary}`,
      `${' '.repeat(17)}code2lora models pull ${name}   (about ${sizeText(downloadBytes)})`,
    ]),
    `kept in   ${list.home}`,
  ].join('\n');
}

export function renderModelsPull(result: { pack: Pack; outcome: string; downloadedBytes: number }): string {
  const { pack, outcome, downloadedBytes } = result;
  const what = outcome === 'unchanged' ? 'it was here' : `${sizeText(downloadedBytes)} downloaded`;
  return [headline(pack, what), ...details(pack), `next      code2lora run --model ${pack.name}`].join('\n');
}

export function renderModelsImport({ pack }: { pack: Pack }): string {
  return [headline(pack, 'imported'), ...details(pack), `next      code2lora run --model ${pack.name}`].join(
    '\n',
  );
}

export function renderModelsVerify({
  packs,
}: {
  packs: readonly { name: string; files: number; bytes: number; problems: readonly string[] }[];
}): string {
  return packs
    .flatMap(({ name, files, bytes, problems }) => [
      problems.length === 0
        ? `ok        ${name}: ${files} files, ${sizeText(bytes)}`
        : `DAMAGED   ${name}: ${problems.length} problem${problems.length === 1 ? '' : 's'}`,
      ...problems.map((problem) => `          ${problem.replaceAll('\n', '\n          ')}`),
    ])
    .join('\n');
}

export function renderModelsRemove(result: { name: string; path: string; bytes: number | null }): string {
  const { name, path, bytes } = result;
  return `removed   ${name}${bytes === null ? '' : `, ${sizeText(bytes)}`}: ${path}`;
}

const FIXED_BY: Readonly<Record<string, string>> = {
  source: 'fixed in code2lora',
  pin: 'as in the first pull',
  user: 'as you asked',
  'first-use': 'new: kept for later pulls',
};

/** What a pull is about to do, before it does. */
export function renderPullPlan(plan: Plan): string {
  const toDownload = plan.files.filter(({ from }) => from === 'download');
  const here = plan.files.length - toDownload.length;
  const begun = toDownload.reduce((sum, { unfinished }) => sum + unfinished, 0);
  return [
    `pulling   ${plan.name} in ${plan.precision}`,
    ...plan.sources.flatMap(({ repository, commit, license, fixedBy }) => [
      `from      ${repository} at ${commit} (${FIXED_BY[fixedBy] ?? fixedBy})`,
      `          licence: ${license ?? 'unknown, the model card names none: ask its authors before you pass results on'}`,
    ]),
    `download  ${sizeText(plan.downloadBytes)} in ${toDownload.length} files` +
      `${begun > 0 ? `, ${sizeText(begun)} of them are here` : ''}${here > 0 ? `; ${here} files were on this machine` : ''}`,
    `disk      ${sizeText(plan.diskBytes)} more`,
  ].join('\n');
}

function headline({ name, version, bytes, precision }: Pack, what: string): string {
  const facts = [version, precisionText(precision), bytes === null ? null : sizeText(bytes), what];
  return `${name.padEnd(16)} ${facts.filter((fact) => fact !== null).join(', ')}`;
}

function details({ path, license, problem, precisionLoss }: Pack): string[] {
  const lines = [
    ...(problem === null ? [] : [`PROBLEM   ${problem}`]),
    ...(license === null ? [] : [`licence   ${license}`]),
    ...(precisionLoss === null ? [] : lossLines(precisionLoss)),
    `path      ${path}`,
  ];
  return lines.map((line) => `                 ${line}`);
}

function lossLines({ nll, embeddingError, adapterError }: Loss): string[] {
  if (nll === null || embeddingError === null || adapterError === null) return [];
  const [embedding, adapter] = [embeddingError, adapterError].map(
    (error) => `${(error * 100).toPrecision(2)} %`,
  );
  return [`cost      ${nll} nats per token, embeddings ${embedding}, adapters ${adapter} off (against fp32)`];
}

function precisionText(precision: Pack['precision']): string | null {
  if (precision === null) return null;
  const kinds = new Set(Object.values(precision));
  return kinds.size === 1 ? ([...kinds][0] as string) : Object.values(precision).join('/');
}
