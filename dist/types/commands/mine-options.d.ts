/** What `mine` takes and gives when it reads a list of repositories. Leads to nothing of our insides. */
import type { Progress, WorkflowFile } from './options.ts';
export type Track = 'static' | 'evolution';
export interface MineAllOptions {
    /** The list: a text file, one repository a line, columns with tabs between. */
    repositories: string;
    /** Folder of the data set. */
    out: string;
    /** `static`, `evolution` or `both` (default). */
    track?: string | undefined;
    /** At most this many evolution tasks of one commit, of one file in it; default 8 and 4, 0 is all. */
    perCommit?: number | undefined;
    perFile?: number | undefined;
    maxPrefix?: number | undefined;
    /** `I/N`: only every N-th line of the list, from the I-th on. */
    shard?: string | undefined;
    /** Folder for bare clones of what is not on this machine; default: `.clones` inside of `out`. */
    clones?: string | undefined;
    /** Say what is finished and what is missing; mine and write nothing. */
    dryRun?: boolean | undefined;
    onProgress?: ((progress: Progress) => void) | undefined;
}
export interface SplitSummary {
    split: string;
    repositories: number;
    /** Tasks by track. */
    static: number;
    evolution: number;
}
export interface MineAllReport {
    schema: 'code2lora/mine-all@1';
    /** In the list, or in the shard of it. */
    repositories: number;
    /** Mined now. */
    mined: number;
    /** Finished before, with the same options and at the same commit. */
    unchanged: number;
    /** To be mined; only of a dry run. */
    missing: string[];
    broken: {
        repository: string;
        reason: string;
    }[];
    /** Of everything that is finished. */
    splits: SplitSummary[];
    /** Repositories that begin with the same commit, so that they have tasks in common. */
    forks: {
        root: string;
        repositories: {
            repository: string;
            split: string;
        }[];
    }[];
    /** Data of repositories that are not in the list. */
    strays: string[];
}
export interface MineWorkflowOptions {
    /** A folder inside the repository; default: the current folder. */
    repo?: string | undefined;
    /** The list that the workflow mines: a file of the work tree. */
    repositories: string;
    /** Replace a file that differs from what would be written. */
    force?: boolean | undefined;
}
export interface MineWorkflowResult {
    schema: 'code2lora/mine-workflow@1';
    /** Relative to the work tree. */
    list: string;
    file: WorkflowFile;
}
