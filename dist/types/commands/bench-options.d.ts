/** What `bench` takes and gives. Leads to nothing of our insides. */
import type { Progress } from './options.ts';
export interface BenchOptions {
    /** The list: a text file, one repository a line (docs/mining.md). */
    repositories: string;
    /** Only repositories of this split or role. */
    split?: string | undefined;
    /** The document; scores and plots go into a folder of the same name beside it. Default: `docs/benchmark.md`. */
    out?: string | undefined;
    /** Names of methods; default: all that the model pack can do. */
    methods?: readonly string[] | undefined;
    /** Most assertions of a repository; default 24. */
    perRepository?: number | undefined;
    /** Most commits of a history that are walked, the newest: as few as bring enough assertions; default 240. */
    maxHistory?: number | undefined;
    /** Clones, embeddings and the adapters that are compared; default: `.code2lora-bench` in the current folder. */
    work?: string | undefined;
    /** Folder for bare clones; default: `clones` inside of `work`. */
    clones?: string | undefined;
    /** Repositories whose column `created` says this day or a later one are a track of their own: `2025-06-01`. */
    cut?: string | undefined;
    /** Measure nothing: write the document anew from the scores. */
    reportOnly?: boolean | undefined;
    model?: string | undefined;
    device?: string | undefined;
    maxMemory?: string | undefined;
    onProgress?: ((progress: Progress) => void) | undefined;
}
/** A row of the main table; numbers are means over all assertions. */
export interface BenchRow {
    method: string;
    label: string;
    assertions: number;
    /** 0–1. */
    exactMatch: number;
    /** Nats per token of the value and its end; null where a method has no probabilities. */
    nll: number | null;
}
export interface BenchReport {
    schema: 'code2lora/bench@1';
    pack: string;
    /** In the list. */
    repositories: number;
    /** Measured now. */
    measured: number;
    /** Finished before, with the same options and at the same commit. */
    unchanged: number;
    assertions: number;
    broken: {
        repository: string;
        reason: string;
    }[];
    /** Methods that this model pack cannot do. */
    left: {
        method: string;
        reason: string;
    }[];
    rows: BenchRow[];
    /** What was written. */
    files: string[];
}
