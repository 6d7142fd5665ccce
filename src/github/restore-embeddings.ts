/**
 * Finds the newest artifact of embeddings that can be believed.
 *
 * In: GitHub, a model pack. Out: the vectors that the pack can ask for, or null. The rules are those of the state with one
 * exception: its commit need not be part of this history. A key names the content that was embedded, so the vectors are
 * right in any history, and after a rewritten one they are needed most.
 */
import type { ModelPack } from '../runtime/model-pack.ts';
import { refuseOrigin } from './artifact-origin.ts';
import type { ListedArtifact, RepositoryFacts } from './artifacts.ts';
import type { GitHub } from './client.ts';
import { type EmbeddingsInfo, MAX_EMBEDDINGS_ZIP_BYTES, readEmbeddings } from './embeddings-artifact.ts';
import { type Embeddings, embeddingsOf } from './embeddings-file.ts';
import { findTrusted } from './trusted-artifacts.ts';

export interface EmbeddingsOptions {
  /** Of the artifact, such as `code2lora-state-embeddings`. */
  name: string;
  pack: ModelPack;
  facts: RepositoryFacts;
  /** Branch whose runs are believed; default: the default branch. */
  branch?: string | undefined;
  /** Hears why artifacts are refused, one line each. */
  log: (line: string) => void;
}

export interface RestoredEmbeddings {
  /** By key, all of the pack's encoder and recipe. */
  embeddings: Embeddings;
  /** How many the artifact holds, of any encoder. */
  total: number;
  artifactId: string;
  runId: number;
  createdAt: string;
  expiresAt: string | null;
  sizeBytes: number;
}

/** Two that are broken are bad luck, three are not: from then on embedding is what is known to work. */
const MAX_CANDIDATES = 3;
/** A request to list is all that this is worth: artifacts of forks are among them. */
const MAX_LISTED = 100;

/** The newest that passes every check; null when there is none. Throws GitHubError when GitHub cannot be asked. */
export function findEmbeddings(
  github: GitHub,
  { name, pack, facts, branch = facts.defaultBranch, log }: EmbeddingsOptions,
): Promise<RestoredEmbeddings | null> {
  const { owner, repo } = github;
  return findTrusted<RestoredEmbeddings>(github, {
    ...{ name, log, title: 'Embeddings artifact', maxCandidates: MAX_CANDIDATES, maxListed: MAX_LISTED },
    rules: { repositoryId: facts.id, branch, maxBytes: MAX_EMBEDDINGS_ZIP_BYTES },
    async read(zip, artifact) {
      const place = `artifact ${artifact.id}`;
      const { info, embeddings } = await readEmbeddings(zip, place);
      const reason = refuseOrigin(info, { owner, repo, branch }) ?? refuseCommit(info, artifact);
      if (reason !== null) return reason;
      return toRestored(artifact, embeddings, embeddingsOf(pack, embeddings, place));
    },
  });
}

const refuseCommit = ({ commit }: EmbeddingsInfo, { run }: ListedArtifact): string | null =>
  commit === run?.headSha
    ? null
    : `it says that it was made at ${commit.slice(0, 10)}, not at its run's commit`;

const toRestored = (
  { id, run, createdAt, expiresAt, sizeBytes }: ListedArtifact,
  all: Embeddings,
  embeddings: Embeddings,
): RestoredEmbeddings => ({
  ...{ embeddings, total: all.size, artifactId: String(id), runId: run?.id ?? 0 },
  ...{ createdAt, expiresAt, sizeBytes },
});
