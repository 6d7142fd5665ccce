/**
 * Chosen assertions → what base and adapted model say of the written value and of the mistake in its place.
 *
 * In: mutants of one repository, the adapter of each commit. Out: numbers, in the order of the mutants. Both values are
 * asked of the same readers right after each other, so that the text above them is read once. Knows nothing about how
 * adapters are made.
 */
import type { Assertion } from '../assertions/assertion.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { Mutant, SideScore, ValueScore } from '../report/mutation-scores.ts';
import { standsIn } from '../report/value-evidence.ts';
import type { Completion, LanguageModel, Reader, TargetScore } from '../scoring/language-model.ts';
import { askRivals, placeAmong } from '../scoring/rivals.ts';
import type { ChosenMutant } from './mutations-choose.ts';

export interface AdapterAt {
  adapter: LoraAdapter;
  /** First-parent commits since the start of the walk. */
  position: number;
}

export interface ScoreMutantsOptions {
  adapterByCommit: ReadonlyMap<string, AdapterAt>;
  /** Candidates for each value, as `check` asks for them. */
  count: number;
  onProgress?: ((done: number) => void) | undefined;
}

/** Mutants of commits without an adapter are left out. */
export async function scoreMutants(
  languageModel: LanguageModel,
  mutants: readonly ChosenMutant[],
  { adapterByCommit, count, onProgress }: ScoreMutantsOptions,
): Promise<Mutant[]> {
  const base = languageModel.reader();
  const readers = new Map<string, Reader>();
  const scored: Mutant[] = [];
  for (const [done, mutant] of mutants.entries()) {
    onProgress?.(done);
    const at = adapterByCommit.get(mutant.commit);
    if (at === undefined) continue;
    if (!readers.has(mutant.commit)) readers.clear();
    const adapted = readers.get(mutant.commit) ?? languageModel.reader({ adapter: at.adapter });
    readers.set(mutant.commit, adapted);
    const sides = {
      base: await askSide(base, mutant, count),
      adapted: await askSide(adapted, mutant, count),
    };
    scored.push(describe(mutant, at.position, sides));
  }
  return scored;
}

/** What one model says of the two values of a mutant. */
interface Side {
  written: SideScore & { tokens: number };
  mutated: SideScore & { tokens: number };
}

async function askSide(reader: Reader, { assertion, mutation }: ChosenMutant, count: number): Promise<Side> {
  const { prefix, language } = assertion;
  const mistaken = { ...assertion, target: mutation.value };
  const scores = {
    written: await reader.score(assertion),
    mutated: await reader.score(mistaken),
  };
  const completion = await reader.candidates({ prefix, language, count });
  return {
    written: await describeValue(reader, assertion, { score: scores.written, completion }),
    mutated: await describeValue(reader, mistaken, { score: scores.mutated, completion }),
  };
}

async function describeValue(
  reader: Reader,
  assertion: Assertion,
  said: { score: TargetScore; completion: Completion },
): Promise<Side['written']> {
  const { nll, probability, tokens, standing } = said.score;
  const place = placeAmong(said.completion, assertion.target);
  const rivals = await askRivals(reader, assertion, said);
  return { nll, probability, tokens, ...standing, ...place, rivals };
}

function describe(
  { commit, assertion, mutation }: ChosenMutant,
  position: number,
  { base, adapted }: { base: Side; adapted: Side },
): Mutant {
  const { path, line, language, family, target } = assertion;
  const { kind, how, value } = mutation;
  const valueScore = (text: string, side: keyof Side): ValueScore => {
    const { tokens, ...ofAdapted } = adapted[side];
    const { tokens: _, ...ofBase } = base[side];
    return { tokens, inPrefix: standsInPrefix(assertion, text), base: ofBase, adapted: ofAdapted };
  };
  return {
    ...{ commit, position, path, line, language, family, kind, how },
    written: valueScore(target, 'written'),
    mutated: valueScore(value, 'mutated'),
  };
}

const standsInPrefix = ({ prefix }: Assertion, text: string): boolean => standsIn(text, prefix);
