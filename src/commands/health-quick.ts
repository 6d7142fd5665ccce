/**
 * The cheap part of a health check, made at each update: may this adapter be used?
 *
 * In: a snapshot. Out: yes, or no and why. A few tenths of a second: the numbers are looked at, and where the base model
 * is small a handful of assertions is read. All of them were there before the commit: what a commit's own tests say must
 * not decide which adapter checks them. No clock decides: the same history gives the same answer.
 */
import type { Assertion } from '../assertions/assertion.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { deltaNorm } from '../lora/similarity.ts';
import { mean } from '../report/health-statistics.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { readMeanAdapter } from './adapter-health.ts';
import { sampleRecent } from './health-assertions.ts';
import type { Workspace } from './workspace.ts';

export interface Judgement {
  promoted: boolean;
  /** Why not, for people; null: it is. */
  reason: string | null;
  /** The full check has said so: it holds for what comes of the snapshot too, until the full check says otherwise. */
  isFull?: boolean;
}

/** A handful, not more than so many of a commit, from no more commits than these. */
const SAMPLE = { count: 6, perCommit: 3, maxCommits: 64 };
/** Fewer, or all of one commit, cannot tell harm from chance. */
const FEWEST = 6;
/** Nats per token. Less than that is for the full check to find. */
const LEAST_HARM = 0.25;
/** Standard errors: an update is judged thousands of times in the life of a repository. */
const CERTAINTY = 3;
/** Times the mean adapter's norm. */
const MAX_NORM = 20;
/** Characters before the value: some 256 tokens. */
const PREFIX = 1024;
/** Weights that are read for each token; above that a single assertion takes longer than a check may. */
const MAX_MODEL_BYTES = 128 * 1024 * 1024;

/** Throws what opening the model throws. */
export async function judgeQuickly(workspace: Workspace, snapshot: Snapshot): Promise<Judgement> {
  const average = readMeanAdapter(workspace.pack) ?? null;
  const problem = badNumbers(snapshot, average) ?? (await harmDone(workspace, snapshot, average));
  return { promoted: problem === null, reason: problem };
}

function badNumbers({ hiddenState, adapter }: Snapshot, average: LoraAdapter | null): string | null {
  if (!hiddenState.every(Number.isFinite)) return 'its hidden state holds NaN or infinity';
  const norm = deltaNorm(adapter);
  if (!Number.isFinite(norm)) return 'it holds NaN or infinity';
  const usual = average === null ? 0 : deltaNorm(average);
  if (usual === 0 || norm <= MAX_NORM * usual) return null;
  return `it changes the weights ${Math.round(norm / usual)} times as much as the mean adapter`;
}

async function harmDone(
  workspace: Workspace,
  { manifest, adapter }: Snapshot,
  average: LoraAdapter | null,
): Promise<string | null> {
  if (modelBytes(workspace.pack) > MAX_MODEL_BYTES) return null;
  const assertions = await earlierAssertions(workspace, manifest);
  if (assertions.length < FEWEST) return null;
  const { languageModel } = await workspace.models();
  const own = await languageModel.scoreMany(assertions, { adapter });
  const other = await languageModel.scoreMany(assertions, { adapter: average });
  const harm = own.map(({ nll, tokens }, index) => (nll - (other[index]?.nll as number)) / tokens);
  const amount = mean(harm);
  if (amount < LEAST_HARM || amount < CERTAINTY * standardError(harm)) return null;
  return (
    `on ${assertions.length} earlier assertions it needs ${amount.toFixed(2)} nats per token more than ` +
    `${average ? 'the mean adapter' : 'the base model'}`
  );
}

async function earlierAssertions(
  workspace: Workspace,
  { commit, startCommit }: Snapshot['manifest'],
): Promise<Assertion[]> {
  if (commit === startCommit) return [];
  const samples = await sampleRecent(workspace, { until: `${commit}~1`, oldest: startCommit, ...SAMPLE });
  return samples.flatMap(({ assertions }) =>
    assertions.map((assertion) => ({ ...assertion, prefix: assertion.prefix.slice(-PREFIX) })),
  );
}

const modelBytes = ({ manifest }: ModelPack): number =>
  manifest.baseModel.weights.reduce((sum, file) => sum + (manifest.files[file]?.bytes ?? 0), 0);

function standardError(values: readonly number[]): number {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
