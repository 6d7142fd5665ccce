/**
 * Whether a snapshot from outside is one that our own history could have made.
 *
 * In: a snapshot that nobody vouches for, the first-parent history, the model pack and the rules. Out: the same
 * snapshot, or a SnapshotError of one line. The numbers in it cannot be proven without walking the history
 * (`verify` does that); everything that follows from history, pack and rules is checked here.
 */
import { readFileSync } from 'node:fs';
import { SnapshotError } from '../errors.ts';
import { firstParentShas } from '../git/ancestry.ts';
import type { Repository } from '../git/run.ts';
import { checkAdapter, checkFits } from '../lora/adapter.ts';
import { requireFinite } from '../runtime/finite.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { moduleSizes, parseTransformerConfig } from '../runtime/transformer-config.ts';
import { type LearnedShapes, otherJoined, otherLearned } from './admit-learned.ts';
import type { WantedLineage } from './lineage.ts';
import { hasSameParts, partsOf, type Snapshot, type SnapshotManifest, snapshotId } from './snapshot.ts';

/** The first-parent history of a commit. */
export interface HistoryLine {
  /** Oldest first. */
  shas: readonly string[];
  /** 0 for the start commit; undefined for a commit that is not on the line. */
  positionOf(sha: string): number | undefined;
}

export interface Admission {
  line: HistoryLine;
  pack: ModelPack;
  lineage: WantedLineage;
  /** Names the snapshot in messages. */
  place: string;
}

/** Reads it in one walk. */
export async function readHistoryLine(repository: Repository, until: string): Promise<HistoryLine> {
  const shas: string[] = [];
  for await (const sha of firstParentShas(repository, until)) shas.push(sha);
  shas.reverse();
  const positionBySha = new Map(shas.map((sha, position) => [sha, position]));
  return { shas, positionOf: (sha) => positionBySha.get(sha) };
}

/** Returns the snapshot. Throws SnapshotError, or ModelError when its numbers or shapes are not the pack's. */
export function admitSnapshot(snapshot: Snapshot, admission: Admission): Snapshot {
  const shapes = shapesOf(snapshot.manifest, admission.pack);
  const reason =
    otherOrigin(snapshot.manifest, admission) ??
    otherHistory(snapshot.manifest, admission) ??
    otherShapes(snapshot, shapes) ??
    otherLearned(snapshot.learned, shapes);
  if (reason !== null)
    throw new SnapshotError(`The snapshot of ${admission.place} cannot be used: ${reason}.`);
  requireFinite(snapshot.hiddenState, 'hidden_state');
  checkAdapter(snapshot.adapter);
  checkFits(snapshot.adapter, shapes.dims, shapes);
  return snapshot;
}

function otherOrigin(manifest: SnapshotManifest, { pack, lineage }: Admission): string | null {
  const { name, version } = pack.manifest;
  if (manifest.packDigest !== lineage.packDigest) {
    const other = `${manifest.pack.name} ${manifest.pack.version} (${manifest.packDigest.slice(0, 12)})`;
    return `it was made with another model pack, ${other}; here it is ${name} ${version} (${lineage.packDigest.slice(0, 12)})`;
  }
  if (manifest.rulesDigest !== lineage.rulesDigest) return 'it was made with other path rules or diff limits';
  if (!hasSameParts(manifest, lineage)) {
    const [found, wanted] = [manifest, lineage].map((each) => partsOf(each).join(',') || 'none');
    return `its adapter is made of ${found}, here it is ${wanted} (--parts)`;
  }
  if (manifest.pack.name !== name || manifest.pack.version !== version) return 'it names another model pack';
  return null;
}

/** Position, start and parent follow from the commit; so does the id. */
function otherHistory(manifest: SnapshotManifest, { line, lineage, pack }: Admission): string | null {
  const { commit, startCommit, position } = manifest;
  const index = line.positionOf(commit);
  if (index === undefined) return `its commit ${commit.slice(0, 10)} is not part of this history`;
  const start = line.positionOf(startCommit);
  const otherBound = otherStart(manifest, start, lineage);
  if (start === undefined || otherBound !== null) return otherBound;
  const at = index - start;
  if (position !== at) return `it claims to be ${position} commits from the start, the history says ${at}`;
  const wrongSteps = otherSteps(manifest, pack) ?? otherPreviousStep(manifest, { line, pack });
  if (wrongSteps !== null) return wrongSteps;
  const full = { ...lineage, startCommit };
  if (manifest.id !== snapshotId(commit, full)) return 'its id is not that of its commit';
  const parent = at === 0 ? null : snapshotId(line.shas[index - 1] as string, full);
  return manifest.parent === parent ? null : 'it names another parent';
}

/** A static model steps nothing; where the start commit may be a step, there can be one more than commits after it. */
function otherSteps({ steps, position }: SnapshotManifest, { manifest }: ModelPack): string | null {
  const { hypernetwork, recipe } = manifest;
  const most = recipe.history.startCommit === 'step' ? position + 1 : position;
  if (steps <= (hypernetwork.kind === 'static' ? 0 : most)) return null;
  return `it claims ${steps} steps in ${position} commits`;
}

/** Said where the next diff begins there and there was a step; it lies on the way that was walked. */
function otherPreviousStep(
  { previousStep, startCommit, commit, steps }: SnapshotManifest,
  { line, pack }: Pick<Admission, 'line' | 'pack'>,
): string | null {
  const isSaid = pack.manifest.recipe.history.base === 'previous-step' && steps > 0;
  if (!isSaid || previousStep === undefined) {
    return isSaid === (previousStep !== undefined)
      ? null
      : 'it does not say its newest step as the recipe asks';
  }
  const [from = 0, at = -1, to = 0] = [startCommit, previousStep, commit].map(line.positionOf);
  return at >= from && at <= to ? null : 'its newest step is not part of its history';
}

/** The whole history begins at its root; a bounded one where its first walk began, at least so many commits ago. */
function otherStart(
  { maxHistory, anchored, position }: SnapshotManifest,
  start: number | undefined,
  wanted: WantedLineage,
): string | null {
  // Somebody chose the commit: any one of this history.
  if (anchored) return start === undefined ? 'its history starts at another commit' : null;
  const isAtRoot = start === 0;
  if (maxHistory === undefined) return isAtRoot ? null : 'its history starts at another commit';
  if (maxHistory !== wanted.maxHistory) {
    const here = wanted.maxHistory ? `the newest ${wanted.maxHistory}` : 'the whole history';
    return `it began at the newest ${maxHistory} commits, here it is ${here} (--max-history)`;
  }
  if (start === undefined || isAtRoot) return 'its history starts at another commit';
  return position >= maxHistory ? null : `it remembers ${position} commits, expected ${maxHistory} or more`;
}

function otherShapes({ manifest, hiddenState, adapter }: Snapshot, shapes: LearnedShapes): string | null {
  const { hiddenSize, rank, alpha, moduleTypes } = shapes.manifest.hypernetwork;
  const length = shapes.parts.includes('gru') ? hiddenSize : 0;
  if (hiddenState.length !== length) {
    return `its hidden state has ${hiddenState.length} numbers, the model pack's has ${length}`;
  }
  const isJoined = shapes.parts.some((part) => part !== 'gru');
  if (isJoined) return otherJoined(adapter, shapes);
  if (adapter.rank !== rank || adapter.alpha !== alpha) {
    return `its adapter has rank ${adapter.rank} and alpha ${adapter.alpha}, expected ${rank} and ${alpha}`;
  }
  const wanted = [...moduleTypes].sort().join(', ');
  const found = [Object.keys(adapter.pairs), manifest.adapter.moduleTypes].map((types) =>
    [...types].sort().join(', '),
  );
  if (found.some((types) => types !== wanted)) return `its adapter changes ${found[0]}, expected ${wanted}`;
  return null;
}

/** With the sizes of the base model's layers, from its configuration in the pack. */
function shapesOf(snapshot: SnapshotManifest, { manifest, path }: ModelPack): LearnedShapes {
  const file = path(manifest.baseModel.config);
  const config = parseTransformerConfig(JSON.parse(readFileSync(file, 'utf8')), file);
  const { layerCount, vocabularySize } = config;
  return { manifest, parts: partsOf(snapshot), dims: moduleSizes(config), layerCount, vocabularySize };
}
