/** What the mutation benchmark takes and gives. Leads to nothing of our insides. */
import type { Progress } from './options.ts';
export interface MutationsOptions {
    /** The list: a text file, one repository a line (docs/mining.md). */
    repositories: string;
    /** Only repositories of this split (or role), such as `validation`; default: all of the list. */
    split?: string | undefined;
    /** The document; plots go into a folder of the same name beside it. Default: `docs/calibration.md`. */
    out?: string | undefined;
    /** Write the calibration that these repositories give to this JSON file, for a manifest. */
    calibrate?: string | undefined;
    /** Share of newly written values that are taken to be wrong; default 0.1. */
    prior?: number | undefined;
    /** Most assertions of a repository; default 60. */
    perRepository?: number | undefined;
    /** Commits of a history that are walked, the newest; default 120. */
    maxHistory?: number | undefined;
    /** Clones, embeddings and scores; default: `.code2lora-bench` in the current folder. */
    work?: string | undefined;
    /** Folder for bare clones; default: `clones` inside of `work`. */
    clones?: string | undefined;
    /** Measure nothing: write document and calibration anew from the scores. */
    reportOnly?: boolean | undefined;
    model?: string | undefined;
    device?: string | undefined;
    maxMemory?: string | undefined;
    onProgress?: ((progress: Progress) => void) | undefined;
}
/** A number with its 95 % interval, clustered by repository; null where one repository alone was measured. */
export interface MeasuredNumber {
    value: number;
    low: number | null;
    high: number | null;
}
/** How well wrong values are told from right ones. */
export interface Separation {
    /** Area under the ROC curve. */
    area: MeasuredNumber;
    /** Among equally many right and wrong values, where so many of the wrong ones are found. */
    precisionAt10: number;
    precisionAt20: number;
    precisionAt50: number;
}
export interface MutationsReport {
    schema: 'code2lora/mutations@1';
    pack: string;
    /** In the list. */
    repositories: number;
    measured: number;
    unchanged: number;
    /** Values, each with a mistake in its place. */
    pairs: number;
    broken: {
        repository: string;
        reason: string;
    }[];
    base: Separation | null;
    adapted: Separation | null;
    /** Area of the adapted model less that of the base model. */
    gain: MeasuredNumber | null;
    files: string[];
}
