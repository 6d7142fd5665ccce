/** One thing that doctor has to say. */
export interface Finding {
    level: 'ok' | 'warning' | 'error';
    what: string;
    /** What to do; `null` when there is nothing to do. */
    fix: string | null;
}
export declare const ok: (what: string) => Finding;
export declare const warning: (what: string, fix: string) => Finding;
export declare const error: (what: string, fix: string) => Finding;
