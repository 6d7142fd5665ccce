/**
 * The commands as functions, and the types of what they take and give.
 *
 * Every type is written out here, so that the declarations a user's compiler reads stop at the reports and
 * options and do not lead into git, ONNX Runtime or tree-sitter.
 */
import * as benching from './commands/bench.ts';
import type { BenchOptions, BenchReport } from './commands/bench-options.ts';
import * as checking from './commands/check.ts';
import * as completing from './commands/complete.ts';
import * as diagnosing from './commands/doctor.ts';
import * as exporting from './commands/export.ts';
import * as healthChecking from './commands/health.ts';
import * as installing from './commands/init.ts';
import * as mining from './commands/mine.ts';
import * as listMining from './commands/mine-all.ts';
import type { MineAllOptions, MineAllReport } from './commands/mine-options.ts';
import * as mutating from './commands/mutations.ts';
import type { MutationsOptions, MutationsReport } from './commands/mutations-options.ts';
import type {
  CheckOptions,
  CommandOptions,
  DoctorReport,
  ExportOptions,
  ExportResult,
  HealthOptions,
  InitOptions,
  InitResult,
  MineOptions,
  MineSummary,
  PruneOptions,
  PruneResult,
  PullOptions,
  PullResult,
  UninstallOptions,
  UninstallResult,
  VerifyOptions,
  WorkflowOptions,
  WorkflowResult,
} from './commands/options.ts';
import * as pruning from './commands/prune.ts';
import * as pulling from './commands/pull.ts';
import * as stating from './commands/status.ts';
import * as verifying from './commands/verify.ts';
import * as workflows from './commands/workflow.ts';
import type { HealthReport } from './report/health-schema.ts';
import type { CheckReport, CompletionReport, StatusReport, Task, VerifyReport } from './report/schema.ts';

/** Installs the hooks and writes the configuration. */
export const init: (options?: InitOptions) => Promise<InitResult> = installing.init;
/** Writes the workflow files that run the Action. */
export const writeWorkflows: (options?: WorkflowOptions) => Promise<WorkflowResult> =
  workflows.writeWorkflows;
/** Leaves every file as it was before `init`. */
export const uninstall: (options?: UninstallOptions) => Promise<UninstallResult> = installing.uninstall;
/** Updates the adapter to HEAD and checks the assertions that changed since the last check. */
export const run: (options?: CommandOptions) => Promise<CheckReport> = checking.run;
/** Checks the assertions of a range of commits, or all of them. */
export const check: (options?: CheckOptions) => Promise<CheckReport> = checking.check;
/** Candidates for the expected value at `FILE:LINE` or `FILE:LINE:COLUMN`. */
export const complete: (place: string, options?: CommandOptions) => Promise<CompletionReport> =
  completing.complete;
/** Where the adapter stands and what the last check found. */
export const status: (options?: CommandOptions) => Promise<StatusReport> = stating.status;
/** Hands every assertion event of the history to `emit`, oldest commit first. */
export const mine: (
  emit: (task: Task) => void | Promise<void>,
  options?: MineOptions,
) => Promise<MineSummary> = mining.mine;
/** Mines a list of repositories into a folder; goes on where an earlier run stopped. */
export const mineAll: (options: MineAllOptions) => Promise<MineAllReport> = listMining.mineAll;
/** Measures adapters on the repositories of a list, and writes a document with tables and plots. */
export const bench: (options: BenchOptions) => Promise<BenchReport> = benching.bench;
/** Writes the adapter of HEAD as a PEFT folder. */
export const exportAdapter: (options: ExportOptions) => Promise<ExportResult> = exporting.exportAdapter;
/** Rebuilds a stored or downloaded snapshot from the history and compares. */
export const verify: (options?: VerifyOptions) => Promise<VerifyReport> = verifying.verify;
/** Fetches the newest adapter that CI stored into the local state. */
export const pull: (options?: PullOptions) => Promise<PullResult> = pulling.pull;
/** Measures how well mistakes are told from right values, and writes the calibration that follows from it. */
export const benchMutations: (options: MutationsOptions) => Promise<MutationsReport> =
  mutating.benchMutations;
/** Measures whether the adapter knows this repository, on the newest assertions. */
export const health: (options?: HealthOptions) => Promise<HealthReport> = healthChecking.health;
/** Checks the installation. */
export const doctor: (options?: CommandOptions) => Promise<DoctorReport> = diagnosing.doctor;
/** Removes snapshots by the retention rule. */
export const prune: (options?: PruneOptions) => Promise<PruneResult> = pruning.prune;

export type * from './commands/bench-options.ts';
export type * from './commands/mine-options.ts';
export type * from './commands/mutations-options.ts';
export type * from './commands/options.ts';
export { GitError, GitHubError, InternalError, ModelError, SnapshotError, UsageError } from './errors.ts';
export type { Finding } from './hooks/finding.ts';
export type { HealthReport, HealthVerdict } from './report/health-schema.ts';
export type {
  AssertionReport,
  CheckReport,
  CompletionReport,
  ModelInfo,
  SnapshotInfo,
  StatusReport,
  Summary,
  Task,
  Verdict,
  VerifyReport,
} from './report/schema.ts';
