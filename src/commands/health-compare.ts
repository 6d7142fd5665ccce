/**
 * Scores of all contenders → what each gains over the others, and the place of the own adapter among those of the panel.
 *
 * In: scores, assertion by assertion. Out: a part of the report. Pure.
 */
import type { HealthReport } from '../report/health-schema.ts';
import { gainOver, mean, nllPerToken, rankAmong } from '../report/health-statistics.ts';
import type { References } from './health-references.ts';
import { type ContenderScores, panelMean } from './health-scores.ts';

type Compared = Pick<HealthReport, 'nll' | 'gains' | 'rank' | 'panel'>;
type Interval = HealthReport['gains']['overBase'];
type Contender = (scores: ContenderScores) => number | null;

/** The same seed gives the same intervals. */
export function compareContenders(
  scores: readonly ContenderScores[],
  {
    references,
    panelCosines,
    seed,
  }: { references: References; panelCosines: readonly number[]; seed: string },
): Compared {
  const gain = (other: Contender) => gainOf(scores, other, seed);
  const nll = (contender: Contender) => nllOf(scores, contender);
  const panel = references.panel.map(({ name }, index) => ({
    name,
    cosine: panelCosines[index] as number,
    nll: nll((row) => row.panel[index] as number),
    gain: gain((row) => row.panel[index] as number),
  }));
  return {
    nll: {
      ...{ own: nll((row) => row.own), base: nll((row) => row.base), mean: nll((row) => row.mean) },
      ...{ panel: nll(panelMean), previous: nll((row) => row.previous) },
      fresh: nll((row) => row.fresh),
    },
    gains: {
      ...{ overBase: gain((row) => row.base), overMean: gain((row) => row.mean) },
      overPanel: gain(panelMean),
      overPrevious: gain((row) => row.previous),
      overFresh: gain((row) => row.fresh),
    },
    rank: rankOf(scores, panel),
    panel,
  };
}

/** Over the assertions that the contender has scored; null when there is none. */
function gainOf(scores: readonly ContenderScores[], other: Contender, seed: string): Interval {
  const pairs = scores.flatMap((row) => {
    const otherNll = other(row);
    return otherNll === null ? [] : [{ cluster: row.commit, tokens: row.tokens, nll: row.own, otherNll }];
  });
  return pairs.length === 0 ? null : gainOver(pairs, { seed });
}

function nllOf(scores: readonly ContenderScores[], contender: Contender): number | null {
  const known = scores.flatMap((row) => {
    const nll = contender(row);
    return nll === null ? [] : [{ nll, tokens: row.tokens }];
  });
  return known.length === 0 ? null : nllPerToken(known);
}

function rankOf(scores: readonly ContenderScores[], panel: Compared['panel']): Compared['rank'] {
  if (scores.length === 0 || panel.length === 0) return null;
  return {
    mean: mean(scores.map(({ own, panel: others }) => rankAmong(own, others))),
    random: (panel.length + 2) / 2,
    of: panel.length + 1,
    beaten: panel.filter(({ gain }) => gain !== null && gain.mean > 0).length,
  };
}
