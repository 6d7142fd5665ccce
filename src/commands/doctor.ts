/**
 * Checks the installation: model pack, ONNX Runtime, stored state, hooks. Every finding says how to mend it.
 */

import { diagnose } from '../hooks/doctor.ts';
import { type Finding, ok } from '../hooks/finding.ts';
import { openModelPack, packId } from '../runtime/model-pack.ts';
import { engine } from '../runtime/session.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import { describeAdapter, describePromotion } from './adapter-health.ts';
import { deviceFindings } from './device-findings.ts';
import type { CommandOptions, DoctorReport } from './options.ts';
import { findPack, openWorkspace, type Workspace } from './workspace.ts';

/** Never throws for what it is there to find; a repository that cannot be opened is a UsageError as ever. */
export async function doctor(options: CommandOptions = {}): Promise<DoctorReport> {
  await using workspace = await openWorkspace(options);
  const own = [
    ...(await attempt('the model pack', async () => checkPack(workspace))),
    ...(await attempt('ONNX Runtime', async () => [
      ...(await deviceFindings(workspace)),
      ...(await checkEngine(workspace)),
    ])),
    ...(await attempt('the stored snapshots', async () => checkSnapshots(workspace))),
  ];
  const findings = await diagnose(workspace.repository, { others: own });
  return { schema: 'code2lora/doctor@1', findings };
}

async function attempt(what: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ level: 'error', what: `${what}: ${reason}`, fix: null }];
  }
}

async function checkPack({ config, repository, pack }: Workspace): Promise<Finding[]> {
  openModelPack(findPack(config.model, repository.root), { verify: true });
  return [
    ok(`configuration from ${config.source}`),
    ok(`model pack ${packId(pack)}: every file has the digest the manifest gives`),
  ];
}

/** Opens the models that make an adapter, where every command runs them, and runs each once. */
async function checkEngine(workspace: Workspace): Promise<Finding[]> {
  const { pack } = workspace;
  const { device } = await workspace.device();
  const { encoder, updater, generator } = await workspace.models();
  await encoder.embedWindows('def add(a, b):\n    return a + b\n', pack.manifest.recipe.diff);
  const hidden = await updater.initialState(new Float32Array(pack.manifest.hypernetwork.embeddingSize));
  await generator.generate(hidden);
  const { name, version, cpu } = engine(device);
  return [ok(`${name} ${version} runs the models on ${device === 'cpu' ? cpu : device}`)];
}

async function checkSnapshots(workspace: Workspace): Promise<Finding[]> {
  const { store, repository, lineage, pack } = workspace;
  const { snapshots, damaged } = store.list();
  const found: Finding[] = damaged.map((name) => ({
    level: 'warning',
    what: `stored snapshot ${name} is damaged or left behind by an interrupted write`,
    fix: 'code2lora prune --damaged',
  }));
  found.push(ok(`${snapshots.length} snapshots stored`));
  const { headSha } = repository;
  const manifest = headSha
    ? await nearestSnapshot(repository, store, { until: headSha, ...lineage })
    : undefined;
  const snapshot = manifest && store.get(manifest.id);
  if (!snapshot) return found;
  const { adapter, manifest: judged } = snapshot;
  return [...found, ...describeAdapter(adapter, pack), ...describePromotion(workspace, judged)];
}
