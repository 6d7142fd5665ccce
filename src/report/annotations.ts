/**
 * A report → annotations on the lines of the files changed. Pure.
 *
 * In: a report. Out: plain data for `::warning` and `::notice`. GitHub keeps ten of each level per step and drops
 * the others without a word, so the most confident come first and the rest is left to the job summary.
 */
import { explain, type Finding, findingsOf, plainQuote } from './findings.ts';
import type { ActionReport } from './schema.ts';
import { oneLine } from './visible.ts';

/** Per step: github.com/actions/toolkit, docs/problem-matchers.md. */
const MAX_PER_LEVEL = 10;
const MAX_TEST = 100;

export interface Annotation {
  level: 'warning' | 'notice';
  path: string;
  line: number;
  endLine: number;
  /** Only when the value is within one line: GitHub refuses columns otherwise. */
  column?: number;
  endColumn?: number;
  title: string;
  message: string;
}

/** Surprising values are warnings, proposals for open ones are notices. */
export function annotationsOf(report: ActionReport): Annotation[] {
  const annotations = findingsOf(report.check.assertions).map(annotationOf);
  const firstOf = (level: Annotation['level']) =>
    annotations.filter((annotation) => annotation.level === level).slice(0, MAX_PER_LEVEL);
  return [...firstOf('warning'), ...firstOf('notice')];
}

function annotationOf(finding: Finding): Annotation {
  const { path, line, endLine, column, endColumn, test, verdict } = finding.assertion;
  const isSurprising = verdict === 'surprising';
  const within = test === '' ? '' : ` In ${oneLine(test, MAX_TEST)}.`;
  return {
    level: isSurprising ? 'warning' : 'notice',
    ...{ path, line, endLine },
    ...(line === endLine ? { column, endColumn } : {}),
    title: isSurprising ? 'code2lora: surprising value' : 'code2lora: open value',
    message: `${explain(finding, plainQuote)}${within}`,
  };
}
