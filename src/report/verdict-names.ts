/** The verdicts, in the order in which they are counted. Apart from the schemas, which are not loaded at run time. */
export const VERDICTS = ['expected', 'plausible', 'surprising', 'open'] as const;

export type Verdict = (typeof VERDICTS)[number];
