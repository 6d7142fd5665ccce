/**
 * The embeddings of one run: in memory, and with them those that earlier runs have made.
 *
 *   few texts to embed      what the state artifact brings along, nothing more
 *   a whole tree, history   the artifact of embeddings as well, fetched when the walk says so
 *   afterwards              a new artifact of embeddings when enough has come together; until then the state carries it
 *
 * In: the restored state, a way to fetch and one to upload. Out: a cache for the commands, and what the next state carries.
 * Nothing here fails a run: what cannot be fetched is embedded again.
 */
import type { EmbeddingCache } from '../embedding/cache.ts';
import { GitHubError } from '../errors.ts';
import type { Uploaded } from '../github/artifact-service.ts';
import { fitRoom } from '../github/embeddings-artifact.ts';
import { contentOf, type Embeddings } from '../github/embeddings-file.ts';
import type { RestoredState } from '../github/restore.ts';
import type { RestoredEmbeddings } from '../github/restore-embeddings.ts';

export interface EmbeddingsSource {
  /** A static model reads the tree of one commit: what no file of it has is of no use any more. */
  isStatic: boolean;
  restored: Pick<RestoredState, 'embeddings' | 'embeddingsStoredAt' | 'createdAt' | 'expiresAt'> | null;
  /** Both throw GitHubError. */
  find(): Promise<RestoredEmbeddings | null>;
  upload(embeddings: Embeddings): Promise<Pick<Uploaded, 'id'>>;
  log: (line: string) => void;
}

export interface RunEmbeddings {
  cache: EmbeddingCache;
  /** How much was embedded, for the log; null: nothing was asked for. */
  describe(): string | null;
  /** Uploads an artifact where one is due. For the run that stores the state, once. */
  store(now?: number): Promise<CarriedEmbeddings>;
}

/** What the state artifact carries to the next run. */
export interface CarriedEmbeddings {
  embeddings: Embeddings;
  embeddingsStoredAt: string | null;
}

/**
 * So many texts are worth a transfer, either way. It takes four requests and about two seconds; 64 texts take nano as
 * long, and the published encoder one to eight minutes.
 */
export const WORTH_TEXTS = 64;
/** An artifact is renewed when this part of its life is over. */
const RENEW_AFTER = 0.75;
/** GitHub's own default. */
const LIFE_MS = 90 * 24 * 3600_000;

interface Held {
  vectors: Map<string, Float32Array>;
  /** Asked for in this run. */
  used: Set<string>;
  /** In no artifact of embeddings yet, oldest first. */
  fresh: Set<string>;
  encoded: number;
  /** undefined: not looked for. */
  fetched: RestoredEmbeddings | null | 'failed' | undefined;
}

export function openEmbeddings(source: EmbeddingsSource): RunEmbeddings {
  const vectors = new Map(source.restored?.embeddings);
  const held: Held = {
    ...{ vectors, used: new Set(), fresh: new Set(vectors.keys()), encoded: 0, fetched: undefined },
  };
  const isPossible = source.restored === null || source.restored.embeddingsStoredAt !== null;
  return {
    cache: cacheOf(held, async (texts) => {
      if (isPossible && texts >= WORTH_TEXTS) await fetchOnce(held, source);
    }),
    describe: () => (held.used.size === 0 ? null : describe(held)),
    store: (now = Date.now()) => store(held, source, now),
  };
}

/** Lives as long as the run, whoever disposes it. */
function cacheOf(held: Held, prepareFor: (texts: number) => Promise<void>): EmbeddingCache {
  const { vectors, used, fresh } = held;
  return {
    get(key) {
      if (vectors.has(key)) used.add(key);
      return vectors.get(key);
    },
    put(key, vector) {
      vectors.set(key, vector);
      used.add(key);
      fresh.add(key);
      held.encoded += 1;
    },
    size: () => vectors.size,
    entries: () => vectors.entries(),
    prepareFor,
    [Symbol.asyncDispose]: async () => {},
  };
}

function describe({ used, encoded }: Held): string {
  const texts = encoded === 1 ? '1 text' : `${encoded} texts`;
  return `Embedded ${texts}; ${used.size - encoded} more were known.`;
}

async function fetchOnce(held: Held, { find, log }: EmbeddingsSource): Promise<void> {
  if (held.fetched !== undefined) return;
  try {
    held.fetched = await find();
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    held.fetched = 'failed';
    log(`Embeddings cannot be restored. ${inOneLine(error)}`);
  }
  if (held.fetched === null || held.fetched === 'failed') return;
  const { embeddings, total, artifactId, runId, sizeBytes } = held.fetched;
  for (const [key, vector] of embeddings) {
    if (!held.vectors.has(key)) held.vectors.set(key, vector);
    held.fresh.delete(key);
  }
  const count = embeddings.size === total ? `${total}` : `${embeddings.size} of ${total}`;
  log(
    `Restored ${count} embeddings from artifact ${artifactId} of run ${runId}, ${Math.ceil(sizeBytes / 1024)} KB.`,
  );
}

async function store(held: Held, source: EmbeddingsSource, now: number): Promise<CarriedEmbeddings> {
  if (held.fresh.size < WORTH_TEXTS && !isOld(held, source, now)) return carry(held, source);
  await fetchOnce(held, source); // what is uploaded takes the place of what is there
  if (held.fetched === 'failed') return carry(held, source);
  const chosen = choose(held, source);
  if (chosen.size < WORTH_TEXTS) return { embeddings: chosen, embeddingsStoredAt: null };
  const { kept, left } = fitRoom(chosen);
  if (left > 0)
    source.log(`${left} of ${chosen.size} embeddings are left out: an artifact has no room for more.`);
  try {
    const { id } = await source.upload(kept);
    source.log(`Stored ${kept.size} embeddings as artifact ${id}.`);
    return { embeddings: new Map(), embeddingsStoredAt: new Date(now).toISOString() };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    source.log(`Embeddings are not stored; the next run tries again. ${inOneLine(error)}`);
    return carry(held, source);
  }
}

/** How long artifacts live is the repository's setting: those that there are show it. */
function isOld(held: Held, { restored }: EmbeddingsSource, now: number): boolean {
  const fetched = fetchedBy(held);
  const storedAt = Date.parse(fetched?.createdAt ?? restored?.embeddingsStoredAt ?? '');
  const { createdAt = '', expiresAt = '' } = fetched ?? restored ?? {};
  const lifeMs = Date.parse(expiresAt ?? '') - Date.parse(createdAt) || LIFE_MS;
  return now - storedAt > RENEW_AFTER * lifeMs;
}

/** As few as they are, the state artifact has room for them. */
function carry(held: Held, source: EmbeddingsSource): CarriedEmbeddings {
  const young = [...choose(held, source)].filter(([key]) => held.fresh.has(key));
  const fetched = fetchedBy(held);
  return {
    embeddings: new Map(young.slice(0, WORTH_TEXTS)),
    embeddingsStoredAt:
      fetched === undefined ? (source.restored?.embeddingsStoredAt ?? null) : toIso(fetched?.createdAt),
  };
}

/** null: there are none. undefined: nobody knows. */
const fetchedBy = ({ fetched }: Held): RestoredEmbeddings | null | undefined =>
  fetched === 'failed' ? undefined : fetched;

const toIso = (time: string | undefined): string | null =>
  time && !Number.isNaN(Date.parse(time)) ? new Date(time).toISOString() : null;

/**
 * What is worth keeping, what this run has used first: all of it; of a static model what its tree holds, by whatever
 * processor that was embedded.
 */
function choose({ vectors, used }: Held, { isStatic }: EmbeddingsSource): Map<string, Float32Array> {
  const contents = new Set([...used].map(contentOf));
  const isKept = (key: string) => !isStatic || used.size === 0 || contents.has(contentOf(key));
  const keys = [...used, ...[...vectors.keys()].filter((key) => !used.has(key) && isKept(key))];
  return new Map(keys.map((key) => [key, vectors.get(key) as Float32Array]));
}

const inOneLine = ({ message }: Error): string => message.replaceAll('\n', ' ');
