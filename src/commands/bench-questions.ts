/**
 * What each method asks about an assertion: with which adapter, after which text.
 *
 * In: the methods, assertions, adapters. Out: questions, method by method; of a method that does not apply to an assertion
 * none. Knows nothing about how they are answered.
 */

import type { PathRules } from '../git/paths.ts';
import type { Repository } from '../git/run.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { SHARED } from '../report/benchmark-methods.ts';
import type { Asked } from './bench-choice.ts';
import { type Dependencies, openDependencies } from './bench-dependencies.ts';
import { LAST_FIFTH } from './bench-lora.ts';
import type { PromptRoom } from './bench-prompt.ts';
import { openRetrieval, type Retrieval } from './bench-retrieval.ts';
import type { Question } from './bench-score.ts';
import { openKnownFiles } from './bench-tree.ts';

/** A method's question about the assertion with this number. */
export interface MethodQuestion extends Question {
  method: string;
  index: number;
}

/** The adapter of a method for an assertion; undefined: it has none for it, so it is not asked. */
export type AdapterFor = (method: string, asked: Asked) => LoraAdapter | null | undefined;

export interface QuestionSource {
  repository: Repository;
  rules: PathRules;
  room: PromptRoom;
  methods: readonly string[];
  adapterFor: AdapterFor;
}

export async function questionsAbout(
  asked: readonly Asked[],
  { repository, rules, room, methods, adapterFor }: QuestionSource,
): Promise<MethodQuestion[]> {
  await using files = openKnownFiles(repository, rules);
  const context = contexts({
    room,
    retrieval: openRetrieval(files, room),
    dependencies: openDependencies(files, room),
  });
  const questions: MethodQuestion[] = [];
  for (const method of methods) {
    for (const [index, one] of asked.entries()) {
      const adapter = adapterFor(method, one);
      if (adapter === undefined) continue;
      const { assertion } = one;
      questions.push({ method, index, assertion, adapter, prompt: await context(method, one) });
    }
  }
  return questions;
}

/** Methods that put text before the prompt; the pieces of an assertion are looked for once. */
function contexts({
  room,
  retrieval,
  dependencies,
}: {
  room: PromptRoom;
  retrieval: Retrieval;
  dependencies: Dependencies;
}): (method: string, asked: Asked) => Promise<string> {
  const known = new Map<string, string>();
  const finders = {
    rag: ({ commit, assertion: { prefix } }: Asked) => retrieval.piecesFor(commit, prefix),
    drc: ({ commit, assertion }: Asked) => dependencies.piecesFor(commit, assertion),
  };
  return async (method, asked) => {
    const { prefix, path, start } = asked.assertion;
    const kind = /(?:^|-)(rag|drc)$/.exec(method)?.[1] as keyof typeof finders | undefined;
    if (kind === undefined) return prefix;
    const key = `${kind}\n${asked.commit.sha}\n${path}\n${start}`;
    const prompt = known.get(key) ?? room.withPieces(await finders[kind](asked), prefix);
    known.set(key, prompt);
    return prompt;
  };
}

/** Which adapter a method has that does not follow the history. */
export function fixedAdapter(
  method: string,
  { fifth }: Pick<Asked, 'fifth'>,
  {
    shared,
    start,
    lora,
  }: { shared: LoraAdapter | null; start: LoraAdapter | null; lora: LoraAdapter | null },
): LoraAdapter | null | undefined {
  if (method === 'base' || method === 'rag' || method === 'drc') return null;
  if (method.startsWith(SHARED)) return shared ?? undefined;
  if (method === 'static') return start ?? undefined;
  if (method === 'repository-lora') return fifth === LAST_FIFTH ? (lora ?? undefined) : undefined;
  return undefined;
}
