/**
 * The shape of the report of `code2lora health`, as JSON Schema and as a TypeScript type from one source.
 *
 * The rules of schema.ts hold here too: within a version no field is renamed or given another meaning. A gain is what the
 * other one needs more: above zero the own adapter is better.
 */
import type { Static } from 'typebox';
import Type from 'typebox';
export declare const HEALTH_VERDICTS: readonly ['repository-specific', 'generic', 'harmful', 'not-enough-assertions', 'not-comparable'];
export declare const HealthReportSchema: Type.TObject<{
    schema: Type.TLiteral<"code2lora/health@1">;
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
    verdict: Type.TEnum<["repository-specific", "generic", "harmful", "not-enough-assertions", "not-comparable"]>;
    advice: Type.TString;
    sample: Type.TObject<{
        asked: Type.TInteger;
        assertions: Type.TInteger;
        commits: Type.TInteger;
        oldest: Type.TUnion<[Type.TString, Type.TNull]>;
        newest: Type.TUnion<[Type.TString, Type.TNull]>;
        freshFrom: Type.TUnion<[Type.TString, Type.TNull]>;
    }>;
    nll: Type.TObject<{
        own: Type.TUnion<[Type.TNumber, Type.TNull]>;
        base: Type.TUnion<[Type.TNumber, Type.TNull]>;
        mean: Type.TUnion<[Type.TNumber, Type.TNull]>;
        panel: Type.TUnion<[Type.TNumber, Type.TNull]>;
        previous: Type.TUnion<[Type.TNumber, Type.TNull]>;
        fresh: Type.TUnion<[Type.TNumber, Type.TNull]>;
    }>;
    gains: Type.TObject<{
        overBase: Type.TUnion<[Type.TObject<{
            mean: Type.TNumber;
            low: Type.TNumber;
            high: Type.TNumber;
        }>, Type.TNull]>;
        overMean: Type.TUnion<[Type.TObject<{
            mean: Type.TNumber;
            low: Type.TNumber;
            high: Type.TNumber;
        }>, Type.TNull]>;
        overPanel: Type.TUnion<[Type.TObject<{
            mean: Type.TNumber;
            low: Type.TNumber;
            high: Type.TNumber;
        }>, Type.TNull]>;
        overPrevious: Type.TUnion<[Type.TObject<{
            mean: Type.TNumber;
            low: Type.TNumber;
            high: Type.TNumber;
        }>, Type.TNull]>;
        overFresh: Type.TUnion<[Type.TObject<{
            mean: Type.TNumber;
            low: Type.TNumber;
            high: Type.TNumber;
        }>, Type.TNull]>;
    }>;
    rank: Type.TUnion<[Type.TObject<{
        mean: Type.TNumber;
        random: Type.TNumber;
        of: Type.TInteger;
        beaten: Type.TInteger;
    }>, Type.TNull]>;
    panel: Type.TArray<Type.TObject<{
        name: Type.TString;
        cosine: Type.TNumber;
        nll: Type.TUnion<[Type.TNumber, Type.TNull]>;
        gain: Type.TUnion<[Type.TObject<{
            mean: Type.TNumber;
            low: Type.TNumber;
            high: Type.TNumber;
        }>, Type.TNull]>;
    }>>;
    likeness: Type.TObject<{
        norm: Type.TNumber;
        meanCosine: Type.TUnion<[Type.TNumber, Type.TNull]>;
        panelCosine: Type.TUnion<[Type.TNumber, Type.TNull]>;
        previousCosine: Type.TUnion<[Type.TNumber, Type.TNull]>;
        residualFraction: Type.TUnion<[Type.TNumber, Type.TNull]>;
        participationRatio: Type.TUnion<[Type.TNumber, Type.TNull]>;
    }>;
    state: Type.TObject<{
        norm: Type.TNumber;
        stepCosine: Type.TUnion<[Type.TNumber, Type.TNull]>;
        freshCosine: Type.TUnion<[Type.TNumber, Type.TNull]>;
        freshDistance: Type.TUnion<[Type.TNumber, Type.TNull]>;
        drifted: Type.TUnion<[Type.TBoolean, Type.TNull]>;
    }>;
    use: Type.TObject<{
        promoted: Type.TBoolean;
        reason: Type.TUnion<[Type.TString, Type.TNull]>;
        using: Type.TUnion<[Type.TString, Type.TNull]>;
    }>;
    reAnchored: Type.TUnion<[Type.TObject<{
        id: Type.TString;
        commit: Type.TString;
        parent: Type.TUnion<[Type.TString, Type.TNull]>;
        digest: Type.TString;
        stateDigest: Type.TString;
        steps: Type.TInteger;
        parts: Type.TOptional<Type.TArray<Type.TString>>;
        commits: Type.TOptional<Type.TInteger>;
    }>, Type.TNull]>;
    notices: Type.TArray<Type.TString>;
    timings: Type.TRecord<"^.*$", Type.TNumber>;
}>;
export type HealthReport = Static<typeof HealthReportSchema>;
export type HealthVerdict = (typeof HEALTH_VERDICTS)[number];
