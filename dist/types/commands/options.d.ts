/**
 * What the commands take and give, beyond the reports that have a schema: the types of the package's main
 * export. They lead to nothing of our insides, so that a user's compiler does not either.
 */
import type { Finding } from '../hooks/finding.ts';
import type { CheckReport, SnapshotInfo, Suggestion } from '../report/schema.ts';
/** Options that every command takes. */
export interface CommandOptions {
    /** A folder inside the repository; default: the current folder. */
    repo?: string | undefined;
    /** Model pack: a name or a folder; default: the configuration's. */
    model?: string | undefined;
    /** `auto`, `cpu`, `webgpu`, `cuda`, `coreml` or `dml`; default: the configuration's, which is `auto`. */
    device?: string | undefined;
    /** Most memory for the models, such as `3G`; default: the configuration's, which is no limit. */
    maxMemory?: string | undefined;
    /** Begin this many commits ago, or with `all` at the root of the history; default: the configuration's, or else the pack's. */
    maxHistory?: number | 'all' | undefined;
    /** What the adapter is made of, such as `gru,memory` or `none`; default: the configuration's, or else the pack's. */
    parts?: string | undefined;
    /** Hears what is going on, for a progress line. */
    onProgress?: ((progress: Progress) => void) | undefined;
}
/** What the Action sets and no flag does: where things are read from and kept. */
export interface PlaceOptions {
    /** Configuration of a commit instead of the work tree's: a pull request from a fork must not bring its own. */
    configCommit?: string | undefined;
    /** A configuration file by its path inside the work tree; default: `code2lora.config.json`. */
    configFile?: string | undefined;
    /** Default: inside the common git folder. A folder of one's own shares nothing with earlier runs. */
    stateFolder?: string | undefined;
    /** Keep embeddings in memory only. */
    inMemory?: boolean | undefined;
}
export interface PushOptions extends CommandOptions, PlaceOptions {
    /** Commit to check and to bring the adapter up to. */
    head: string;
    /** The commit that was pushed on; null, unknown or no ancestor: the most recent commits are checked. */
    before: string | null;
}
export interface PullRequestOptions extends CommandOptions, PlaceOptions {
    /** Tip of the base branch. */
    base: string;
    /** Tip of the pull request's branch. */
    head: string;
}
/** A check with what a pull request can be shown of it. */
export interface CheckOutcome {
    report: CheckReport;
    /** Most confident first. */
    suggestions: Suggestion[];
    /** The canonical snapshot that the check started from: of a push the new one, of a pull request the base's. */
    snapshot: SnapshotInfo;
    /** Commits read on top of the newest stored snapshot. */
    advancedBy: number;
}
export interface Progress {
    /** `embed`: files of the repository at the start of its history. */
    stage: 'embed' | 'update' | 'check' | 'mine' | 'bench' | 'verify' | 'wait';
    done: number;
    total: number;
    /** Once the speed is known. */
    secondsLeft?: number | undefined;
    /** A line that stays, said once: how long it will take. */
    notice?: string | undefined;
}
export interface CheckOptions extends CommandOptions {
    /** `A..B`, `A` (that commit against its first parent); default: since the last check. */
    range?: string | undefined;
    /** Every assertion of HEAD. */
    all?: boolean | undefined;
}
export interface InitOptions extends CommandOptions {
    /** Default: `auto`. */
    mode?: string | undefined;
    /** Do not ask; where a question would be asked, set husky up. */
    yes?: boolean | undefined;
    /** Put the entry into the configuration of lefthook or pre-commit. */
    write?: boolean | undefined;
    /** Asks the user; without it nobody is asked. */
    ask?: ((question: string) => Promise<boolean>) | undefined;
}
export interface InitResult {
    schema: 'code2lora/init@1';
    mode: string;
    /** Files written, relative to the work tree where they are inside it. */
    changed: string[];
    config: {
        path: string;
        written: boolean;
    };
    notes: string[];
    byHand: string[];
}
export interface WorkflowOptions {
    /** A folder inside the repository; default: the current folder. */
    repo?: string | undefined;
    /** `cpu` (default) or `gpu`: a job of its own for a GPU runner. */
    kind?: string | undefined;
    /** `OWNER/REPO@REF`; default: the one in the files that are there, else where this package was published. */
    action?: string | undefined;
    /** Label of the GPU runner, several with commas between. */
    runsOn?: string | undefined;
    /** Replace files that differ from what would be written. */
    force?: boolean | undefined;
}
export interface WorkflowFile {
    /** Relative to the work tree. */
    path: string;
    /** `differs`: it was left as it is. */
    outcome: 'written' | 'unchanged' | 'differs';
    /** From the file that is, or was, there to what `init` writes; `null` where there is no difference. */
    diff: string | null;
}
export interface WorkflowResult {
    schema: 'code2lora/workflow@1';
    kind: 'cpu' | 'gpu';
    /** `OWNER/REPO@COMMIT`, with the version as a comment. */
    action: string;
    /** The branch whose pushes move the adapter on. */
    branch: string;
    files: WorkflowFile[];
    notes: string[];
}
export interface UninstallOptions extends CommandOptions {
    /** Remove snapshots, embeddings and the last check as well. */
    purge?: boolean | undefined;
    /** Remove our lines even from hooks that had them before `init` ran in this clone. */
    shared?: boolean | undefined;
}
export interface UninstallResult {
    schema: 'code2lora/uninstall@1';
    wasInstalled: boolean;
    changed: string[];
    purged: boolean;
    notes: string[];
}
export interface MineOptions extends CommandOptions {
    /** Only what came after this commit; default: from the first commit on. */
    after?: string | undefined;
    /** Longest prefix to keep, in characters before the value; 0 keeps the whole file above it. */
    maxPrefix?: number | undefined;
}
export interface MineSummary {
    commits: number;
    tasks: number;
    notices: string[];
}
export interface ExportOptions extends CommandOptions {
    /** `peft` (a folder), `compact` or `gguf` (a file). */
    format: string;
    /** `fp32` (default) or `fp16`. */
    precision?: string | undefined;
    /** A new or empty folder, or a file; an earlier export is replaced. */
    out: string;
}
export interface ExportResult {
    schema: 'code2lora/export@1';
    format: 'peft' | 'compact' | 'gguf';
    precision: 'fp32' | 'fp16';
    folder: string;
    /** Names inside of the folder. */
    files: string[];
    snapshot: SnapshotInfo;
}
export interface VerifyOptions extends CommandOptions {
    /** Zip of a state artifact to compare with, instead of what is stored. */
    artifact?: string | undefined;
}
export interface HealthOptions extends CommandOptions {
    /** At most so many of the newest; default 40. */
    assertions?: number | undefined;
    /** Let the next walk start anew from the repository as it stands at HEAD. */
    reAnchor?: boolean | undefined;
}
export interface PullOptions extends CommandOptions {
    /** `owner/name`; default: of the remote `origin`. */
    repository?: string | undefined;
    /** Name of the artifact; default: `code2lora-state`. */
    artifact?: string | undefined;
    /** Branch whose runs are believed; default: the repository's default branch. */
    branch?: string | undefined;
}
export interface PullResult {
    schema: 'code2lora/pull@1';
    repository: string;
    /** What was fetched; null: the stored state was as new already. */
    artifact: {
        id: string;
        run: number;
        createdAt: string;
        sizeBytes: number;
    } | null;
    /** Where the stored state now stands. */
    snapshot: SnapshotInfo;
    /** First-parent commits from there to HEAD. */
    behind: number;
    /** Why newer artifacts were not used, one line each. */
    refused: string[];
}
export interface PruneOptions extends CommandOptions {
    /** Every snapshot: the next run builds them anew from the history. */
    all?: boolean | undefined;
    /** Only damaged snapshots and leftovers of interrupted writes. */
    damaged?: boolean | undefined;
    /** Say what would go, remove nothing. */
    dryRun?: boolean | undefined;
}
export interface PruneResult {
    schema: 'code2lora/prune@1';
    kept: number;
    removed: string[];
    damaged: string[];
    dryRun: boolean;
}
export interface DoctorReport {
    schema: 'code2lora/doctor@1';
    findings: Finding[];
}
