/**
 * The shape of every report, as JSON Schema and as TypeScript types from one source.
 *
 * Only types are imported from here at run time; the build writes the schemas to `dist/schemas/`, and
 * tests hold what the commands print against them. A field is never renamed or given another meaning
 * within a schema version; new optional fields may come.
 */
import type { Static } from 'typebox';
import Type from 'typebox';
export declare const SnapshotInfoSchema: Type.TObject<{
    id: Type.TString;
    commit: Type.TString;
    parent: Type.TUnion<[Type.TString, Type.TNull]>;
    digest: Type.TString;
    stateDigest: Type.TString;
    steps: Type.TInteger;
    parts: Type.TOptional<Type.TArray<Type.TString>>;
    commits: Type.TOptional<Type.TInteger>;
}>;
export declare const ModelInfoSchema: Type.TObject<{
    pack: Type.TString;
    version: Type.TString;
    device: Type.TString;
    precision: Type.TString;
    engine: Type.TString;
}>;
export declare const AssertionReportSchema: Type.TObject<{
    path: Type.TString;
    line: Type.TInteger;
    column: Type.TInteger;
    endLine: Type.TInteger;
    endColumn: Type.TInteger;
    test: Type.TString;
    family: Type.TString;
    language: Type.TEnum<["python", "typescript", "tsx", "javascript"]>;
    written: Type.TUnion<[Type.TString, Type.TNull]>;
    verdict: Type.TEnum<["expected", "plausible", "surprising", "open"]>;
    probability: Type.TUnion<[Type.TNumber, Type.TNull]>;
    baseProbability: Type.TUnion<[Type.TNumber, Type.TNull]>;
    nll: Type.TUnion<[Type.TNumber, Type.TNull]>;
    baseNll: Type.TUnion<[Type.TNumber, Type.TNull]>;
    wrongProbability: Type.TOptional<Type.TNumber>;
    candidates: Type.TArray<Type.TObject<{
        text: Type.TString;
        probability: Type.TNumber;
    }>>;
}>;
export declare const SummarySchema: Type.TObject<{
    assertions: Type.TInteger;
    expected: Type.TInteger;
    plausible: Type.TInteger;
    surprising: Type.TInteger;
    open: Type.TInteger;
    exactMatch: Type.TUnion<[Type.TNumber, Type.TNull]>;
    editSimilarity: Type.TUnion<[Type.TNumber, Type.TNull]>;
    nll: Type.TUnion<[Type.TNumber, Type.TNull]>;
    baseNll: Type.TUnion<[Type.TNumber, Type.TNull]>;
}>;
export declare const RepositorySchema: Type.TObject<{
    root: Type.TString;
    head: Type.TString;
    branch: Type.TUnion<[Type.TString, Type.TNull]>;
}>;
export declare const TimingsSchema: Type.TRecord<"^.*$", Type.TNumber>;
export declare const CheckReportSchema: Type.TObject<{
    schema: Type.TLiteral<"code2lora/check@1">;
    repository: Type.TObject<{
        root: Type.TString;
        head: Type.TString;
        branch: Type.TUnion<[Type.TString, Type.TNull]>;
    }>;
    range: Type.TObject<{
        base: Type.TUnion<[Type.TString, Type.TNull]>;
        head: Type.TString;
        description: Type.TString;
    }>;
    model: Type.TObject<{
        pack: Type.TString;
        version: Type.TString;
        device: Type.TString;
        precision: Type.TString;
        engine: Type.TString;
    }>;
    snapshot: Type.TObject<{
        id: Type.TString;
        commit: Type.TString;
        parent: Type.TUnion<[Type.TString, Type.TNull]>;
        digest: Type.TString;
        stateDigest: Type.TString;
        steps: Type.TInteger;
        parts: Type.TOptional<Type.TArray<Type.TString>>;
        commits: Type.TOptional<Type.TInteger>;
    }>;
    wrongPrior: Type.TOptional<Type.TNumber>;
    assertions: Type.TArray<Type.TObject<{
        path: Type.TString;
        line: Type.TInteger;
        column: Type.TInteger;
        endLine: Type.TInteger;
        endColumn: Type.TInteger;
        test: Type.TString;
        family: Type.TString;
        language: Type.TEnum<["python", "typescript", "tsx", "javascript"]>;
        written: Type.TUnion<[Type.TString, Type.TNull]>;
        verdict: Type.TEnum<["expected", "plausible", "surprising", "open"]>;
        probability: Type.TUnion<[Type.TNumber, Type.TNull]>;
        baseProbability: Type.TUnion<[Type.TNumber, Type.TNull]>;
        nll: Type.TUnion<[Type.TNumber, Type.TNull]>;
        baseNll: Type.TUnion<[Type.TNumber, Type.TNull]>;
        wrongProbability: Type.TOptional<Type.TNumber>;
        candidates: Type.TArray<Type.TObject<{
            text: Type.TString;
            probability: Type.TNumber;
        }>>;
    }>>;
    summary: Type.TObject<{
        assertions: Type.TInteger;
        expected: Type.TInteger;
        plausible: Type.TInteger;
        surprising: Type.TInteger;
        open: Type.TInteger;
        exactMatch: Type.TUnion<[Type.TNumber, Type.TNull]>;
        editSimilarity: Type.TUnion<[Type.TNumber, Type.TNull]>;
        nll: Type.TUnion<[Type.TNumber, Type.TNull]>;
        baseNll: Type.TUnion<[Type.TNumber, Type.TNull]>;
    }>;
    notices: Type.TArray<Type.TString>;
    timings: Type.TRecord<"^.*$", Type.TNumber>;
}>;
export declare const CompletionReportSchema: Type.TObject<{
    schema: Type.TLiteral<"code2lora/complete@1">;
    repository: Type.TObject<{
        root: Type.TString;
        head: Type.TString;
        branch: Type.TUnion<[Type.TString, Type.TNull]>;
    }>;
    model: Type.TObject<{
        pack: Type.TString;
        version: Type.TString;
        device: Type.TString;
        precision: Type.TString;
        engine: Type.TString;
    }>;
    snapshot: Type.TObject<{
        id: Type.TString;
        commit: Type.TString;
        parent: Type.TUnion<[Type.TString, Type.TNull]>;
        digest: Type.TString;
        stateDigest: Type.TString;
        steps: Type.TInteger;
        parts: Type.TOptional<Type.TArray<Type.TString>>;
        commits: Type.TOptional<Type.TInteger>;
    }>;
    assertions: Type.TArray<Type.TObject<{
        path: Type.TString;
        line: Type.TInteger;
        column: Type.TInteger;
        endLine: Type.TInteger;
        endColumn: Type.TInteger;
        test: Type.TString;
        family: Type.TString;
        language: Type.TEnum<["python", "typescript", "tsx", "javascript"]>;
        written: Type.TUnion<[Type.TString, Type.TNull]>;
        verdict: Type.TEnum<["expected", "plausible", "surprising", "open"]>;
        probability: Type.TUnion<[Type.TNumber, Type.TNull]>;
        baseProbability: Type.TUnion<[Type.TNumber, Type.TNull]>;
        nll: Type.TUnion<[Type.TNumber, Type.TNull]>;
        baseNll: Type.TUnion<[Type.TNumber, Type.TNull]>;
        wrongProbability: Type.TOptional<Type.TNumber>;
        candidates: Type.TArray<Type.TObject<{
            text: Type.TString;
            probability: Type.TNumber;
        }>>;
    }>>;
    timings: Type.TRecord<"^.*$", Type.TNumber>;
}>;
export declare const TaskSchema: Type.TObject<{
    schema: Type.TLiteral<"code2lora/task@1">;
    repository: Type.TOptional<Type.TString>;
    split: Type.TOptional<Type.TString>;
    track: Type.TOptional<Type.TEnum<["static", "evolution"]>>;
    commit: Type.TString;
    committedAt: Type.TInteger;
    position: Type.TOptional<Type.TInteger>;
    path: Type.TString;
    line: Type.TInteger;
    column: Type.TInteger;
    language: Type.TString;
    family: Type.TString;
    test: Type.TString;
    prefix: Type.TString;
    target: Type.TString;
}>;
export declare const VerifyReportSchema: Type.TObject<{
    schema: Type.TLiteral<"code2lora/verify@1">;
    repository: Type.TObject<{
        root: Type.TString;
        head: Type.TString;
        branch: Type.TUnion<[Type.TString, Type.TNull]>;
    }>;
    snapshot: Type.TObject<{
        id: Type.TString;
        commit: Type.TString;
        parent: Type.TUnion<[Type.TString, Type.TNull]>;
        digest: Type.TString;
        stateDigest: Type.TString;
        steps: Type.TInteger;
        parts: Type.TOptional<Type.TArray<Type.TString>>;
        commits: Type.TOptional<Type.TInteger>;
    }>;
    rebuilt: Type.TObject<{
        id: Type.TString;
        commit: Type.TString;
        parent: Type.TUnion<[Type.TString, Type.TNull]>;
        digest: Type.TString;
        stateDigest: Type.TString;
        steps: Type.TInteger;
        parts: Type.TOptional<Type.TArray<Type.TString>>;
        commits: Type.TOptional<Type.TInteger>;
    }>;
    equal: Type.TBoolean;
    withinTolerance: Type.TBoolean;
    tolerance: Type.TNumber;
    largestDifference: Type.TNumber;
    sameEngine: Type.TBoolean;
    timings: Type.TRecord<"^.*$", Type.TNumber>;
}>;
export declare const SuggestionSchema: Type.TObject<{
    path: Type.TString;
    line: Type.TInteger;
    column: Type.TInteger;
    endColumn: Type.TInteger;
    lineText: Type.TString;
    value: Type.TString;
    probability: Type.TNumber;
    runnerUp: Type.TUnion<[Type.TObject<{
        text: Type.TString;
        probability: Type.TNumber;
    }>, Type.TNull]>;
    written: Type.TUnion<[Type.TString, Type.TNull]>;
    verdict: Type.TEnum<["surprising", "open"]>;
    test: Type.TString;
}>;
export declare const GainSchema: Type.TObject<{
    commit: Type.TString;
    assertions: Type.TInteger;
    gain: Type.TNumber;
}>;
export declare const ActionReportSchema: Type.TObject<{
    schema: Type.TLiteral<"code2lora/action@1">;
    event: Type.TString;
    repository: Type.TString;
    pullRequest: Type.TUnion<[Type.TObject<{
        number: Type.TInteger;
        base: Type.TString;
        head: Type.TString;
        fork: Type.TBoolean;
    }>, Type.TNull]>;
    check: Type.TObject<{
        schema: Type.TLiteral<"code2lora/check@1">;
        repository: Type.TObject<{
            root: Type.TString;
            head: Type.TString;
            branch: Type.TUnion<[Type.TString, Type.TNull]>;
        }>;
        range: Type.TObject<{
            base: Type.TUnion<[Type.TString, Type.TNull]>;
            head: Type.TString;
            description: Type.TString;
        }>;
        model: Type.TObject<{
            pack: Type.TString;
            version: Type.TString;
            device: Type.TString;
            precision: Type.TString;
            engine: Type.TString;
        }>;
        snapshot: Type.TObject<{
            id: Type.TString;
            commit: Type.TString;
            parent: Type.TUnion<[Type.TString, Type.TNull]>;
            digest: Type.TString;
            stateDigest: Type.TString;
            steps: Type.TInteger;
            parts: Type.TOptional<Type.TArray<Type.TString>>;
            commits: Type.TOptional<Type.TInteger>;
        }>;
        wrongPrior: Type.TOptional<Type.TNumber>;
        assertions: Type.TArray<Type.TObject<{
            path: Type.TString;
            line: Type.TInteger;
            column: Type.TInteger;
            endLine: Type.TInteger;
            endColumn: Type.TInteger;
            test: Type.TString;
            family: Type.TString;
            language: Type.TEnum<["python", "typescript", "tsx", "javascript"]>;
            written: Type.TUnion<[Type.TString, Type.TNull]>;
            verdict: Type.TEnum<["expected", "plausible", "surprising", "open"]>;
            probability: Type.TUnion<[Type.TNumber, Type.TNull]>;
            baseProbability: Type.TUnion<[Type.TNumber, Type.TNull]>;
            nll: Type.TUnion<[Type.TNumber, Type.TNull]>;
            baseNll: Type.TUnion<[Type.TNumber, Type.TNull]>;
            wrongProbability: Type.TOptional<Type.TNumber>;
            candidates: Type.TArray<Type.TObject<{
                text: Type.TString;
                probability: Type.TNumber;
            }>>;
        }>>;
        summary: Type.TObject<{
            assertions: Type.TInteger;
            expected: Type.TInteger;
            plausible: Type.TInteger;
            surprising: Type.TInteger;
            open: Type.TInteger;
            exactMatch: Type.TUnion<[Type.TNumber, Type.TNull]>;
            editSimilarity: Type.TUnion<[Type.TNumber, Type.TNull]>;
            nll: Type.TUnion<[Type.TNumber, Type.TNull]>;
            baseNll: Type.TUnion<[Type.TNumber, Type.TNull]>;
        }>;
        notices: Type.TArray<Type.TString>;
        timings: Type.TRecord<"^.*$", Type.TNumber>;
    }>;
    suggestions: Type.TArray<Type.TObject<{
        path: Type.TString;
        line: Type.TInteger;
        column: Type.TInteger;
        endColumn: Type.TInteger;
        lineText: Type.TString;
        value: Type.TString;
        probability: Type.TNumber;
        runnerUp: Type.TUnion<[Type.TObject<{
            text: Type.TString;
            probability: Type.TNumber;
        }>, Type.TNull]>;
        written: Type.TUnion<[Type.TString, Type.TNull]>;
        verdict: Type.TEnum<["surprising", "open"]>;
        test: Type.TString;
    }>>;
    gains: Type.TArray<Type.TObject<{
        commit: Type.TString;
        assertions: Type.TInteger;
        gain: Type.TNumber;
    }>>;
    adapter: Type.TObject<{
        restoredFrom: Type.TUnion<[Type.TString, Type.TNull]>;
        restoredCommit: Type.TUnion<[Type.TString, Type.TNull]>;
        artifact: Type.TUnion<[Type.TString, Type.TNull]>;
        advancedBy: Type.TInteger;
    }>;
    notices: Type.TArray<Type.TString>;
}>;
export type { StatusReport } from './status-schema.ts';
export type { Verdict } from './verdict-names.ts';
export type SnapshotInfo = Static<typeof SnapshotInfoSchema>;
export type ModelInfo = Static<typeof ModelInfoSchema>;
export type AssertionReport = Static<typeof AssertionReportSchema>;
export type Summary = Static<typeof SummarySchema>;
export type CheckReport = Static<typeof CheckReportSchema>;
export type CompletionReport = Static<typeof CompletionReportSchema>;
export type Task = Static<typeof TaskSchema>;
export type VerifyReport = Static<typeof VerifyReportSchema>;
export type Suggestion = Static<typeof SuggestionSchema>;
export type Gain = Static<typeof GainSchema>;
export type ActionReport = Static<typeof ActionReportSchema>;
