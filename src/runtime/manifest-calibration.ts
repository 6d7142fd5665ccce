/**
 * The calibration of a model pack: from which probabilities on a written value is called surprising, and how likely it is
 * wrong then. How it is measured: docs/calibration.md.
 *
 * In: the field of a manifest. Out: a Calibration, or a ModelError. Knows nothing about how evidence is read from scores.
 */
import { ModelError } from '../errors.ts';
import * as field from './manifest-fields.ts';
import { anyText } from './manifest-models.ts';

/** What can speak against a value; each is a number that grows with the doubt (src/report/value-evidence.ts). */
export const EVIDENCE = [
  'nllPerToken',
  'worstToken',
  'excessPerToken',
  'worstExcess',
  'worstLead',
  'improbability',
  'ratio',
  'confidence',
  'notFirst',
  'bestRival',
  'meanRival',
  'baseNllPerToken',
  'loss',
] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** A pack that was not measured may leave fields out: the limits then have their usual values, the rates are null. */
export interface Calibration {
  surprisingMaxProbability: number;
  surprisingMinCandidate: number;
  /** Of right values, the share that is called surprising. */
  falseAlarmRate: number | null;
  /** Of wrong values, the share that is called surprising. */
  detectionRate: number | null;
  measuredOn: string | null;
  /** How likely a value is wrong; null: nobody has measured it, and the two limits decide. */
  wrongValue: WrongValue | null;
}

/** What makes a probability of what the models say of a value: evidence → log odds → a share that was measured → the prior. */
export interface WrongValue {
  intercept: number;
  /** By kind of evidence; at least zero each. What is not named counts nothing. */
  weights: Partial<Record<Evidence, number>>;
  /** By kind of value, such as `string`: what is added. A long text is less probable than `true`, and no worse for it. */
  kinds: Record<string, number>;
  /** Log odds → share that is wrong, where right and wrong values are equally many. Rises. */
  curve: CurvePoint[];
  /** Share of newly written values that are wrong: an assumption, to be read with every probability. */
  prior: number;
  /** A value is surprising from these log odds on; null: never. */
  surprisingFrom: number | null;
  /** Of the values called surprising, the share that is wrong: where half of all are, and at the prior. */
  balancedPrecision: number | null;
  priorPrecision: number | null;
}

export interface CurvePoint {
  logOdds: number;
  wrong: number;
}

const checkWeight: field.Check<number> = (value, at) => {
  const weight = field.finite(value, at);
  return weight === 0 ? 0 : field.positive(weight, at);
};

const MAX_POINTS = 100;

const checkCurve: field.Check<CurvePoint[]> = (value, at) => {
  const check = field.object<CurvePoint>({ logOdds: field.finite, wrong: field.fraction });
  const curve = field.items(check, MAX_POINTS)(value, at);
  const falls = curve.findIndex(
    ({ logOdds, wrong }, index) =>
      logOdds < (curve[index - 1]?.logOdds ?? logOdds) || wrong < (curve[index - 1]?.wrong ?? wrong),
  );
  if (falls === -1) return curve;
  throw new ModelError(
    `${at}[${falls}] is below the point before it, expected a curve that rises.\n` +
      'Install the model pack again, or use one made for this version of code2lora.',
  );
};

const kindName = field.text(/^[a-z]{1,20}$/, 'the kind of a value');

const checkWrongValue = field.object<WrongValue>({
  intercept: field.finite,
  weights: field.record(checkWeight, field.oneOf(...EVIDENCE)),
  kinds: field.optional(field.record(field.finite, kindName), {}),
  curve: checkCurve,
  prior: field.fraction,
  surprisingFrom: field.nullable(field.finite),
  balancedPrecision: field.optional(field.nullable(field.fraction), null),
  priorPrecision: field.optional(field.nullable(field.fraction), null),
});

export const checkCalibration = field.object<Calibration>({
  surprisingMaxProbability: field.optional(field.fraction, 0.02),
  surprisingMinCandidate: field.optional(field.fraction, 0.6),
  falseAlarmRate: field.optional(field.nullable(field.fraction), null),
  detectionRate: field.optional(field.nullable(field.fraction), null),
  measuredOn: field.optional(field.nullable(anyText), null),
  wrongValue: field.optional(field.nullable(checkWrongValue), null),
});
