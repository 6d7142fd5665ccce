/** The verdicts, in the order in which they are counted. Apart from the schemas, which are not loaded at run time. */
export declare const VERDICTS: readonly ['expected', 'plausible', 'surprising', 'open'];
export type Verdict = (typeof VERDICTS)[number];
