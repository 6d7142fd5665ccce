/**
 * How the tokens of a value stand in what the model expected at their places. Pure.
 *
 * In: log-probabilities of all tokens before each token of a value. Out: nats, for each token and for the value. A token
 * may be improbable because the model knows better, or because nobody can know: its entropy tells the two apart.
 */

/** Nats of one token. */
export interface TokenStanding {
  /** How much more surprising it is than the model expects its own prediction to be: −log p less the entropy. */
  excess: number;
  /** Log of the likeliest token's probability over its own; 0 for the likeliest. */
  lead: number;
}

export function standingOf(logProbabilities: Float32Array, token: number): TokenStanding {
  let entropy = 0;
  let likeliest = Number.NEGATIVE_INFINITY;
  for (const logProbability of logProbabilities) {
    if (logProbability > likeliest) likeliest = logProbability;
    if (logProbability > LEAST) entropy -= logProbability * Math.exp(logProbability);
  }
  const own = logProbabilities[token] as number;
  return { excess: -own - entropy, lead: likeliest - own };
}

/** What is rarer adds less than 1e-12 nats; also the way around 0 · −∞. */
const LEAST = -32;

/** Nats of a value. */
export interface ValueStanding {
  /** −log p of its most improbable token. */
  worst: number;
  /** Of the token for which it is largest. */
  worstExcess: number;
  worstLead: number;
  /** Summed over its tokens. */
  excess: number;
}

/** Of a value of one token at least. */
export function summarizeStandings(
  logProbabilities: readonly number[],
  standings: readonly TokenStanding[],
): ValueStanding {
  return {
    worst: -Math.min(...logProbabilities),
    worstExcess: Math.max(...standings.map(({ excess }) => excess)),
    worstLead: Math.max(...standings.map(({ lead }) => lead)),
    excess: standings.reduce((sum, { excess }) => sum + excess, 0),
  };
}
