/**
 * Reverse-mode differentiation of a graph: adds the operators that compute gradients (Baydin et al. 2018, section 3.2).
 *
 * In: a graph, the gradient of a loss with respect to one of its values. Out: the gradients with respect to others.
 * Knows nothing about architectures or losses. Only values that depend on what is asked for are followed: the
 * weights of a frozen model get no gradients. What an operator's gradient is stands in gradient-rules.ts.
 */
import { InternalError } from '../errors.ts';
import { GRADIENT_RULES } from './gradient-rules.ts';
import type { Graph, GraphNode } from './onnx.ts';

export interface GradientRequest {
  /** A value of the graph, and the gradient of the loss with respect to it, of the same shape. */
  of: string;
  seed: string;
  /** Values whose gradients are wanted. */
  wrt: readonly string[];
}

/** Gives the gradients in the order of `wrt`. Throws InternalError for an operator without a rule. */
export function addGradients(graph: Graph, { of, seed, wrt }: GradientRequest): string[] {
  const nodes = graph.operators();
  const active = dependents(nodes, wrt);
  const gradients = new Gradients(graph);
  gradients.add(of, seed);
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => active.has(output))) continue;
    const outputs = node.outputs.map((output) => (output === '' ? undefined : gradients.get(output)));
    if (outputs.every((gradient) => gradient === undefined)) continue;
    const isWanted = node.inputs.map((input) => active.has(input));
    const inputs = ruleOf(node)({ graph, node, gradients: outputs, isWanted });
    for (const [index, gradient] of inputs.entries()) {
      if (gradient !== undefined && isWanted[index]) gradients.add(node.inputs[index] as string, gradient);
    }
  }
  return wrt.map((value) => {
    const gradient = gradients.get(value);
    if (gradient !== undefined) return gradient;
    throw new InternalError(`Graph ${graph.name}: ${of} does not depend on ${value}, or not by a known way.`);
  });
}

/** All values that depend on some of `roots`. */
function dependents(nodes: readonly GraphNode[], roots: readonly string[]): ReadonlySet<string> {
  const active = new Set(roots);
  for (const { inputs, outputs } of nodes) {
    if (!inputs.some((input) => active.has(input))) continue;
    for (const output of outputs) if (output !== '') active.add(output);
  }
  return active;
}

function ruleOf(node: GraphNode) {
  const rule = GRADIENT_RULES[node.type];
  if (rule) return rule;
  throw new InternalError(`There is no gradient for the operator ${node.type} (${node.name}).`);
}

/** A value that is used several times gets the sum of what comes back from each use. */
class Gradients {
  private readonly graph: Graph;
  private readonly parts = new Map<string, string[]>();

  constructor(graph: Graph) {
    this.graph = graph;
  }

  add(value: string, gradient: string): void {
    this.parts.set(value, [...(this.parts.get(value) ?? []), gradient]);
  }

  get(value: string): string | undefined {
    const parts = this.parts.get(value);
    if (parts === undefined || parts.length < 2) return parts?.[0];
    const sum = this.graph.op('Sum', parts);
    this.parts.set(value, [sum]);
    return sum;
  }
}
