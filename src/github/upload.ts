/**
 * Uploads what a run leaves behind: the state of the adapter, embeddings, and the report.
 *
 * In: a snapshot with its gains, vectors, or the text of a report. Out: the artifact's id. Only a run for the default
 * branch may upload state and embeddings; that is the caller's rule, and trust.ts holds every reader to it.
 */

import { REPORT_FILE } from './artifact-names.ts';
import { type Uploaded, type UploadOptions, uploadArtifact } from './artifact-service.ts';
import { type EmbeddingsContent, embeddingsFiles } from './embeddings-artifact.ts';
import { type StateContent, stateFiles } from './state-artifact.ts';

export type { Uploaded } from './artifact-service.ts';
export type UploadPlace = Omit<UploadOptions, 'compressionLevel'>;

/** Uploads the state artifact. Weights do not shrink: they are stored, not packed. Throws GitHubError. */
export const uploadState = (content: StateContent, place: UploadPlace): Promise<Uploaded> =>
  uploadArtifact(stateFiles(content), { ...place, compressionLevel: 0 });

/** Uploads the embeddings artifact: numbers again. Throws GitHubError. */
export const uploadEmbeddings = (content: EmbeddingsContent, place: UploadPlace): Promise<Uploaded> =>
  uploadArtifact(embeddingsFiles(content), { ...place, compressionLevel: 0 });

/** Uploads `report.json`. Throws GitHubError. */
export const uploadReport = (json: string, place: UploadPlace): Promise<Uploaded> =>
  uploadArtifact({ [REPORT_FILE]: json }, { ...place, compressionLevel: 6 });
