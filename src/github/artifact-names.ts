/** The names under which artifacts are uploaded and looked for, unless the user says otherwise. */

export const STATE_ARTIFACT = 'code2lora-state';
/** Of the embeddings that belong to a state artifact. */
export const embeddingsArtifact = (stateArtifact: string): string => `${stateArtifact}-embeddings`;
export const REPORT_ARTIFACT = 'code2lora-report';
/** The only file of a report artifact. */
export const REPORT_FILE = 'report.json';
