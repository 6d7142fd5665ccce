/** One thing that doctor has to say. */
export interface Finding {
  level: 'ok' | 'warning' | 'error';
  what: string;
  /** What to do; `null` when there is nothing to do. */
  fix: string | null;
}

export const ok = (what: string): Finding => ({ level: 'ok', what, fix: null });
export const warning = (what: string, fix: string): Finding => ({ level: 'warning', what, fix });
export const error = (what: string, fix: string): Finding => ({ level: 'error', what, fix });
