import type { BenchOptions, BenchReport } from './commands/bench-options.ts';
import type { MineAllOptions, MineAllReport } from './commands/mine-options.ts';
import type { MutationsOptions, MutationsReport } from './commands/mutations-options.ts';
import type { CheckOptions, CommandOptions, DoctorReport, ExportOptions, ExportResult, HealthOptions, InitOptions, InitResult, MineOptions, MineSummary, PruneOptions, PruneResult, PullOptions, PullResult, UninstallOptions, UninstallResult, VerifyOptions, WorkflowOptions, WorkflowResult } from './commands/options.ts';
import type { HealthReport } from './report/health-schema.ts';
import type { CheckReport, CompletionReport, StatusReport, Task, VerifyReport } from './report/schema.ts';
/** Installs the hooks and writes the configuration. */
export declare const init: (options?: InitOptions) => Promise<InitResult>;
/** Writes the workflow files that run the Action. */
export declare const writeWorkflows: (options?: WorkflowOptions) => Promise<WorkflowResult>;
/** Leaves every file as it was before `init`. */
export declare const uninstall: (options?: UninstallOptions) => Promise<UninstallResult>;
/** Updates the adapter to HEAD and checks the assertions that changed since the last check. */
export declare const run: (options?: CommandOptions) => Promise<CheckReport>;
/** Checks the assertions of a range of commits, or all of them. */
export declare const check: (options?: CheckOptions) => Promise<CheckReport>;
/** Candidates for the expected value at `FILE:LINE` or `FILE:LINE:COLUMN`. */
export declare const complete: (place: string, options?: CommandOptions) => Promise<CompletionReport>;
/** Where the adapter stands and what the last check found. */
export declare const status: (options?: CommandOptions) => Promise<StatusReport>;
/** Hands every assertion event of the history to `emit`, oldest commit first. */
export declare const mine: (emit: (task: Task) => void | Promise<void>, options?: MineOptions) => Promise<MineSummary>;
/** Mines a list of repositories into a folder; goes on where an earlier run stopped. */
export declare const mineAll: (options: MineAllOptions) => Promise<MineAllReport>;
/** Measures adapters on the repositories of a list, and writes a document with tables and plots. */
export declare const bench: (options: BenchOptions) => Promise<BenchReport>;
/** Writes the adapter of HEAD as a PEFT folder. */
export declare const exportAdapter: (options: ExportOptions) => Promise<ExportResult>;
/** Rebuilds a stored or downloaded snapshot from the history and compares. */
export declare const verify: (options?: VerifyOptions) => Promise<VerifyReport>;
/** Fetches the newest adapter that CI stored into the local state. */
export declare const pull: (options?: PullOptions) => Promise<PullResult>;
/** Measures how well mistakes are told from right values, and writes the calibration that follows from it. */
export declare const benchMutations: (options: MutationsOptions) => Promise<MutationsReport>;
/** Measures whether the adapter knows this repository, on the newest assertions. */
export declare const health: (options?: HealthOptions) => Promise<HealthReport>;
/** Checks the installation. */
export declare const doctor: (options?: CommandOptions) => Promise<DoctorReport>;
/** Removes snapshots by the retention rule. */
export declare const prune: (options?: PruneOptions) => Promise<PruneResult>;
export type * from './commands/bench-options.ts';
export type * from './commands/mine-options.ts';
export type * from './commands/mutations-options.ts';
export type * from './commands/options.ts';
export { GitError, GitHubError, InternalError, ModelError, SnapshotError, UsageError } from './errors.ts';
export type { Finding } from './hooks/finding.ts';
export type { HealthReport, HealthVerdict } from './report/health-schema.ts';
export type { AssertionReport, CheckReport, CompletionReport, ModelInfo, SnapshotInfo, StatusReport, Summary, Task, Verdict, VerifyReport, } from './report/schema.ts';
