/**
 * Logistic regression of a few numbers, of which the bound ones may not speak the wrong way. Pure, deterministic.
 *
 * In: rows of features and what is true of each. Out: an intercept and a weight for each feature. Fitted by iteratively
 * reweighted least squares (Hastie, Tibshirani & Friedman 2009, section 4.4.1) with a small ridge, so that separable data
 * gives finite weights. A bound feature that would get a weight below zero is left out and the rest fitted anew.
 */

export interface Logistic {
  intercept: number;
  /** In the order of the features. */
  weights: number[];
}

export interface LogisticOptions {
  /** So many features, the first ones, get weights of at least zero. */
  bound: number;
}

const MAX_STEPS = 50;
const RIDGE = 1;
const CONVERGED = 1e-9;

/** `rows`: (count, features); `truths`: (count). */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  truths: readonly boolean[],
  { bound }: LogisticOptions,
): Logistic {
  const size = rows[0]?.length ?? 0;
  let used = Array.from({ length: size }, (_, index) => index);
  for (;;) {
    const picked = rows.map((row) => [1, ...used.map((index) => row[index] as number)]);
    const [intercept = 0, ...weights] = solveLogistic(picked, truths);
    const weightOf = (index: number) => weights[used.indexOf(index)] as number;
    const wrong = used.filter((index) => index < bound && weightOf(index) < 0);
    if (wrong.length === 0)
      return { intercept, weights: rows[0]?.map((_, index) => weightOf(index) ?? 0) ?? [] };
    // the worst one only: without it the others may have another sign
    const worst = wrong.reduce((a, b) => (weightOf(b) < weightOf(a) ? b : a));
    used = used.filter((index) => index !== worst);
  }
}

export const probabilityOf = ({ intercept, weights }: Logistic, row: readonly number[]): number =>
  sigmoid(weights.reduce((sum, weight, index) => sum + weight * (row[index] as number), intercept));

export const sigmoid = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** The first column is the constant, which no ridge pulls. */
function solveLogistic(rows: readonly (readonly number[])[], truths: readonly boolean[]): number[] {
  const size = rows[0]?.length ?? 1;
  let weights = new Array<number>(size).fill(0);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const gradient = weights.map((weight, index) => (index === 0 ? 0 : -RIDGE * weight));
    const hessian = weights.map((_, i) =>
      weights.map((_, j) => (i === j && i > 0 ? RIDGE : i === j ? 1e-9 : 0)),
    );
    for (const [place, row] of rows.entries()) {
      const share = sigmoid(row.reduce((sum, value, index) => sum + value * (weights[index] as number), 0));
      addRow({ gradient, hessian }, row, {
        error: (truths[place] ? 1 : 0) - share,
        spread: share * (1 - share),
      });
    }
    const change = solve(hessian, gradient);
    weights = weights.map((weight, index) => weight + (change[index] as number));
    if (Math.max(...change.map(Math.abs)) < CONVERGED) break;
  }
  return weights;
}

function addRow(
  { gradient, hessian }: { gradient: number[]; hessian: number[][] },
  row: readonly number[],
  { error, spread }: { error: number; spread: number },
): void {
  for (let i = 0; i < row.length; i += 1) {
    gradient[i] = (gradient[i] as number) + error * (row[i] as number);
    const line = hessian[i] as number[];
    for (let j = 0; j < row.length; j += 1)
      line[j] = (line[j] as number) + spread * (row[i] as number) * (row[j] as number);
  }
}

/** Gaussian elimination with pivots; a handful of unknowns. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] as number]);
  const size = right.length;
  for (let column = 0; column < size; column += 1) {
    const below = rows.slice(column).map((row) => Math.abs(row[column] as number));
    const pivot = column + below.indexOf(Math.max(...below));
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    for (let row = 0; row < size; row += 1) {
      if (row !== column) eliminate(rows[row] as number[], rows[column] as number[], column);
    }
  }
  return rows.map((row, index) => (row[size] as number) / (row[index] as number));
}

function eliminate(row: number[], by: readonly number[], column: number): void {
  const factor = (row[column] as number) / (by[column] as number);
  for (let index = column; index < row.length; index += 1)
    row[index] = (row[index] as number) - factor * (by[index] as number);
}
