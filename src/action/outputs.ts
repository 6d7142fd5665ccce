/**
 * The outputs of action.yml.
 *
 * In: a report. Out: texts by name. All of them are set before the work starts, so that an `if:` of the workflow
 * never sees an undefined one, and again when they are known. Pure.
 */
import type { ActionReport } from '../report/schema.ts';

/** What the outputs are when nothing was checked. */
export const INITIAL_OUTPUTS = {
  findings: '0',
  surprising: '0',
  open: '0',
  assertions: '0',
  'exact-match': '',
  snapshot: '',
  'restored-from': '',
  'adapter-artifact': '',
  report: '',
  'report-artifact': '',
  'comment-url': '',
  device: '',
} as const;
export type Outputs = Record<keyof typeof INITIAL_OUTPUTS, string>;

/** What a report says; the rest is found out while it is handed on. */
export function outputsOf({ check, adapter }: ActionReport): Partial<Outputs> {
  const { surprising, open, assertions, exactMatch } = check.summary;
  return {
    findings: String(surprising + open),
    surprising: String(surprising),
    open: String(open),
    assertions: String(assertions),
    'exact-match': exactMatch === null ? '' : exactMatch.toFixed(4),
    snapshot: check.snapshot.id,
    'restored-from': adapter.restoredFrom ?? '',
    'adapter-artifact': adapter.artifact ?? '',
    device: check.model.device,
  };
}
