/**
 * What the benchmark compares: names, and what each is called in tables. Pure data.
 *
 * A method is the base model with or without an adapter, and with or without text of the repository before the prompt.
 * Knows nothing about how adapters are made or who scores.
 */
import type { AdaptationPart } from '../runtime/manifest-adaptation.ts';

export interface BenchmarkMethod {
  name: string;
  label: string;
  /** Parts of the evolving state at the assertion's commit; absent: the adapter does not follow the history. */
  parts?: readonly AdaptationPart[];
  /** It has no probabilities, only an answer. */
  isHeuristic?: true;
  /** Measured only where it is what the pack does by default, or asked for. */
  isExtra?: true;
  /** In-repo only: it is trained on what comes before the last fifth of the history. */
  isInRepo?: true;
}

export const SHARED = 'shared';

export const METHODS: readonly BenchmarkMethod[] = [
  { name: 'base', label: 'base model' },
  { name: 'copy', label: 'copied from the prefix', isHeuristic: true },
  { name: 'rag', label: 'base model + RAG (k = 3)' },
  { name: 'drc', label: 'base model + dependencies' },
  { name: SHARED, label: 'one shared LoRA', parts: [] },
  { name: 'shared-rag', label: 'shared LoRA + RAG (k = 3)' },
  { name: 'shared-drc', label: 'shared LoRA + dependencies' },
  { name: 'repository-lora', label: 'LoRA of the repository alone', isInRepo: true },
  { name: 'mean', label: 'mean adapter of the other repositories' },
  { name: 'other', label: "another repository's adapter" },
  { name: 'static', label: 'Code2LoRA-Static (state at the start)' },
  { name: 'evo', label: 'Code2LoRA-Evo (GRU)', parts: ['gru'] },
  { name: 'memory', label: 'memory', parts: ['memory'] },
  { name: 'refinement', label: 'refinement', parts: ['refinement'] },
  { name: 'memory-refinement', label: 'memory and refinement', parts: ['memory', 'refinement'] },
  { name: 'evo-memory', label: 'GRU and memory', parts: ['gru', 'memory'], isExtra: true },
  { name: 'evo-refinement', label: 'GRU and refinement', parts: ['gru', 'refinement'], isExtra: true },
  { name: 'all', label: 'GRU, memory and refinement', parts: ['gru', 'memory', 'refinement'] },
];

const methodByName = new Map(METHODS.map((method) => [method.name, method]));

export const labelOf = (name: string): string => methodByName.get(name)?.label ?? name;
export const methodOf = (name: string): BenchmarkMethod | undefined => methodByName.get(name);

/** The method that uses exactly these parts; undefined when the benchmark does not measure them together. */
export const methodOfParts = (parts: readonly AdaptationPart[]): BenchmarkMethod | undefined =>
  METHODS.find(
    (method) => method.parts?.length === parts.length && parts.every((part) => method.parts?.includes(part)),
  );
