/**
 * The gradients of the operators that our transformers are made of.
 *
 * In: an operator and the gradients of its outputs. Out: those of its inputs, as operators again. Knows nothing about
 * the rest of the graph. `dy` is the gradient with respect to `y`. Values that are broadcast (scalars, biases, tables)
 * never depend on what is trained, so no rule has to sum over broadcast axes.
 */
import { InternalError } from '../errors.ts';
import type { Graph, GraphNode } from './onnx.ts';

export interface RuleInput {
  graph: Graph;
  node: GraphNode;
  /** Of each output; undefined where nothing comes back. */
  gradients: readonly (string | undefined)[];
  /** Of each input: whether its gradient is wanted. */
  isWanted: readonly boolean[];
}

/** Gives the gradient of each input; undefined where it is not wanted. */
export type GradientRule = (input: RuleInput) => (string | undefined)[];

export const GRADIENT_RULES: Readonly<Record<string, GradientRule>> = {
  Gemm: gemm,
  MatMul: matMul,
  Mul: multiply,
  Add: (rule) => rule.isWanted.map((wanted) => (wanted ? only(rule) : undefined)),
  Sigmoid: sigmoid,
  Softmax: softmax,
  Reshape: reshapeBack,
  Unsqueeze: reshapeBack,
  Squeeze: reshapeBack,
  Transpose: (rule) => [rule.graph.op('Transpose', [only(rule)], { perm: inverse(permutation(rule.node)) })],
  Gather: gather,
  RotaryEmbedding: rotary,
  SimplifiedLayerNormalization: (rule) => {
    const [x = '', weight = ''] = rule.node.inputs;
    return [normBack(rule, { x, weight, dy: only(rule) })];
  },
  SkipSimplifiedLayerNormalization: skipNorm,
};

function only({ node, gradients }: Pick<RuleInput, 'node' | 'gradients'>): string {
  const [first] = gradients;
  if (first !== undefined) return first;
  throw new InternalError(`The operator ${node.type} (${node.name}) has no gradient of its first output.`);
}

/** y = a bᵀ + c (transB) or a b + c. The gradient of c is dy: it has the shape of y, or is a frozen bias. */
function gemm(rule: RuleInput): (string | undefined)[] {
  const { graph, node, isWanted } = rule;
  const [a = '', b = ''] = node.inputs;
  const isTransposed = node.attributes.transB === 1;
  const dy = only(rule);
  return [
    isWanted[0] ? graph.op('Gemm', [dy, b], { transB: isTransposed ? 0 : 1 }) : undefined,
    isWanted[1] ? graph.op('Gemm', isTransposed ? [dy, a] : [a, dy], { transA: 1 }) : undefined,
    isWanted[2] ? dy : undefined,
  ];
}

/** y = a b for stacks of matrices, as many of a as of b. */
function matMul(rule: RuleInput): (string | undefined)[] {
  const { graph, node, isWanted } = rule;
  const [a = '', b = ''] = node.inputs;
  const dy = only(rule);
  const turned = (x: string) => graph.op('Transpose', [x], { perm: [0, 2, 1] });
  return [
    isWanted[0] ? graph.op('MatMul', [dy, turned(b)]) : undefined,
    isWanted[1] ? graph.op('MatMul', [turned(a), dy]) : undefined,
  ];
}

/** y = a b, number by number. */
function multiply(rule: RuleInput): (string | undefined)[] {
  const { graph, node, isWanted } = rule;
  const [a = '', b = ''] = node.inputs;
  const times = (other: string) => graph.op('Mul', [only(rule), other]);
  return [isWanted[0] ? times(b) : undefined, isWanted[1] ? times(a) : undefined];
}

/** dx = dy y (1 − y) */
function sigmoid(rule: RuleInput): string[] {
  const { graph, node } = rule;
  const y = node.outputs[0] as string;
  const slope = graph.op('Mul', [y, graph.op('Sub', [graph.scalar(1), y])]);
  return [graph.op('Mul', [only(rule), slope])];
}

/** dx = y (dy − Σ dy y), over the last axis. */
function softmax(rule: RuleInput): string[] {
  const { graph, node } = rule;
  const y = node.outputs[0] as string;
  const weighted = graph.op('Mul', [only(rule), y]);
  const sum = graph.op('ReduceSum', [weighted, graph.integers(-1)], { keepdims: 1 });
  return [graph.op('Sub', [weighted, graph.op('Mul', [y, sum])])];
}

function reshapeBack(rule: RuleInput): string[] {
  const { graph, node } = rule;
  return [graph.op('Reshape', [only(rule), graph.op('Shape', [node.inputs[0] as string])])];
}

/** Rows that were picked get their gradients back, the others zeros. */
function gather(rule: RuleInput): string[] {
  const { graph, node } = rule;
  const [x = '', rows = ''] = node.inputs;
  if (node.attributes.axis)
    throw new InternalError(`Gather along axis ${node.attributes.axis} has no gradient.`);
  const zeros = graph.op('Expand', [graph.scalar(0), graph.op('Shape', [x])]);
  const places = graph.op('Unsqueeze', [rows, graph.integers(-1)]);
  return [graph.op('ScatterND', [zeros, places, only(rule)], { reduction: 'add' })];
}

/** A rotation is undone by the rotation the other way: its inverse is its transpose. */
function rotary(rule: RuleInput): string[] {
  const { graph, node } = rule;
  const [, positions = '', cosines = '', sines = ''] = node.inputs;
  const back = [only(rule), positions, cosines, graph.op('Neg', [sines])];
  return [graph.op('com.microsoft.RotaryEmbedding', back, node.attributes)];
}

/** Outputs: the normalised sum, nothing, nothing, the sum. */
function skipNorm(rule: RuleInput): (string | undefined)[] {
  const { graph, node, gradients, isWanted } = rule;
  const [dy, , , dSum] = gradients;
  const [x = '', weight = ''] = [node.outputs[3], node.inputs[2]];
  const parts = [dy && normBack(rule, { x, weight, dy }), dSum].filter((part) => part !== undefined);
  const dx = parts.length > 1 ? graph.op('Add', parts as string[]) : parts[0];
  return [isWanted[0] ? dx : undefined, isWanted[1] ? dx : undefined];
}

/** y = r x w with r = 1 / √(mean(x²) + ε):  dx = r g − x r³ mean(x g), g = dy w. */
function normBack(
  { graph, node }: RuleInput,
  { x, weight, dy }: { x: string; weight: string; dy: string },
): string {
  const mean = (value: string) => graph.op('ReduceMean', [value, graph.integers(-1)], { keepdims: 1 });
  const product = (a: string, b: string) => graph.op('Mul', [a, b]);
  const power = graph.op('Add', [mean(product(x, x)), graph.scalar(epsilonOf(node))]);
  const r = graph.op('Reciprocal', [graph.op('Sqrt', [power])]);
  const g = product(dy, weight);
  const along = product(product(r, r), mean(product(x, g)));
  return product(r, graph.op('Sub', [g, product(x, along)]));
}

function epsilonOf({ attributes: { epsilon } }: GraphNode): number {
  return (epsilon as { float: number }).float;
}

function permutation({ attributes: { perm } }: GraphNode): readonly number[] {
  return perm as readonly number[];
}

const inverse = (perm: readonly number[]): number[] => perm.map((_, axis) => perm.indexOf(axis));
