/**
 * The optimiser Adam (Kingma & Ba 2015, algorithm 1), over a few arrays of numbers.
 *
 * In: parameters and their gradients. Out: the parameters changed in place. Knows nothing about what they are. It always
 * begins anew: what it remembers lives as long as one call of whoever uses it, so nothing of it has to be stored.
 */
const BETA1 = 0.9;
const BETA2 = 0.95;
const EPSILON = 1e-8;

export type Parameters = Readonly<Record<string, Float32Array>>;

export interface Adam {
  /** Moves against the gradients, which have the names and lengths of the parameters. */
  step(gradients: Parameters, learningRate: number): void;
}

export function createAdam(parameters: Parameters): Adam {
  const moments = Object.entries(parameters).map(([name, values]) => ({
    name,
    values,
    first: new Float32Array(values.length),
    second: new Float32Array(values.length),
  }));
  let steps = 0;
  return {
    step(gradients, learningRate) {
      steps += 1;
      const [firstShare, secondShare] = [1 - BETA1 ** steps, 1 - BETA2 ** steps];
      for (const { name, values, first, second } of moments) {
        const gradient = gradients[name] as Float32Array;
        for (let i = 0; i < values.length; i += 1) {
          const slope = gradient[i] as number;
          const mean = (BETA1 * (first[i] as number) + (1 - BETA1) * slope) as number;
          const square = BETA2 * (second[i] as number) + (1 - BETA2) * slope * slope;
          first[i] = mean;
          second[i] = square;
          values[i] =
            (values[i] as number) -
            (learningRate * (mean / firstShare)) / (Math.sqrt(square / secondShare) + EPSILON);
        }
      }
    },
  };
}
