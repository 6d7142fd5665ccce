/** The commands as functions, and the types of what they return. */
export { type CheckOptions, check, run } from './commands/check.ts';
export { complete } from './commands/complete.ts';
export { type DoctorReport, doctor } from './commands/doctor.ts';
export { type ExportOptions, type ExportResult, exportAdapter } from './commands/export.ts';
export { type InitOptions, type InitResult, init, type UninstallResult, uninstall } from './commands/init.ts';
export { type MineOptions, type MineSummary, mine } from './commands/mine.ts';
export { type PruneOptions, type PruneResult, prune } from './commands/prune.ts';
export { status } from './commands/status.ts';
export { verify } from './commands/verify.ts';
export type { CommandOptions, Progress } from './commands/workspace.ts';
export { GitError, InternalError, ModelError, SnapshotError, UsageError } from './errors.ts';
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
