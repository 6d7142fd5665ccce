/**
 * Which stored snapshots may be used, as they were judged: `promotions.json` beside the snapshots.
 *
 * Not part of the snapshots: what a walk computes does not depend on it, and losing it costs a judgement. Replaced
 * atomically; a damaged or foreign file counts as none. Judgements of snapshots that are gone are dropped.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type from 'typebox';
import { Check } from 'typebox/value';
import type { Judgement } from './health-quick.ts';
import { writeAtomically } from './last-check.ts';
import type { Workspace } from './workspace.ts';

const FILE = 'promotions.json';

const RecordTypes = Type.Object({
  schema: Type.Literal('code2lora/promotions@1'),
  byId: Type.Record(
    Type.String(),
    Type.Object({
      promoted: Type.Boolean(),
      reason: Type.Union([Type.String(), Type.Null()]),
      isFull: Type.Optional(Type.Boolean()),
    }),
  ),
});

type Place = Pick<Workspace, 'stateFolder'>;

/** Undefined: it was not judged yet. */
export function readJudgement(place: Place, id: string): Judgement | undefined {
  const byId = readAll(place);
  return Object.hasOwn(byId, id) ? byId[id] : undefined;
}

export function writeJudgement(
  { stateFolder, store }: Pick<Workspace, 'stateFolder' | 'store'>,
  id: string,
  judgement: Judgement,
): void {
  const stored = new Set([id, ...store.list().snapshots.map(({ manifest }) => manifest.id)]);
  const all = { ...readAll({ stateFolder }), [id]: judgement };
  const byId = Object.fromEntries(Object.entries(all).filter(([key]) => stored.has(key)));
  const text = JSON.stringify({ schema: 'code2lora/promotions@1', byId }, null, 2);
  writeAtomically(stateFolder, FILE, `${text}\n`);
}

function readAll({ stateFolder }: Place): Record<string, Judgement> {
  try {
    const value: unknown = JSON.parse(readFileSync(join(stateFolder, FILE), 'utf8'));
    return Check(RecordTypes, value) ? value.byId : {};
  } catch {
    // Missing or damaged: both mean that nothing was judged.
    return {};
  }
}
