/**
 * The shape of the report of `code2lora status`. The rules of schema.ts hold here too.
 */
import type { Static } from 'typebox';
import Type from 'typebox';
export declare const AdapterUseSchema: Type.TObject<{
    promoted: Type.TBoolean;
    reason: Type.TUnion<[Type.TString, Type.TNull]>;
    using: Type.TUnion<[Type.TString, Type.TNull]>;
}>;
export declare const StatusReportSchema: Type.TObject<{
    schema: Type.TLiteral<"code2lora/status@1">;
    repository: Type.TObject<{
        root: Type.TString;
        head: Type.TUnion<[Type.TString, Type.TNull]>;
        branch: Type.TUnion<[Type.TString, Type.TNull]>;
    }>;
    snapshot: Type.TUnion<[Type.TObject<{
        id: Type.TString;
        commit: Type.TString;
        parent: Type.TUnion<[Type.TString, Type.TNull]>;
        digest: Type.TString;
        stateDigest: Type.TString;
        steps: Type.TInteger;
        parts: Type.TOptional<Type.TArray<Type.TString>>;
        commits: Type.TOptional<Type.TInteger>;
    }>, Type.TNull]>;
    use: Type.TOptional<Type.TUnion<[Type.TObject<{
        promoted: Type.TBoolean;
        reason: Type.TUnion<[Type.TString, Type.TNull]>;
        using: Type.TUnion<[Type.TString, Type.TNull]>;
    }>, Type.TNull]>>;
    behind: Type.TUnion<[Type.TInteger, Type.TNull]>;
    worker: Type.TObject<{
        state: Type.TEnum<["idle", "running", "waiting", "stale"]>;
        pid: Type.TUnion<[Type.TInteger, Type.TNull]>;
        since: Type.TUnion<[Type.TString, Type.TNull]>;
    }>;
    lastCheck: Type.TUnion<[Type.TObject<{
        commit: Type.TString;
        finishedAt: Type.TString;
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
        findings: Type.TArray<Type.TObject<{
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
    }>, Type.TNull]>;
    lastError: Type.TUnion<[Type.TObject<{
        at: Type.TString;
        message: Type.TString;
    }>, Type.TNull]>;
    hooks: Type.TObject<{
        installed: Type.TBoolean;
        mode: Type.TUnion<[Type.TString, Type.TNull]>;
    }>;
}>;
export type AdapterUse = Static<typeof AdapterUseSchema>;
export type StatusReport = Static<typeof StatusReportSchema>;
