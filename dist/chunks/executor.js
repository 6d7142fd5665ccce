import { a as SnapshotError, i as ModelError, o as UsageError, r as InternalError } from "./errors.js";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, readdirSync, realpathSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createHash } from "node:crypto";
// src/runtime/manifest-fields.ts
/**
* Small checks from which the check of a manifest is put together.
*
* In: a value of unknown type and where it stands. Out: the value with its type, or a ModelError that names
* the field, what was found and what was expected. Knows nothing about what the fields mean.
*/
/** A field that is not what it should be. */
var FieldError = class extends ModelError {
	found;
	constructor(found, advice) {
		super(`${found}.\n${advice}`);
		this.found = found;
	}
};
/** The same check with other advice: not every field is one of a model pack. */
function advising(check, advice) {
	return (value, at) => {
		try {
			return check(value, at);
		} catch (error) {
			throw error instanceof FieldError ? new FieldError(error.found, advice) : error;
		}
	};
}
/** Every field of the shape must be there; others are left out of the result. */
function object(shape) {
	return (value, at) => {
		const fields = record((field) => field)(value, at);
		const checked = {};
		for (const key of Object.keys(shape)) checked[key] = shape[key](Object.hasOwn(fields, key) ? fields[key] : void 0, place(at, key));
		return checked;
	};
}
/** An object of one of several shapes; its `kind` says which. */
function byKind(checks) {
	return (value, at) => {
		const { kind } = record((field) => field)(value, at);
		return checks[oneOf(...Object.keys(checks))(kind, place(at, "kind"))](value, at);
	};
}
/** An object with names of the file's own choice. */
function record(check, name = (key) => key) {
	return (value, at) => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) mismatch(value, at, "an object");
		const entries = Object.entries(value).map(([key, item]) => [name(key, at), check(item, place(at, key))]);
		return Object.fromEntries(entries);
	};
}
/** A list of at least one item, none of them twice. */
function list(check) {
	return (value, at) => {
		if (!Array.isArray(value) || value.length === 0) mismatch(value, at, "a list of at least one item");
		if (new Set(value).size !== value.length) mismatch(value, at, "a list without repetitions");
		return value.map((item, index) => check(item, `${at}[${index}]`));
	};
}
/** A list, perhaps empty, of at most so many items. */
function items(check, most) {
	return (value, at) => {
		if (!Array.isArray(value) || value.length > most) mismatch(value, at, `a list of at most ${most} items`);
		return value.map((item, index) => check(item, `${at}[${index}]`));
	};
}
function oneOf(...allowed) {
	return (value, at) => allowed.find((word) => word === value) ?? mismatch(value, at, allowed.map((word) => JSON.stringify(word)).join(" or "));
}
/** One value only: what other versions may allow and this one does not build. */
function exactly(wanted) {
	return (value, at) => value === wanted ? wanted : mismatch(value, at, JSON.stringify(wanted));
}
function integer(least, most = Number.MAX_SAFE_INTEGER) {
	return (value, at) => {
		if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
		return mismatch(value, at, `a whole number from ${least} to ${most}`);
	};
}
const positive = (value, at) => typeof value === "number" && Number.isFinite(value) && value > 0 ? value : mismatch(value, at, "a number above 0");
const finite = (value, at) => typeof value === "number" && Number.isFinite(value) ? value : mismatch(value, at, "a number");
const fraction = (value, at) => typeof value === "number" && value >= 0 && value <= 1 ? value : mismatch(value, at, "a number from 0 to 1");
const boolean = (value, at) => typeof value === "boolean" ? value : mismatch(value, at, "true or false");
function text(pattern, expected) {
	return (value, at) => typeof value === "string" && pattern.test(value) ? value : mismatch(value, at, expected);
}
function nullable(check) {
	return (value, at) => value === null ? null : check(value, at);
}
/** A field that may be missing, and what it is then. */
function optional(check, fallback) {
	return (value, at) => value === void 0 ? fallback : check(value, at);
}
function mismatch(value, at, expected) {
	throw new FieldError(`${at} is ${value === void 0 ? "missing" : (JSON.stringify(value) ?? typeof value).slice(0, 80)}, expected ${expected}`, "Install the model pack again, or use one made for this version of code2lora.");
}
const place = (at, key) => at.endsWith(":") ? `${at} ${key}` : `${at}.${key}`;
// src/runtime/manifest-models.ts
/**
* The models of a pack as its manifest names them: files, sizes, and in which precision each of them runs.
*
* In: values of unknown type. Out: the same with their types, or a ModelError that names the field. Knows
* nothing about what the files contain.
*/
/** As the files say, or block-quantised: 8 bits in blocks of 32 weights, 4 bits in blocks of 128. */
const PRECISIONS = [
	"fp32",
	"int8",
	"int4"
];
/** The linear layers an adapter can change, as Qwen2 and Llama spell them. */
const MODULE_TYPES = [
	"down_proj",
	"gate_proj",
	"k_proj",
	"o_proj",
	"q_proj",
	"up_proj",
	"v_proj"
];
const anyText = text(/^.{1,1000}$/s, "a text that is not empty");
/** Below the folder of the pack: no `..`, no absolute path, no drive letter. */
const fileName = text(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w.+-]+(?:\/[\w.+-]+)*$/, "the path of a file inside of the pack, with \"/\" between folders");
const weightsName = (value, at) => {
	if (/\.safetensors$/.test(fileName(value, at))) return value;
	throw new ModelError(`${at} is ${JSON.stringify(value)}, expected a safetensors file.\nList the shards of a model, not their index.`);
};
const size$3 = integer(1, 2 ** 31 - 1);
const tokenId = integer(0, 2 ** 31 - 1);
/** A prompt and its target share it: of fewer, nothing is left for one of them. */
const contextTokens = integer(16, 2 ** 31 - 1);
const checkBaseModel = object({
	architecture: oneOf("qwen2", "llama"),
	config: fileName,
	weights: list(weightsName),
	tokenizer: fileName,
	contextTokens,
	endToken: tokenId,
	startToken: optional(nullable(tokenId), null)
});
const checkEncoder = byKind({
	"base-model": object({
		kind: exactly("base-model"),
		embeddingSize: size$3
	}),
	qwen3: object({
		kind: exactly("qwen3"),
		config: fileName,
		weights: list(weightsName),
		tokenizer: fileName,
		embeddingSize: size$3,
		endToken: nullable(tokenId),
		contextTokens
	})
});
const precision = optional(oneOf(...PRECISIONS), "fp32");
const checkParts$1 = object({
	baseModel: precision,
	encoder: precision,
	hypernetwork: precision
});
/** A pack that does not say so runs in fp32. */
const checkPrecision = optional(checkParts$1, checkParts$1({}, ""));
const measured = optional(nullable(finite), null);
const checkLoss = object({
	nll: measured,
	embeddingError: measured,
	adapterError: measured,
	measuredOn: optional(nullable(anyText), null)
});
const checkPrecisionLoss = optional(checkLoss, checkLoss({}, ""));
/**
* File of the pack with the quantised weights of one of its models; undefined for fp32. An encoder that is the
* base model shares the base model's file.
*/
function quantizedFile({ encoder, precision: parts }, part) {
	const bits = {
		fp32: void 0,
		int8: "q8",
		int4: "q4"
	}[parts[part]];
	const name = {
		baseModel: "base-model",
		encoder: "encoder",
		hypernetwork: "hypernetwork"
	}[part === "encoder" && encoder.kind === "base-model" ? "baseModel" : part];
	return bits && `${name}.${bits}.safetensors`;
}
// src/runtime/manifest-adaptation.ts
/**
* The parts that an adapter is made of, and how a pack wants them learned.
*
* In: a value of unknown type. Out: an Adaptation, or a ModelError that names the field. Knows nothing about how a part
* computes. A pack that says nothing here has the GRU alone, as all packs before this field.
*/
/**
* In the order in which they are added up: the adapter that the hypernetwork makes of the hidden state (without it, the
* pack's mean adapter stands there), the memory of earlier assertions, gradient steps on earlier assertions.
*/
const ADAPTATION_PARTS = [
	"gru",
	"memory",
	"refinement"
];
/** More would be a mistake: each of them is a run of the model. */
const MOST_EXAMPLES = 1e5;
const MOST_STEPS = 1e4;
const count$1 = integer(1, MOST_EXAMPLES);
const steps = integer(0, MOST_STEPS);
const someParts = list(oneOf(...ADAPTATION_PARTS));
const checkParts = (value, at) => Array.isArray(value) && value.length === 0 ? [] : inOrder(someParts(value, at));
const checkAdaptation = optional(nullable(object({
	parts: checkParts,
	maxCommits: optional(nullable(count$1), null),
	signal: object({
		promptTokens: size$3,
		perCommit: count$1,
		atStart: count$1
	}),
	memory: optional(nullable(object({
		weights: fileName,
		rank: size$3,
		decay: fraction,
		moduleTypes: list(oneOf(...MODULE_TYPES)),
		scale: positive
	})), null),
	refinement: optional(nullable(object({
		rank: size$3,
		learningRate: positive,
		batch: count$1,
		steps,
		stepsAtStart: steps,
		buffer: count$1
	})), null)
})), null);
/** What the fields say that they cannot all mean; the first one is told. */
function adaptationProblems({ adaptation, meanAdapter, baseModel }) {
	if (adaptation === null) return [];
	const { parts, signal, memory } = adaptation;
	const needsMean = memory !== null || !parts.includes("gru");
	return [
		...parts.map((part) => [part === "gru" || adaptation[part] !== null, `parts has "${part}", but adaptation.${part} is missing`]),
		[meanAdapter !== null || !needsMean, "memory, or parts without \"gru\", needs meanAdapter, which is null"],
		[signal.promptTokens < baseModel.contextTokens, `signal.promptTokens is not below baseModel.contextTokens (${baseModel.contextTokens})`]
	].filter(([holds]) => !holds).map(([, problem]) => `adaptation.${problem}`);
}
/** Whether the base model's graphs take an adapter for each layer, beside the one that all layers share. */
const layerAdapters = ({ adaptation }) => adaptation !== null && adaptation.memory !== null;
/** What a user may write: `gru,memory`, or `none` for the mean adapter alone; `place` names it in messages. */
function parseParts(text, place) {
	const words = text.split(",").map((word) => word.trim());
	if (words.length === 1 && words[0] === "none") return [];
	if (words.find((word) => !ADAPTATION_PARTS.some((part) => part === word)) === void 0 && new Set(words).size === words.length) return inOrder(words);
	throw new UsageError(`${place}: "${text}" is not a list of parts of an adapter.\nExpected some of ${ADAPTATION_PARTS.join(", ")}, each once and with commas between them, or "none".`);
}
/** The parts that the user or else the pack asks for. Throws UsageError for one that the pack cannot make. */
function chooseParts({ name, adaptation, meanAdapter }, wanted) {
	if (wanted === null) return adaptation?.parts ?? ["gru"];
	const missing = wanted.find((part) => part !== "gru" && !adaptation?.[part]);
	if (missing === void 0 && (wanted.includes("gru") || meanAdapter !== null)) return inOrder(wanted);
	const [found, there] = [missing ?? "mean adapter", ADAPTATION_PARTS.filter((part) => part === "gru" || adaptation?.[part])];
	throw new UsageError(`The model pack "${name}" has no ${found}, which the parts "${wanted.join(",") || "none"}" need.\nChoose among ${[...there, ...meanAdapter === null ? [] : ["none"]].join(", ")}, or use another model pack.`);
}
/** null: all. The GRU was trained on walks from the root; the other parts learn the tests of the tree at the start as a whole. */
function chooseHistory({ adaptation }, { parts, wanted }) {
	if (wanted !== null) return wanted === "all" ? null : wanted;
	return parts.includes("gru") ? null : adaptation?.maxCommits ?? null;
}
const inOrder = (parts) => ADAPTATION_PARTS.filter((part) => parts.includes(part));
// src/runtime/manifest-calibration.ts
/**
* The calibration of a model pack: from which probabilities on a written value is called surprising, and how likely it is
* wrong then. How it is measured: docs/calibration.md.
*
* In: the field of a manifest. Out: a Calibration, or a ModelError. Knows nothing about how evidence is read from scores.
*/
/** What can speak against a value; each is a number that grows with the doubt (src/report/value-evidence.ts). */
const EVIDENCE = [
	"nllPerToken",
	"worstToken",
	"excessPerToken",
	"worstExcess",
	"worstLead",
	"improbability",
	"ratio",
	"confidence",
	"notFirst",
	"bestRival",
	"meanRival",
	"baseNllPerToken",
	"loss"
];
const checkWeight$1 = (value, at) => {
	const weight = finite(value, at);
	return weight === 0 ? 0 : positive(weight, at);
};
const MAX_POINTS = 100;
const checkCurve = (value, at) => {
	const curve = items(object({
		logOdds: finite,
		wrong: fraction
	}), MAX_POINTS)(value, at);
	const falls = curve.findIndex(({ logOdds, wrong }, index) => logOdds < (curve[index - 1]?.logOdds ?? logOdds) || wrong < (curve[index - 1]?.wrong ?? wrong));
	if (falls === -1) return curve;
	throw new ModelError(`${at}[${falls}] is below the point before it, expected a curve that rises.\nInstall the model pack again, or use one made for this version of code2lora.`);
};
const kindName = text(/^[a-z]{1,20}$/, "the kind of a value");
const checkWrongValue = object({
	intercept: finite,
	weights: record(checkWeight$1, oneOf(...EVIDENCE)),
	kinds: optional(record(finite, kindName), {}),
	curve: checkCurve,
	prior: fraction,
	surprisingFrom: nullable(finite),
	balancedPrecision: optional(nullable(fraction), null),
	priorPrecision: optional(nullable(fraction), null)
});
const checkCalibration = object({
	surprisingMaxProbability: optional(fraction, .02),
	surprisingMinCandidate: optional(fraction, .6),
	falseAlarmRate: optional(nullable(fraction), null),
	detectionRate: optional(nullable(fraction), null),
	measuredOn: optional(nullable(anyText), null),
	wrongValue: optional(nullable(checkWrongValue), null)
});
/** Missing: none. */
const checkPanel = optional(items(object({
	name: text(/^[\w.+/-]{1,100}$/, "a name of letters, digits, \".\", \"_\", \"+\", \"/\" and \"-\""),
	file: fileName
}), 32), []);
/** What the entries cannot say together; the first one is told. */
function panelProblems({ panel }) {
	return ["name", "file"].flatMap((key) => {
		const values = panel.map((entry) => entry[key]);
		const twice = values.find((value, index) => values.indexOf(value) !== index);
		return twice === void 0 ? [] : [`panel has the ${key} "${twice}" twice`];
	});
}
// src/runtime/manifest-recipe.ts
/**
* The recipe of a model pack: how text was shown to the model when it was trained.
*
* In: a value of unknown type. Out: a Recipe, or a ModelError that names the field. Knows nothing about text;
* the stages that read the recipe follow it, because anything else would feed vectors the model has never seen.
*/
const size$2 = integer(1, 2 ** 31 - 1);
const pooling = list(oneOf("mean", "max"));
const windowSettings = {
	windowTokens: size$2,
	overlapTokens: integer(0, 2 ** 31 - 1),
	minTokens: size$2,
	maxWindows: size$2,
	windowPooling: pooling
};
const checkRecipe = object({
	repository: object({
		...windowSettings,
		maxFiles: size$2,
		emptyItem: oneOf("skip", "zero"),
		itemPooling: pooling,
		normalize: oneOf("none", "l2"),
		files: optional(oneOf("production", "all-python"), "production")
	}),
	diff: object({
		...windowSettings,
		emptyItem: exactly("zero"),
		normalize: exactly("none"),
		files: optional(oneOf("production", "authors"), "production")
	}),
	history: object({
		steps: oneOf("production-diff", "assertion-commits"),
		newAssertions: optional(oneOf("own-text", "full-prefix"), "own-text"),
		base: oneOf("first-parent", "previous-step"),
		startCommit: oneOf("skip", "step"),
		contextLines: integer(0, 1e3)
	}),
	retokenize: boolean,
	rounding: oneOf("none", "float16"),
	quotedPaths: optional(oneOf("read", "skip"), "read")
});
// src/runtime/manifest.ts
/**
* The manifest of a model pack: its type, and the check of a parsed JSON value against it.
*
* In: a value that nobody vouches for. Out: a PackManifest, or a ModelError that names the field. Knows
* nothing about files. Fields it does not know are left out: a newer pack may say more, not less.
*/
const PACK_SCHEMA = "code2lora/model-pack@1";
/** Checks every field and the relations between them; `place` names the manifest in messages. */
function checkManifest(value, place) {
	checkSchema(value, place);
	const manifest = checkFields(value, `${place}:`);
	checkRelations(manifest, place);
	return manifest;
}
/** The files that the manifest's fields name. */
function namedFiles(manifest) {
	const { baseModel, encoder, hypernetwork, meanAdapter, adaptation, panel } = manifest;
	const models = encoder.kind === "base-model" ? [baseModel] : [baseModel, encoder];
	const parts = [
		"baseModel",
		"encoder",
		"hypernetwork"
	];
	return [
		...models.flatMap(({ config, weights, tokenizer }) => [
			config,
			...weights,
			tokenizer
		]),
		...parts.flatMap((part) => quantizedFile(manifest, part) ?? []),
		hypernetwork.weights,
		...meanAdapter === null ? [] : [meanAdapter],
		...adaptation?.memory ? [adaptation.memory.weights] : [],
		...panel.map(({ file }) => file)
	];
}
const word = text(/^[\w.+-]{1,100}$/, "a name of letters, digits, \".\", \"_\", \"+\" and \"-\"");
const sha256 = text(/^[0-9a-f]{64}$/, "a sha256 in 64 hexadecimal digits");
const checkFields = object({
	schema: exactly(PACK_SCHEMA),
	name: word,
	version: word,
	license: anyText,
	baseModel: checkBaseModel,
	encoder: checkEncoder,
	recipe: checkRecipe,
	hypernetwork: object({
		kind: optional(oneOf("evolving", "static"), "evolving"),
		weights: fileName,
		embeddingSize: size$3,
		hiddenSize: size$3,
		trunkSize: size$3,
		rank: size$3,
		alpha: positive,
		gateOrder: exactly("rzn"),
		moduleTypes: list(oneOf(...MODULE_TYPES))
	}),
	meanAdapter: optional(nullable(fileName), null),
	panel: checkPanel,
	adaptation: checkAdaptation,
	calibration: checkCalibration,
	precision: checkPrecision,
	precisionLoss: checkPrecisionLoss,
	files: record(object({
		bytes: integer(0),
		sha256
	}), fileName)
});
/** First of all: another schema would give a confusing message about some field. */
function checkSchema(value, place) {
	const schema = value?.schema;
	if (schema === "code2lora/model-pack@1") return;
	throw new ModelError(`Cannot read ${place}: its schema is ${JSON.stringify(schema) ?? "missing"}, this version reads "${PACK_SCHEMA}".\nUse a model pack made for this version of code2lora, or update code2lora.`);
}
function checkRelations(manifest, place) {
	const problem = [
		...["repository", "diff"].flatMap((kind) => windowProblems(manifest, kind)),
		...stateProblems(manifest),
		...adaptationProblems(manifest),
		...panelProblems(manifest),
		...namedFiles(manifest).filter((file) => !Object.hasOwn(manifest.files, file)).map((file) => `files does not list ${file}`)
	][0];
	if (problem === void 0) return;
	throw new ModelError(`${place}: ${problem}.\nUse a model pack made for this version of code2lora.`);
}
/** What the encoder can read, what the windows ask for and what the hypernetwork expects must agree. */
function windowProblems(manifest, kind) {
	const { baseModel, encoder, recipe, hypernetwork } = manifest;
	const { windowTokens, overlapTokens, minTokens, windowPooling } = recipe[kind];
	const [reader, context] = encoder.kind === "base-model" ? ["baseModel", baseModel.contextTokens] : ["encoder", encoder.contextTokens];
	const longest = windowTokens + (encoder.kind === "qwen3" && encoder.endToken !== null && !recipe.retokenize ? 1 : 0);
	const itemWays = kind === "repository" ? recipe.repository.itemPooling.length : 1;
	const length = encoder.embeddingSize * windowPooling.length * itemWays;
	const problems = [
		[overlapTokens < windowTokens, `overlapTokens is not below windowTokens (${windowTokens})`],
		[minTokens <= windowTokens, `minTokens is above windowTokens (${windowTokens})`],
		[longest <= context, `windowTokens is above ${reader}.contextTokens (${context})`]
	].filter(([holds]) => !holds).map(([, problem]) => `recipe.${kind}.${problem}`);
	if (length === hypernetwork.embeddingSize) return problems;
	const expected = `hypernetwork.embeddingSize is ${hypernetwork.embeddingSize}`;
	return [...problems, `recipe.${kind} gives embeddings of length ${length}, ${expected}`];
}
function stateProblems({ hypernetwork }) {
	const { kind, embeddingSize, hiddenSize } = hypernetwork;
	if (kind === "evolving" || hiddenSize === embeddingSize) return [];
	return [`hypernetwork.hiddenSize is ${hiddenSize}, of a static model it is embeddingSize (${embeddingSize})`];
}
// src/runtime/model-pack.ts
/**
* A model pack: a folder with a manifest, a base model, its tokeniser and a hypernetwork.
*
* In: the path of the folder. Out: the checked manifest and the paths of its files. Knows nothing about what
* the files contain; the rules of the manifest are in manifest.ts. Opening looks at the size of each file
* (microseconds); verifying reads and hashes them all (a second for each gigabyte).
*/
const MAX_MANIFEST_BYTES = 1e6;
/** Opens a pack. Throws ModelError for a wrong manifest, a missing file, a wrong size or, with `verify`, a wrong sha256. */
function openModelPack(dir, { verify = false } = {}) {
	const root = resolve(dir);
	const bytes = readManifestBytes(join(root, "manifest.json"));
	const manifest = checkManifest(parseJson(bytes, root), join(root, "manifest.json"));
	const pack = {
		dir: root,
		manifest,
		digest: createHash("sha256").update(bytes).digest("hex"),
		path: (file) => pathOf(manifest, root, file)
	};
	for (const file of Object.keys(manifest.files)) checkSize$2(pack, file);
	if (verify) verifyModelPack(pack);
	return pack;
}
/** Hashes every file and compares with the manifest. Throws ModelError that names the first wrong file. */
function verifyModelPack(pack) {
	for (const [file, { sha256 }] of Object.entries(pack.manifest.files)) {
		checkSize$2(pack, file);
		const found = hashFile(pack.path(file));
		if (found !== sha256) throw damaged(pack, file, `its sha256 is ${found}, expected ${sha256}`);
	}
}
/** Short name for reports: name, version and the first digits of the digest, such as `nano@0.1.0+8f434346648f`. */
function packId({ manifest: { name, version }, digest }) {
	return `${name}@${version}+${digest.slice(0, 12)}`;
}
function readManifestBytes(path) {
	try {
		const { size } = statSync(path);
		if (size <= MAX_MANIFEST_BYTES) return readFileSync(path);
		throw new ModelError(`Cannot read ${path}: it has ${size} bytes, expected ${MAX_MANIFEST_BYTES} at most.\nInstall or download the pack again.`);
	} catch (cause) {
		if (cause instanceof ModelError) throw cause;
		throw new ModelError(`Cannot open the model pack: ${cause.message}.\nName a folder that holds a manifest.json.`, { cause });
	}
}
function parseJson(bytes, dir) {
	try {
		return JSON.parse(bytes.toString("utf8"));
	} catch (cause) {
		throw new ModelError(`Cannot open the model pack ${dir}: manifest.json is not JSON.\nInstall or download the pack again.`, { cause });
	}
}
function pathOf(manifest, dir, file) {
	if (Object.hasOwn(manifest.files, file)) return join(dir, file);
	throw new InternalError(`The model pack ${dir} does not list ${file}.`);
}
function checkSize$2(pack, file) {
	const stats = statSync(pack.path(file), { throwIfNoEntry: false });
	const bytes = pack.manifest.files[file]?.bytes;
	if (!stats?.isFile()) throw damaged(pack, file, "the file is missing");
	if (stats.size !== bytes) throw damaged(pack, file, `it has ${stats.size} bytes, expected ${bytes}`);
}
function damaged(pack, file, found) {
	return new ModelError(`The model pack ${pack.dir} is damaged: ${file}: ${found}.\nInstall or download the pack again.`);
}
/** In pieces: weights may be larger than memory. */
function hashFile(path) {
	const hash = createHash("sha256");
	const piece = Buffer.allocUnsafe(4194304);
	const file = openSync(path, "r");
	try {
		for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read));
	} finally {
		closeSync(file);
	}
	return hash.digest("hex");
}
// src/runtime/finite.ts
/** A check for numbers that a model has computed or is about to read. Knows nothing about their meaning. */
/** Returns the values. Throws ModelError with the name when one of them is NaN or infinite. */
function requireFinite(values, name) {
	if (areFinite(values)) return values;
	const index = values.findIndex((value) => !Number.isFinite(value));
	throw new ModelError(`Cannot go on: ${name} has ${values[index]} at position ${index} of ${values.length}, expected finite numbers.\nThe weights are damaged or the input is: verify the model pack, then start again from an earlier snapshot.`);
}
/** Whether none is NaN or infinite: then their sum is not either, as no sum of 32-bit floats overflows 64 bits. */
function areFinite(values) {
	let sum = 0;
	for (let i = 0; i < values.length; i += 1) sum += values[i];
	return Number.isFinite(sum);
}
// src/lora/adapter.ts
/**
* The LoRA adapter as plain data, plus the checks that keep it honest.
*
*   y = x Wᵀ + scaling · (x Aᵀ) Bᵀ        scaling = alpha / rank
*   A: (rank, inFeatures)   B: (outFeatures, rank)
*
* A pair `q_proj` is shared by every layer of the base model, `3.q_proj` is of layer 3 alone and adds to it. All pairs
* have the adapter's scaling; a pair may have a rank of its own. Knows nothing about where an adapter comes from or who
* runs it.
*/
/** The only place where alpha and rank meet. */
const scaling = ({ alpha, rank }) => alpha / rank;
/** Of one pair of the adapter. */
const rankOf = (pair, { rank }) => pair.rank ?? rank;
/** `q_proj` → all layers (null), `3.q_proj` → layer 3. Throws ModelError for any other name. */
function pairPlace(name) {
	const [, layer, type] = /^(?:(0|[1-9]\d{0,5})\.)?([A-Za-z]\w*)$/.exec(name) ?? [];
	if (type !== void 0) return {
		layer: layer === void 0 ? null : Number(layer),
		type
	};
	throw new ModelError(`Cannot use the adapter: it has a pair ${name}, expected a name such as q_proj or 3.q_proj.`);
}
/** Returns the adapter. Throws ModelError when a matrix has another size than its features and the rank say, or holds NaN or infinity. */
function checkAdapter(adapter) {
	const { rank, alpha, pairs } = adapter;
	if (!isRank(rank) || !Number.isFinite(alpha)) throw new ModelError(`Cannot use the adapter: its rank is ${rank} and its alpha ${alpha}, expected numbers from 1 on.`);
	for (const [name, pair] of Object.entries(pairs)) checkPair(name, pair, rankOf(pair, adapter));
	return adapter;
}
/** The adapter's matrices under the names `lora_A.q_proj`, `lora_B.3.o_proj` …, unscaled; sorted by name. */
function adapterTensors(adapter) {
	const tensors = Object.entries(adapter.pairs).flatMap(([name, pair]) => {
		const { A, B, inFeatures, outFeatures } = pair;
		const rank = rankOf(pair, adapter);
		return [[`lora_A.${name}`, {
			dtype: "F32",
			shape: [rank, inFeatures],
			data: A
		}], [`lora_B.${name}`, {
			dtype: "F32",
			shape: [outFeatures, rank],
			data: B
		}]];
	});
	return new Map(tensors.sort(([a], [b]) => a < b ? -1 : 1));
}
/** The way back. Throws ModelError for another name, an unpaired matrix, or sizes that do not fit the rank. */
function adapterFromTensors(tensors, { rank, alpha, ownRanks = false }) {
	const pairs = {};
	for (const tensor of [...tensors.keys()].sort()) {
		const [, side, name] = /^lora_([AB])\.((?:\d+\.)?\w+)$/.exec(tensor) ?? [];
		if (!side || !name || !tensors.has(`lora_B.${name}`) || !tensors.has(`lora_A.${name}`)) throw new ModelError(`Cannot read the adapter: tensor ${tensor} is not half of a pair lora_A.<type>, lora_B.<type>.`);
		const [own, inFeatures, A] = matrix$1(tensors, `lora_A.${name}`);
		const [outFeatures, , B] = matrix$1(tensors, `lora_B.${name}`);
		pairs[name] = {
			A,
			B,
			inFeatures,
			outFeatures,
			...ownRanks && own !== rank ? { rank: own } : {}
		};
	}
	return checkAdapter({
		rank,
		alpha,
		pairs
	});
}
/** Throws ModelError when the adapter changes a layer that the base model does not have, or has with another size. */
function checkFits({ pairs }, baseDims, { layerCount = Number.POSITIVE_INFINITY } = {}) {
	for (const [name, { inFeatures, outFeatures }] of Object.entries(pairs)) {
		const { layer, type } = pairPlace(name);
		const base = Object.hasOwn(baseDims, type) && (layer ?? 0) < layerCount ? baseDims[type] : void 0;
		if (base?.inFeatures === inFeatures && base.outFeatures === outFeatures) continue;
		const expected = base ? `maps ${base.inFeatures} to ${base.outFeatures}` : "is missing";
		throw new ModelError(`Cannot apply the adapter: its ${name} maps ${inFeatures} to ${outFeatures} features, that of the base model ${expected}.\nUse an adapter made for this base model.`);
	}
}
function matrix$1(tensors, name) {
	const { dtype, shape, data } = tensors.get(name);
	const [rows, columns] = shape;
	if (shape.length === 2 && data instanceof Float32Array) return [
		rows,
		columns,
		data
	];
	throw new ModelError(`Cannot read the adapter: tensor ${name} is ${dtype} (${shape.join(", ")}), expected a float matrix.`);
}
const isRank = (rank) => Number.isSafeInteger(rank) && rank >= 1;
function checkPair(name, { A, B, inFeatures, outFeatures }, rank) {
	pairPlace(name);
	if (!isRank(rank)) throw new ModelError(`Cannot use the adapter: its ${name} has rank ${rank}, expected a number from 1 on.`);
	checkSize$1(`lora_A.${name}`, A, [rank, inFeatures]);
	checkSize$1(`lora_B.${name}`, B, [outFeatures, rank]);
}
function checkSize$1(name, values, [rows, columns]) {
	if (values.length !== rows * columns) throw new ModelError(`Cannot use the adapter: ${name} has ${values.length} numbers, expected ${rows} × ${columns}.`);
	requireFinite(values, name);
}
// src/runtime/file-bytes.ts
/**
* Reads pieces of files that may be larger than memory.
*
* In: a path, offsets, lengths. Out: bytes, or a ModelError that names the file. Knows nothing about formats.
*/
/** One read call must stay below 2 GiB. */
const MAX_READ_BYTES = 1 << 30;
/** Opens a file, hands its descriptor to `use` and closes it. Throws ModelError when it cannot be opened or read. */
function withFile(path, use) {
	let file;
	try {
		file = openSync(path, "r");
		return use(file);
	} catch (cause) {
		if (cause instanceof ModelError) throw cause;
		throw new ModelError(`Cannot read ${path}: ${cause.message}.`, { cause });
	} finally {
		if (file !== void 0) closeSync(file);
	}
}
/** Reads up to `length` bytes; fewer come back when the file ends before. */
function readBytes(file, offset, length) {
	const bytes = new Uint8Array(length);
	let count = 0;
	while (count < length) {
		const read = readSync(file, bytes, count, Math.min(length - count, MAX_READ_BYTES), offset + count);
		if (read === 0) break;
		count += read;
	}
	return count === length ? bytes : bytes.slice(0, count);
}
// src/runtime/file-content.ts
/**
* What kind of weight file something is, by its first bytes rather than by its name.
*
* In: a path. Out: one word. Knows nothing about what is in the file. A reader asks first, so that a file with the
* wrong name gets a plain message instead of one about some byte.
*/
/** Throws ModelError when the file cannot be read. */
function readContentKind(path) {
	const bytes = withFile(path, (file) => readBytes(file, 0, 40));
	const text = Buffer.from(bytes).toString("latin1");
	if (text.startsWith("PK")) return "zip";
	if (text.startsWith("version https://git-lfs.")) return "lfs-pointer";
	if (/^\s*<(!doctype|html)/i.test(text)) return "web-page";
	if (text.slice(4).startsWith("\0\0\0\0{")) return "safetensors";
	return bytes[0] === 128 && (bytes[1] ?? 0) <= 5 ? "pickle" : "unknown";
}
/** Throws ModelError for a small file that lies where a large one should. */
function refuseStandIn(path) {
	const kind = readContentKind(path);
	if (kind === "lfs-pointer") throw new ModelError(`Cannot read ${path}: it is a pointer of Git LFS, not the file.\nRun "git lfs pull" in its repository, or download the file itself.`);
	if (kind === "web-page") throw new ModelError(`Cannot read ${path}: it is a web page, not the file.\nDownload it again; a login may have been asked for instead.`);
}
// src/runtime/half-precision.ts
/**
* 16-bit floats → 32-bit floats, without loss; and numbers rounded to what 16 bits can hold.
*
* In: bit patterns, or numbers. Out: numbers as Float32Array, or bit patterns. Knows nothing about files.
*/
/** bfloat16 is the upper half of a float32. */
function widenBfloat16(bits) {
	const wide = new Uint32Array(bits.length);
	for (let i = 0; i < bits.length; i += 1) wide[i] = bits[i] << 16;
	return new Float32Array(wide.buffer);
}
/** IEEE 754 binary16, subnormal numbers, infinities and NaN included. */
function widenFloat16(bits) {
	values ??= Float32Array.from({ length: 65536 }, (_, pattern) => float16Value(pattern));
	const wide = new Float32Array(bits.length);
	for (let i = 0; i < bits.length; i += 1) wide[i] = values[bits[i]];
	return wide;
}
/** To the nearest float16, ties to even, as `numpy.float16` rounds: beyond 65,504 it is infinity. */
function roundToFloat16(numbers) {
	return numbers.map((value) => {
		const size = Math.abs(value);
		const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(size)) - 10));
		return Math.sign(value) * (size < 65520 ? roundHalfToEven(size / step) * step : Number.POSITIVE_INFINITY);
	});
}
/** Bit patterns of the nearest float16 numbers. */
function narrowToFloat16(numbers) {
	return Uint16Array.from(roundToFloat16(numbers), float16Pattern);
}
/** Adding and taking away 1.5 · 2^52 leaves no room for a fraction: the processor rounds, ties to even. */
const roundHalfToEven = (value) => value + 1.5 * 2 ** 52 - 1.5 * 2 ** 52;
/** All 65,536 values, made on first use. */
let values;
function float16Value(bits) {
	const sign = bits & 32768 ? -1 : 1;
	const exponent = bits >> 10 & 31;
	const fraction = bits & 1023;
	if (exponent === 0) return sign * fraction * 2 ** -24;
	if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : NaN;
	return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
/** Of a number that a float16 can hold. */
function float16Pattern(value) {
	const sign = value < 0 || Object.is(value, -0) ? 32768 : 0;
	const size = Math.abs(value);
	if (Number.isNaN(size)) return 32256;
	if (size === Number.POSITIVE_INFINITY) return sign | 31744;
	if (size < 2 ** -14) return sign | size * 2 ** 24;
	const exponent = Math.floor(Math.log2(size));
	return sign | exponent + 15 << 10 | (size / 2 ** exponent - 1) * 1024;
}
// src/runtime/safetensors-header.ts
/**
* The header of a safetensors file: from bytes that nobody vouches for, and the way back.
*
* In: the JSON text and the sizes around it. Out: the place of every tensor, or a ModelError that says what
* is wrong. Knows nothing about files or weights. The rules are those of the format's own reader
* (huggingface/safetensors, "Format"): no duplicate keys, no overlaps, no holes, every length fits its shape.
*/
/** Bytes of one value. */
const DTYPE_BYTES = {
	F32: 4,
	F16: 2,
	BF16: 2,
	I64: 8,
	I32: 4,
	U8: 1
};
/** The limit of the reference reader. */
const MAX_HEADER_BYTES = 1e8;
const MAX_TENSORS = 1e5;
const MAX_DIMENSIONS$1 = 8;
const PREFIX_BYTES = 8;
/** Reads the length of the header from the first eight bytes of a file of `fileBytes` bytes. */
function headerLength(prefix, fileBytes, file) {
	if (prefix.length < PREFIX_BYTES) fail$2(file, `it has ${prefix.length} bytes, expected at least ${PREFIX_BYTES}`);
	const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
	if (length > 1e8) fail$2(file, `its header has ${length} bytes, expected ${MAX_HEADER_BYTES} at most`);
	if (PREFIX_BYTES + Number(length) > fileBytes) fail$2(file, `its header ends at byte ${PREFIX_BYTES + Number(length)}, the file at byte ${fileBytes}`);
	return Number(length);
}
/** Checks the header and turns its offsets, which count from the end of the header, into those of the file. */
function parseHeader(header, fileBytes, file) {
	const { __metadata__: metadata = {}, ...tensors } = parseObject(header, file);
	const names = Object.keys(tensors);
	if (names.length > MAX_TENSORS) fail$2(file, `it lists ${names.length} tensors, expected ${MAX_TENSORS} at most`);
	const dataStart = PREFIX_BYTES + header.length;
	const entries = names.map((name) => parseEntry(name, tensors[name], {
		file,
		dataStart
	}));
	checkCoverage(entries, {
		file,
		dataStart,
		fileBytes
	});
	return {
		entries: new Map(entries.map((entry) => [entry.name, entry])),
		metadata: parseMetadata(metadata, file)
	};
}
const tensorBytes = ({ dtype, shape }) => shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
/** JSON, padded with spaces to a multiple of eight bytes; the tensors lie one after the other, in this order. */
function encodeHeader(tensors, metadata) {
	const fields = [];
	const notes = Object.entries(metadata).sort(([a], [b]) => a < b ? -1 : 1);
	if (notes.length > 0) fields.push(["__metadata__", Object.fromEntries(notes)]);
	let position = 0;
	for (const { name, dtype, shape } of tensors) {
		const end = position + tensorBytes({
			dtype,
			shape
		});
		fields.push([name, {
			dtype,
			shape,
			data_offsets: [position, end]
		}]);
		position = end;
	}
	const json = `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
	return Buffer.from(json.padEnd(json.length + (8 - Buffer.byteLength(json) % 8) % 8), "utf8");
}
function parseObject(header, file) {
	let fields;
	let text = "";
	try {
		text = new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(header);
		fields = JSON.parse(text);
	} catch (cause) {
		fail$2(file, "its header is not JSON in UTF-8", cause);
	}
	if (!isObject(fields)) fail$2(file, "its header is not a JSON object");
	const twice = duplicateKey(text);
	if (twice !== void 0) fail$2(file, `its header has the key ${twice} twice`);
	return fields;
}
/** JSON.parse silently keeps the last of two equal keys; another reader may keep the first. */
function duplicateKey(text) {
	const keysByDepth = [];
	for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) if (token === "{") keysByDepth.push(/* @__PURE__ */ new Set());
	else if (token === "}") keysByDepth.pop();
	else if (key !== void 0) {
		const name = JSON.parse(key);
		const keys = keysByDepth.at(-1);
		if (keys?.has(name)) return key;
		keys?.add(name);
	}
}
function parseEntry(name, value, { file, dataStart }) {
	if (!isObject(value)) fail$2(file, `tensor ${name} is not described by an object`);
	const { dtype, shape, data_offsets: offsets } = value;
	if (typeof dtype !== "string" || !Object.hasOwn(DTYPE_BYTES, dtype)) fail$2(file, `tensor ${name} has dtype ${show(dtype)}, expected one of ${Object.keys(DTYPE_BYTES).join(", ")}`);
	if (!isSizes(shape) || shape.length > MAX_DIMENSIONS$1) fail$2(file, `tensor ${name} has shape ${show(shape)}, expected at most ${MAX_DIMENSIONS$1} whole numbers`);
	if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) fail$2(file, `tensor ${name} has data_offsets ${show(offsets)}, expected [begin, end]`);
	const [begin, end] = offsets;
	const expected = shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
	if (end - begin !== expected) fail$2(file, `tensor ${name} has ${end - begin} bytes, expected ${expected} for ${dtype} (${shape.join(", ")})`);
	return {
		name,
		dtype,
		shape,
		file,
		offset: dataStart + begin,
		length: end - begin
	};
}
/** The tensors fill the data from its first byte to the end of the file, each byte once. */
function checkCoverage(entries, { file, dataStart, fileBytes }) {
	const inOrder = [...entries].sort((a, b) => a.offset - b.offset || a.length - b.length);
	let position = dataStart;
	for (const { name, offset, length } of inOrder) {
		if (offset < position) fail$2(file, `tensor ${name} starts at byte ${offset}, inside of another tensor`);
		if (offset > position) fail$2(file, `tensor ${name} starts at byte ${offset}, expected ${position} (no holes)`);
		position = offset + length;
		if (position > fileBytes) fail$2(file, `tensor ${name} ends at byte ${position}, the file at byte ${fileBytes}`);
	}
	if (position !== fileBytes) fail$2(file, `its tensors end at byte ${position}, the file at byte ${fileBytes}`);
}
function parseMetadata(value, file) {
	if (!isObject(value) || Object.values(value).some((text) => typeof text !== "string")) fail$2(file, "its __metadata__ is not an object of strings");
	return value;
}
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isSizes = (value) => Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
const show = (value) => (JSON.stringify(value) ?? "nothing").slice(0, 80);
function fail$2(file, found, cause) {
	throw new ModelError(`Cannot read ${file} as safetensors: ${found}.\nRestore or download the file again.`, { cause });
}
// src/runtime/safetensors.ts
/**
* Tensor file ⇄ named tensors.
*
* In: a path or bytes. Out: the places of the tensors (for ONNX Runtime, which maps them from the file) or the
* tensors themselves. Knows nothing about models. The header is checked first, whole (safetensors-header.ts):
* after that an entry can be trusted to lie inside of its file.
*/
/** Reads where each tensor of a file lies. Throws ModelError when the file is damaged or not safetensors. */
function readHeader(path) {
	refuseStandIn(path);
	if (readContentKind(path) === "zip") throw new ModelError(`Cannot read ${path} as safetensors: it is a zip archive, as torch.save writes it.\nSave the weights as safetensors.`);
	return withFile(path, (file) => {
		const fileBytes = fstatSync(file).size;
		return parseHeader(readBytes(file, 8, headerLength(readBytes(file, 0, Math.min(8, fileBytes)), fileBytes, path)), fileBytes, path);
	});
}
/** Reads one tensor. Throws ModelError when the file has become shorter than its header says. */
function readTensor(entry) {
	return withFile(entry.file, (file) => {
		const bytes = readBytes(file, entry.offset, entry.length);
		if (bytes.length === entry.length) return decodeTensor(entry, bytes);
		throw new ModelError(`Cannot read tensor ${entry.name} of ${entry.file}: ${bytes.length} of ${entry.length} bytes are there.`);
	});
}
function readSafetensors(path) {
	const { entries, metadata } = readHeader(path);
	return {
		tensors: mapValues(entries, readTensor),
		metadata
	};
}
/** Reads tensors from bytes; `place` names them in error messages. */
function decodeSafetensors(bytes, place) {
	const length = headerLength(bytes.subarray(0, 8), bytes.length, place);
	const { entries, metadata } = parseHeader(bytes.subarray(8, 8 + length), bytes.length, place);
	const decode = (entry) => decodeTensor(entry, new Uint8Array(bytes.subarray(entry.offset, entry.offset + entry.length)));
	return {
		tensors: mapValues(entries, decode),
		metadata
	};
}
/**
* Encodes tensors: the same content gives the same bytes, whatever the order of the map. Wide types come
* first, then names by code unit, so that every tensor is aligned to its own size.
*/
function encodeSafetensors(tensors, metadata = {}) {
	const width = ({ dtype }) => DTYPE_BYTES[dtype];
	const inOrder = [...tensors].sort(([a, x], [b, y]) => width(y) - width(x) || (a < b ? -1 : 1));
	for (const [name, tensor] of inOrder) checkLength(name, tensor);
	const header = encodeHeader(inOrder.map(([name, { dtype, shape }]) => ({
		name,
		dtype,
		shape
	})), metadata);
	const dataBytes = inOrder.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
	const bytes = new Uint8Array(8 + header.length + dataBytes);
	new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
	bytes.set(header, 8);
	let position = 8 + header.length;
	for (const [, { data }] of inOrder) {
		bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
		position += data.byteLength;
	}
	return bytes;
}
function checkLength(name, { dtype, shape, data }) {
	const expected = shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
	if (name !== "__metadata__" && data.byteLength === expected && data.BYTES_PER_ELEMENT === DTYPE_BYTES[dtype]) return;
	throw new InternalError(`Cannot encode tensor ${name}: it has ${data.byteLength} bytes, expected ${expected} for ${dtype} (${shape.join(", ")}).`);
}
/** `bytes` owns its buffer from the first byte on, so every view of it is aligned. */
function decodeTensor({ dtype, shape }, bytes) {
	const { buffer } = bytes;
	if (dtype === "F16") return {
		dtype: "F32",
		shape,
		data: widenFloat16(new Uint16Array(buffer))
	};
	if (dtype === "BF16") return {
		dtype: "F32",
		shape,
		data: widenBfloat16(new Uint16Array(buffer))
	};
	return {
		dtype,
		shape,
		data: view(dtype, buffer)
	};
}
function view(dtype, buffer) {
	if (dtype === "F32") return new Float32Array(buffer);
	if (dtype === "I64") return new BigInt64Array(buffer);
	return dtype === "I32" ? new Int32Array(buffer) : new Uint8Array(buffer);
}
function mapValues(map, change) {
	return new Map([...map].map(([name, value]) => [name, change(value)]));
}
// src/runtime/packages.ts
/**
* Loads packages that hold native code and so cannot be part of a bundle.
*
* In: the name of a package or of a file in it. Out: what it exports, or its path. They lie in the node_modules
* that this program was installed with, unless a program that brings none (the GitHub Action) names another
* folder. Knows nothing about what the packages do or how they got there.
*/
let load = createRequire(import.meta.url);
let namedFolder = null;
/** From now on packages come from `<folder>/node_modules`. To be called before the first one is loaded. */
function loadPackagesFrom(folder) {
	load = createRequire(join(folder, "package.json"));
	namedFolder = folder;
}
/** The folder that was named, for another process of ours; null: none was. */
const packagesFolder = () => namedFolder;
/** What a package exports. Throws what Node throws when it is not there or does not fit this machine. */
const loadPackage = (name) => load(name);
/** Where a file of a package lies, such as `onnxruntime-node/package.json`. */
const packagePath = (file) => load.resolve(file);
// src/runtime/random.ts
/**
* Random numbers that follow from a text: the same on every machine.
*
* In: a seed. Out: numbers. SplitMix32 for the bits (a few shifts and products of 32-bit integers), Box and Muller for the
* normal distribution. Good enough to draw samples and first weights, not for secrets.
*/
function createRandom(seed) {
	let state = createHash("sha256").update(seed).digest().readUInt32LE(0);
	const uniform = () => {
		state = state + 2654435769 | 0;
		let bits = state ^ state >>> 16;
		bits = Math.imul(bits, 569420461);
		bits ^= bits >>> 15;
		bits = Math.imul(bits, 1935289751);
		return ((bits ^ bits >>> 15) >>> 0) / 2 ** 32;
	};
	return {
		uniform,
		normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
	};
}
// src/lora/join.ts
/**
* Pairs side by side: several changes of a layer as one, two adapters as one that does what both do.
*
*   B₁ A₁ · s₁ + B₂ A₂ · s₂  =  [s₁ B₁  s₂ B₂] [A₁; A₂]
*
* In: adapters. Out: an adapter or a pair, of all ranks together. Knows nothing about where they come from.
*/
/**
* The scaling of the result is 1, its rank the greatest of its pairs. Pairs of all layers and of single layers stay apart.
* Throws ModelError when the adapters change a module of different sizes.
*/
function joinAdapters(first, second) {
	const joined = [.../* @__PURE__ */ new Set([...Object.keys(first.pairs), ...Object.keys(second.pairs)])].map((name) => {
		return [name, joinPairs(name, [first, second].flatMap((adapter) => partsOf(adapter, name, scaling(adapter))))];
	});
	const rank = Math.max(1, ...joined.map(([, pair]) => pair.rank));
	const pairs = joined.map(([name, pair]) => [name, withRank(pair, rank)]);
	return {
		rank,
		alpha: rank,
		pairs: Object.fromEntries(pairs)
	};
}
/**
* All that an adapter does to a module of one layer: the pair that all layers share and the layer's own, joined and not
* scaled. Undefined where it leaves the module alone. Throws ModelError when the two are of different sizes.
*/
function layerPair(adapter, { layer, type }) {
	const parts = [type, `${layer}.${type}`].flatMap((name) => partsOf(adapter, name, 1));
	return parts.length > 1 ? joinPairs(`${layer}.${type}`, parts) : parts[0]?.pair;
}
function partsOf(adapter, name, factor) {
	const pair = adapter.pairs[name];
	return pair ? [{
		pair: {
			...pair,
			rank: rankOf(pair, adapter)
		},
		factor
	}] : [];
}
function joinPairs(name, parts) {
	const { inFeatures, outFeatures } = sizesOf(name, parts);
	const rank = parts.reduce((sum, { pair }) => sum + pair.rank, 0);
	const A = new Float32Array(rank * inFeatures);
	const B = new Float32Array(outFeatures * rank);
	let offset = 0;
	for (const part of parts) {
		A.set(part.pair.A, offset * inFeatures);
		putColumns(B, part, {
			rank,
			offset
		});
		offset += part.pair.rank;
	}
	return {
		A,
		B,
		inFeatures,
		outFeatures,
		rank
	};
}
/** Writes the pair's B into the columns from `offset` on of a B with `rank` columns. */
function putColumns(B, { pair, factor }, { rank, offset }) {
	for (let row = 0; row < pair.outFeatures; row += 1) for (let column = 0; column < pair.rank; column += 1) B[row * rank + offset + column] = pair.B[row * pair.rank + column] * factor;
}
/** Says its rank only where it is not the adapter's. */
function withRank({ rank: own, ...pair }, rank) {
	return own === rank ? pair : {
		...pair,
		rank: own
	};
}
function sizesOf(name, parts) {
	const [one, other] = parts.map(({ pair }) => pair);
	const { inFeatures, outFeatures } = one;
	if (!other || other.inFeatures === inFeatures && other.outFeatures === outFeatures) return {
		inFeatures,
		outFeatures
	};
	throw new ModelError(`Cannot join two adapters: ${name} maps ${inFeatures} to ${outFeatures} features in one, ${other.inFeatures} to ${other.outFeatures} in the other.\nUse adapters of one base model.`);
}
// src/lora/feeds.ts
/**
* LoraAdapter → the inputs of a graph that takes an adapter (projection.ts).
*
* In: an adapter and the sizes of the base model. Out: named tensors, alpha / rank folded into B. Knows nothing about
* the rest of the graph. A graph takes either one pair for all layers or one for each; what it gets none of is of rank 0.
*/
/**
* Gives `lora_A.<type>` and `lora_B.<type>`, or `lora_A.<layer>.<type>` and so on, for every linear layer of the base
* model. Null is the base model alone. Throws ModelError when the adapter belongs to a base model of another size, or
* changes single layers where the graph cannot.
*/
function adapterFeeds(adapter, baseDims, { layerCount = null, prefix = "lora" } = {}) {
	if (adapter) checkFits(adapter, baseDims, layerCount === null ? {} : { layerCount });
	if (adapter && layerCount === null) refuseLayerPairs(adapter);
	const scaledB = scaledOnce(adapter ? scaling(adapter) : 1);
	const feeds = {};
	for (const [type, { inFeatures, outFeatures }] of Object.entries(baseDims)) for (const layer of layerCount === null ? [null] : Array(layerCount).keys()) {
		const name = layer === null ? type : `${layer}.${type}`;
		const { A = /* @__PURE__ */ new Float32Array(0), B = /* @__PURE__ */ new Float32Array(0), rank = 0 } = (adapter ? pairOf(adapter, layer, type) : void 0) ?? {};
		feeds[`${prefix}_A.${name}`] = {
			data: A,
			dims: [rank, inFeatures]
		};
		feeds[`${prefix}_B.${name}`] = {
			data: scaledB(B),
			dims: [outFeatures, rank]
		};
	}
	return feeds;
}
function pairOf(adapter, layer, type) {
	if (layer !== null) return layerPair(adapter, {
		layer,
		type
	});
	const pair = adapter.pairs[type];
	return pair && {
		...pair,
		rank: rankOf(pair, adapter)
	};
}
/** What layers share is scaled once. */
function scaledOnce(factor) {
	const known = /* @__PURE__ */ new Map();
	return (values) => {
		const scaled = known.get(values) ?? values.map((value) => value * factor);
		known.set(values, scaled);
		return scaled;
	};
}
function refuseLayerPairs({ pairs }) {
	const name = Object.keys(pairs).find((key) => pairPlace(key).layer !== null);
	if (name === void 0) return;
	throw new ModelError(`Cannot apply the adapter: its ${name} changes a single layer, the model was opened for pairs that all layers share.\nUse the adapter with the model pack that it was made with.`);
}
// src/runtime/cpu.ts
/**
* What the processor of this machine can do, as far as it matters for a session.
*
* In: the operating system's own reports. Out: the number of threads to use and the instruction set family.
* Knows nothing about models.
*/
/** One thread per physical core, never more than the container may use: more threads than cores halve the speed. */
function threadCount() {
	const allowed = cpuQuota(readOptional("/sys/fs/cgroup/cpu.max"));
	const physical = physicalCores(readOptional("/proc/cpuinfo"));
	return Math.max(1, Math.floor(Math.min(availableParallelism(), allowed, physical)));
}
/**
* Architecture and widest instruction set, for example `x64-avx512-vnni`. Kernels differ in the last bits
* between families, so stored numbers carry this name. Only Linux tells; elsewhere it is the architecture alone.
*/
function cpuFamily() {
	return [process.arch, instructionSet(readOptional("/proc/cpuinfo"))].filter(Boolean).join("-");
}
/** Cores that cgroup v2 allows: `cpu.max` holds a quota and a period in microseconds, or `max`. */
function cpuQuota(cpuMax) {
	const [quota, period] = cpuMax.trim().split(/\s+/).map(Number);
	return quota && period ? Math.max(1, quota / period) : Number.POSITIVE_INFINITY;
}
/** Different (physical id, core id) pairs; infinite where the kernel does not list them. */
function physicalCores(cpuInfo) {
	const cores = /* @__PURE__ */ new Set();
	for (const processor of cpuInfo.split("\n\n")) {
		const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1];
		if (core !== void 0) cores.add(`${/^physical id\s*:\s*(\d+)/m.exec(processor)?.[1]} ${core}`);
	}
	return cores.size || Number.POSITIVE_INFINITY;
}
/** The widest family that ONNX Runtime has kernels for; empty when `flags` are not listed (ARM, macOS, Windows). */
function instructionSet(cpuInfo) {
	const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(cpuInfo)?.[1]?.split(" "));
	return [
		["avx512-vnni", "avx512_vnni"],
		["avx512", "avx512f"],
		["avx2", "avx2"],
		["sse", "sse4_1"]
	].find(([, flag]) => flags.has(flag))?.[0] ?? "";
}
function readOptional(path) {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return "";
	}
}
// src/runtime/vulkan.ts
/**
* What a Linux machine has for Vulkan, without loading any of it.
*
* In: environment variables and the file system. Out: whether the loader is there, the drivers' manifests, the
* GPUs' device files. Looking costs a millisecond; asking Vulkan itself would print warnings of native libraries
* into the user's terminal wherever something is missing. Knows nothing about ONNX Runtime.
*/
/** What the WebGPU provider opens on Linux. */
const VULKAN_LOADER = "libvulkan.so.1";
/** `root` is where the file system begins. */
function findVulkan(env, root = "/") {
	const named = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"].flatMap((name) => pathsIn(env[name]));
	return {
		hasLoader: hasLibrary(VULKAN_LOADER, env, root),
		drivers: (named.length > 0 ? named.flatMap(manifestsAt) : installedDrivers(env, root)).map((path) => basename(path)),
		driversAreNamed: named.length > 0,
		gpus: gpuFiles(root)
	};
}
const pathsIn = (list) => (list ?? "").split(delimiter).filter(Boolean);
/** A path of the environment is a manifest or a folder of manifests. */
function manifestsAt(path) {
	if (path.endsWith(".json")) return existsSync(path) ? [path] : [];
	return filesIn(path).filter((file) => file.endsWith(".json"));
}
/** Where the loader looks: LoaderDriverInterface.md of Vulkan-Loader, "Linux Driver Discovery"; NixOS has a place of its own. */
function installedDrivers(env, root) {
	const home = env.HOME ?? "";
	const folders = [
		env.XDG_CONFIG_HOME ?? join(home, ".config"),
		...env.XDG_CONFIG_DIRS ? pathsIn(env.XDG_CONFIG_DIRS) : [join(root, "etc/xdg")],
		join(root, "etc"),
		env.XDG_DATA_HOME ?? join(home, ".local/share"),
		...env.XDG_DATA_DIRS ? pathsIn(env.XDG_DATA_DIRS) : [],
		...[
			"usr/local/share",
			"usr/share",
			"run/opengl-driver/share"
		].map((folder) => join(root, folder))
	];
	const added = pathsIn(env.VK_ADD_DRIVER_FILES).flatMap(manifestsAt);
	return [.../* @__PURE__ */ new Set([...added, ...folders.flatMap((folder) => manifestsAt(join(folder, "vulkan/icd.d")))])];
}
/** As the dynamic linker finds it: its search path, its cache, its default folders. */
function hasLibrary(name, env, root) {
	const folders = [
		"lib",
		"usr/lib",
		"lib64",
		"usr/lib64",
		"usr/local/lib"
	].map((folder) => join(root, folder));
	return [...pathsIn(env.LD_LIBRARY_PATH), ...folders].some((folder) => existsSync(join(folder, name))) || linkerCache(root).includes(`${name}\0`);
}
function linkerCache(root) {
	try {
		return readFileSync(join(root, "etc/ld.so.cache"), "latin1");
	} catch {
		return "";
	}
}
/** Linux's own GPU drivers, NVIDIA's, NVIDIA's on Tegra, Windows' (WSL), Adreno's and Mali's. */
const GPU_FILE = /^(nvidia\d+|nvhost-gpu|nvgpu|dxg|kgsl-3d0|mali\d*)$/;
function gpuFiles(root) {
	const dev = join(root, "dev");
	return [...filesIn(join(dev, "dri")).filter((path) => /^renderD\d+$/.test(basename(path))), ...filesIn(dev).filter((path) => GPU_FILE.test(basename(path)))];
}
/** A folder that is not there has no files. */
function filesIn(folder) {
	try {
		return readdirSync(folder).map((name) => join(folder, name));
	} catch {
		return [];
	}
}
// src/runtime/device-failure.ts
/**
* Why a device cannot be used here, and what to install or do.
*
* In: a device, what is known about the machine, what ONNX Runtime said. Out: a ModelError with a message for
* people. What can be seen without the native library is looked at first: its own messages are terse, and the
* reasons behind them go to standard error. Opens nothing.
*/
/** Throws ModelError when a device is certain not to work here. */
function requireParts(device, machine) {
	const problem = missingPart(device, machine);
	if (problem) throw deviceError(device, problem);
}
/** The error for a session that did not open; `reason` is what the native library said. */
function deviceFailure(device, machine, cause) {
	return deviceError(device, explain(device, machine, cause.message), cause);
}
/** Whether it was the device that failed, and not the model. */
function isDeviceFailure({ message }) {
	return /WebGPU adapter|WebGPU device|Failed to load shared library|backend not found|CUDA failure|cudnn|CoreML|DirectML|D3D12|DXGI/i.test(message);
}
/** What is certainly not there, seen without loading anything; undefined says nothing about whether the rest works. */
function missingPart(device, machine) {
	const { platform, arch } = machine;
	const here = `${platform}-${arch}`;
	if (device === "coreml" && platform !== "darwin") return onlyOn("Core ML", "macOS", here);
	if (device === "dml" && platform !== "win32") return onlyOn("DirectML", "Windows", here);
	if (device === "cuda") return missingCuda(machine, here);
	return device === "webgpu" && platform === "linux" ? missingVulkan(machine) : void 0;
}
const onlyOn = (what, system, here) => ({
	found: `${what} is there on ${system} only, and this is ${here}`,
	next: "Use \"--device auto\""
});
/** The libraries are too large for npm; the install script of onnxruntime-node fetches them (version 1.30). */
function missingCuda(machine, here) {
	const { platform, arch, runtimeFolder } = machine;
	if (platform !== "linux" || arch !== "x64") return onlyOn("CUDA", "Linux x64", here);
	const folder = cudaFolder(machine);
	const missing = ["shared", "cuda"].map((name) => `libonnxruntime_providers_${name}.so`).filter((file) => !existsSync(join(folder, file)));
	if (missing.length === 0) return void 0;
	const script = join(runtimeFolder, "script", "install.js");
	return {
		found: `${missing.join(" and ")} not in ${folder} (the npm package comes without)`,
		next: `Run ONNXRUNTIME_NODE_INSTALL=cuda12 node ${script} to download them, and install CUDA 12 and cuDNN 9.\nOr use "--device webgpu": the same GPU through its Vulkan driver, without any of these`
	};
}
const cudaFolder = ({ runtimeFolder }) => join(runtimeFolder, "bin", "napi-v6", "linux", "x64");
function missingVulkan({ env, root }) {
	const { hasLoader, drivers } = findVulkan(env, root);
	if (!hasLoader) return {
		found: `the Vulkan loader (${VULKAN_LOADER}) is not installed`,
		next: "Install libvulkan1 (Debian, Ubuntu), vulkan-loader (Fedora) or vulkan-icd-loader (Arch), and the driver of the GPU"
	};
	return drivers.length > 0 ? void 0 : {
		found: "no Vulkan driver is installed",
		next: INSTALL_DRIVER
	};
}
const INSTALL_DRIVER = "Install the GPU's driver: NVIDIA's own, or mesa-vulkan-drivers for AMD and Intel. In a container, hand the GPU in\n(NVIDIA: \"docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=all\"; AMD and Intel: \"--device /dev/dri\")";
/** A session did not open although every part was in its place. */
function explain(device, machine, reason) {
	const found = firstLine(reason);
	if (device === "cuda") return {
		found,
		next: `It needs NVIDIA's driver ("nvidia-smi"), CUDA 12 and cuDNN 9 where the linker finds them: "ldd ${join(cudaFolder(machine), "libonnxruntime_providers_cuda.so")}" names what is missing`
	};
	if (device === "webgpu" && machine.platform === "linux") return {
		found: `no Vulkan driver offers a usable GPU (${findVulkan(machine.env, machine.root).drivers.join(", ")}): ${found}`,
		next: INSTALL_DRIVER
	};
	return {
		found,
		next: "Update the system and the GPU's driver"
	};
}
/** Without the place in the native library's source. */
const firstLine = (reason) => (reason.split("\n")[0] ?? "").replace(/^.* was false\. /, "").replace(/\.$/, "");
const deviceError = (device, { found, next }, cause) => new ModelError(`Cannot run the models on "${device}": ${found}.\n${next}.\n"--device cpu" runs everywhere.`, cause ? { cause } : void 0);
// src/runtime/session.ts
/**
* The door to ONNX Runtime: opens a model and runs it.
*
* In: model bytes, the folder of its weights, named tensors. Out: named tensors.
* Knows nothing about what a model computes. Every feed is checked against the model's inputs first, because
* the messages of the native library do not say which tensor was wrong.
*/
/** Throws ModelError: for a device that is not there with what to install, for a model that does not open with the reason. */
async function openSession(bytes, options) {
	const { device = "cpu", weightsFolder } = options;
	if (device !== "cpu") requireParts(device, thisMachine());
	const ort = await loadRuntime();
	return new NativeSession(await ort.InferenceSession.create(bytes, nativeOptions(options)).catch((cause) => {
		if (device !== "cpu" && isDeviceFailure(cause)) throw deviceFailure(device, thisMachine(), cause);
		const [place, next] = placeAndNext(device);
		const model = `the model with weights in ${weightsFolder}${place}`;
		throw new ModelError(`Cannot open ${model}: ${reason(cause)}${next}`, { cause });
	}), ort.Tensor, device);
}
/** Names the program, its version, the kind of processor and the device. */
function engine(device) {
	const { version } = loadPackage("onnxruntime-node/package.json");
	return {
		name: "onnxruntime-node",
		version,
		cpu: cpuFamily(),
		device
	};
}
/** What messages about devices depend on. */
function thisMachine() {
	const runtimeFolder = dirname(packagePath("onnxruntime-node/package.json"));
	return {
		platform: process.platform,
		arch: process.arch,
		env: process.env,
		runtimeFolder
	};
}
const ELEMENT_NAMES = {
	Float32Array: "float32",
	BigInt64Array: "int64",
	Int32Array: "int32"
};
var NativeSession = class {
	inputNames;
	outputNames;
	native;
	TensorClass;
	device;
	isOpen = true;
	constructor(native, TensorClass, device) {
		this.native = native;
		this.TensorClass = TensorClass;
		this.device = device;
		this.inputNames = native.inputNames;
		this.outputNames = native.outputNames;
	}
	async run(feeds) {
		checkFeeds(feeds, this.native.inputMetadata);
		const tensors = {};
		for (const [name, feed] of Object.entries(feeds)) tensors[name] = new this.TensorClass(elementName(feed.data), feed.data, [...feed.dims]);
		return await this.native.run(tensors).catch((cause) => {
			const [place, next] = placeAndNext(this.device);
			throw new ModelError(`Running the model${place} failed: ${reason(cause)}${next}`, { cause });
		});
	}
	async [Symbol.asyncDispose]() {
		if (this.isOpen) await this.native.release();
		this.isOpen = false;
	}
};
/** Loaded on first use: commands that need no model start faster, and a missing library gets a clear message. */
async function loadRuntime() {
	try {
		const ort = loadPackage("onnxruntime-node");
		ort.env.logLevel = "fatal";
		return ort;
	} catch (cause) {
		throw new ModelError(`Cannot load onnxruntime-node on ${process.platform}-${process.arch}: ${reason(cause)}\nUse Linux with glibc 2.28 or newer (not Alpine), macOS on Apple silicon, or Windows.`, { cause });
	}
}
function nativeOptions({ weightsFolder, device = "cpu", threads = threadCount(), prepack = false }) {
	return {
		executionProviders: [device],
		intraOpNumThreads: threads,
		interOpNumThreads: 1,
		enableCpuMemArena: false,
		...device === "dml" ? {
			enableMemPattern: false,
			executionMode: "sequential"
		} : {},
		logSeverityLevel: 4,
		extra: { session: {
			force_spinning_stop: "1",
			model_external_initializers_file_folder_path: weightsFolder,
			disable_prepacking: prepack ? "0" : "1"
		} }
	};
}
function checkFeeds(feeds, inputs) {
	const sizeByName = /* @__PURE__ */ new Map();
	for (const input of inputs) {
		const feed = feeds[input.name];
		if (!feed) throw new ModelError(`Cannot run the model: input ${input.name} is missing.`);
		if (input.isTensor) checkFeed(feed, input, sizeByName);
	}
	const unknown = Object.keys(feeds).find((name) => !inputs.some((input) => input.name === name));
	if (unknown !== void 0) throw new ModelError(`Cannot run the model: it has no input ${unknown}.`);
}
/** Named dimensions must have the same size wherever they occur; `sizeByName` remembers the first. */
function checkFeed(feed, input, sizeByName) {
	const count = feed.dims.reduce((product, size) => product * size, 1);
	if (feed.dims.length === input.shape.length && input.shape.every((wanted, axis) => {
		const size = feed.dims[axis];
		if (typeof wanted === "number") return wanted === size;
		if (!sizeByName.has(wanted)) sizeByName.set(wanted, size);
		return sizeByName.get(wanted) === size;
	}) && count === feed.data.length && elementName(feed.data) === input.type) return;
	const wanted = input.shape.map((size) => typeof size === "number" ? size : `${size}${known(sizeByName, size)}`);
	throw new ModelError(`Cannot run the model: input ${input.name} is ${elementName(feed.data)} (${feed.dims.join(", ")}) with ${feed.data.length} values, expected ${input.type} (${wanted.join(", ")}).`);
}
function known(sizeByName, name) {
	return sizeByName.has(name) ? `=${sizeByName.get(name)}` : "";
}
function elementName(data) {
	return ELEMENT_NAMES[data.constructor.name];
}
/** What a message says about the device, which only matters when it is not the CPU. */
function placeAndNext(device) {
	return device === "cpu" ? ["", ""] : [` on "${device}"`, "\nTry \"--device cpu\"."];
}
function reason(cause) {
	return cause instanceof Error ? cause.message : String(cause);
}
// src/runtime/rotary-embedding.ts
/**
* Rotary position embedding (Su et al. 2021): angles by position, with the scalings that checkpoints ask for.
*
* In: the rope settings of a config.json. Out: frequencies, and tables of cosines and sines. Knows nothing about
* graphs. Values are rounded to float32 where PyTorch rounds them (transformers, modeling_rope_utils.py).
*/
/**
* Reads the settings: `rope_parameters` since transformers 5; before, `rope_theta` and `rope_scaling`. Without a
* theta it is `defaultTheta`, if the architecture has one. Throws ModelError for another scaling.
*/
function parseRotation(fields, { place, defaultTheta }) {
	const named = fields.rope_parameters ? "rope_parameters" : "rope_scaling";
	const settings = record((value) => value)(fields[named] ?? {}, `${place}: ${named}`);
	const theta = positive(settings.rope_theta ?? fields.rope_theta ?? defaultTheta, `${place}: rope_theta`);
	checkWhole(settings.partial_rotary_factor ?? fields.partial_rotary_factor ?? 1, place);
	const number = (key) => positive(settings[key], `${place}: ${key}`);
	const type = settings.rope_type ?? settings.type ?? "default";
	if (type === "default") return {
		theta,
		scaling: "none"
	};
	if (type === "linear") return {
		theta,
		scaling: "linear",
		factor: number("factor")
	};
	const { max_position_embeddings: positions } = fields;
	if (type === "dynamic") return {
		theta,
		scaling: "dynamic",
		positions: positive(positions, `${place}: max_position_embeddings`)
	};
	if (type === "yarn") return {
		theta,
		scaling: "yarn",
		...parseYarn({
			max_position_embeddings: positions,
			...settings
		}, place)
	};
	if (type !== "llama3") throw unknownScaling(place, type);
	return {
		theta,
		scaling: "llama3",
		factor: number("factor"),
		lowFrequencyFactor: number("low_freq_factor"),
		highFrequencyFactor: number("high_freq_factor"),
		originalPositions: number("original_max_position_embeddings")
	};
}
/** Defaults are those of transformers 5; what it leaves out, as null, is as if it were not there. */
function parseYarn(settings, place) {
	const number = (key, fallback) => positive(settings[key] ?? fallback, `${place}: ${key}`);
	const originalPositions = number(settings.original_max_position_embeddings ? "original_max_position_embeddings" : "max_position_embeddings");
	const factor = settings.factor == null ? number("max_position_embeddings") / originalPositions : number("factor");
	const size = (scale) => factor <= 1 ? 1 : .1 * scale * Math.log(factor) + 1;
	const byScales = settings.mscale && settings.mscale_all_dim ? size(number("mscale")) / size(number("mscale_all_dim")) : size(1);
	return {
		factor,
		originalPositions,
		turns: {
			most: number("beta_fast", 32),
			least: number("beta_slow", 1)
		},
		truncate: boolean(settings.truncate ?? true, `${place}: truncate`),
		attentionFactor: number("attention_factor", byScales)
	};
}
/** Radians per position of each pair of a head's numbers: (headSize / 2). */
function rotaryFrequencies(rotation, headSize) {
	const plain = Float32Array.from({ length: headSize / 2 }, (_, pair) => 1 / rotation.theta ** (2 * pair / headSize));
	if (rotation.scaling === "none" || rotation.scaling === "dynamic") return plain;
	if (rotation.scaling === "linear") return plain.map((frequency) => frequency / rotation.factor);
	if (rotation.scaling === "yarn") return scaleLikeYarn(plain, rotation);
	return plain.map((frequency) => scaleLikeLlama3(frequency, rotation));
}
/**
* Cosines and sines of position · frequency, both (positions, headSize / 2), times what the scaling asks for. Throws
* ModelError for more positions than the scaling is built for.
*/
function rotaryTables(rotation, { headSize, positions }) {
	if (rotation.scaling === "dynamic" && positions > rotation.positions) throw tooLong(rotation, positions);
	const frequencies = rotaryFrequencies(rotation, headSize);
	const factor = rotation.scaling === "yarn" ? Math.fround(rotation.attentionFactor) : 1;
	const width = frequencies.length;
	const angles = Float32Array.from({ length: positions * width }, (_, index) => Math.floor(index / width) * frequencies[index % width]);
	return {
		cosines: angles.map((angle) => Math.fround(Math.cos(angle)) * factor),
		sines: angles.map((angle) => Math.fround(Math.sin(angle)) * factor)
	};
}
function scaleLikeYarn(plain, { theta, factor, originalPositions, turns, truncate }) {
	const width = plain.length;
	const pairOf = (count) => width * Math.log(originalPositions / (count * 2 * Math.PI)) / Math.log(theta);
	const [first, last] = [pairOf(turns.most), pairOf(turns.least)];
	const from = Math.max(truncate ? Math.floor(first) : first, 0);
	const to = Math.min(truncate ? Math.ceil(last) : last, 2 * width - 1);
	const span = from === to ? .001 : to - from;
	return plain.map((frequency, pair) => {
		const divided = Math.min(Math.max((pair - from) / span, 0), 1);
		return frequency / factor * divided + frequency * (1 - divided);
	});
}
function scaleLikeLlama3(frequency, { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions }) {
	const wavelength = Math.fround(2 * Math.PI / frequency);
	if (wavelength > originalPositions / low) return frequency / factor;
	if (wavelength < originalPositions / high) return frequency;
	const smooth = (originalPositions / wavelength - low) / (high - low);
	return (1 - smooth) * frequency / factor + smooth * frequency;
}
function checkWhole(factor, place) {
	if (factor === 1) return;
	throw new ModelError(`Cannot use ${place}: its partial_rotary_factor is ${JSON.stringify(factor)}, expected 1.\nUse a model that rotates whole heads.`);
}
function unknownScaling(place, type) {
	return new ModelError(`Cannot use ${place}: its rope_type is ${JSON.stringify(type)}, known are "default", "linear", "dynamic", "llama3" and "yarn".\nUse a model with one of these; a model that needs another for long texts only can be used with it removed.`);
}
function tooLong({ positions: most }, positions) {
	return new ModelError(`Cannot use ${positions} positions: with rope_type "dynamic" ${most} are expected at most (max_position_embeddings).\nLower contextTokens in the manifest of the model pack.`);
}
// src/runtime/transformer-config.ts
/**
* The sizes of a model of the family that Llama began: Qwen2, Llama, Qwen3.
*
* In: a parsed config.json. Out: a TransformerConfig, and the names and shapes that follow from it. Knows nothing
* about files or graphs. A setting that would change what the model computes and that we do not build (sliding
* windows, another activation, packed weights) is refused by name, not ignored.
*/
const ARCHITECTURES = {
	qwen2: {
		normalizesHeads: false,
		biased: () => [
			"q_proj",
			"k_proj",
			"v_proj"
		]
	},
	llama: {
		defaultTheta: 1e4,
		normalizesHeads: false,
		biased: (fields, place) => [...flag(fields, "attention_bias", place) ? ATTENTION_TYPES : [], ...flag(fields, "mlp_bias", place) ? MLP_TYPES : []]
	},
	qwen3: {
		defaultHeadSize: 128,
		normalizesHeads: true,
		biased: (fields, place) => flag(fields, "attention_bias", place) ? ATTENTION_TYPES : []
	}
};
const ATTENTION_TYPES = [
	"q_proj",
	"k_proj",
	"v_proj",
	"o_proj"
];
const MLP_TYPES = [
	"gate_proj",
	"up_proj",
	"down_proj"
];
/**
* Parses config.json; `place` names it in messages. Throws ModelError, also when the model is of another
* architecture than `expected`.
*/
function parseTransformerConfig(value, place, expected) {
	const architecture = checkArchitecture(value, place, expected);
	return advising((fields, at) => parseFields(fields, at, architecture), ADVICE$1)(value, place);
}
function parseFields(value, place, architecture) {
	const { defaultTheta, defaultHeadSize, normalizesHeads, biased } = ARCHITECTURES[architecture];
	const sizes = checkSizes(value, `${place}:`);
	const fields = value;
	checkUnsupported(fields, place);
	const headSize = fields.head_dim ?? defaultHeadSize ?? sizes.hidden_size / sizes.num_attention_heads;
	const config = {
		architecture,
		layerCount: sizes.num_hidden_layers,
		hiddenSize: sizes.hidden_size,
		intermediateSize: sizes.intermediate_size,
		headCount: sizes.num_attention_heads,
		keyValueHeadCount: sizes.num_key_value_heads ?? sizes.num_attention_heads,
		headSize: size$1(headSize, `${place}: head_dim`),
		vocabularySize: sizes.vocab_size,
		normEpsilon: sizes.rms_norm_eps,
		rotation: parseRotation(fields, {
			place,
			defaultTheta
		}),
		biased: new Set(biased(fields, place)),
		normalizesHeads,
		tiesEmbeddings: flag(fields, "tie_word_embeddings", place)
	};
	checkHeads(config, place);
	return config;
}
/** Name of a linear layer that an adapter can change, without `.weight` or `.bias`. */
function moduleName(layer, type) {
	return `model.layers.${layer}.${MLP_TYPES.includes(type) ? "mlp" : "self_attn"}.${type}`;
}
/** Widths of the linear layers, the same in every layer of the model. */
function moduleSizes(config) {
	const { hiddenSize: hidden, intermediateSize: intermediate, headSize } = config;
	const queries = config.headCount * headSize;
	const keys = config.keyValueHeadCount * headSize;
	return {
		q_proj: {
			inFeatures: hidden,
			outFeatures: queries
		},
		k_proj: {
			inFeatures: hidden,
			outFeatures: keys
		},
		v_proj: {
			inFeatures: hidden,
			outFeatures: keys
		},
		o_proj: {
			inFeatures: queries,
			outFeatures: hidden
		},
		gate_proj: {
			inFeatures: hidden,
			outFeatures: intermediate
		},
		up_proj: {
			inFeatures: hidden,
			outFeatures: intermediate
		},
		down_proj: {
			inFeatures: intermediate,
			outFeatures: hidden
		}
	};
}
/** Every tensor of the architecture with its shape; `outputLayer: false` for a model that only encodes. */
function* weightShapes(config, { outputLayer = true } = {}) {
	const { hiddenSize, headSize, vocabularySize, layerCount } = config;
	yield ["model.embed_tokens.weight", [vocabularySize, hiddenSize]];
	yield ["model.norm.weight", [hiddenSize]];
	yield* matrixShapes$1(config, { outputLayer });
	const sizes = moduleSizes(config);
	for (let layer = 0; layer < layerCount; layer += 1) {
		yield [`model.layers.${layer}.input_layernorm.weight`, [hiddenSize]];
		yield [`model.layers.${layer}.post_attention_layernorm.weight`, [hiddenSize]];
		if (config.normalizesHeads) {
			yield [`model.layers.${layer}.self_attn.q_norm.weight`, [headSize]];
			yield [`model.layers.${layer}.self_attn.k_norm.weight`, [headSize]];
		}
		for (const type of config.biased) yield [`${moduleName(layer, type)}.bias`, [sizes[type].outFeatures]];
	}
}
/** The matrices that may be quantised: the linear layers, and the output layer. */
function* matrixShapes$1(config, { outputLayer = true } = {}) {
	if (outputLayer) yield [outputWeight(config), [config.vocabularySize, config.hiddenSize]];
	const sizes = moduleSizes(config);
	for (let layer = 0; layer < config.layerCount; layer += 1) for (const type of MODULE_TYPES) yield [`${moduleName(layer, type)}.weight`, [sizes[type].outFeatures, sizes[type].inFeatures]];
}
/** The matrix of the output layer. */
const outputWeight = ({ tiesEmbeddings }) => tiesEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
const size$1 = integer(1, 1e7);
const checkSizes = object({
	hidden_act: oneOf("silu"),
	num_hidden_layers: integer(1, 1e3),
	hidden_size: size$1,
	intermediate_size: size$1,
	num_attention_heads: size$1,
	num_key_value_heads: optional(nullable(size$1), null),
	vocab_size: size$1,
	rms_norm_eps: positive
});
function flag(fields, key, place) {
	return boolean(fields[key] ?? false, `${place}: ${key}`);
}
function checkArchitecture(value, place, expected) {
	const found = value?.model_type;
	const known = expected ? [expected] : Object.keys(ARCHITECTURES);
	const architecture = known.find((name) => name === found);
	if (architecture) return architecture;
	const names = known.map((name) => `"${name}"`).join(", ");
	throw unsupported(place, `its model_type is ${JSON.stringify(found) ?? "missing"}, expected ${names}`);
}
function checkUnsupported(fields, place) {
	if (fields.use_sliding_window) throw unsupported(place, "it has use_sliding_window, expected none");
	if (fields.quantization_config) throw unsupported(place, "it has a quantization_config, expected plain weights");
	const other = (Array.isArray(fields.layer_types) ? fields.layer_types : []).find((type) => type !== "full_attention");
	if (other !== void 0) throw unsupported(place, `it has layers of type ${other}, expected full_attention`);
}
function checkHeads({ headCount, keyValueHeadCount, headSize }, place) {
	if (headSize % 2 === 1) throw unsupported(place, `its head_dim is ${headSize}, expected an even number`);
	if (headCount % keyValueHeadCount === 0) return;
	throw unsupported(place, `${headCount} attention heads cannot share ${keyValueHeadCount} key and value heads`);
}
const ADVICE$1 = "Use a model of the Qwen2, Llama or Qwen3 architecture without this setting.";
function unsupported(place, found) {
	return new ModelError(`Cannot use ${place}: ${found}.\n${ADVICE$1}`);
}
// src/adaptation/adam.ts
/**
* The optimiser Adam (Kingma & Ba 2015, algorithm 1), over a few arrays of numbers.
*
* In: parameters and their gradients. Out: the parameters changed in place. Knows nothing about what they are. It always
* begins anew: what it remembers lives as long as one call of whoever uses it, so nothing of it has to be stored.
*/
const BETA1 = .9;
const BETA2 = .95;
const EPSILON = 1e-8;
function createAdam(parameters) {
	const moments = Object.entries(parameters).map(([name, values]) => ({
		name,
		values,
		first: new Float32Array(values.length),
		second: new Float32Array(values.length)
	}));
	let steps = 0;
	return { step(gradients, learningRate) {
		steps += 1;
		const [firstShare, secondShare] = [1 - BETA1 ** steps, 1 - BETA2 ** steps];
		for (const { name, values, first, second } of moments) {
			const gradient = gradients[name];
			for (let i = 0; i < values.length; i += 1) {
				const slope = gradient[i];
				const mean = BETA1 * first[i] + .09999999999999998 * slope;
				const square = BETA2 * second[i] + .050000000000000044 * slope * slope;
				first[i] = mean;
				second[i] = square;
				values[i] = values[i] - learningRate * (mean / firstShare) / (Math.sqrt(square / secondShare) + EPSILON);
			}
		}
	} };
}
// src/runtime/onnx-protobuf.ts
/**
* The few protobuf messages an ONNX model is made of, as bytes.
*
* In: plain data (names, attributes, dimensions). Out: one encoded message.
* Knows nothing about operators or models. Field numbers: onnx.proto of ONNX 1.16 (stable since IR version 3);
* wire format: protobuf.dev/programming-guides/encoding.
*/
/** ONNX element type numbers (TensorProto.DataType) by the names safetensors uses. */
const ELEMENT_TYPES = {
	F32: 1,
	U8: 2,
	I8: 3,
	I32: 6,
	I64: 7,
	BOOL: 9,
	F16: 10,
	BF16: 16
};
const float = (value) => ({ float: value });
const floats = (values) => ({ floats: values });
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
/** Appends fields to one message. */
var Message = class {
	bytes = /* @__PURE__ */ new Uint8Array(256);
	size = 0;
	int(field, value) {
		return this.tag(field, VARINT).varint(value);
	}
	float(field, value) {
		this.tag(field, FIXED32).reserve(4);
		new DataView(this.bytes.buffer).setFloat32(this.size, value, true);
		this.size += 4;
		return this;
	}
	raw(field, value) {
		this.tag(field, LENGTH_DELIMITED).varint(value.length).reserve(value.length);
		this.bytes.set(value, this.size);
		this.size += value.length;
		return this;
	}
	text(field, value) {
		return this.raw(field, Buffer.from(value, "utf8"));
	}
	message(field, value) {
		return this.raw(field, value.finish());
	}
	finish() {
		return this.bytes.subarray(0, this.size);
	}
	tag(field, wireType) {
		return this.varint(field << 3 | wireType);
	}
	/** Negative numbers are written as 64-bit two's complement, as protobuf's int64 wants. */
	varint(value) {
		this.reserve(10);
		if (value < 0) return this.longVarint(BigInt.asUintN(64, BigInt(value)));
		let rest = value;
		for (; rest > 127; rest = Math.floor(rest / 128)) this.bytes[this.size++] = rest % 128 | 128;
		this.bytes[this.size++] = rest;
		return this;
	}
	longVarint(value) {
		let rest = value;
		for (; rest > 127n; rest >>= 7n) this.bytes[this.size++] = Number(rest & 127n) | 128;
		this.bytes[this.size++] = Number(rest);
		return this;
	}
	reserve(count) {
		if (this.size + count <= this.bytes.length) return;
		const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.size + count));
		grown.set(this.bytes.subarray(0, this.size));
		this.bytes = grown;
	}
};
/** NodeProto */
function nodeMessage(node) {
	const message = new Message();
	for (const input of node.inputs) message.text(1, input);
	for (const output of node.outputs) message.text(2, output);
	message.text(3, node.name).text(4, node.type);
	if (node.domain) message.text(7, node.domain);
	for (const [name, value] of Object.entries(node.attributes)) message.message(5, attributeMessage(name, value));
	return message;
}
/** AttributeProto: the value, then its kind (1 float, 2 int, 3 string, 6 floats, 7 ints). */
function attributeMessage(name, value) {
	const message = new Message().text(1, name);
	if (typeof value === "number") return message.int(3, value).int(20, 2);
	if (typeof value === "string") return message.text(4, value).int(20, 3);
	if ("float" in value) return message.float(2, value.float).int(20, 1);
	if ("floats" in value) {
		for (const item of value.floats) message.float(7, item);
		return message.int(20, 6);
	}
	for (const item of value) message.int(8, item);
	return message.int(20, 7);
}
/** TensorProto with its bytes inside, or pointing into a file (data_location 1 = EXTERNAL). */
function tensorMessage(name, elementType, { shape, data }) {
	const message = new Message();
	for (const size of shape) message.int(1, size);
	message.int(2, ELEMENT_TYPES[elementType]).text(8, name);
	if (data instanceof Uint8Array) return message.raw(9, data);
	const entries = {
		location: data.file,
		offset: String(data.offset),
		length: String(data.length)
	};
	for (const [key, value] of Object.entries(entries)) message.message(13, new Message().text(1, key).text(2, value));
	return message.int(14, 1);
}
/** ValueInfoProto: a graph input or output. */
function valueMessage(name, elementType, shape) {
	const dimensions = new Message();
	for (const size of shape) {
		const dimension = typeof size === "number" ? new Message().int(1, size) : new Message().text(2, size);
		dimensions.message(1, dimension);
	}
	const tensorType = new Message().int(1, ELEMENT_TYPES[elementType]).message(2, dimensions);
	return new Message().text(1, name).message(2, new Message().message(1, tensorType));
}
// src/runtime/onnx.ts
/**
* Builds an ONNX model operator by operator.
*
* In: operators, small constants and the places of weights in their files. Out: the bytes of a model.
* Weights never enter the bytes: they stay in the safetensors file and ONNX Runtime maps them from there.
* Knows nothing about sessions or architectures. A value is its name, a string.
*/
const OPSET = 21;
const CONTRIB_DOMAIN = "com.microsoft";
const IR_VERSION = 10;
var Graph = class {
	name;
	weightsFolder;
	nodes = [];
	initializers = /* @__PURE__ */ new Map();
	constantByContent = /* @__PURE__ */ new Map();
	inputs = [];
	outputs = [];
	outputNameByValue = /* @__PURE__ */ new Map();
	valueCount = 0;
	/** All weights of a graph lie under one folder: ONNX Runtime refuses paths that leave it. */
	constructor(name, { weightsFolder }) {
		this.name = name;
		this.weightsFolder = weightsFolder;
	}
	/** An input that every run must feed (ONNX Runtime for Node ignores feeds for optional ones). */
	input(name, elementType, shape) {
		this.inputs.push(valueMessage(name, elementType, shape));
		return name;
	}
	/** Makes `value` an output of the model under `name`. */
	output(name, value, { elementType = "F32", shape }) {
		const isFree = this.nodes.some((node) => node.outputs.includes(value)) && !this.outputNameByValue.has(value);
		this.outputNameByValue.set(isFree ? value : this.op("Identity", [value]), name);
		this.outputs.push(valueMessage(name, elementType, shape));
	}
	/**
	* Adds an operator with one output and returns the output. Operators of ONNX Runtime itself are written
	* with their domain: `op('com.microsoft.FusedMatMul', …)`. An input may be `''`: left out.
	*/
	op(type, inputs, attributes = {}) {
		return this.ops(type, inputs, { attributes })[0];
	}
	/** Adds an operator with several outputs; `used` says which of them are wanted (the others get no name). */
	ops(type, inputs, { attributes = {}, used = [true] }) {
		const dot = type.lastIndexOf(".");
		const domain = type.slice(0, Math.max(0, dot));
		const shortType = type.slice(dot + 1);
		const outputs = used.map((wanted) => wanted ? `${shortType}_${this.valueCount++}` : "");
		const name = `node_${this.nodes.length}`;
		this.nodes.push({
			name,
			type: shortType,
			domain,
			inputs: [...inputs],
			outputs,
			attributes
		});
		return outputs;
	}
	/** A weight that stays in its file. The same name twice is the same weight (tied embeddings). */
	weight({ name, dtype, shape, file, offset, length }) {
		const data = {
			file: this.pathInFolder(file, name),
			offset,
			length
		};
		const place = `${dtype} ${shape} ${file} ${offset} ${length}`;
		return this.initializer(name, place, () => tensorMessage(name, dtype, {
			shape,
			data
		}));
	}
	/** A float tensor inside the model bytes: for tables and small vectors, not for weights. */
	floats(values, shape = [values.length]) {
		const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
		return this.constant("F32", shape, data);
	}
	/** A float without dimensions. */
	scalar(value) {
		return this.floats(Float32Array.of(value), []);
	}
	/** A vector of integers: shapes, axes, row numbers. */
	integers(...values) {
		const data = BigInt64Array.from(values, BigInt);
		return this.constant("I64", [values.length], new Uint8Array(data.buffer));
	}
	/** The operators so far; each comes after those whose outputs it takes. */
	operators() {
		return [...this.nodes];
	}
	model() {
		const graph = new Message();
		for (const node of this.nodes) graph.message(1, nodeMessage(this.withOutputNames(node)));
		graph.text(2, this.name);
		for (const { message } of this.initializers.values()) graph.message(5, message);
		for (const input of this.inputs) graph.message(11, input);
		for (const output of this.outputs) graph.message(12, output);
		const model = new Message().int(1, IR_VERSION).text(2, "code2lora").message(7, graph);
		model.message(8, new Message().text(1, "").int(2, OPSET));
		return model.message(8, new Message().text(1, CONTRIB_DOMAIN).int(2, 1)).finish();
	}
	withOutputNames(node) {
		const rename = (value) => this.outputNameByValue.get(value) ?? value;
		return {
			...node,
			inputs: node.inputs.map(rename),
			outputs: node.outputs.map(rename)
		};
	}
	/** Equal constants share one initializer. */
	constant(elementType, shape, data) {
		const content = `${elementType} ${shape} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1")}`;
		const name = this.constantByContent.get(content) ?? `constant_${this.constantByContent.size}`;
		this.constantByContent.set(content, name);
		return this.initializer(name, name, () => tensorMessage(name, elementType, {
			shape,
			data
		}));
	}
	initializer(name, place, message) {
		const known = this.initializers.get(name);
		if (known && known.place !== place) throw new InternalError(`Graph ${this.name}: weight ${name} is used with two places.`);
		if (!known) this.initializers.set(name, {
			place,
			message: message()
		});
		return name;
	}
	pathInFolder(file, name) {
		const path = relative(this.weightsFolder, file);
		if (path.startsWith("..") || isAbsolute(path)) throw new ModelError(`Cannot use weight ${name}: ${file} lies outside of ${this.weightsFolder}.\nPut all weight files of a model into one folder.`);
		return path.split(sep).join("/");
	}
};
// src/runtime/attention.ts
/**
* Attention as ONNX operators, in two forms: over a cache with a bias, and causal over one text.
*
* In: queries, keys and values of one layer, not yet rotated. Out: the mixed values. Knows nothing about layers,
* weights or what the result is used for.
*
* Shapes: T tokens, S tokens seen (past and present), H heads in K groups of G = H / K that share keys, D per head.
*/
/** Low enough to vanish in the softmax, and finite: a sum with a score does not overflow. */
const MASKED = -3e38;
/**
* Attention where the bias says which token sees which. (GroupQueryAttention cannot: it has no free bias, and
* refuses a batch over a past.) `keys` and `values` fill up as layers attend: (T, K, D) for each layer.
*/
function cachedAttention(graph, config, { positionIds, bias, past, maxPositions }) {
	const tables = rotationTables(graph, config, maxPositions);
	const rotate = (x, positions) => {
		const batch = graph.op("Unsqueeze", [x, graph.integers(0)]);
		return graph.op("com.microsoft.RotaryEmbedding", [
			batch,
			positions,
			...tables
		]);
	};
	const split = (x) => graph.op("Reshape", [x, graph.integers(-1, config.keyValueHeadCount, config.headSize)]);
	const keys = [];
	const values = [];
	const attend = ({ query, layer, rows, ...present }) => {
		const [key, value] = [split(rotate(present.key, positionIds)), split(present.value)];
		keys.push(key);
		values.push(value);
		const positions = rows === void 0 ? positionIds : graph.op("Gather", [positionIds, rows], { axis: 1 });
		return mix(graph, config, {
			query: rotate(query, positions),
			key: withPast(graph, past?.keys[layer], key),
			value: withPast(graph, past?.values[layer], value),
			bias: pick(graph, bias, rows)
		});
	};
	return {
		attend,
		keys,
		values
	};
}
/**
* Attention where each token sees itself and all before it, of one text from its first token on: the operator of
* ONNX Runtime, which rotates as well; faster than `cachedAttention` on long texts. `count`: number of tokens, ().
*/
function causalAttention(graph, config, { count, maxPositions }) {
	const { headCount, keyValueHeadCount, headSize } = config;
	const tables = rotationTables(graph, config, maxPositions);
	const total = graph.op("Cast", [count], { to: INT32 });
	const last = graph.op("Sub", [total, graph.op("Cast", [graph.integers(1)], { to: INT32 })]);
	const attributes = {
		num_heads: headCount,
		kv_num_heads: keyValueHeadCount,
		do_rotary: 1,
		scale: float(1 / Math.sqrt(headSize))
	};
	return ({ query, key, value, rows }) => {
		if (rows !== void 0) throw new InternalError("Causal attention computes all rows.");
		const inputs = [
			...[
				query,
				key,
				value
			].map((x) => graph.op("Unsqueeze", [x, graph.integers(0)])),
			"",
			"",
			last,
			total,
			...tables
		];
		const [mixed = ""] = graph.ops("com.microsoft.GroupQueryAttention", inputs, {
			attributes,
			used: [
				true,
				true,
				true
			]
		});
		return graph.op("Squeeze", [mixed, graph.integers(0)]);
	};
}
/** Rows by their numbers; all of them without numbers. */
function pick(graph, x, rows) {
	return rows === void 0 ? x : graph.op("Gather", [x, rows]);
}
const INT32 = 6;
/** Softmax(query keyᵀ / √D + bias) value, with G query heads for each key head. */
function mix(graph, { headCount: H, keyValueHeadCount: K, headSize: D }, { query, key, value, bias }) {
	const G = H / K;
	const reshape = (x, ...shape) => graph.op("Reshape", [x, graph.integers(...shape)]);
	const transpose = (x, ...perm) => graph.op("Transpose", [x], { perm });
	const queries = reshape(transpose(reshape(query, -1, K, G, D), 1, 2, 0, 3), K, -1, D);
	const scaled = graph.op("Mul", [queries, graph.scalar(1 / Math.sqrt(D))]);
	const scores = graph.op("MatMul", [scaled, transpose(key, 1, 2, 0)]);
	const biased = graph.op("Add", [reshape(scores, H, -1, 0), bias]);
	const weights = reshape(graph.op("Softmax", [biased], { axis: -1 }), K, -1, 0);
	return reshape(transpose(reshape(graph.op("MatMul", [weights, transpose(value, 1, 0, 2)]), K, G, -1, D), 2, 0, 1, 3), -1, H * D);
}
function rotationTables(graph, { rotation, headSize }, positions) {
	const { cosines, sines } = rotaryTables(rotation, {
		headSize,
		positions
	});
	return [cosines, sines].map((table) => graph.floats(table, [positions, headSize / 2]));
}
function withPast(graph, past, present) {
	return past === void 0 ? present : graph.op("Concat", [past, present], { axis: 0 });
}
// src/adaptation/examples.ts
/**
* Prompts and what follows them, as runs of a graph that learns from them.
*
* In: examples as tokens. Out: feeds. Knows nothing about text. The examples of a run lie one after the other; the bias
* keeps each to itself, so the result is that of reading them apart.
*/
/** Tokens that an example takes in a run: the last one is only predicted. */
const lengthOf = ({ prompt, target }) => prompt.length + target.length - 1;
/** Target tokens of all examples. */
const targetCount = (examples) => examples.reduce((sum, { target }) => sum + target.length, 0);
/**
* Attention in a run grows with the square of its tokens, and few tokens do not use the processor well. An example of 261
* tokens takes 51 ms of a core alone in the gradient graph of nano, 66 ms in a run of two, 131 ms in one of four.
*/
const RUN_TOKENS = 256;
/** The most tokens of a run, where no example has more than so many: what a graph must have positions for. */
const longestRun = (maxTokens) => Math.max(maxTokens, RUN_TOKENS);
/** Throws InternalError for an example that the graph has no positions for. */
function checkLengths(examples, maxTokens) {
	const longest = examples.reduce((most, example) => Math.max(most, lengthOf(example)), 0);
	if (longest <= maxTokens) return;
	throw new InternalError(`An example has ${longest} tokens, expected ${maxTokens} at most.`);
}
/** The examples in their order, as many in a run as are read fastest together: about `RUN_TOKENS`. */
function runsOf(examples) {
	const runs = [];
	let free = 0;
	for (const example of examples) {
		const length = lengthOf(example);
		if (length > free) {
			runs.push([]);
			free = longestRun(length);
		}
		runs.at(-1)?.push(example);
		free -= length;
	}
	return runs;
}
/** Everything but the adapter. Each row weighs 1 / `rowCount`: by default the loss is the mean over all target tokens. */
function exampleFeeds(examples, rowCount = targetCount(examples)) {
	const read = examples.map(({ prompt, target }) => [...prompt, ...target.slice(0, -1)]);
	const tokens = read.flat();
	const starts = startsOf(read.map(({ length }) => length));
	const rows = examples.flatMap(({ prompt, target }, index) => target.map((_, row) => starts[index] + prompt.length - 1 + row));
	const targets = examples.flatMap(({ target }) => target);
	return {
		input_ids: integers(tokens, [tokens.length]),
		position_ids: integers(read.flatMap((text) => [...text.keys()]), [1, tokens.length]),
		bias: {
			data: separateTexts(read, starts, tokens.length),
			dims: [tokens.length, tokens.length]
		},
		selected: integers(rows, [rows.length]),
		targets: integers(targets, [rows.length]),
		weights: {
			data: new Float32Array(rows.length).fill(1 / rowCount),
			dims: [rows.length]
		}
	};
}
/** A token sees itself and what is before it in its own text: (total, total). */
function separateTexts(read, starts, total) {
	const bias = new Float32Array(total * total).fill(MASKED);
	for (const [index, { length }] of read.entries()) {
		const start = starts[index];
		for (let row = start; row < start + length; row += 1) bias.fill(0, row * total + start, row * total + row + 1);
	}
	return bias;
}
function startsOf(lengths) {
	let next = 0;
	return lengths.map((length) => {
		next += length;
		return next - length;
	});
}
const integers = (values, dims) => ({
	data: BigInt64Array.from(values, BigInt),
	dims
});
// src/runtime/linear.ts
/**
* Weights in a graph: vectors, tables and linear layers, in the precision they lie in.
*
* In: the places of weights. Out: operators. Knows nothing about architectures. The CPU has no fast product of
* 16-bit floats, and a cast of a whole matrix would be carried out (and kept in memory) when the session opens:
* such matrices must be quantised or widened into a file once, so they are refused here. A table is read row by
* row: its rows are widened when they are read.
*/
const FLOAT32 = 1;
/** y = x Wᵀ + b: (rows, inFeatures) → (rows, outFeatures). Throws ModelError for a matrix of 16-bit floats. */
function linear(graph, x, { weight, bias, quantized }) {
	const added = bias === void 0 ? [] : [vector$1(graph, bias)];
	if (quantized) return quantizedProduct(graph, x, quantized, added);
	if (weight.dtype !== "F32") throw notFloat32(weight);
	return graph.op("Gemm", [
		x,
		graph.weight(weight),
		...added
	], { transB: 1 });
}
/** A small weight in 32 bits: a norm, a bias. */
function vector$1(graph, entry) {
	return widen(graph, graph.weight(entry), entry);
}
/** Rows of a table by their numbers, in 32 bits: (count) → (count, columns). */
function tableRows(graph, entry, rows) {
	return widen(graph, graph.op("Gather", [graph.weight(entry), rows]), entry);
}
/** All of a table in 32 bits; one of 16-bit floats is widened when the session opens, and stays in memory so. */
function wholeTable(graph, entry) {
	return widen(graph, graph.weight(entry), entry);
}
/** Accuracy level 4: the inputs are rounded to 8 bits as well, block by block, which is what makes it fast. */
function quantizedProduct(graph, x, { codes, scales, format, rows, columns }, bias) {
	const inputs = [
		x,
		graph.weight(codes),
		graph.weight(scales),
		...bias.length > 0 ? [
			"",
			"",
			...bias
		] : []
	];
	return graph.op("com.microsoft.MatMulNBits", inputs, {
		K: columns,
		N: rows,
		bits: format.bits,
		block_size: format.blockSize,
		accuracy_level: 4
	});
}
function widen(graph, value, { dtype }) {
	return dtype === "F32" ? value : graph.op("Cast", [value], { to: FLOAT32 });
}
function notFloat32({ name, dtype, file }) {
	return new ModelError(`Cannot run the model in fp32: tensor ${name} of ${file} is ${dtype}.\nBuild the model pack with this precision, which converts the weights once, or choose int8.`);
}
// src/runtime/transformer.ts
/**
* The layers of the Llama family of models (Llama, Qwen2, Qwen3) as ONNX operators.
*
* In: token ids, a way to attend, a way to apply a linear layer. Out: hidden states after the final norm. Knows
* nothing about adapters, caches or what the result is used for. What the architectures differ in is in the
* config: biases, and norms of queries and keys. There is no batch: the rows are tokens.
*
* Shapes: T tokens, H query heads, K key and value heads, D numbers per head.
*/
/** Linear layers as the model has them. */
function baseProjection(graph, model) {
	return (x, { layer, type }) => {
		const name = moduleName(layer, type);
		return linear(graph, x, {
			weight: model.weight(`${name}.weight`),
			bias: model.config.biased.has(type) ? model.weight(`${name}.bias`) : void 0,
			quantized: model.quantized(`${name}.weight`)
		});
	};
}
/** Adds all layers; gives the hidden states, (T or number of selected rows, hiddenSize). */
function buildLayers(graph, model, { inputIds, selected, project, attend }) {
	const builder = {
		graph,
		model,
		project,
		attend
	};
	const { layerCount } = model.config;
	let residual = tableRows(graph, model.weight("model.embed_tokens.weight"), inputIds);
	let hidden = norm(builder, residual, normName(model, 0));
	for (let layer = 0; layer < layerCount; layer += 1) {
		const rows = layer === layerCount - 1 ? selected : void 0;
		const mixed = selfAttention(builder, layer, {
			hidden,
			rows
		});
		[hidden, residual] = addNorm(builder, [pick(graph, residual, rows), mixed], postNormName(layer));
		const fed = feedForward(builder, layer, hidden);
		[hidden, residual] = addNorm(builder, [residual, fed], normName(model, layer + 1));
	}
	return hidden;
}
function selfAttention({ graph, model, project, attend }, layer, { hidden, rows }) {
	const { headCount, keyValueHeadCount, normalizesHeads } = model.config;
	const normed = (x, kind, heads) => {
		const name = `model.layers.${layer}.self_attn.${kind}_norm.weight`;
		return normalizesHeads ? normHeads({
			graph,
			model
		}, x, {
			name,
			heads
		}) : x;
	};
	const key = normed(project(hidden, {
		layer,
		type: "k_proj"
	}), "k", keyValueHeadCount);
	const value = project(hidden, {
		layer,
		type: "v_proj"
	});
	return project(attend({
		query: normed(project(pick(graph, hidden, rows), {
			layer,
			type: "q_proj"
		}), "q", headCount),
		key,
		value,
		layer,
		rows
	}), {
		layer,
		type: "o_proj"
	});
}
function feedForward({ graph, project }, layer, hidden) {
	const gate = project(hidden, {
		layer,
		type: "gate_proj"
	});
	const silu = graph.op("Mul", [gate, graph.op("Sigmoid", [gate])]);
	return project(graph.op("Mul", [silu, project(hidden, {
		layer,
		type: "up_proj"
	})]), {
		layer,
		type: "down_proj"
	});
}
/** x / √(mean(x²) + ε) · w over the last axis. */
function norm({ graph, model }, x, name) {
	return graph.op("SimplifiedLayerNormalization", [x, vector$1(graph, model.weight(name))], {
		axis: -1,
		epsilon: float(model.config.normEpsilon),
		stash_type: 1
	});
}
/** Norm of each head on its own: (T, heads · D) → the same. */
function normHeads(builder, x, { name, heads }) {
	const { graph, model } = builder;
	const { headSize } = model.config;
	const apart = graph.op("Reshape", [x, graph.integers(-1, heads, headSize)]);
	return graph.op("Reshape", [norm(builder, apart, name), graph.integers(-1, heads * headSize)]);
}
/** The sum of two values, normalised and as it is. */
function addNorm({ graph, model }, [a, b], name) {
	const [normalised, , , sum] = graph.ops("com.microsoft.SkipSimplifiedLayerNormalization", [
		a,
		b,
		vector$1(graph, model.weight(name))
	], {
		attributes: { epsilon: float(model.config.normEpsilon) },
		used: [
			true,
			false,
			false,
			true
		]
	});
	return [normalised, sum];
}
const postNormName = (layer) => `model.layers.${layer}.post_attention_layernorm.weight`;
const normName = ({ config }, layer) => layer === config.layerCount ? "model.norm.weight" : `model.layers.${layer}.input_layernorm.weight`;
// src/lora/projection.ts
/**
* The linear layers of a model with an adapter beside them, whose matrices are inputs of the graph.
*
*   y = x Wᵀ + (x Aᵀ) Bᵀ      A: (rank, inFeatures)   B: (outFeatures, rank), scaling already in B
*
* In: a graph and a model. Out: a way to apply a linear layer. Knows nothing about what the layers belong to. The pairs
* are shared by all layers, or each layer has its own; each pair may have another rank. Fed by feeds.ts.
*/
/** Adds the adapter's inputs to the graph. */
function adaptedProjection(graph, model, { layerAdapters = false, base = baseProjection(graph, model), prefix = "lora" } = {}) {
	const sizes = moduleSizes(model.config);
	const inputs = (layerAdapters ? Array.from(Array(model.config.layerCount).keys(), (layer) => `${layer}.`) : [""]).flatMap((layer) => MODULE_TYPES.flatMap((type) => pairInputs(`${layer}${type}`, sizes[type], prefix)));
	for (const { name, shape } of inputs) graph.input(name, "F32", shape);
	const project = (x, module) => {
		const name = layerAdapters ? `${module.layer}.${module.type}` : module.type;
		const narrow = graph.op("Gemm", [x, `${prefix}_A.${name}`], { transB: 1 });
		return graph.op("Gemm", [
			narrow,
			`${prefix}_B.${name}`,
			base(x, module)
		], { transB: 1 });
	};
	return {
		project,
		inputs
	};
}
/** Each pair has a name for its rank: ONNX Runtime takes sizes of one name for equal. */
function pairInputs(name, { inFeatures, outFeatures }, prefix) {
	const rank = `${prefix}_rank.${name}`;
	return [{
		name: `${prefix}_A.${name}`,
		shape: [rank, inFeatures]
	}, {
		name: `${prefix}_B.${name}`,
		shape: [outFeatures, rank]
	}];
}
// src/runtime/gradient-rules.ts
/**
* The gradients of the operators that our transformers are made of.
*
* In: an operator and the gradients of its outputs. Out: those of its inputs, as operators again. Knows nothing about
* the rest of the graph. `dy` is the gradient with respect to `y`. Values that are broadcast (scalars, biases, tables)
* never depend on what is trained, so no rule has to sum over broadcast axes.
*/
const GRADIENT_RULES = {
	Gemm: gemm,
	MatMul: matMul,
	Mul: multiply,
	Add: (rule) => rule.isWanted.map((wanted) => wanted ? only(rule) : void 0),
	Sigmoid: sigmoid,
	Softmax: softmax,
	Reshape: reshapeBack,
	Unsqueeze: reshapeBack,
	Squeeze: reshapeBack,
	Transpose: (rule) => [rule.graph.op("Transpose", [only(rule)], { perm: inverse(permutation(rule.node)) })],
	Gather: gather,
	RotaryEmbedding: rotary,
	SimplifiedLayerNormalization: (rule) => {
		const [x = "", weight = ""] = rule.node.inputs;
		return [normBack(rule, {
			x,
			weight,
			dy: only(rule)
		})];
	},
	SkipSimplifiedLayerNormalization: skipNorm
};
function only({ node, gradients }) {
	const [first] = gradients;
	if (first !== void 0) return first;
	throw new InternalError(`The operator ${node.type} (${node.name}) has no gradient of its first output.`);
}
/** y = a bᵀ + c (transB) or a b + c. The gradient of c is dy: it has the shape of y, or is a frozen bias. */
function gemm(rule) {
	const { graph, node, isWanted } = rule;
	const [a = "", b = ""] = node.inputs;
	const isTransposed = node.attributes.transB === 1;
	const dy = only(rule);
	return [
		isWanted[0] ? graph.op("Gemm", [dy, b], { transB: isTransposed ? 0 : 1 }) : void 0,
		isWanted[1] ? graph.op("Gemm", isTransposed ? [dy, a] : [a, dy], { transA: 1 }) : void 0,
		isWanted[2] ? dy : void 0
	];
}
/** y = a b for stacks of matrices, as many of a as of b. */
function matMul(rule) {
	const { graph, node, isWanted } = rule;
	const [a = "", b = ""] = node.inputs;
	const dy = only(rule);
	const turned = (x) => graph.op("Transpose", [x], { perm: [
		0,
		2,
		1
	] });
	return [isWanted[0] ? graph.op("MatMul", [dy, turned(b)]) : void 0, isWanted[1] ? graph.op("MatMul", [turned(a), dy]) : void 0];
}
/** y = a b, number by number. */
function multiply(rule) {
	const { graph, node, isWanted } = rule;
	const [a = "", b = ""] = node.inputs;
	const times = (other) => graph.op("Mul", [only(rule), other]);
	return [isWanted[0] ? times(b) : void 0, isWanted[1] ? times(a) : void 0];
}
/** dx = dy y (1 − y) */
function sigmoid(rule) {
	const { graph, node } = rule;
	const y = node.outputs[0];
	const slope = graph.op("Mul", [y, graph.op("Sub", [graph.scalar(1), y])]);
	return [graph.op("Mul", [only(rule), slope])];
}
/** dx = y (dy − Σ dy y), over the last axis. */
function softmax(rule) {
	const { graph, node } = rule;
	const y = node.outputs[0];
	const weighted = graph.op("Mul", [only(rule), y]);
	const sum = graph.op("ReduceSum", [weighted, graph.integers(-1)], { keepdims: 1 });
	return [graph.op("Sub", [weighted, graph.op("Mul", [y, sum])])];
}
function reshapeBack(rule) {
	const { graph, node } = rule;
	return [graph.op("Reshape", [only(rule), graph.op("Shape", [node.inputs[0]])])];
}
/** Rows that were picked get their gradients back, the others zeros. */
function gather(rule) {
	const { graph, node } = rule;
	const [x = "", rows = ""] = node.inputs;
	if (node.attributes.axis) throw new InternalError(`Gather along axis ${node.attributes.axis} has no gradient.`);
	const zeros = graph.op("Expand", [graph.scalar(0), graph.op("Shape", [x])]);
	const places = graph.op("Unsqueeze", [rows, graph.integers(-1)]);
	return [graph.op("ScatterND", [
		zeros,
		places,
		only(rule)
	], { reduction: "add" })];
}
/** A rotation is undone by the rotation the other way: its inverse is its transpose. */
function rotary(rule) {
	const { graph, node } = rule;
	const [, positions = "", cosines = "", sines = ""] = node.inputs;
	const back = [
		only(rule),
		positions,
		cosines,
		graph.op("Neg", [sines])
	];
	return [graph.op("com.microsoft.RotaryEmbedding", back, node.attributes)];
}
/** Outputs: the normalised sum, nothing, nothing, the sum. */
function skipNorm(rule) {
	const { graph, node, gradients, isWanted } = rule;
	const [dy, , , dSum] = gradients;
	const [x = "", weight = ""] = [node.outputs[3], node.inputs[2]];
	const parts = [dy && normBack(rule, {
		x,
		weight,
		dy
	}), dSum].filter((part) => part !== void 0);
	const dx = parts.length > 1 ? graph.op("Add", parts) : parts[0];
	return [isWanted[0] ? dx : void 0, isWanted[1] ? dx : void 0];
}
/** y = r x w with r = 1 / √(mean(x²) + ε):  dx = r g − x r³ mean(x g), g = dy w. */
function normBack({ graph, node }, { x, weight, dy }) {
	const mean = (value) => graph.op("ReduceMean", [value, graph.integers(-1)], { keepdims: 1 });
	const product = (a, b) => graph.op("Mul", [a, b]);
	const power = graph.op("Add", [mean(product(x, x)), graph.scalar(epsilonOf(node))]);
	const r = graph.op("Reciprocal", [graph.op("Sqrt", [power])]);
	const g = product(dy, weight);
	const along = product(product(r, r), mean(product(x, g)));
	return product(r, graph.op("Sub", [g, product(x, along)]));
}
function epsilonOf({ attributes: { epsilon } }) {
	return epsilon.float;
}
function permutation({ attributes: { perm } }) {
	return perm;
}
const inverse = (perm) => perm.map((_, axis) => perm.indexOf(axis));
// src/runtime/gradient.ts
/**
* Reverse-mode differentiation of a graph: adds the operators that compute gradients (Baydin et al. 2018, section 3.2).
*
* In: a graph, the gradient of a loss with respect to one of its values. Out: the gradients with respect to others.
* Knows nothing about architectures or losses. Only values that depend on what is asked for are followed: the
* weights of a frozen model get no gradients. What an operator's gradient is stands in gradient-rules.ts.
*/
/** Gives the gradients in the order of `wrt`. Throws InternalError for an operator without a rule. */
function addGradients(graph, { of, seed, wrt }) {
	const nodes = graph.operators();
	const active = dependents(nodes, wrt);
	const gradients = new Gradients(graph);
	gradients.add(of, seed);
	for (const node of [...nodes].reverse()) {
		if (!node.outputs.some((output) => active.has(output))) continue;
		const outputs = node.outputs.map((output) => output === "" ? void 0 : gradients.get(output));
		if (outputs.every((gradient) => gradient === void 0)) continue;
		const isWanted = node.inputs.map((input) => active.has(input));
		const inputs = ruleOf(node)({
			graph,
			node,
			gradients: outputs,
			isWanted
		});
		for (const [index, gradient] of inputs.entries()) if (gradient !== void 0 && isWanted[index]) gradients.add(node.inputs[index], gradient);
	}
	return wrt.map((value) => {
		const gradient = gradients.get(value);
		if (gradient !== void 0) return gradient;
		throw new InternalError(`Graph ${graph.name}: ${of} does not depend on ${value}, or not by a known way.`);
	});
}
/** All values that depend on some of `roots`. */
function dependents(nodes, roots) {
	const active = new Set(roots);
	for (const { inputs, outputs } of nodes) {
		if (!inputs.some((input) => active.has(input))) continue;
		for (const output of outputs) if (output !== "") active.add(output);
	}
	return active;
}
function ruleOf(node) {
	const rule = GRADIENT_RULES[node.type];
	if (rule) return rule;
	throw new InternalError(`There is no gradient for the operator ${node.type} (${node.name}).`);
}
/** A value that is used several times gets the sum of what comes back from each use. */
var Gradients = class {
	graph;
	parts = /* @__PURE__ */ new Map();
	constructor(graph) {
		this.graph = graph;
	}
	add(value, gradient) {
		this.parts.set(value, [...this.parts.get(value) ?? [], gradient]);
	}
	get(value) {
		const parts = this.parts.get(value);
		if (parts === void 0 || parts.length < 2) return parts?.[0];
		const sum = this.graph.op("Sum", parts);
		this.parts.set(value, [sum]);
		return sum;
	}
};
// src/adaptation/gradient-graph.ts
/**
* The base model with a frozen adapter and a residual one, and the gradient of a loss with respect to the residual.
*
* In: a base model in fp32. Out: a model whose one run reads some texts and gives the loss and its gradient. Knows
* nothing about assertions or optimisers. Several texts go into one run: the bias keeps them apart.
*
*   loss = Σ weight · −log P(target | what its row has read)
*
* Inputs: input_ids (tokens), position_ids (1, tokens), bias (tokens, tokens), selected (rows), targets (rows), weights
* (rows), lora_A.T and lora_B.T of the frozen adapter (or lora_A.N.T, a pair for each layer), residual_A.T and residual_B.T,
* which all layers share (scaling already in B). Outputs: losses (rows), and gradient.X for each input X of the residual.
*/
/** Throws ModelError for quantised weights: the way back needs the matrices themselves. */
function buildGradientGraph(model, { maxPositions, layerAdapters = false }) {
	requireFloats(model);
	const { config, weightsFolder } = model;
	const graph = new Graph("gradient", { weightsFolder });
	const inputIds = graph.input("input_ids", "I64", ["tokens"]);
	const { attend } = cachedAttention(graph, config, {
		positionIds: graph.input("position_ids", "I64", [1, "tokens"]),
		bias: graph.input("bias", "F32", ["tokens", "tokens"]),
		maxPositions
	});
	const { project, inputs } = adaptedProjection(graph, model, {
		base: adaptedProjection(graph, model, { layerAdapters }).project,
		prefix: "residual"
	});
	const logits = linear(graph, buildLayers(graph, model, {
		inputIds,
		selected: graph.input("selected", "I64", ["rows"]),
		attend,
		project
	}), { weight: model.weight(outputWeight(config)) });
	const gradients = addGradients(graph, {
		of: logits,
		seed: addLoss(graph, logits, config.vocabularySize),
		wrt: inputs.map(({ name }) => name)
	});
	for (const [index, { name, shape }] of inputs.entries()) graph.output(`gradient.${name}`, gradients[index], { shape });
	return graph.model();
}
/** Adds the output `losses`; gives the loss's gradient by the logits: weight · (softmax − one-hot). */
function addLoss(graph, logits, vocabularySize) {
	const targets = graph.input("targets", "I64", ["rows"]);
	const weights = graph.input("weights", "F32", ["rows"]);
	const logProbabilities = graph.op("LogSoftmax", [logits], { axis: -1 });
	const range = graph.op("Constant", [], { value_floats: floats([0, 1]) });
	const wanted = graph.op("OneHot", [
		targets,
		graph.integers(vocabularySize),
		range
	], { axis: -1 });
	const ofTarget = graph.op("Mul", [logProbabilities, wanted]);
	const sums = graph.op("ReduceSum", [ofTarget, graph.integers(-1)], { keepdims: 0 });
	graph.output("losses", graph.op("Neg", [sums]), { shape: ["rows"] });
	const error = graph.op("Sub", [graph.op("Exp", [logProbabilities]), wanted]);
	return graph.op("Mul", [error, graph.op("Unsqueeze", [weights, graph.integers(-1)])]);
}
function requireFloats({ precision, weightsFolder }) {
	if (precision === "fp32") return;
	throw new ModelError(`Cannot refine an adapter with the weights in ${weightsFolder}: they are in ${precision}, expected fp32.\nBuild the model pack with "--precision fp32", or turn refinement off.`);
}
// src/adaptation/refine.ts
/** What the residual's inputs of the graph are called. */
const PREFIX$1 = "residual";
/** Steps until the full learning rate. */
const WARMUP_STEPS = 3;
/** Throws ModelError for quantised weights. */
async function openRefiner(model, { maxTokens, layerAdapters = false }) {
	const { config, weightsFolder } = model;
	const session = await openSession(buildGradientGraph(model, {
		maxPositions: longestRun(maxTokens),
		layerAdapters
	}), {
		weightsFolder,
		prepack: true
	});
	const sizes = moduleSizes(config);
	const layerCount = layerAdapters ? config.layerCount : null;
	return {
		async refine(request) {
			checkLengths(request.batches.flat(), maxTokens);
			return refine(session, request, {
				frozen: (adapter) => adapterFeeds(adapter, sizes, { layerCount }),
				residual: (adapter) => adapterFeeds(adapter, sizes, { prefix: PREFIX$1 })
			});
		},
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
	};
}
/** An adapter that changes nothing yet: A as PyTorch draws it for LoRA, seeded; B zero. */
function emptyResidual(config, { rank, seed }) {
	const random = createRandom(seed);
	const pairs = {};
	for (const [type, { inFeatures, outFeatures }] of Object.entries(moduleSizes(config))) pairs[type] = {
		A: Float32Array.from({ length: rank * inFeatures }, () => random.normal() / Math.sqrt(inFeatures)),
		B: new Float32Array(outFeatures * rank),
		inFeatures,
		outFeatures
	};
	return {
		rank,
		alpha: rank,
		pairs
	};
}
async function refine(session, { frozen, residual: start, batches, learningRate }, inputs) {
	const residual = copyOf(start);
	const parameters = parametersOf(residual);
	const adam = createAdam(parameters);
	const frozenFeeds = inputs.frozen(frozen);
	const losses = [];
	for (const [step, batch] of batches.entries()) {
		const { loss, gradients } = await slope(session, batch, {
			adapter: {
				...frozenFeeds,
				...inputs.residual(residual)
			},
			names: Object.keys(parameters)
		});
		losses.push(loss);
		adam.step(gradients, learningRate * Math.min(1, (step + 1) / WARMUP_STEPS));
	}
	return {
		residual,
		losses
	};
}
/** The mean loss over all target tokens of a batch, and its gradient: several runs, whose shares are added up. */
async function slope(session, batch, { adapter, names }) {
	const count = targetCount(batch);
	const gradients = {};
	let loss = 0;
	for (const examples of runsOf(batch)) {
		const results = await session.run({
			...exampleFeeds(examples, count),
			...adapter
		});
		loss += total(results.losses?.data) / count;
		for (const name of names) {
			const part = results[`gradient.${name}`]?.data;
			gradients[name] = sumOf(gradients[name], part);
		}
	}
	return {
		loss,
		gradients
	};
}
/** Into the first one, where there is one. */
function sumOf(sum, part) {
	if (sum === void 0) return part;
	for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i] + part[i];
	return sum;
}
/** The adapter's matrices under the names of the graph's inputs. */
function parametersOf({ pairs }) {
	return Object.fromEntries(Object.entries(pairs).flatMap(([type, { A, B }]) => [[`${PREFIX$1}_A.${type}`, A], [`${PREFIX$1}_B.${type}`, B]]));
}
function copyOf({ rank, alpha, pairs }) {
	const copies = Object.entries(pairs).map(([type, pair]) => [type, {
		...pair,
		A: pair.A.slice(),
		B: pair.B.slice()
	}]);
	return {
		rank,
		alpha,
		pairs: Object.fromEntries(copies)
	};
}
const total = (values) => values.reduce((sum, value) => sum + value, 0);
// src/runtime/weight-files.ts
/**
* Which safetensors files a list of paths stands for.
*
* In: paths of files, of indexes of shards, of links to either. Out: the tensors of all of them, and one folder
* that holds the files. Knows nothing about what the tensors are for.
*/
/** Reads the headers of all files. Throws ModelError, also when two files hold a tensor of the same name. */
function entriesOfFiles(paths) {
	const entryByName = /* @__PURE__ */ new Map();
	for (const file of new Set(paths.flatMap(shardsOf).map(resolveLink))) for (const [name, entry] of readHeader(file).entries) {
		const other = entryByName.get(name);
		if (other) throw new ModelError(`Cannot use the weights: tensor ${name} is in ${other.file} and in ${file}.\nGet the shards of the model again.`);
		entryByName.set(name, entry);
	}
	return entryByName;
}
/** A file that ends in `.index.json` stands for the shards it lists, which lie beside it. Throws ModelError. */
function shardsOf(path) {
	if (path.endsWith(".safetensors")) return [path];
	if (path.endsWith(".index.json")) {
		const { weight_map: fileByTensor } = checkIndex(readJson(path), `${path}:`);
		return [...new Set(Object.values(fileByTensor).map((file) => basename(file)))].map((name) => join(dirname(path), name));
	}
	throw new ModelError(`Cannot use the weights ${path}: expected a .safetensors file or an .index.json of shards.`);
}
/** ONNX Runtime refuses links that leave the folder, as they do in the cache of the Hugging Face hub. */
function resolveLink(path) {
	try {
		return realpathSync(path);
	} catch (cause) {
		throw new ModelError(`Cannot find the weights ${path}: ${cause.message}.`, { cause });
	}
}
/** The deepest folder that holds all files: the weights folder of a session. */
function commonFolder(files) {
	let folder = dirname(files[0]);
	const holds = (file) => file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
	while (!files.every(holds) && folder !== dirname(folder)) folder = dirname(folder);
	return folder;
}
/** The largest tokenisers have some ten million bytes. */
const MAX_JSON_BYTES = 2e8;
/** Throws ModelError when the file cannot be read or is not JSON. */
function readJson(path) {
	const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
	if (bytes > MAX_JSON_BYTES) throw new ModelError(`Cannot read ${path}: it has ${bytes} bytes, expected ${MAX_JSON_BYTES} at most.\nRestore or download the file again.`);
	try {
		return JSON.parse(readFileSync(path, "utf8"));
	} catch (cause) {
		throw new ModelError(`Cannot read ${path}: ${wordsOf(cause)}.\nExpected a file of JSON: restore or download it again.`, { cause });
	}
}
/** JSON.parse shows a piece of what it could not read, which may be any bytes. */
const wordsOf = (error) => error.message.replaceAll(/\p{Cc}/gu, "�");
const checkIndex = advising(object({ weight_map: record(text(/\.safetensors$/, "the name of a safetensors file")) }), "Get the index and the shards of the model again; weights in another format must be saved as safetensors first.");
// node_modules/@huggingface/tokenizers/dist/tokenizers.mjs
var DictionarySplitter = class {
	/**
	* @param dictionary The dictionary of words to use for splitting.
	*/
	constructor(dictionary) {
		this.trie = this._build_trie(dictionary);
	}
	/**
	* Builds a trie from the given dictionary.
	* @param dictionary The dictionary of words to build the trie from.
	* @returns The root node of the trie.
	* @private
	*/
	_build_trie(dictionary) {
		const trie = /* @__PURE__ */ Object.create(null);
		for (const word of dictionary) {
			let node = trie;
			for (let i = 0; i < word.length; ++i) {
				const char = word[i];
				node = node[char] ??= /* @__PURE__ */ Object.create(null);
			}
			node.end = word;
		}
		return trie;
	}
	/**
	* Splits the input text into tokens based on the dictionary.
	* @param text The input text to split.
	* @returns An array of tokens.
	*/
	split(text) {
		const result = [];
		const n = text.length;
		let start = 0;
		let i = 0;
		while (i < n) {
			let node = this.trie;
			let match = null;
			let j = i;
			while (j < n && (node = node[text[j]])) {
				if (node.end) match = node.end;
				++j;
			}
			if (match) {
				if (i > start) result.push(text.slice(start, i));
				result.push(match);
				i += match.length;
				start = i;
			} else ++i;
		}
		if (start < n) result.push(text.slice(start));
		return result;
	}
};
var DictionarySplitter_default = DictionarySplitter;
var AddedToken = class {
	/**
	* Creates a new instance of AddedToken.
	* @param config Added token configuration object.
	*/
	constructor(config) {
		this.content = config.content;
		this.id = config.id;
		this.single_word = config.single_word ?? false;
		this.lstrip = config.lstrip ?? false;
		this.rstrip = config.rstrip ?? false;
		this.special = config.special ?? false;
		this.normalized = config.normalized ?? !this.special;
	}
};
var AddedToken_default = AddedToken;
var compile_unicode_regexp = (source, flags) => {
	try {
		return new RegExp(source, flags);
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		const property_names = /* @__PURE__ */ new Map();
		const rewritten = source.replace(/(\\[pP])\{([^}=]+)\}/g, (text, p, n, offset) => {
			let preceding_backslashes = 0;
			for (let i = offset - 1; i >= 0 && source[i] === "\\"; --i) ++preceding_backslashes;
			if (preceding_backslashes % 2 === 1) return text;
			let property_name = property_names.get(n);
			if (property_name === void 0) {
				try {
					new RegExp(`\\p{${n}}`, "u");
					property_name = n;
				} catch {
					property_name = `Script=${n}`;
				}
				property_names.set(n, property_name);
			}
			return `${p}{${property_name}}`;
		});
		if (rewritten === source) throw error;
		try {
			return new RegExp(rewritten, flags);
		} catch {
			throw error;
		}
	}
};
var clean_up_tokenization = (text) => text.replace(/ \./g, ".").replace(/ \?/g, "?").replace(/ \!/g, "!").replace(/ ,/g, ",").replace(/ \' /g, "'").replace(/ n't/g, "n't").replace(/ 'm/g, "'m").replace(/ 's/g, "'s").replace(/ 've/g, "'ve").replace(/ 're/g, "'re");
var create_pattern = (pattern, invert = true) => {
	if (pattern.Regex !== void 0) return compile_unicode_regexp(rewrite_oniguruma_to_js(normalize_bloom_split_char_class(pattern.Regex)), "gu");
	else if (pattern.String !== void 0) {
		const escaped = escape_reg_exp(pattern.String);
		return new RegExp(invert ? escaped : `(${escaped})`, "gu");
	} else {
		console.warn("Unknown pattern type:", pattern);
		return null;
	}
};
var UNICODE_WORD_CHARS_IN_CLASS = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}";
var UNICODE_WORD_CHARS = `${UNICODE_WORD_CHARS_IN_CLASS}\\u00B2\\u00B3\\u00B9\\u00BC-\\u00BE`;
var UNICODE_WORD_CLASS = `[${UNICODE_WORD_CHARS}]`;
var UNICODE_NON_WORD_CLASS = `[^${UNICODE_WORD_CHARS}]`;
var UNICODE_WORD_BOUNDARY = `(?:(?<!${UNICODE_WORD_CLASS})(?=${UNICODE_WORD_CLASS})|(?<=${UNICODE_WORD_CLASS})(?!${UNICODE_WORD_CLASS}))`;
var UNICODE_NON_WORD_BOUNDARY = `(?:(?<!${UNICODE_WORD_CLASS})(?!${UNICODE_WORD_CLASS})|(?<=${UNICODE_WORD_CLASS})(?=${UNICODE_WORD_CLASS}))`;
var LINE_START_ANCHOR = "(?:(?<![\\s\\S])|(?<=\\n))";
var LINE_END_ANCHOR = "(?:(?=\\n)|(?![\\s\\S]))";
var HEX_DIGIT_CHARS = "0-9A-Fa-f";
var ESCAPE_REWRITES = /* @__PURE__ */ new Map([
	["A", "(?<![\\s\\S])"],
	["z", "(?![\\s\\S])"],
	["Z", "(?=\\n?(?![\\s\\S]))"],
	["h", `[${HEX_DIGIT_CHARS}]`],
	["H", `[^${HEX_DIGIT_CHARS}]`],
	["w", UNICODE_WORD_CLASS],
	["W", UNICODE_NON_WORD_CLASS],
	["d", "\\p{Nd}"],
	["D", "\\P{Nd}"],
	["s", "\\p{White_Space}"],
	["S", "\\P{White_Space}"],
	["b", UNICODE_WORD_BOUNDARY],
	["B", UNICODE_NON_WORD_BOUNDARY],
	["a", "\\x07"],
	["e", "\\x1B"]
]);
var CLASS_ESCAPE_REWRITES = /* @__PURE__ */ new Map([
	["h", HEX_DIGIT_CHARS],
	["w", UNICODE_WORD_CHARS_IN_CLASS],
	["d", "\\p{Nd}"],
	["D", "\\P{Nd}"],
	["s", "\\p{White_Space}"],
	["S", "\\P{White_Space}"],
	["a", "\\x07"],
	["e", "\\x1B"]
]);
var CLASS_COMPLEMENT_ALTERNATIVES = /* @__PURE__ */ new Map([["W", `[^${UNICODE_WORD_CHARS_IN_CLASS}]`], ["H", `[^${HEX_DIGIT_CHARS}]`]]);
var RAW_WHITESPACE_ESCAPES = /* @__PURE__ */ new Map([
	["\n", "\\n"],
	["\r", "\\r"],
	["	", "\\t"],
	["\f", "\\f"],
	["\v", "\\v"]
]);
var POSIX_CLASS_FRAGMENTS = /* @__PURE__ */ new Map([
	["alpha", "\\p{Alphabetic}"],
	["alnum", "\\p{Alphabetic}\\p{Nd}"],
	["digit", "\\p{Nd}"],
	["lower", "\\p{Lowercase}"],
	["upper", "\\p{Uppercase}"],
	["space", "\\p{White_Space}"],
	["blank", "\\t\\p{Zs}"],
	["punct", "\\p{P}\\p{S}"],
	["cntrl", "\\p{Cc}"],
	["word", UNICODE_WORD_CHARS_IN_CLASS],
	["xdigit", HEX_DIGIT_CHARS]
]);
var JS_SYNTAX_CHARS = "^$\\.*+?()[]{}|/";
var GROUP_PREFIX_RE = /^\(\?(?:<[=!]|<[A-Za-z_][A-Za-z0-9_]*>|[:=!>])/;
var BRACED_ESCAPE_RE = /^\\([pPxu])\{([^}]*)\}/;
var QUANTIFIER_BRACE_RE = /^\{(\d+(?:,\d*)?|,\d+)\}/;
var POSIX_BRACKET_RE = /^\[:(\^?)(\p{Alphabetic}+):\]/u;
var EMPTY_NEGATED_POSIX_BRACKET_RE = /^\[:\^:\]/;
var UNSUPPORTED_POSIX_BRACKET_RE = /^\[(?:\.[^\]]*\.\]|=[^\]]*=\])/;
var FIXED_WIDTH_ESCAPE_RE = /^(?:\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\c[A-Za-z])/;
var is_ascii_letter = (char) => char >= "A" && char <= "Z" || char >= "a" && char <= "z";
var character_at = (text, index) => String.fromCodePoint(text.codePointAt(index));
var get_ascii_folded_hex_atom = (hex) => {
	if (!/^[0-9A-Fa-f]{1,8}$/.test(hex)) return null;
	const code_point = Number.parseInt(hex, 16);
	if (code_point > 127) return null;
	const letter = String.fromCharCode(code_point);
	return is_ascii_letter(letter) ? `[${letter.toLowerCase()}${letter.toUpperCase()}]` : null;
};
var normalize_bloom_split_char_class = (regex) => regex.replace(/\[\^\(\\s\|\[([^\]]+)\]\)\]/g, "[^()|\\s$1]");
var ANY_CODE_POINT = "[\\s\\S]";
var MAX_CHARACTER_CLASS_NESTING_DEPTH = 256;
var create_character_class_operand = () => ({
	fragment: "",
	alternatives: [],
	tail: null,
	contains_complex_set: false
});
var throw_character_class_range_error = (index) => {
	throw new SyntaxError(`Unsupported range with a set-valued character-class operand at index ${index}`);
};
var add_character_class_atom = (operand, atom, index, contains_complex_set = true) => {
	if (operand.tail === "range") throw_character_class_range_error(index);
	operand.alternatives.push(atom);
	operand.tail = "set";
	operand.contains_complex_set = operand.contains_complex_set || contains_complex_set;
};
var append_character_class_fragment = (operand, fragment, set_valued = false, index = -1) => {
	if (set_valued && operand.tail === "range") throw_character_class_range_error(index);
	if (operand.tail === "range") {
		operand.fragment += fragment;
		operand.tail = "complete_range";
		return;
	}
	operand.fragment += fragment;
	operand.tail = set_valued ? "set" : "scalar";
	operand.contains_complex_set = operand.contains_complex_set || set_valued;
};
var rewrite_character_class_escape = (regex, index, operand) => {
	const braced = BRACED_ESCAPE_RE.exec(regex.slice(index));
	if (braced) {
		const [text, kind, body] = braced;
		if (kind === "P" && body === "Word") add_character_class_atom(operand, `[^${UNICODE_WORD_CHARS_IN_CLASS}]`, index);
		else append_character_class_fragment(operand, kind === "x" ? `\\u{${body}}` : kind === "p" && body === "Word" ? UNICODE_WORD_CHARS_IN_CLASS : text, kind === "p" || kind === "P", index);
		return index + text.length;
	}
	const fixed_width = FIXED_WIDTH_ESCAPE_RE.exec(regex.slice(index));
	if (fixed_width) {
		append_character_class_fragment(operand, fixed_width[0]);
		return index + fixed_width[0].length;
	}
	if (index + 1 >= regex.length) throw new SyntaxError(`Unterminated escape in character class at index ${index}`);
	const next = character_at(regex, index + 1);
	const next_end = index + 1 + next.length;
	const raw_whitespace = RAW_WHITESPACE_ESCAPES.get(next);
	if (raw_whitespace !== void 0) {
		append_character_class_fragment(operand, raw_whitespace);
		return next_end;
	}
	const complement = CLASS_COMPLEMENT_ALTERNATIVES.get(next);
	if (complement !== void 0) {
		add_character_class_atom(operand, complement, index);
		return next_end;
	}
	const rewrite = CLASS_ESCAPE_REWRITES.get(next);
	let replacement;
	let set_valued = false;
	if (rewrite !== void 0) {
		replacement = rewrite;
		set_valued = next !== "a" && next !== "e";
	} else if (/[A-Za-z0-9]/.test(next)) replacement = `\\${next}`;
	else if (JS_SYNTAX_CHARS.includes(next) || next === "-") replacement = `\\${next}`;
	else replacement = next;
	append_character_class_fragment(operand, replacement, set_valued, index);
	return next_end;
};
var compile_character_set_union = (pieces) => {
	if (pieces.length === 1) return pieces[0];
	return `(?:(?=(?:${pieces.join("|")}))${ANY_CODE_POINT})`;
};
var compile_character_class_operand = (operand) => {
	return compile_character_set_union(operand.fragment.length === 0 ? operand.alternatives : [`[${operand.fragment}]`, ...operand.alternatives]);
};
var get_ascii_fold_additions = (positive_atom) => {
	const membership = compile_unicode_regexp(`^(?:${positive_atom})$`, "u");
	let additions = "";
	for (let offset = 0; offset < 26; ++offset) {
		const upper = String.fromCharCode(65 + offset);
		const lower = String.fromCharCode(97 + offset);
		const has_upper = membership.test(upper);
		if (has_upper !== membership.test(lower)) additions += has_upper ? lower : upper;
	}
	return additions;
};
var parse_character_class = (regex, start, ascii_fold, apply_ascii_fold = true, nesting_depth = 1) => {
	if (nesting_depth > MAX_CHARACTER_CLASS_NESTING_DEPTH) throw new SyntaxError(`Maximum character-class nesting depth of ${MAX_CHARACTER_CLASS_NESTING_DEPTH} exceeded at index ${start}`);
	let i = start + 1;
	const negated = regex[i] === "^";
	if (negated) ++i;
	const first_content_index = i;
	const operands = [create_character_class_operand()];
	let operand = operands[0];
	let contains_nested_negated_complex_set = false;
	while (i < regex.length) {
		const char = character_at(regex, i);
		if (char === "\\") {
			i = rewrite_character_class_escape(regex, i, operand);
			continue;
		}
		if (char === "]") {
			if (i === first_content_index) {
				append_character_class_fragment(operand, "\\]");
				++i;
				continue;
			}
			if (operand.tail === null) {
				if (operands.length > 1) throw new SyntaxError(`Malformed character-class intersection with an empty operand at index ${i}`);
				throw new SyntaxError(`Empty character class at index ${start}`);
			}
			const contains_complex_set = operands.some((candidate) => candidate.contains_complex_set);
			if (negated && operands.length > 1 && contains_nested_negated_complex_set) throw new SyntaxError(`Unsupported outer-negated character-class intersection with a nested negated class containing a Unicode property, POSIX class, or shorthand at index ${start}`);
			const first_atom = compile_character_class_operand(operands[0]);
			let positive_atom = first_atom;
			if (operands.length > 1) {
				let lookaheads = "";
				for (let j = 1; j < operands.length; ++j) lookaheads += `(?=${compile_character_class_operand(operands[j])})`;
				positive_atom = `(?:${lookaheads}${first_atom})`;
			}
			const is_direct_class = operands.length === 1 && operand.alternatives.length === 0;
			let direct_fragment = operand.fragment;
			if (ascii_fold && apply_ascii_fold) {
				const additions = get_ascii_fold_additions(positive_atom);
				if (additions.length > 0) {
					if (is_direct_class) {
						direct_fragment += additions;
						positive_atom = `[${direct_fragment}]`;
					} else positive_atom = compile_character_set_union([positive_atom, `[${additions}]`]);
				}
			}
			return {
				atom: negated ? is_direct_class ? `[^${direct_fragment}]` : `(?:(?!${positive_atom})${ANY_CODE_POINT})` : positive_atom,
				end: i + 1,
				negated,
				contains_complex_set,
				contains_nested_negated_complex_set
			};
		}
		if (regex.startsWith("&&", i)) {
			if (operand.tail === null) throw new SyntaxError(`Malformed character-class intersection with an empty operand at index ${i}`);
			operand = create_character_class_operand();
			operands.push(operand);
			i += 2;
			continue;
		}
		if (char === "[") {
			const suffix = regex.slice(i);
			if (EMPTY_NEGATED_POSIX_BRACKET_RE.test(suffix)) throw new SyntaxError(`Malformed empty negated POSIX character class at index ${i}`);
			const posix = POSIX_BRACKET_RE.exec(suffix);
			if (posix) {
				const [, posix_negated, name] = posix;
				const fragment = POSIX_CLASS_FRAGMENTS.get(name);
				if (fragment === void 0) throw new SyntaxError(`Unsupported POSIX character class "${name}" at index ${i}`);
				if (ascii_fold && posix_negated && (name === "lower" || name === "upper")) throw new SyntaxError(`Unsupported negated POSIX ${name} class inside an inline case-insensitive group`);
				if (posix_negated) add_character_class_atom(operand, `[^${fragment}]`, i);
				else append_character_class_fragment(operand, fragment, true, i);
				i += posix[0].length;
				continue;
			}
			if (UNSUPPORTED_POSIX_BRACKET_RE.test(suffix)) throw new SyntaxError(`Unsupported POSIX collating or equivalence bracket expression at index ${i}`);
			const nested = parse_character_class(regex, i, ascii_fold, false, nesting_depth + 1);
			add_character_class_atom(operand, nested.atom, i, nested.contains_complex_set);
			contains_nested_negated_complex_set ||= nested.contains_nested_negated_complex_set || nested.negated && nested.contains_complex_set;
			i = nested.end;
			continue;
		}
		if (char === "-") {
			const is_terminal_literal = regex[i + 1] === "]" || regex.startsWith("&&", i + 1);
			if (operand.tail === "set" && !is_terminal_literal) throw_character_class_range_error(i);
			if (operand.tail === null || operand.tail === "range" || operand.tail === "complete_range" || is_terminal_literal) append_character_class_fragment(operand, "\\-");
			else {
				operand.fragment += "-";
				operand.tail = "range";
			}
			++i;
			continue;
		}
		append_character_class_fragment(operand, char === "^" && operand.fragment.length === 0 ? "\\^" : char);
		i += char.length;
	}
	throw new SyntaxError(`${operands.length > 1 ? "Unterminated character-class intersection" : "Unterminated character class"} at index ${start}`);
};
var rewrite_oniguruma_to_js = (regex) => {
	let out = "";
	let atom_start = -1;
	let last_was_quantifier = false;
	let ascii_fold = false;
	const group_states = [];
	const emit_atom = (text) => {
		atom_start = out.length;
		out += text;
		last_was_quantifier = false;
	};
	for (let i = 0; i < regex.length;) {
		const char = character_at(regex, i);
		if (char === "\\") {
			const braced = BRACED_ESCAPE_RE.exec(regex.slice(i));
			if (braced) {
				const [text, kind, body] = braced;
				let replacement2 = text;
				if (kind === "x") {
					const code_point_escape = `\\u{${body}}`;
					replacement2 = ascii_fold ? get_ascii_folded_hex_atom(body) ?? code_point_escape : code_point_escape;
				} else if (body === "Word") replacement2 = kind === "p" ? UNICODE_WORD_CLASS : UNICODE_NON_WORD_CLASS;
				emit_atom(replacement2);
				i += text.length;
				continue;
			}
			const fixed_width = FIXED_WIDTH_ESCAPE_RE.exec(regex.slice(i));
			if (fixed_width) {
				const text = fixed_width[0];
				emit_atom(ascii_fold && text[1] !== "c" ? get_ascii_folded_hex_atom(text.slice(2)) ?? text : text);
				i += text.length;
				continue;
			}
			if (i + 1 >= regex.length) {
				out += char;
				break;
			}
			const next = character_at(regex, i + 1);
			i += 1 + next.length;
			if (next === "G") continue;
			const raw_whitespace = RAW_WHITESPACE_ESCAPES.get(next);
			if (raw_whitespace !== void 0) {
				emit_atom(raw_whitespace);
				continue;
			}
			const rewrite = ESCAPE_REWRITES.get(next);
			let replacement;
			if (rewrite !== void 0) replacement = rewrite;
			else if (/[A-Za-z0-9]/.test(next)) replacement = `\\${next}`;
			else if (JS_SYNTAX_CHARS.includes(next)) replacement = `\\${next}`;
			else replacement = next;
			emit_atom(replacement);
			continue;
		}
		switch (char) {
			case "[": {
				const parsed = parse_character_class(regex, i, ascii_fold);
				emit_atom(parsed.atom);
				i = parsed.end;
				continue;
			}
			case "]":
				emit_atom("\\]");
				++i;
				continue;
			case ".":
				emit_atom("[^\\n]");
				++i;
				continue;
			case "^":
				emit_atom(LINE_START_ANCHOR);
				++i;
				continue;
			case "$":
				emit_atom(LINE_END_ANCHOR);
				++i;
				continue;
			case "(": {
				const inline_case_insensitive = regex.startsWith("(?i:", i);
				const source_prefix = inline_case_insensitive ? "(?i:" : GROUP_PREFIX_RE.exec(regex.slice(i))?.[0] ?? "(";
				const output_prefix = inline_case_insensitive ? "(?:" : source_prefix === "(?>" ? "(?:" : source_prefix;
				group_states.push([out.length, ascii_fold]);
				if (inline_case_insensitive) ascii_fold = true;
				out += output_prefix;
				last_was_quantifier = false;
				i += source_prefix.length;
				continue;
			}
			case ")":
				out += char;
				[atom_start, ascii_fold] = group_states.pop() ?? [-1, false];
				last_was_quantifier = false;
				++i;
				continue;
			case "|":
				out += char;
				atom_start = -1;
				last_was_quantifier = false;
				++i;
				continue;
			case "{": {
				const quant = QUANTIFIER_BRACE_RE.exec(regex.slice(i));
				if (!quant || atom_start < 0) {
					emit_atom("\\{");
					++i;
					continue;
				}
				const body = quant[1].startsWith(",") ? `0${quant[1]}` : quant[1];
				i += quant[0].length;
				const following = regex[i];
				if (following === "+" || following === "*") {
					out = `${out.slice(0, atom_start)}(?:${out.slice(atom_start)}{${body}})${following}`;
					++i;
				} else out += `{${body}}`;
				last_was_quantifier = true;
				continue;
			}
			case "}":
				emit_atom("\\}");
				++i;
				continue;
			case "+":
				if (last_was_quantifier) {
					++i;
					continue;
				}
				out += char;
				last_was_quantifier = true;
				++i;
				continue;
			case "*":
			case "?":
				out += char;
				last_was_quantifier = true;
				++i;
				continue;
			default:
				emit_atom(ascii_fold && is_ascii_letter(char) ? `[${char.toLowerCase()}${char.toUpperCase()}]` : char);
				i += char.length;
				continue;
		}
	}
	return out;
};
var escape_reg_exp = (string) => string.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
var fuse_unk = (arr, tokens_to_ids, unk_token_id) => {
	const fused = [];
	let i = 0;
	while (i < arr.length) {
		fused.push(arr[i]);
		if ((tokens_to_ids.get(arr[i]) ?? unk_token_id) !== unk_token_id) {
			++i;
			continue;
		}
		while (++i < arr.length && (tokens_to_ids.get(arr[i]) ?? unk_token_id) === unk_token_id) if (tokens_to_ids.get(fused.at(-1)) !== unk_token_id) fused[fused.length - 1] += arr[i];
	}
	return fused;
};
var is_chinese_char = (cp) => cp >= 19968 && cp <= 40959 || cp >= 13312 && cp <= 19903 || cp >= 131072 && cp <= 173791 || cp >= 173824 && cp <= 177983 || cp >= 177984 && cp <= 178207 || cp >= 178208 && cp <= 183983 || cp >= 63744 && cp <= 64255 || cp >= 194560 && cp <= 195103;
var is_integral_number = (x) => Number.isInteger(x) || typeof x === "bigint";
var len = (s) => {
	let length = 0;
	for (const c of s) ++length;
	return length;
};
var lowercase_and_remove_accents = (text) => remove_accents(text.toLowerCase());
var merge_arrays = (...arrs) => Array.prototype.concat.apply([], arrs);
var object_to_map = (obj) => new Map(Object.entries(obj));
var regex_split = (text, regex) => {
	const result = [];
	let prev = 0;
	for (const match of text.matchAll(regex)) {
		const full_match = match[0];
		if (prev < match.index) result.push(text.slice(prev, match.index));
		if (full_match.length > 0) result.push(full_match);
		prev = match.index + full_match.length;
	}
	if (prev < text.length) result.push(text.slice(prev));
	return result;
};
var remove_accents = (text) => text.replace(/\p{M}/gu, "");
var validate_object = (obj, name, required_keys = []) => {
	if (!obj || Array.isArray(obj) || typeof obj !== "object") return `${name} must be a valid object`;
	for (const key of required_keys) if (!(key in obj)) return `${name} must contain a "${key}" property`;
	return null;
};
var whitespace_split = (text) => text.match(/\S+/g) || [];
var Callable = class {
	/**
	* Creates a new instance of the Callable class.
	*/
	constructor() {
		const closure = function(...args) {
			return closure._call(...args);
		};
		return Object.setPrototypeOf(closure, new.target.prototype);
	}
};
var Callable_default = Callable;
var Normalizer = class extends Callable_default {
	/**
	* @param config The configuration object for the normalizer.
	*/
	constructor(config) {
		super();
		this.config = config;
	}
	/**
	* Alias for {@link Normalizer#normalize}.
	* @param text The text to normalize.
	* @returns The normalized text.
	*/
	_call(text) {
		return this.normalize(text);
	}
};
var Normalizer_default = Normalizer;
var BertNormalizer = class extends Normalizer_default {
	/**
	* Adds whitespace around any CJK (Chinese, Japanese, or Korean) character in the input text.
	*
	* @param text The input text to tokenize.
	* @returns The tokenized text with whitespace added around CJK characters.
	*/
	tokenize_chinese_chars(text) {
		const output = [];
		for (let i = 0; i < text.length; ++i) {
			const char = text[i];
			if (is_chinese_char(char.charCodeAt(0))) {
				output.push(" ");
				output.push(char);
				output.push(" ");
			} else output.push(char);
		}
		return output.join("");
	}
	/**
	* Strips accents from the given text.
	* @param text The text to strip accents from.
	* @returns The text with accents removed.
	*/
	strip_accents(text) {
		return text.normalize("NFD").replace(/\p{Mn}/gu, "");
	}
	/**
	* Checks whether `char` is a control character.
	* @param char The character to check.
	* @returns Whether `char` is a control character.
	*/
	is_control(char) {
		switch (char) {
			case "	":
			case "\n":
			case "\r": return false;
			default: return /^\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}$/u.test(char);
		}
	}
	/**
	* Performs invalid character removal and whitespace cleanup on text.
	* @param text The text to clean.
	* @returns The cleaned text.
	*/
	clean_text(text) {
		const output = [];
		for (const char of text) {
			const cp = char.charCodeAt(0);
			if (cp === 0 || cp === 65533 || this.is_control(char)) continue;
			if (/^\s$/.test(char)) output.push(" ");
			else output.push(char);
		}
		return output.join("");
	}
	/**
	* Normalizes the given text based on the configuration.
	* @param text The text to normalize.
	* @returns The normalized text.
	*/
	normalize(text) {
		if (this.config.clean_text) text = this.clean_text(text);
		if (this.config.handle_chinese_chars) text = this.tokenize_chinese_chars(text);
		if (this.config.lowercase) {
			text = text.toLowerCase();
			if (this.config.strip_accents !== false) text = this.strip_accents(text);
		} else if (this.config.strip_accents) text = this.strip_accents(text);
		return text;
	}
};
var BertNormalizer_default = BertNormalizer;
var Precompiled = class extends Normalizer_default {
	/**
	* Create a new instance of Precompiled normalizer.
	* @param config The configuration object.
	*/
	constructor(config) {
		super(config);
		this.charsmap = config.precompiled_charsmap ?? null;
	}
	/**
	* Normalizes the given text by applying the precompiled charsmap.
	* @param text The text to normalize.
	* @returns The normalized text.
	*/
	normalize(text) {
		text = text.replace(/[\u0001-\u0008\u000B\u000E-\u001F\u007F\u008F\u009F]/gm, "");
		text = text.replace(/[\u0009\u000A\u000C\u000D\u00A0\u1680\u2000-\u200F\u2028\u2029\u202F\u205F\u2581\u3000\uFEFF\uFFFD]/gm, " ");
		if (text.includes("～")) text = text.split("～").map((part) => part.normalize("NFKC")).join("～");
		else text = text.normalize("NFKC");
		return text;
	}
};
var Precompiled_default = Precompiled;
var Sequence = class extends Normalizer_default {
	/**
	* Create a new instance of NormalizerSequence.
	* @param config The configuration object.
	*/
	constructor(config) {
		super(config);
		this.normalizers = (config.normalizers ?? []).map((x) => create_normalizer_default(x));
	}
	/**
	* Apply a sequence of Normalizers to the input text.
	* @param text The text to normalize.
	* @returns The normalized text.
	*/
	normalize(text) {
		return this.normalizers.reduce((t, normalizer) => {
			return normalizer ? normalizer.normalize(t) : t;
		}, text);
	}
};
var Sequence_default = Sequence;
var Replace = class extends Normalizer_default {
	/**
	* @param config The configuration object for the normalizer.
	*/
	constructor(config) {
		super(config);
		this.pattern = create_pattern(this.config.pattern ?? {});
	}
	/**
	* Normalize the input text by replacing the pattern with the content.
	* @param text The input text to be normalized.
	* @returns The normalized text after replacing the pattern with the content.
	*/
	normalize(text) {
		return this.pattern === null ? text : text.replaceAll(this.pattern, this.config.content ?? "");
	}
};
var Replace_default = Replace;
var UnicodeNormalizer = class extends Normalizer_default {
	constructor() {
		super(...arguments);
		/**
		* The Unicode normalization form to apply.
		* Should be one of: 'NFC', 'NFD', 'NFKC', or 'NFKD'.
		*/
		this.form = "NFC";
	}
	/**
	* Normalize the input text by applying Unicode normalization.
	* @param text The input text to be normalized.
	* @returns The normalized text.
	*/
	normalize(text) {
		text = text.normalize(this.form);
		return text;
	}
};
var UnicodeNormalizer_default = UnicodeNormalizer;
var NFC = class extends UnicodeNormalizer_default {
	constructor() {
		super(...arguments);
		this.form = "NFC";
	}
};
var NFC_default = NFC;
var NFD = class extends UnicodeNormalizer_default {
	constructor() {
		super(...arguments);
		this.form = "NFD";
	}
};
var NFD_default = NFD;
var NFKC = class extends UnicodeNormalizer_default {
	constructor() {
		super(...arguments);
		this.form = "NFKC";
	}
};
var NFKC_default = NFKC;
var NFKD = class extends UnicodeNormalizer_default {
	constructor() {
		super(...arguments);
		this.form = "NFKD";
	}
};
var NFKD_default = NFKD;
var Strip = class extends Normalizer_default {
	/**
	* Strip leading and/or trailing whitespace from the input text.
	* @param text The input text.
	* @returns The normalized text.
	*/
	normalize(text) {
		if (this.config.strip_left && this.config.strip_right) text = text.trim();
		else {
			if (this.config.strip_left) text = text.trimStart();
			if (this.config.strip_right) text = text.trimEnd();
		}
		return text;
	}
};
var Strip_default = Strip;
var StripAccents = class extends Normalizer_default {
	/**
	* Remove all accents from the text.
	* @param text The input text.
	* @returns The normalized text without accents.
	*/
	normalize(text) {
		return remove_accents(text);
	}
};
var StripAccents_default = StripAccents;
var Lowercase = class extends Normalizer_default {
	/**
	* Lowercases the input string.
	* @param {string} text The text to normalize.
	* @returns {string} The normalized text.
	*/
	normalize(text) {
		return text.toLowerCase();
	}
};
var Lowercase_default = Lowercase;
var Prepend = class extends Normalizer_default {
	/**
	* Prepends the input string.
	* @param text The text to normalize.
	* @returns The normalized text.
	*/
	normalize(text) {
		text = this.config.prepend + text;
		return text;
	}
};
var Prepend_default = Prepend;
function create_normalizer(config) {
	if (config === null) return null;
	switch (config.type) {
		case "BertNormalizer": return new BertNormalizer_default(config);
		case "Precompiled": return new Precompiled_default(config);
		case "Sequence": return new Sequence_default(config);
		case "Replace": return new Replace_default(config);
		case "NFC": return new NFC_default(config);
		case "NFD": return new NFD_default(config);
		case "NFKC": return new NFKC_default(config);
		case "NFKD": return new NFKD_default(config);
		case "Strip": return new Strip_default(config);
		case "StripAccents": return new StripAccents_default(config);
		case "Lowercase": return new Lowercase_default(config);
		case "Prepend": return new Prepend_default(config);
		default: throw new Error(`Unknown Normalizer type: ${config.type}`);
	}
}
var create_normalizer_default = create_normalizer;
var PreTokenizer = class extends Callable_default {
	/**
	* Tokenizes the given text into pre-tokens.
	* @param text The text or array of texts to pre-tokenize.
	* @param options Additional options for the pre-tokenization logic.
	* @returns An array of pre-tokens.
	*/
	pre_tokenize(text, options) {
		return (Array.isArray(text) ? text.map((x) => this.pre_tokenize_text(x, options)) : this.pre_tokenize_text(text, options)).flat();
	}
	/**
	* Alias for {@link PreTokenizer#pre_tokenize}.
	* @param text The text or array of texts to pre-tokenize.
	* @param options Additional options for the pre-tokenization logic.
	* @returns An array of pre-tokens.
	*/
	_call(text, options) {
		return this.pre_tokenize(text, options);
	}
};
var PreTokenizer_default = PreTokenizer;
var BYTES_TO_UNICODE = (() => {
	const bs = [
		...Array.from({ length: "~".charCodeAt(0) - "!".charCodeAt(0) + 1 }, (_, i) => i + "!".charCodeAt(0)),
		...Array.from({ length: "¬".charCodeAt(0) - "¡".charCodeAt(0) + 1 }, (_, i) => i + "¡".charCodeAt(0)),
		...Array.from({ length: "ÿ".charCodeAt(0) - "®".charCodeAt(0) + 1 }, (_, i) => i + "®".charCodeAt(0))
	];
	const cs = bs.slice();
	let n = 0;
	for (let b = 0; b < 256; ++b) if (!bs.includes(b)) {
		bs.push(b);
		cs.push(256 + n);
		n += 1;
	}
	const ccs = cs.map((n2) => String.fromCharCode(n2));
	return Object.fromEntries(bs.map((b, i) => [b, ccs[i]]));
})();
var reverse_dictionary = (data) => Object.fromEntries(Object.entries(data).map(([key, value]) => [value, key]));
var UNICODE_TO_BYTES = reverse_dictionary(BYTES_TO_UNICODE);
var PUNCTUATION_REGEX = "\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E";
var ByteLevel = class extends PreTokenizer_default {
	/**
	* Creates a new instance of the `ByteLevelPreTokenizer` class.
	* @param config The configuration object.
	*/
	constructor(config) {
		super();
		this.config = config;
		this.add_prefix_space = this.config.add_prefix_space ?? false;
		this.trim_offsets = this.config.trim_offsets ?? false;
		this.use_regex = this.config.use_regex ?? true;
		this.pattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
		this.byte_encoder = BYTES_TO_UNICODE;
		this.text_encoder = new TextEncoder();
	}
	/**
	* Tokenizes a single piece of text using byte-level tokenization.
	* @param text The text to tokenize.
	* @param options Additional options for the pre-tokenization logic.
	* @returns An array of tokens.
	*/
	pre_tokenize_text(text, options) {
		if (this.add_prefix_space && !text.startsWith(" ")) text = " " + text;
		return (this.use_regex ? text.match(this.pattern) || [] : [text]).map((token) => Array.from(this.text_encoder.encode(token), (byte) => this.byte_encoder[byte]).join(""));
	}
};
var ByteLevel_default = ByteLevel;
var Whitespace = class extends PreTokenizer_default {
	/**
	* Pre-tokenizes the input text by splitting it on word boundaries.
	* @param text The text to be pre-tokenized.
	* @param options Additional options for the pre-tokenization logic.
	* @returns An array of tokens produced by splitting the input text on whitespace.
	*/
	pre_tokenize_text(text, options) {
		return text.match(/\w+|[^\w\s]+/g) || [];
	}
};
var Whitespace_default = Whitespace;
var Metaspace = class extends PreTokenizer_default {
	/**
	* @param config The configuration object for the MetaspacePreTokenizer.
	*/
	constructor(config) {
		super();
		this.replacement = config.replacement ?? "▁";
		this.str_rep = config.str_rep || this.replacement;
		this.prepend_scheme = config.prepend_scheme ?? "always";
	}
	/**
	* This method takes a string, replaces spaces with the replacement character,
	* adds a prefix space if requested, and returns a new list of tokens.
	* @param text The text to pre-tokenize.
	* @param options The options for the pre-tokenization.
	* @returns A new list of pre-tokenized tokens.
	*/
	pre_tokenize_text(text, options) {
		const { section_index = void 0 } = options ?? {};
		let normalized = text.replaceAll(" ", this.str_rep);
		if (!normalized.startsWith(this.replacement) && (this.prepend_scheme === "always" || this.prepend_scheme === "first" && section_index === 0)) normalized = this.str_rep + normalized;
		return [normalized];
	}
};
var Metaspace_default = Metaspace;
var Split = class extends PreTokenizer_default {
	/**
	* @param config The configuration options for the pre-tokenizer.
	*/
	constructor(config) {
		super();
		this.config = config;
		this.pattern = create_pattern(this.config.pattern ?? {}, this.config.invert ?? true);
	}
	/**
	* Tokenizes text by splitting it using the given pattern.
	* @param text The text to tokenize.
	* @returns An array of tokens.
	*/
	pre_tokenize_text(text) {
		if (this.pattern === null) return [];
		if (this.config.invert) return (text.match(this.pattern) || []).filter((x) => x);
		else if (this.config.behavior?.toLowerCase() === "removed") return text.split(this.pattern).filter((x) => x);
		else return regex_split(text, this.pattern);
	}
};
var Split_default = Split;
var Punctuation = class extends PreTokenizer_default {
	/**
	* @param config The configuration options for the pre-tokenizer.
	*/
	constructor(config) {
		super();
		this.config = config;
		this.pattern = new RegExp(`[^${PUNCTUATION_REGEX}]+|[${PUNCTUATION_REGEX}]+`, "gu");
	}
	/**
	* Tokenizes text by splitting it using the given pattern.
	* @param text The text to tokenize.
	* @returns An array of tokens.
	*/
	pre_tokenize_text(text) {
		return text.match(this.pattern) || [];
	}
};
var Punctuation_default = Punctuation;
var Digits = class extends PreTokenizer_default {
	/**
	* @param config The configuration options for the pre-tokenizer.
	*/
	constructor(config) {
		super();
		this.config = config;
		const digit_pattern = `[^\\d]+|\\d${this.config.individual_digits ? "" : "+"}`;
		this.pattern = new RegExp(digit_pattern, "gu");
	}
	/**
	* Tokenizes text by splitting it using the given pattern.
	* @param text The text to tokenize.
	* @returns An array of tokens.
	*/
	pre_tokenize_text(text) {
		return text.match(this.pattern) || [];
	}
};
var Digits_default = Digits;
var BertPreTokenizer = class extends PreTokenizer_default {
	/**
	* A PreTokenizer that splits text into wordpieces using a basic tokenization scheme
	* similar to that used in the original implementation of BERT.
	*/
	constructor() {
		super();
		this.pattern = new RegExp(`[^\\s${PUNCTUATION_REGEX}]+|[${PUNCTUATION_REGEX}]`, "gu");
	}
	/**
	* Tokenizes a single text using the BERT pre-tokenization scheme.
	*
	* @param text The text to tokenize.
	* @param options Additional options for the pre-tokenization logic.
	* @returns An array of tokens.
	*/
	pre_tokenize_text(text, options) {
		return text.trim().match(this.pattern) || [];
	}
};
var BertPreTokenizer_default = BertPreTokenizer;
var Replace2 = class extends PreTokenizer_default {
	/**
	* @param config The configuration options for the pre-tokenizer.
	*/
	constructor(config) {
		super();
		this.config = config;
		this.pattern = create_pattern(this.config.pattern ?? {});
		this.content = this.config.content ?? "";
	}
	/**
	* Pre-tokenizes the input text by replacing certain characters.
	* @param text The text to be pre-tokenized.
	* @returns An array of tokens produced by replacing certain characters.
	*/
	pre_tokenize_text(text) {
		if (this.pattern === null) return [text];
		return [text.replaceAll(this.pattern, this.config.content ?? "")];
	}
};
var Replace_default2 = Replace2;
var Sequence2 = class extends PreTokenizer_default {
	/**
	* Creates an instance of PreTokenizerSequence.
	* @param config The configuration object for the pre-tokenizer sequence.
	*/
	constructor(config) {
		super();
		this.tokenizers = (config.pretokenizers ?? []).map((x) => create_pre_tokenizer_default(x));
	}
	/**
	* Applies each pre-tokenizer in the sequence to the input text in turn.
	* @param text The text to pre-tokenize.
	* @param options Additional options for the pre-tokenization logic.
	* @returns The pre-tokenized text.
	*/
	pre_tokenize_text(text, options) {
		return this.tokenizers.reduce((pre_tokenized_text, tokenizer) => {
			return tokenizer ? tokenizer.pre_tokenize(pre_tokenized_text, options) : pre_tokenized_text;
		}, [text]);
	}
};
var Sequence_default2 = Sequence2;
var WhitespaceSplit = class extends PreTokenizer_default {
	/**
	* Pre-tokenizes the input text by splitting it on whitespace characters.
	* @param text The text to be pre-tokenized.
	* @returns An array of tokens produced by splitting the input text on whitespace.
	*/
	pre_tokenize_text(text) {
		return whitespace_split(text);
	}
};
var WhitespaceSplit_default = WhitespaceSplit;
var FixedLength = class extends PreTokenizer_default {
	/**
	* @param config The configuration options for the pre-tokenizer.
	*/
	constructor(config) {
		super();
		this.config = config;
		this._length = config.length;
	}
	/**
	* Pre-tokenizes the input text by splitting it into fixed-length tokens.
	* @param text The text to be pre-tokenized.
	* @returns An array of tokens produced by splitting the input text into fixed-length tokens.
	*/
	pre_tokenize_text(text) {
		const tokens = [];
		for (let i = 0; i < text.length; i += this._length) tokens.push(text.slice(i, i + this._length));
		return tokens;
	}
};
var FixedLength_default = FixedLength;
function create_pre_tokenizer(config) {
	if (config === null) return null;
	switch (config.type) {
		case "BertPreTokenizer": return new BertPreTokenizer_default();
		case "Sequence": return new Sequence_default2(config);
		case "Whitespace": return new Whitespace_default();
		case "WhitespaceSplit": return new WhitespaceSplit_default();
		case "Metaspace": return new Metaspace_default(config);
		case "ByteLevel": return new ByteLevel_default(config);
		case "Split": return new Split_default(config);
		case "Punctuation": return new Punctuation_default(config);
		case "Digits": return new Digits_default(config);
		case "Replace": return new Replace_default2(config);
		case "FixedLength": return new FixedLength_default(config);
		default: throw new Error(`Unknown PreTokenizer type: ${config.type}`);
	}
}
var create_pre_tokenizer_default = create_pre_tokenizer;
var TokenizerModel = class extends Callable_default {
	/**
	* Creates a new instance of TokenizerModel.
	* @param config The configuration object for the TokenizerModel.
	*/
	constructor(config) {
		super();
		this.config = config;
		this.vocab = [];
		this.tokens_to_ids = /* @__PURE__ */ new Map();
		this.unk_token_id = void 0;
		this.unk_token = void 0;
		this.end_of_word_suffix = void 0;
		this.fuse_unk = this.config.fuse_unk ?? false;
	}
	/**
	* Internal function to call the TokenizerModel instance.
	* @param tokens The tokens to encode.
	* @returns The encoded tokens.
	*/
	_call(tokens) {
		let result = this.encode(tokens);
		if (this.fuse_unk) result = fuse_unk(result, this.tokens_to_ids, this.unk_token_id);
		return result;
	}
};
var TokenizerModel_default = TokenizerModel;
var WordPieceTokenizer = class extends TokenizerModel_default {
	/**
	* @param config The configuration object.
	*/
	constructor(config) {
		super(config);
		/** The maximum number of characters per word. */
		this.max_input_chars_per_word = 100;
		this.tokens_to_ids = object_to_map(config.vocab);
		this.unk_token_id = this.tokens_to_ids.get(config.unk_token);
		this.unk_token = config.unk_token;
		this.max_input_chars_per_word = config.max_input_chars_per_word ?? 100;
		this.vocab = new Array(this.tokens_to_ids.size);
		for (const [key, value] of this.tokens_to_ids) this.vocab[value] = key;
	}
	/**
	* Encodes an array of tokens using WordPiece encoding.
	* @param tokens The tokens to encode.
	* @returns An array of encoded tokens.
	*/
	encode(tokens) {
		const output_tokens = [];
		for (const token of tokens) {
			const chars = [...token];
			if (chars.length > this.max_input_chars_per_word) {
				output_tokens.push(this.unk_token);
				continue;
			}
			let is_unknown = false;
			let start = 0;
			const sub_tokens = [];
			while (start < chars.length) {
				let end = chars.length;
				let current_substring = null;
				while (start < end) {
					let substr = chars.slice(start, end).join("");
					if (start > 0) substr = this.config.continuing_subword_prefix + substr;
					if (this.tokens_to_ids.has(substr)) {
						current_substring = substr;
						break;
					}
					--end;
				}
				if (current_substring === null) {
					is_unknown = true;
					break;
				}
				sub_tokens.push(current_substring);
				start = end;
			}
			if (is_unknown) output_tokens.push(this.unk_token);
			else output_tokens.push(...sub_tokens);
		}
		return output_tokens;
	}
};
var WordPiece_default = WordPieceTokenizer;
var CharTrieNode = class _CharTrieNode {
	/**
	* Create a new CharTrieNode.
	* @param is_leaf Whether the node is a leaf node or not.
	* @param children A map containing the node's children, where the key is a character and the value is a `CharTrieNode`.
	*/
	constructor(is_leaf, children) {
		this.is_leaf = is_leaf;
		this.children = children;
	}
	/**
	* Returns a new `CharTrieNode` instance with default values.
	* @returns A new `CharTrieNode` instance with `is_leaf` set to `false` and an empty `children` map.
	*/
	static default() {
		return new _CharTrieNode(false, /* @__PURE__ */ new Map());
	}
};
var CharTrie = class {
	constructor() {
		this.root = CharTrieNode.default();
	}
	/**
	* Adds one or more `texts` to the trie.
	* @param texts The strings to add to the trie.
	*/
	extend(texts) {
		for (const text of texts) this.push(text);
	}
	/**
	* Adds text to the trie.
	* @param text The string to add to the trie.
	*/
	push(text) {
		let node = this.root;
		for (const ch of text) {
			let child = node.children.get(ch);
			if (child === void 0) {
				child = CharTrieNode.default();
				node.children.set(ch, child);
			}
			node = child;
		}
		node.is_leaf = true;
	}
	/**
	* Searches the trie for stored strings that match `chars` starting at `start`.
	* @param chars The input characters to search.
	* @param start The index to start searching from.
	* @yields Each stored string that is a prefix of `chars` starting at `start`.
	*/
	*common_prefix_search(chars, start = 0) {
		let node = this.root;
		if (node === void 0) return;
		let prefix = "";
		for (let i = start; i < chars.length; ++i) {
			const ch = chars[i];
			prefix += ch;
			node = node.children.get(ch);
			if (node === void 0) return;
			if (node.is_leaf) yield prefix;
		}
	}
};
var CharTrie_default = CharTrie;
var TokenLatticeNode = class _TokenLatticeNode {
	/**
	* Represents a node in a token lattice for a given sentence.
	* @param token_id The ID of the token associated with this node.
	* @param node_id The ID of this node.
	* @param pos The starting position of the token in the sentence.
	* @param length The length of the token.
	* @param score The score associated with the token.
	*/
	constructor(token_id, node_id, pos, length, score) {
		this.token_id = token_id;
		this.node_id = node_id;
		this.pos = pos;
		this.length = length;
		this.score = score;
		this.prev = null;
		this.backtrace_score = 0;
	}
	/**
	* Returns a clone of this node.
	* @returns A clone of this node.
	*/
	clone() {
		const n = new _TokenLatticeNode(this.token_id, this.node_id, this.pos, this.length, this.score);
		n.prev = this.prev;
		n.backtrace_score = this.backtrace_score;
		return n;
	}
};
var TokenLattice = class {
	/**
	* Creates a new TokenLattice instance.
	*
	* @param sentence The input sentence to be tokenized.
	* @param bos_token_id The beginning-of-sequence token ID.
	* @param eos_token_id The end-of-sequence token ID.
	*/
	constructor(sentence, bos_token_id, eos_token_id) {
		this.chars = Array.from(sentence);
		this.len = this.chars.length;
		this.bos_token_id = bos_token_id;
		this.eos_token_id = eos_token_id;
		this.nodes = [];
		this.begin_nodes = Array.from({ length: this.len + 1 }, () => []);
		this.end_nodes = Array.from({ length: this.len + 1 }, () => []);
		const bos = new TokenLatticeNode(this.bos_token_id ?? 0, 0, 0, 0, 0);
		const eos = new TokenLatticeNode(this.eos_token_id ?? 0, 1, this.len, 0, 0);
		this.nodes.push(bos.clone());
		this.nodes.push(eos.clone());
		this.begin_nodes[this.len].push(eos);
		this.end_nodes[0].push(bos);
	}
	/**
	* Inserts a new token node into the token lattice.
	*
	* @param pos The starting position of the token.
	* @param length The length of the token.
	* @param score The score of the token.
	* @param token_id The token ID of the token.
	*/
	insert(pos, length, score, token_id) {
		const node_id = this.nodes.length;
		const node = new TokenLatticeNode(token_id, node_id, pos, length, score);
		this.begin_nodes[pos].push(node);
		this.end_nodes[pos + length].push(node);
		this.nodes.push(node);
	}
	/**
	* Implements the Viterbi algorithm to compute the most likely sequence of tokens.
	*
	* @returns The most likely sequence of tokens.
	*/
	viterbi() {
		const len2 = this.len;
		let pos = 0;
		while (pos <= len2) {
			if (this.begin_nodes[pos].length == 0) return [];
			for (let rnode of this.begin_nodes[pos]) {
				rnode.prev = null;
				let best_score = 0;
				let best_node = null;
				for (let lnode of this.end_nodes[pos]) {
					const score = lnode.backtrace_score + rnode.score;
					if (best_node === null || score > best_score) {
						best_node = lnode.clone();
						best_score = score;
					}
				}
				if (best_node !== null) {
					rnode.prev = best_node;
					rnode.backtrace_score = best_score;
				} else return [];
			}
			++pos;
		}
		const results = [];
		const prev = this.begin_nodes[len2][0].prev;
		if (prev === null) return [];
		let node = prev.clone();
		while (node.prev !== null) {
			results.push(node.clone());
			node = node.clone().prev.clone();
		}
		results.reverse();
		return results;
	}
	/**
	* Get the text piece for a given node.
	* @param node The node to get the piece for.
	* @returns The array of nodes representing the most likely sequence of tokens.
	*/
	piece(node) {
		return this.chars.slice(node.pos, node.pos + node.length).join("");
	}
	/**
	* @returns The most likely sequence of tokens.
	*/
	tokens() {
		return this.viterbi().map((x) => this.piece(x));
	}
	/**
	* @returns The most likely sequence of token ids.
	*/
	token_ids() {
		return this.viterbi().map((x) => x.token_id);
	}
};
var TokenLattice_default = TokenLattice;
function min(arr) {
	if (arr.length === 0) throw new Error("Array must not be empty");
	let min_value = arr[0];
	let index_of_min = 0;
	for (let i = 1; i < arr.length; ++i) if (arr[i] < min_value) {
		min_value = arr[i];
		index_of_min = i;
	}
	return [min_value, index_of_min];
}
var Unigram = class extends TokenizerModel_default {
	/**
	* Create a new Unigram tokenizer model.
	* @param config The configuration object for the Unigram model.
	* @param eos_token
	*/
	constructor(config, eos_token) {
		super(config);
		const vocab_size = config.vocab.length;
		this.vocab = new Array(vocab_size);
		this.scores = new Array(vocab_size);
		for (let i = 0; i < vocab_size; ++i) [this.vocab[i], this.scores[i]] = config.vocab[i];
		this.unk_token_id = config.unk_id;
		this.unk_token = this.vocab[config.unk_id];
		this.tokens_to_ids = new Map(this.vocab.map((x, i) => [x, i]));
		this.bos_token = " ";
		this.bos_token_id = this.tokens_to_ids.get(this.bos_token);
		this.eos_token = eos_token;
		this.eos_token_id = this.tokens_to_ids.get(this.eos_token);
		this.unk_token = this.vocab[this.unk_token_id];
		this.min_score = min(this.scores)[0];
		this.unk_score = this.min_score - 10;
		this.scores[this.unk_token_id] = this.unk_score;
		this.trie = new CharTrie_default();
		this.trie.extend(this.vocab);
		this.fuse_unk = true;
	}
	/**
	* Populates lattice nodes.
	* @param lattice The token lattice to populate with nodes.
	*/
	populate_nodes(lattice) {
		const chars = lattice.chars;
		const mblen = 1;
		let begin_pos = 0;
		while (begin_pos < chars.length) {
			let has_single_node = false;
			const prefixed_tokens = this.trie.common_prefix_search(chars, begin_pos);
			for (const token of prefixed_tokens) {
				const token_id = this.tokens_to_ids.get(token);
				const token_score = this.scores[token_id];
				const n = len(token);
				lattice.insert(begin_pos, n, token_score, token_id);
				if (!has_single_node && n === mblen) has_single_node = true;
			}
			if (!has_single_node) lattice.insert(begin_pos, mblen, this.unk_score, this.unk_token_id);
			begin_pos += mblen;
		}
	}
	/**
	* Encodes an array of tokens into an array of subtokens using the unigram model.
	*
	* @param normalized The normalized string.
	* @returns An array of subtokens obtained by encoding the input tokens using the unigram model.
	*/
	tokenize(normalized) {
		const lattice = new TokenLattice_default(normalized, this.bos_token_id, this.eos_token_id);
		this.populate_nodes(lattice);
		return lattice.tokens();
	}
	/**
	* Encodes an array of tokens using Unigram encoding.
	* @param tokens The tokens to encode.
	* @returns An array of encoded tokens.
	*/
	encode(tokens) {
		const to_return = [];
		for (const token of tokens) {
			const tokenized = this.tokenize(token);
			to_return.push(...tokenized);
		}
		return to_return;
	}
};
var Unigram_default = Unigram;
var PriorityQueue = class {
	/**
	* Create a new PriorityQueue.
	* @param comparator Comparator function to determine priority. Defaults to a MaxHeap.
	* @param max_size Maximum size of the queue. Defaults to Infinity.
	*/
	constructor(comparator = (a, b) => a > b, max_size = 1e400) {
		this._heap = [];
		this._comparator = comparator;
		this._max_size = max_size;
	}
	/**
	* The size of the queue
	*/
	get size() {
		return this._heap.length;
	}
	/**
	* Check if the queue is empty.
	* @returns `true` if the queue is empty, `false` otherwise.
	*/
	is_empty() {
		return this.size === 0;
	}
	/**
	* Return the element with the highest priority in the queue.
	* @returns The highest priority element in the queue.
	*/
	peek() {
		return this._heap[0];
	}
	/**
	* Add one or more elements to the queue.
	* @param values The values to push into the queue.
	* @returns The new size of the queue.
	*/
	push(...values) {
		return this.extend(values);
	}
	/**
	* Add multiple elements to the queue.
	* @param values The values to push into the queue.
	* @returns The new size of the queue.
	*/
	extend(values) {
		for (const value of values) if (this.size < this._max_size) {
			this._heap.push(value);
			this._sift_up();
		} else {
			const smallest = this._smallest();
			if (this._comparator(value, this._heap[smallest])) {
				this._heap[smallest] = value;
				this._sift_up_from(smallest);
			}
		}
		return this.size;
	}
	/**
	* Remove and return the element with the highest priority in the queue.
	* @returns The element with the highest priority in the queue.
	*/
	pop() {
		const popped_value = this.peek();
		const bottom = this.size - 1;
		if (bottom > 0) this._swap(0, bottom);
		this._heap.pop();
		this._sift_down();
		return popped_value;
	}
	/**
	* Replace the element with the highest priority in the queue with a new value.
	* @param value The new value.
	* @returns The replaced value.
	*/
	replace(value) {
		const replaced_value = this.peek();
		this._heap[0] = value;
		this._sift_down();
		return replaced_value;
	}
	/**
	* Compute the index for the parent of the node at index `i`.
	* @param i The index of the node to get the parent of.
	* @returns The index of the parent node.
	* @private
	*/
	_parent(i) {
		return (i + 1 >>> 1) - 1;
	}
	/**
	* Compute the index for the left child of the node at index `i`.
	* @param i The index of the node to get the left child of.
	* @returns The index of the left child.
	* @private
	*/
	_left(i) {
		return (i << 1) + 1;
	}
	/**
	* Compute the index for the right child of the node at index `i`.
	* @param i The index of the node to get the right child of.
	* @returns The index of the right child.
	* @private
	*/
	_right(i) {
		return i + 1 << 1;
	}
	/**
	* Check if the element at index `i` is greater than the element at index `j`.
	* @param i The index of the first element to compare.
	* @param j The index of the second element to compare.
	* @returns `true` if the element at index `i` is greater than the element at index `j`, `false` otherwise.
	* @private
	*/
	_greater(i, j) {
		return this._comparator(this._heap[i], this._heap[j]);
	}
	/**
	* Swap the elements at indices `i` and `j`.
	* @param i The index of the first element to swap.
	* @param j The index of the second element to swap.
	* @private
	*/
	_swap(i, j) {
		const temp = this._heap[i];
		this._heap[i] = this._heap[j];
		this._heap[j] = temp;
	}
	/**
	* Maintain the heap property by updating positions in the heap,
	* starting at the last element and moving up the heap.
	* @private
	*/
	_sift_up() {
		this._sift_up_from(this.size - 1);
	}
	/**
	* Helper function to sift up from a given node.
	* @param node The index of the node to start sifting up from.
	*/
	_sift_up_from(node) {
		while (node > 0 && this._greater(node, this._parent(node))) {
			this._swap(node, this._parent(node));
			node = this._parent(node);
		}
	}
	/**
	* Maintain the heap property by updating positions in the heap,
	* starting at the first element and moving down the heap.
	* @private
	*/
	_sift_down() {
		let node = 0;
		while (this._left(node) < this.size && this._greater(this._left(node), node) || this._right(node) < this.size && this._greater(this._right(node), node)) {
			const max_child = this._right(node) < this.size && this._greater(this._right(node), this._left(node)) ? this._right(node) : this._left(node);
			this._swap(node, max_child);
			node = max_child;
		}
	}
	/**
	* Get the index of the smallest element in the heap. Since we use an array-based heap,
	* the index can be computed without needing to traverse the heap.
	* @private
	*/
	_smallest() {
		return 2 ** Math.floor(Math.log2(this.size)) - 1;
	}
};
var PriorityQueue_default = PriorityQueue;
var LRUCache = class {
	/**
	* Creates an LRUCache instance.
	* @param capacity The maximum number of items the cache can hold.
	*/
	constructor(capacity) {
		this.capacity = capacity;
		this.cache = /* @__PURE__ */ new Map();
	}
	/**
	* Retrieves the value associated with the given key and marks the key as recently used.
	* @param key The key to retrieve.
	* @returns The value associated with the key, or undefined if the key does not exist.
	*/
	get(key) {
		if (!this.cache.has(key)) return void 0;
		const value = this.cache.get(key);
		this.cache.delete(key);
		this.cache.set(key, value);
		return value;
	}
	/**
	* Inserts or updates the key-value pair in the cache.
	* If the key already exists, it is updated and marked as recently used.
	* If the cache exceeds its capacity, the least recently used item is evicted.
	* @param key The key to add or update.
	* @param value The value to associate with the key.
	*/
	put(key, value) {
		if (this.cache.has(key)) this.cache.delete(key);
		this.cache.set(key, value);
		if (this.cache.size > this.capacity) this.cache.delete(this.cache.keys().next().value);
	}
	/**
	* Clears the cache.
	*/
	clear() {
		this.cache.clear();
	}
};
var LRUCache_default = LRUCache;
var BPE = class extends TokenizerModel_default {
	/**
	* Create a BPE instance.
	* @param config The configuration object for BPE.
	*/
	constructor(config) {
		super(config);
		this.tokens_to_ids = object_to_map(config.vocab);
		this.unk_token_id = this.tokens_to_ids.get(config.unk_token);
		this.unk_token = config.unk_token;
		this.vocab = new Array(this.tokens_to_ids.size);
		for (const [key, value] of this.tokens_to_ids) this.vocab[value] = key;
		const use_new_merge_format = Array.isArray(config.merges[0]);
		this.merges = use_new_merge_format ? config.merges : config.merges.map((x) => x.split(" ", 2));
		this.bpe_ranks = new Map(this.merges.map((x, i) => [JSON.stringify(x), i]));
		this.end_of_word_suffix = config.end_of_word_suffix;
		this.continuing_subword_suffix = config.continuing_subword_suffix ?? null;
		this.byte_fallback = this.config.byte_fallback ?? false;
		if (this.byte_fallback) this.text_encoder = new TextEncoder();
		this.ignore_merges = this.config.ignore_merges ?? false;
		this.max_length_to_cache = 256;
		this.cache_capacity = 1e4;
		this.cache = new LRUCache_default(this.cache_capacity);
	}
	/**
	* Clears the cache.
	*/
	clear_cache() {
		this.cache.clear();
	}
	/**
	* Apply Byte-Pair-Encoding (BPE) to a given token. Efficient heap-based priority
	* queue implementation adapted from https://github.com/belladoreai/llama-tokenizer-js.
	* @param token The token to encode.
	* @returns The BPE encoded tokens.
	*/
	bpe(token) {
		if (token.length === 0) return [];
		const cached = this.cache.get(token);
		if (cached !== void 0) return cached;
		const word = Array.from(token);
		if (this.end_of_word_suffix) word[word.length - 1] += this.end_of_word_suffix;
		let result = [];
		if (word.length > 1) {
			const queue = new PriorityQueue_default((a, b) => a.score < b.score);
			let starting_node = {
				token: word[0],
				bias: 0,
				prev: null,
				next: null
			};
			let previous_node = starting_node;
			for (let i = 1; i < word.length; ++i) {
				const current_node = {
					bias: i / word.length,
					token: word[i],
					prev: previous_node,
					next: null
				};
				previous_node.next = current_node;
				this.add_node(queue, previous_node);
				previous_node = current_node;
			}
			while (!queue.is_empty()) {
				const node = queue.pop();
				if (node.deleted || !node.next || node.next.deleted) continue;
				node.deleted = true;
				node.next.deleted = true;
				if (node.prev) {
					const new_previous_node = { ...node.prev };
					node.prev.deleted = true;
					node.prev = new_previous_node;
					if (new_previous_node.prev) new_previous_node.prev.next = new_previous_node;
					else starting_node = new_previous_node;
				}
				const merged = {
					token: node.token + node.next.token,
					bias: node.bias,
					prev: node.prev,
					next: node.next.next
				};
				if (merged.prev) {
					merged.prev.next = merged;
					this.add_node(queue, merged.prev);
				} else starting_node = merged;
				if (merged.next) {
					merged.next.prev = merged;
					this.add_node(queue, merged);
				}
			}
			for (let current_node = starting_node; current_node !== null; current_node = current_node.next) result.push(current_node.token);
		} else result = word;
		if (this.continuing_subword_suffix) for (let i = 0; i < result.length - 1; ++i) result[i] += this.continuing_subword_suffix;
		if (token.length < this.max_length_to_cache) this.cache.put(token, result);
		return result;
	}
	/**
	* Helper function to add a node to the priority queue.
	* @param queue
	* @param node
	*/
	add_node(queue, node) {
		const rank = this.bpe_ranks.get(JSON.stringify([node.token, node.next.token]));
		if (rank !== void 0) {
			node.score = rank + node.bias;
			queue.push(node);
		}
	}
	/**
	* Encodes the input sequence of tokens using the BPE algorithm and returns the resulting subword tokens.
	* @param tokens The input sequence of tokens to encode.
	* @returns The resulting subword tokens after applying the BPE algorithm to the input sequence of tokens.
	*/
	encode(tokens) {
		const output_tokens = [];
		for (const token of tokens) {
			if (this.ignore_merges && this.tokens_to_ids.has(token)) {
				output_tokens.push(token);
				continue;
			}
			const bpe_token_list = this.bpe(token);
			for (const t of bpe_token_list) if (this.tokens_to_ids.has(t)) output_tokens.push(t);
			else if (this.byte_fallback) {
				const byte_tokens = Array.from(this.text_encoder.encode(t)).map((x) => `<0x${x.toString(16).toUpperCase().padStart(2, "0")}>`);
				if (byte_tokens.every((x) => this.tokens_to_ids.has(x))) output_tokens.push(...byte_tokens);
				else if (this.unk_token != null) output_tokens.push(this.unk_token);
			} else if (this.unk_token != null) output_tokens.push(this.unk_token);
		}
		return output_tokens;
	}
};
var BPE_default = BPE;
var Legacy = class extends TokenizerModel_default {
	/**
	* Create a Legacy tokenizer model instance.
	* @param config The configuration object for Legacy tokenizer model.
	* @param more_config Additional configuration object for the Legacy tokenizer model.
	*/
	constructor(config, more_config) {
		super(config);
		const vocab = config.vocab;
		this.tokens_to_ids = object_to_map(more_config.target_lang ? vocab[more_config.target_lang] : vocab);
		this.bos_token = more_config.bos_token;
		this.bos_token_id = this.tokens_to_ids.get(this.bos_token);
		this.eos_token = more_config.eos_token;
		this.eos_token_id = this.tokens_to_ids.get(this.eos_token);
		this.pad_token = more_config.pad_token;
		this.pad_token_id = this.tokens_to_ids.get(this.pad_token);
		this.unk_token = more_config.unk_token;
		this.unk_token_id = this.tokens_to_ids.get(this.unk_token);
		this.vocab = new Array(this.tokens_to_ids.size);
		for (const [key, value] of this.tokens_to_ids) this.vocab[value] = key;
	}
	encode(tokens) {
		return tokens;
	}
};
var Legacy_default = Legacy;
function create_tokenizer_model(model_config, config) {
	switch (model_config.type) {
		case "WordPiece": return new WordPiece_default(model_config);
		case "Unigram": return new Unigram_default(model_config, config.eos_token);
		case "BPE": return new BPE_default(model_config);
		default:
			if (model_config.vocab) {
				if (Array.isArray(model_config.vocab)) return new Unigram_default(model_config, config.eos_token);
				else if (Object.hasOwn(model_config, "continuing_subword_prefix") && Object.hasOwn(model_config, "unk_token")) {
					if (Object.hasOwn(model_config, "merges")) return new BPE_default(model_config);
					else return new WordPiece_default(model_config);
				} else return new Legacy_default(model_config, {
					target_lang: config.target_lang,
					bos_token: config.bos_token,
					eos_token: config.eos_token,
					pad_token: config.pad_token,
					unk_token: config.unk_token
				});
			}
			throw new Error(`Unknown TokenizerModel type: ${model_config?.type}`);
	}
}
var create_tokenizer_model_default = create_tokenizer_model;
var PostProcessor = class extends Callable_default {
	/**
	* @param config The configuration for the post-processor.
	*/
	constructor(config) {
		super();
		this.config = config;
	}
	/**
	* Alias for {@link PostProcessor#post_process}.
	* @param tokens The text or array of texts to post-process.
	* @param args Additional arguments required by the post-processing logic.
	* @returns The post-processed tokens.
	*/
	_call(tokens, ...args) {
		return this.post_process(tokens, ...args);
	}
};
var PostProcessor_default = PostProcessor;
var TemplateProcessing = class extends PostProcessor_default {
	/**
	* Replaces special tokens in the template with actual tokens.
	* @param tokens The list of tokens for the first sequence.
	* @param tokens_pair The list of tokens for the second sequence (optional).
	* @param add_special_tokens Whether to add the special tokens to the beginning and end of the input.
	* @returns An object containing the list of tokens with the special tokens replaced with actual tokens.
	*/
	post_process(tokens, tokens_pair = null, add_special_tokens = true) {
		const type = tokens_pair === null ? this.config.single : this.config.pair;
		let processed_tokens = [];
		let types = [];
		for (const item of type) if ("SpecialToken" in item) {
			if (add_special_tokens) {
				processed_tokens.push(item.SpecialToken.id);
				types.push(item.SpecialToken.type_id);
			}
		} else if ("Sequence" in item) {
			if (item.Sequence.id === "A") {
				processed_tokens = merge_arrays(processed_tokens, tokens);
				types = merge_arrays(types, new Array(tokens.length).fill(item.Sequence.type_id));
			} else if (item.Sequence.id === "B") {
				processed_tokens = merge_arrays(processed_tokens, tokens_pair);
				types = merge_arrays(types, new Array(tokens_pair.length).fill(item.Sequence.type_id));
			}
		}
		return {
			tokens: processed_tokens,
			token_type_ids: types
		};
	}
};
var TemplateProcessing_default = TemplateProcessing;
var ByteLevel2 = class extends PostProcessor_default {
	/**
	* Post process the given tokens.
	* @param tokens The list of tokens for the first sequence.
	* @param tokens_pair The list of tokens for the second sequence (optional).
	* @returns An object containing the post-processed tokens.
	*/
	post_process(tokens, tokens_pair = null) {
		return {
			tokens,
			tokens_pair
		};
	}
};
var ByteLevel_default2 = ByteLevel2;
var BertProcessing = class extends PostProcessor_default {
	/**
	* @param config The configuration for the post-processor.
	* @param config.cls The special tokens to add to the beginning of the input.
	* @param config.sep The special tokens to add to the end of the input.
	*/
	constructor(config) {
		super(config);
		this.sep = config.sep;
		this.cls = config.cls;
	}
	/**
	* Adds the special tokens to the beginning and end of the input.
	* @param tokens The input tokens.
	* @param tokens_pair An optional second set of input tokens.
	* @param add_special_tokens Whether to add the special tokens to the beginning and end of the input.
	* @returns The post-processed tokens with the special tokens added to the beginning and end.
	*/
	post_process(tokens, tokens_pair = null, add_special_tokens = true) {
		if (add_special_tokens) tokens = merge_arrays([this.cls[0]], tokens, [this.sep[0]]);
		let token_type_ids = new Array(tokens.length).fill(0);
		if (tokens_pair) {
			const middle = [];
			const after = add_special_tokens ? [this.sep[0]] : [];
			tokens = merge_arrays(tokens, middle, tokens_pair, after);
			token_type_ids = merge_arrays(token_type_ids, new Array(tokens_pair.length + middle.length + after.length).fill(1));
		}
		return {
			tokens,
			token_type_ids
		};
	}
};
var BertProcessing_default = BertProcessing;
var RobertaProcessing = class extends PostProcessor_default {
	/**
	* @param config The configuration for the post-processor.
	* @param config.cls The special tokens to add to the beginning of the input.
	* @param config.sep The special tokens to add to the end of the input.
	*/
	constructor(config) {
		super(config);
		this.sep = config.sep;
		this.cls = config.cls;
	}
	/**
	* Adds the special tokens to the beginning and end of the input.
	* @param tokens The input tokens.
	* @param tokens_pair An optional second set of input tokens.
	* @param add_special_tokens Whether to add the special tokens to the beginning and end of the input.
	* @returns The post-processed tokens with the special tokens added to the beginning and end.
	*/
	post_process(tokens, tokens_pair, add_special_tokens = true) {
		if (add_special_tokens) tokens = merge_arrays([this.cls[0]], tokens, [this.sep[0]]);
		let token_type_ids = new Array(tokens.length).fill(0);
		if (tokens_pair) {
			const middle = add_special_tokens ? [this.sep[0]] : [];
			const after = add_special_tokens ? [this.sep[0]] : [];
			tokens = merge_arrays(tokens, middle, tokens_pair, after);
			token_type_ids = merge_arrays(token_type_ids, new Array(tokens_pair.length + middle.length + after.length).fill(1));
		}
		return {
			tokens,
			token_type_ids
		};
	}
};
var RobertaProcessing_default = RobertaProcessing;
var Sequence3 = class extends PostProcessor_default {
	/**
	* Creates a new instance of Sequence post-processor.
	* @param config The configuration object.
	*/
	constructor(config) {
		super(config);
		this.processors = (config.processors ?? []).map((x) => create_post_processor_default(x));
	}
	/**
	* Post process the given tokens.
	* @param tokens The list of tokens for the first sequence.
	* @param tokens_pair The list of tokens for the second sequence (optional).
	* @param add_special_tokens Whether to add the special tokens to the beginning and end of the input.
	* @returns An object containing the post-processed tokens.
	*/
	post_process(tokens, tokens_pair = null, add_special_tokens = true) {
		let processed_tokens = {
			tokens,
			tokens_pair
		};
		for (const processor of this.processors) processed_tokens = processor.post_process(processed_tokens.tokens, processed_tokens.tokens_pair, add_special_tokens);
		return processed_tokens;
	}
};
var Sequence_default3 = Sequence3;
function create_post_processor(config) {
	if (config === null) return null;
	switch (config.type) {
		case "TemplateProcessing": return new TemplateProcessing_default(config);
		case "ByteLevel": return new ByteLevel_default2(config);
		case "BertProcessing": return new BertProcessing_default(config);
		case "RobertaProcessing": return new RobertaProcessing_default(config);
		case "Sequence": return new Sequence_default3(config);
		default: throw new Error(`Unknown PostProcessor type: ${config.type}`);
	}
}
var create_post_processor_default = create_post_processor;
var Decoder = class extends Callable_default {
	/**
	* Creates an instance of `Decoder`.
	* @param config The configuration object.
	**/
	constructor(config) {
		super();
		this.config = config;
		this.added_tokens = [];
		this.end_of_word_suffix = null;
		this.trim_offsets = "trim_offsets" in config ? config.trim_offsets : false;
	}
	/**
	* Calls the `decode` method.
	*
	* @param tokens The list of tokens.
	* @returns The decoded string.
	*/
	_call(tokens) {
		return this.decode(tokens);
	}
	/**
	* Decodes a list of tokens.
	* @param tokens The list of tokens.
	* @returns The decoded string.
	*/
	decode(tokens) {
		return this.decode_chain(tokens).join("");
	}
};
var Decoder_default = Decoder;
var ByteLevel3 = class extends Decoder_default {
	/**
	* Create a `ByteLevelDecoder` object.
	*/
	constructor(config) {
		super(config);
		this.byte_decoder = UNICODE_TO_BYTES;
		this.text_decoder = new TextDecoder("utf-8", {
			fatal: false,
			ignoreBOM: true
		});
		this.end_of_word_suffix = null;
	}
	/**
	* Convert an array of tokens to string by decoding each byte.
	* @param tokens Array of tokens to be decoded.
	* @returns The decoded string.
	*/
	convert_tokens_to_string(tokens) {
		const text = tokens.join("");
		const byte_array = new Uint8Array([...text].map((c) => this.byte_decoder[c]));
		return this.text_decoder.decode(byte_array);
	}
	decode_chain(tokens) {
		const sub_texts = [];
		let current_sub_text = [];
		for (const token of tokens) if (this.added_tokens.find((x) => x.content === token) !== void 0) {
			if (current_sub_text.length > 0) {
				sub_texts.push(this.convert_tokens_to_string(current_sub_text));
				current_sub_text = [];
			}
			sub_texts.push(token);
		} else current_sub_text.push(token);
		if (current_sub_text.length > 0) sub_texts.push(this.convert_tokens_to_string(current_sub_text));
		return sub_texts;
	}
};
var ByteLevel_default3 = ByteLevel3;
var WordPiece = class extends Decoder_default {
	/**
	* Creates a new instance of WordPieceDecoder.
	* @param config The configuration object.
	*/
	constructor(config) {
		super(config);
		this.cleanup = config.cleanup;
	}
	decode_chain(tokens) {
		return tokens.map((token, i) => {
			if (i !== 0) {
				const prefix = this.config.prefix;
				if (prefix && token.startsWith(prefix)) token = token.replace(prefix, "");
				else token = " " + token;
			}
			if (this.cleanup) token = clean_up_tokenization(token);
			return token;
		});
	}
};
var WordPiece_default2 = WordPiece;
var Metaspace2 = class extends Decoder_default {
	/**
	* Constructs a new MetaspaceDecoder object.
	* @param config The configuration object for the MetaspaceDecoder.
	*/
	constructor(config) {
		super(config);
		this.replacement = config.replacement ?? "▁";
	}
	decode_chain(tokens) {
		const result = [];
		for (let i = 0; i < tokens.length; ++i) {
			let normalized = tokens[i].replaceAll(this.replacement, " ");
			if (i == 0 && normalized.startsWith(" ")) normalized = normalized.substring(1);
			result.push(normalized);
		}
		return result;
	}
};
var Metaspace_default2 = Metaspace2;
var BPE2 = class extends Decoder_default {
	constructor(config) {
		super(config);
		this.suffix = config.suffix ?? "";
	}
	decode_chain(tokens) {
		return tokens.map((token, i) => {
			return token.replaceAll(this.suffix, i === tokens.length - 1 ? "" : " ");
		});
	}
};
var BPE_default2 = BPE2;
var CTC = class extends Decoder_default {
	constructor(config) {
		super(config);
		this.pad_token = config.pad_token ?? "";
		this.word_delimiter_token = config.word_delimiter_token ?? "";
		this.cleanup = config.cleanup;
	}
	/**
	* Converts a connectionist-temporal-classification (CTC) output tokens into a single string.
	* @param tokens Array of tokens to be decoded.
	* @returns The decoded string.
	*/
	convert_tokens_to_string(tokens) {
		if (tokens.length === 0) return "";
		const grouped_tokens = [tokens[0]];
		for (let i = 1; i < tokens.length; ++i) if (tokens[i] !== grouped_tokens.at(-1)) grouped_tokens.push(tokens[i]);
		let text = grouped_tokens.filter((token) => token !== this.pad_token).join("");
		if (this.cleanup) text = clean_up_tokenization(text).replaceAll(this.word_delimiter_token, " ").trim();
		return text;
	}
	decode_chain(tokens) {
		return [this.convert_tokens_to_string(tokens)];
	}
};
var CTC_default = CTC;
var Sequence4 = class extends Decoder_default {
	/**
	* Creates a new instance of DecoderSequence.
	* @param config The configuration object.
	*/
	constructor(config) {
		super(config);
		this.decoders = (config.decoders ?? []).map((x) => create_decoder_default(x));
	}
	decode_chain(tokens) {
		return this.decoders.reduce((toks, decoder) => {
			return decoder.decode_chain(toks);
		}, tokens);
	}
};
var Sequence_default4 = Sequence4;
var Replace3 = class extends Decoder_default {
	/**
	* @param config The configuration object for the decoder.
	*/
	constructor(config) {
		super(config);
		this.pattern = create_pattern(this.config.pattern);
	}
	decode_chain(tokens) {
		const content = this.config.content ?? "";
		const pattern = this.pattern;
		return pattern === null ? tokens : tokens.map((token) => token.replaceAll(pattern, content));
	}
};
var Replace_default3 = Replace3;
var Fuse = class extends Decoder_default {
	decode_chain(tokens) {
		return [tokens.join("")];
	}
};
var Fuse_default = Fuse;
var Strip2 = class extends Decoder_default {
	constructor(config) {
		super(config);
		this.content = config.content ?? "";
		this.start = config.start ?? 0;
		this.stop = config.stop ?? 0;
	}
	decode_chain(tokens) {
		return tokens.map((token) => {
			let start_cut = 0;
			for (let i = 0; i < this.start; ++i) if (token[i] === this.content) {
				start_cut = i + 1;
				continue;
			} else break;
			let stop_cut = token.length;
			for (let i = 0; i < this.stop; ++i) {
				const index = token.length - i - 1;
				if (token[index] === this.content) {
					stop_cut = index;
					continue;
				} else break;
			}
			return token.slice(start_cut, stop_cut);
		});
	}
};
var Strip_default2 = Strip2;
var ByteFallback = class extends Decoder_default {
	constructor(config) {
		super(config);
		this.text_decoder = new TextDecoder();
	}
	decode_chain(tokens) {
		const new_tokens = [];
		let previous_byte_tokens = [];
		for (const token of tokens) {
			let bytes = null;
			if (token.length === 6 && token.startsWith("<0x") && token.endsWith(">")) {
				const byte = parseInt(token.slice(3, 5), 16);
				if (!isNaN(byte)) bytes = byte;
			}
			if (bytes !== null) previous_byte_tokens.push(bytes);
			else {
				if (previous_byte_tokens.length > 0) {
					const string = this.text_decoder.decode(Uint8Array.from(previous_byte_tokens));
					new_tokens.push(string);
					previous_byte_tokens = [];
				}
				new_tokens.push(token);
			}
		}
		if (previous_byte_tokens.length > 0) {
			const string = this.text_decoder.decode(Uint8Array.from(previous_byte_tokens));
			new_tokens.push(string);
			previous_byte_tokens = [];
		}
		return new_tokens;
	}
};
var ByteFallback_default = ByteFallback;
function create_decoder(config) {
	if (config === null) return null;
	switch (config.type) {
		case "ByteLevel": return new ByteLevel_default3(config);
		case "WordPiece": return new WordPiece_default2(config);
		case "Metaspace": return new Metaspace_default2(config);
		case "BPEDecoder": return new BPE_default2(config);
		case "CTC": return new CTC_default(config);
		case "Sequence": return new Sequence_default4(config);
		case "Replace": return new Replace_default3(config);
		case "Fuse": return new Fuse_default(config);
		case "Strip": return new Strip_default2(config);
		case "ByteFallback": return new ByteFallback_default(config);
		default: throw new Error(`Unknown Decoder type: ${config.type}`);
	}
}
var create_decoder_default = create_decoder;
var Tokenizer = class {
	constructor(tokenizer, config) {
		const tokenizer_error = validate_object(tokenizer, "Tokenizer", [
			"model",
			"decoder",
			"post_processor",
			"pre_tokenizer",
			"normalizer"
		]);
		if (tokenizer_error) throw new Error(tokenizer_error);
		const config_error = validate_object(config, "Config");
		if (config_error) throw new Error(config_error);
		this.tokenizer = tokenizer;
		this.config = config;
		this.normalizer = create_normalizer_default(this.tokenizer.normalizer);
		this.pre_tokenizer = create_pre_tokenizer_default(this.tokenizer.pre_tokenizer);
		this.model = create_tokenizer_model_default(this.tokenizer.model, this.config);
		this.post_processor = create_post_processor_default(this.tokenizer.post_processor);
		this.decoder = create_decoder_default(this.tokenizer.decoder);
		this.special_tokens = [];
		this.all_special_ids = [];
		this.added_tokens = [];
		const unnormalized_contents = [];
		const normalized_contents = [];
		this.added_tokens_map = /* @__PURE__ */ new Map();
		for (const added_token of this.tokenizer.added_tokens) {
			const token = new AddedToken_default(added_token);
			this.added_tokens.push(token);
			this.model.tokens_to_ids.set(token.content, token.id);
			this.model.vocab[token.id] = token.content;
			if (token.special) {
				this.special_tokens.push(token.content);
				this.all_special_ids.push(token.id);
			}
			this.added_tokens_map.set(token.content, token);
			if (token.normalized && this.normalizer !== null) {
				const normalized_content = this.normalizer(token.content);
				normalized_contents.push(normalized_content);
				this.added_tokens_map.set(normalized_content, token);
			} else unnormalized_contents.push(token.content);
		}
		(this.config.additional_special_tokens ?? []).forEach((token) => {
			if (!this.special_tokens.includes(token)) this.special_tokens.push(token);
		});
		if (this.decoder) {
			this.decoder.added_tokens = this.added_tokens;
			this.decoder.end_of_word_suffix = this.model.end_of_word_suffix;
		}
		this.splitter_unnormalized = new DictionarySplitter_default(unnormalized_contents);
		this.splitter_normalized = new DictionarySplitter_default(normalized_contents);
		this.remove_space = this.config.remove_space;
		this.clean_up_tokenization_spaces = this.config.clean_up_tokenization_spaces ?? true;
		this.do_lowercase_and_remove_accent = this.config.do_lowercase_and_remove_accent ?? false;
	}
	encode(text, { text_pair = null, add_special_tokens = true, return_token_type_ids = null } = {}) {
		const { tokens, token_type_ids } = this.tokenize_helper(text, {
			text_pair,
			add_special_tokens
		});
		const input_ids = tokens.map((t) => this.added_tokens_map.get(t)?.id ?? this.model.tokens_to_ids.get(t) ?? this.model.unk_token_id);
		const result = {
			ids: input_ids,
			tokens,
			attention_mask: new Array(input_ids.length).fill(1)
		};
		if (return_token_type_ids && token_type_ids) result.token_type_ids = token_type_ids;
		return result;
	}
	decode(token_ids, options = {}) {
		if (!Array.isArray(token_ids) || token_ids.length === 0 || !is_integral_number(token_ids[0])) throw Error("token_ids must be a non-empty array of integers.");
		let tokens = token_ids.map((i) => this.model.vocab[Number(i)] ?? this.model.unk_token);
		if (options.skip_special_tokens) tokens = tokens.filter((x) => !this.special_tokens.includes(x));
		let decoded = this.decoder ? this.decoder(tokens) : tokens.join(" ");
		if (this.decoder && this.decoder.end_of_word_suffix) {
			decoded = decoded.replaceAll(this.decoder.end_of_word_suffix, " ");
			if (options.skip_special_tokens) decoded = decoded.trim();
		}
		if (options.clean_up_tokenization_spaces ?? this.clean_up_tokenization_spaces) decoded = clean_up_tokenization(decoded);
		return decoded;
	}
	/**
	* Converts a string into a sequence of tokens.
	* @param text The sequence to be encoded.
	* @param options An optional object containing the following properties:
	* @returns The list of tokens.
	*/
	tokenize(text, { text_pair = null, add_special_tokens = false } = {}) {
		return this.tokenize_helper(text, {
			text_pair,
			add_special_tokens
		}).tokens;
	}
	encode_text(text) {
		if (text === null) return null;
		const sections = this.splitter_unnormalized.split(text);
		sections.forEach((section, i) => {
			const added_token = this.added_tokens_map.get(section);
			if (added_token) {
				if (added_token.lstrip && i > 0) sections[i - 1] = sections[i - 1].trimEnd();
				if (added_token.rstrip && i < sections.length - 1) sections[i + 1] = sections[i + 1].trimStart();
			}
		});
		return sections.flatMap((processed_text, section_index) => {
			if (processed_text.length === 0) return [];
			if (this.added_tokens_map.has(processed_text)) return [processed_text];
			if (this.remove_space === true) processed_text = processed_text.trim().split(/\s+/).join(" ");
			if (this.do_lowercase_and_remove_accent) processed_text = lowercase_and_remove_accents(processed_text);
			if (this.normalizer !== null) processed_text = this.normalizer(processed_text);
			if (processed_text.length === 0) return [];
			const subsections = this.splitter_normalized.split(processed_text);
			subsections.forEach((subsection, j) => {
				const added_token = this.added_tokens_map.get(subsection);
				if (added_token) {
					if (added_token.lstrip && j > 0) subsections[j - 1] = subsections[j - 1].trimEnd();
					if (added_token.rstrip && j < subsections.length - 1) subsections[j + 1] = subsections[j + 1].trimStart();
				}
			});
			return subsections.flatMap((subsection) => {
				if (subsection.length === 0) return [];
				if (this.added_tokens_map.has(subsection)) return [subsection];
				const section_tokens = this.pre_tokenizer !== null ? this.pre_tokenizer(subsection, { section_index }) : [subsection];
				return this.model(section_tokens);
			});
		});
	}
	tokenize_helper(text, { text_pair = null, add_special_tokens = true }) {
		const tokens1 = this.encode_text(text);
		const tokens2 = this.encode_text(text_pair || null);
		return this.post_processor ? this.post_processor(tokens1, tokens2, add_special_tokens) : { tokens: merge_arrays(tokens1 ?? [], tokens2 ?? []) };
	}
	/**
	* Converts a token string to its corresponding token ID.
	* @param token The token string to convert.
	* @returns The token ID, or undefined if the token is not in the vocabulary.
	*/
	token_to_id(token) {
		return this.model.tokens_to_ids.get(token);
	}
	/**
	* Converts a token ID to its corresponding token string.
	* @param id The token ID to convert.
	* @returns The token string, or undefined if the ID is not in the vocabulary.
	*/
	id_to_token(id) {
		return this.model.vocab[id];
	}
	/**
	* Returns a mapping of token IDs to AddedToken objects for all added tokens.
	* @returns A Map where keys are token IDs and values are AddedToken objects.
	*/
	get_added_tokens_decoder() {
		const decoder = /* @__PURE__ */ new Map();
		for (const token of this.added_tokens) decoder.set(token.id, token);
		return decoder;
	}
	/**
	* Get the underlying vocabulary
	* @param with_added_tokens Whether to include the added tokens
	* @returns The vocabulary
	*/
	get_vocab(with_added_tokens = true) {
		const vocab = /* @__PURE__ */ new Map();
		for (let i = 0; i < this.model.vocab.length; ++i) {
			const token = this.model.vocab[i];
			if (with_added_tokens || !this.added_tokens_map.has(token)) vocab.set(token, i);
		}
		return vocab;
	}
};
var Tokenizer_default = Tokenizer;
// src/runtime/tokenizer.ts
/**
* Text ⇄ token ids.
*
* In: the tokenizer.json of a base model, texts. Out: ids. Knows nothing about models. (The only file that
* imports @huggingface/tokenizers.)
*
* Source code is not trusted to be free of control tokens: the text `<|endoftext|>` in a file is encoded as
* ordinary characters, never as the token. The Python library would make it the token.
*/
/** Opens a tokenizer.json. Throws ModelError when it is missing or of an unknown kind. */
function openTokenizer(path) {
	const file = readTokenizerFile(path);
	const specialIds = new Set(file.added_tokens.filter(({ special }) => special).map(({ id }) => id));
	const ordinary = file.added_tokens.filter(({ special }) => !special);
	const native = createNative({
		...file,
		added_tokens: ordinary
	}, path);
	const decode = (ids) => {
		const known = ids.filter((id) => !specialIds.has(id) && native.id_to_token(id) !== void 0);
		return known.length === 0 ? "" : native.decode(known);
	};
	return {
		encode: (text) => text === "" ? [] : native.encode(text, { add_special_tokens: false }).ids,
		decode,
		tokenText: (id) => decode([id]),
		vocabularySize: 1 + highestId(native, specialIds)
	};
}
function readTokenizerFile(path) {
	try {
		const file = JSON.parse(readFileSync(path, "utf8"));
		return {
			...file,
			added_tokens: file.added_tokens ?? []
		};
	} catch (cause) {
		throw unreadable(path, cause);
	}
}
/** Cleaning up spaces is the library's default; it would change source code. */
function createNative(file, path) {
	try {
		return new Tokenizer_default(file, { clean_up_tokenization_spaces: false });
	} catch (cause) {
		throw unreadable(path, cause);
	}
}
function highestId(native, specialIds) {
	let highest = -1;
	for (const id of native.get_vocab().values()) highest = Math.max(highest, id);
	for (const id of specialIds) highest = Math.max(highest, id);
	return highest;
}
function unreadable(path, cause) {
	return new ModelError(`Cannot read the tokeniser ${path}: ${cause.message}.\nExpected a tokenizer.json as written by Hugging Face tokenizers.`, { cause });
}
// src/scoring/prompt.ts
/** Room for the target and its end token, of the context (64 of 512 tokens). */
const TARGET_SHARE = 1 / 8;
/** Text longer than this many characters for each token of the context is not even tokenised. */
const CHARACTERS_PER_TOKEN = 12;
/** Tokens that a target may have: what the context leaves beside the longest prompt. */
function targetLimit(contextTokens) {
	return Math.max(1, Math.floor(contextTokens * TARGET_SHARE));
}
function encodePrompt(prefix, { tokenizer, contextTokens, endToken, startToken }) {
	const text = prefix.replace(/[ \t]+$/, "");
	const first = firstCharacter(text, contextTokens);
	const tokens = [...first === 0 && startToken !== null ? [startToken] : [], ...tokenizer.encode(text.slice(first))];
	return {
		tokens: tokens.length === 0 ? [endToken] : tokens.slice(firstToken(tokens.length, contextTokens)),
		space: prefix.slice(text.length)
	};
}
/** The target as training saw it; what does not fit into the context is left out. */
function encodeTarget(target, { space }, settings) {
	return settings.tokenizer.encode(space + target).slice(0, targetLimit(settings.contextTokens));
}
/** The smallest multiple of an eighth of the context from which the rest fits. */
function firstToken(count, contextTokens) {
	const step = Math.max(1, Math.floor(contextTokens / 8));
	return Math.max(0, Math.ceil((count - contextTokens + targetLimit(contextTokens)) / step) * step);
}
/** The first line after a multiple of twice the context, near enough to the end to be worth tokenising. */
function firstCharacter(text, contextTokens) {
	const step = 2 * contextTokens;
	const excess = text.length - CHARACTERS_PER_TOKEN * contextTokens;
	if (excess <= 0) return 0;
	const anchor = Math.ceil(excess / step) * step;
	const line = text.indexOf("\n", anchor) + 1;
	return line === 0 ? anchor : line;
}
// src/adaptation/signal.ts
/** More than any prompt of so many tokens has. */
const signalCharacters = (promptTokens) => 16 * promptTokens;
/** Opens the tokeniser of the base model. */
function openSignalReader({ manifest, path }) {
	const { tokenizer, contextTokens, endToken, startToken } = manifest.baseModel;
	const settings = {
		tokenizer: openTokenizer(path(tokenizer)),
		contextTokens,
		endToken,
		startToken
	};
	const promptTokens = manifest.adaptation?.signal.promptTokens ?? contextTokens;
	return { read: (texts) => texts.flatMap((text) => toExample(text, {
		settings,
		promptTokens
	}) ?? []) };
}
function toExample({ prefix, target, isWhole }, { settings, promptTokens }) {
	const startToken = isWhole ? settings.startToken : null;
	const prompt = encodePrompt(prefix, {
		...settings,
		startToken
	});
	const tokens = settings.tokenizer.encode(prompt.space + target);
	if (tokens.length === 0 || tokens.length >= targetLimit(settings.contextTokens)) return null;
	return {
		prompt: prompt.tokens.slice(-promptTokens),
		target: [...tokens, settings.endToken]
	};
}
// src/adaptation/mean-adapter.ts
/** The mean over the training repositories' adapters: what an adapter is held against, and what memory builds on. */
/** Undefined when the pack has none. */
function readMeanAdapter({ manifest, path }) {
	if (!manifest.meanAdapter) return void 0;
	const { rank, alpha } = manifest.hypernetwork;
	return adapterFromTensors(readSafetensors(path(manifest.meanAdapter)).tensors, {
		rank,
		alpha
	});
}
// src/embedding/windows.ts
/** Slides a window over the ids; stops once a window reaches the end. */
function splitWindows(ids, recipe) {
	const step = recipe.windowTokens - recipe.overlapTokens;
	const windows = [];
	for (let start = 0; start < ids.length; start += step) {
		const window = ids.slice(start, start + recipe.windowTokens);
		if (window.length < recipe.minTokens) break;
		if (windows.length === recipe.maxWindows) return {
			windows,
			truncated: true
		};
		windows.push(window);
		if (start + recipe.windowTokens >= ids.length) break;
	}
	return {
		windows,
		truncated: false
	};
}
/** Pools vectors (count, size) with each way in turn and joins the results: (ways · size). */
function poolVectors(vectors, ways) {
	const size = vectors[0]?.length ?? 0;
	const pooled = new Float32Array(size * ways.length);
	ways.forEach((way, index) => {
		pooled.set(way === "mean" ? meanOf(vectors, size) : maxOf(vectors, size), index * size);
	});
	return pooled;
}
/** x / (‖x‖₂ + 1e-12), as the released recipe normalises the repository embedding. */
function normalizeL2(vector) {
	let squares = 0;
	for (const value of vector) squares += value * value;
	const norm = Math.sqrt(squares) + 1e-12;
	return vector.map((value) => value / norm);
}
/** Sums in double precision, in the order given: the same vectors give the same bits. */
function meanOf(vectors, size) {
	const sums = new Float64Array(size);
	for (const vector of vectors) for (let i = 0; i < size; i += 1) sums[i] = sums[i] + vector[i];
	return Float32Array.from(sums, (sum) => sum / vectors.length);
}
function maxOf(vectors, size) {
	const best = new Float32Array(size).fill(Number.NEGATIVE_INFINITY);
	for (const vector of vectors) for (let i = 0; i < size; i += 1) best[i] = Math.max(best[i], vector[i]);
	return best;
}
// src/scoring/expression-end.ts
/** Reads a text from its start. */
function scanExpression(text, language) {
	const state = {
		closers: [],
		last: ""
	};
	const pattern = language === "python" ? PYTHON : SCRIPT;
	for (let position = 0; position < text.length;) {
		const [kind, lexeme] = readLexeme(state.closers.at(-1) === "`" ? TEMPLATE : pattern, text, position);
		const end = lexeme === "/" && pattern === SCRIPT && startsOperand(state.last) ? skipRegex(text, position) : position + lexeme.length;
		const outcome = end === null ? "open" : apply(kind, lexeme, state);
		if (outcome === "ended") return {
			status: "ended",
			end: position
		};
		if (outcome === "unfinished") return { status: /(?<!\\)\n/.test(text.slice(position)) ? "broken" : "open" };
		if (outcome !== void 0) return { status: outcome };
		position = end;
	}
	if (state.closers.length > 0) return { status: "open" };
	return { status: state.last === "" ? "blank" : "ready" };
}
/** Matches a token that ends an expression when the text before it could end. */
function terminatorPattern(language) {
	return language === "python" ? PYTHON_TERMINATOR : SCRIPT_TERMINATOR;
}
const PYTHON_TERMINATOR = /^[ \t]*[)\]},;\r\n#]/;
const SCRIPT_TERMINATOR = /^[ \t]*(?:[)\]},;\r\n]|\/\/)/;
const QUOTED = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/.source;
const TRIPLE = /"""(?:\\[\s\S]|(?!""")[^\\])*"""|'''(?:\\[\s\S]|(?!''')[^\\])*'''/.source;
const COMMON = /(?<open>[([{])|(?<close>[)\]}])|(?<separator>[,;])|(?<other>[\w$]+|[\s\S])/.source;
const PYTHON = new RegExp(`(?<space>[ \\t\\r]+|\\\\\\r?\\n)|(?<newline>\\n)|(?<comment>#[^\\n]*)|(?<string>${TRIPLE})|(?<triple>"""|''')|(?<quoted>${QUOTED})|(?<unfinished>["'])|${COMMON}`, "y");
const SCRIPT = new RegExp(`(?<space>[ \\t\\r]+|/\\*[\\s\\S]*?\\*/)|(?<newline>\\n)|(?<comment>//[^\\n]*)|(?<block>/\\*)|(?<quoted>${QUOTED})|(?<unfinished>["'])|(?<template>\`)|${COMMON}`, "y");
/** Inside of a template string: text, `\${` or the closing backtick. */
const TEMPLATE = /(?<string>(?:\\[\s\S]|\$(?!\{)|[^`\\$])+)|(?<open>\$\{)|(?<close>`)|(?<escape>\\)/y;
/** Names of groups that mean the same as another kind, or an outcome. */
const ALIASES = {
	quoted: "string",
	template: "open",
	triple: "endless",
	block: "endless",
	escape: "endless"
};
function readLexeme(pattern, text, position) {
	pattern.lastIndex = position;
	const match = pattern.exec(text);
	const [kind, lexeme] = Object.entries(match.groups ?? {}).find(([, found]) => found !== void 0);
	return [ALIASES[kind] ?? kind, lexeme];
}
const CLOSER = {
	"(": ")",
	"[": "]",
	"{": "}",
	"${": "}",
	"`": "`"
};
function apply(kind, lexeme, state) {
	const isOutside = state.closers.length === 0;
	if (kind === "endless") return "open";
	if (kind === "unfinished") return "unfinished";
	if (kind === "space") return void 0;
	if (kind === "newline") return isOutside && state.last !== "" ? "ended" : void 0;
	if (kind === "comment") return isOutside ? "ended" : void 0;
	if (isOutside && (kind === "separator" || kind === "close")) return "ended";
	if (kind === "close" && state.closers.pop() !== lexeme) return "broken";
	if (kind === "open") state.closers.push(CLOSER[lexeme]);
	state.last = lexeme;
}
/** A slash after an operator or an opening bracket begins a regular expression, after an operand it divides. */
const startsOperand = (last) => /^(?:|[(,=:[!&|?{};+\-*%<>~^]|\$\{|return|typeof|in|of)$/.test(last);
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
function skipRegex(text, position) {
	REGEX.lastIndex = position;
	return REGEX.test(text) ? REGEX.lastIndex : null;
}
// src/adaptation/memory-graph.ts
/**
* The base model with an adapter, and what its reading of some texts leaves in the memory.
*
*   S += Σ (V g) (K a)ᵀ over the rows      g = E[target] − softmax(logits) E      (rank, rank), for each remembering layer
*
* a is the input of the layer's projection in the row, g the error signal at the output: what the hidden state lacked to
* make the target certain. In: a base model, learned matrices. Out: a model, forward only, so that the weights may be
* quantised. Knows nothing about assertions, nor about what was remembered before.
*
* Inputs: input_ids (tokens), position_ids (1, tokens), bias (tokens, tokens), selected (rows), targets (rows), lora_A.T and
* lora_B.T (scaling already in B). Outputs: sums.<layer>.<type> (rank, rank).
*/
function buildMemoryGraph(model, weights, { maxPositions }) {
	const { config, weightsFolder } = model;
	const graph = new Graph("memory", { weightsFolder });
	const inputIds = graph.input("input_ids", "I64", ["tokens"]);
	const { attend } = cachedAttention(graph, config, {
		positionIds: graph.input("position_ids", "I64", [1, "tokens"]),
		bias: graph.input("bias", "F32", ["tokens", "tokens"]),
		maxPositions
	});
	const selected = graph.input("selected", "I64", ["rows"]);
	const inputOf = /* @__PURE__ */ new Map();
	const adapted = adaptedProjection(graph, model);
	const project = (x, module) => {
		inputOf.set(`${module.layer}.${module.type}`, x);
		return adapted.project(x, module);
	};
	const error = errorSignal(graph, model, buildLayers(graph, model, {
		inputIds,
		selected,
		attend,
		project
	}));
	for (const [name, matrices] of Object.entries(weights)) {
		const isPicked = new RegExp(`^${config.layerCount - 1}\\.(?!k_proj|v_proj)`).test(name);
		addSums(graph, model, {
			name,
			matrices,
			input: pick(graph, inputOf.get(name), isPicked ? void 0 : selected),
			error
		});
	}
	return graph.model();
}
/** E[target] − softmax(logits) E: (rows, hiddenSize). */
function errorSignal(graph, model, hidden) {
	const name = outputWeight(model.config);
	const table = model.weight(name);
	const logits = linear(graph, hidden, {
		weight: table,
		quantized: model.quantized(name)
	});
	const probabilities = graph.op("Softmax", [logits], { axis: -1 });
	const expected = graph.op("MatMul", [probabilities, wholeTable(graph, table)]);
	const wanted = tableRows(graph, table, graph.input("targets", "I64", ["rows"]));
	return graph.op("Sub", [wanted, expected]);
}
function addSums(graph, { config }, { name, matrices: { K, V }, input, error }) {
	const { inFeatures } = moduleSizes(config)[name.split(".")[1]];
	const rank = K.length / inFeatures;
	const read = graph.op("Gemm", [input, graph.floats(K, [rank, inFeatures])], { transB: 1 });
	const wrong = graph.op("Gemm", [error, graph.floats(V, [rank, config.hiddenSize])], { transB: 1 });
	graph.output(`sums.${name}`, graph.op("Gemm", [wrong, read], { transA: 1 }), { shape: [rank, rank] });
}
// src/adaptation/memory-recall.ts
/** Keeps the norm of a sum of nothing from dividing by zero. */
const NORM_EPSILON$1 = 1e-8;
/** Scaling 1; null where nothing is remembered. A state that is not empty has all layers of the weights. */
function recall$1(state, weights, { rank, scale }) {
	if (Object.values(state).every((sums) => sums.every((value) => value === 0))) return null;
	const pairs = Object.entries(weights).map(([name, matrices]) => {
		return [name, recallPair(state[name], matrices, {
			rank,
			scale
		})];
	});
	return {
		rank,
		alpha: rank,
		pairs: Object.fromEntries(pairs)
	};
}
function recallPair(sums, { A, B, s }, { rank, scale }) {
	const norm = Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0));
	const factor = s[0] * scale / (norm + NORM_EPSILON$1);
	const outFeatures = B.length / rank;
	const product = new Float32Array(B.length);
	for (let row = 0; row < outFeatures; row += 1) for (let column = 0; column < rank; column += 1) {
		let sum = 0;
		for (let k = 0; k < rank; k += 1) sum += B[row * rank + k] * sums[k * rank + column];
		product[row * rank + column] = factor * sum;
	}
	return {
		A,
		B: product,
		inFeatures: A.length / rank,
		outFeatures
	};
}
// src/adaptation/memory-weights.ts
/**
* The learned matrices of the memory, as they lie in a pack's memory.safetensors.
*
*   K.<layer>.<type>, A.<layer>.<type> (rank, inFeatures)   V.<layer>.<type> (rank, hiddenSize)
*   B.<layer>.<type> (outFeatures, rank)                    s.<layer>.<type> (1)
*
* In: a path and the sizes that the file must have. Out: the matrices by layer and module type. Knows nothing about what
* is remembered.
*/
/** Throws ModelError when a matrix is missing, is one too many, has another size, or holds NaN or infinity. */
function readMemoryWeights(path, shape) {
	const { tensors } = readSafetensors(path);
	const weights = {};
	const known = /* @__PURE__ */ new Set();
	for (const { name, shapes } of memoryLayers(shape)) {
		const matrices = Object.entries(shapes).map(([kind, size]) => {
			known.add(`${kind}.${name}`);
			return [kind, matrix(tensors, {
				name: `${kind}.${name}`,
				size,
				path
			})];
		});
		weights[name] = Object.fromEntries(matrices);
	}
	const unknown = [...tensors.keys()].find((name) => !known.has(name));
	if (unknown !== void 0) throw misfit$1(path, `it has tensor ${unknown}, which this memory does not use`);
	return weights;
}
/** The layers that remember, and the sizes of their matrices. */
function* memoryLayers({ config, rank, moduleTypes }) {
	const sizes = moduleSizes(config);
	for (let layer = 0; layer < config.layerCount; layer += 1) for (const type of moduleTypes) {
		const { inFeatures, outFeatures } = sizes[type];
		const shapes = {
			K: [rank, inFeatures],
			V: [rank, config.hiddenSize],
			A: [rank, inFeatures],
			B: [outFeatures, rank],
			s: [1]
		};
		yield {
			name: `${layer}.${type}`,
			shapes
		};
	}
}
function matrix(tensors, { name, size, path }) {
	const tensor = tensors.get(name);
	const expected = `expected float32 (${size.join(", ")})`;
	if (!tensor) throw misfit$1(path, `tensor ${name} is missing, ${expected}`);
	const { dtype, shape, data } = tensor;
	if (data instanceof Float32Array && shape.join() === size.join()) return requireFinite(data, `${name} of ${path}`);
	throw misfit$1(path, `tensor ${name} is ${dtype} (${shape.join(", ")}), ${expected}`);
}
function misfit$1(path, problem) {
	return new ModelError(`Cannot use the memory ${path}: ${problem}.\nThe manifest and the weights of the model pack do not belong together: install the pack again.`);
}
// src/adaptation/memory.ts
/**
* What a model got wrong in earlier texts, summed up in small matrices, and the adapter that recalls it.
*
*   S ← decay · S + Σ (V g) (K a)ᵀ over the target tokens
*
* In: examples, the sums of earlier ones. Out: new sums, an adapter of single layers (memory-recall.ts). Knows nothing
* about repositories. One forward pass, no backpropagation. The same examples in the same order give the same numbers on the same kind of
* processor.
*/
/** `weightsPath`: the pack's memory.safetensors. Throws ModelError when it does not fit the model. */
async function openMemory(model, weightsPath, options) {
	const { meanAdapter, rank, moduleTypes, maxTokens } = options;
	const { config, weightsFolder, precision } = model;
	const weights = readMemoryWeights(weightsPath, {
		config,
		rank,
		moduleTypes
	});
	const graph = buildMemoryGraph(model, weights, { maxPositions: longestRun(maxTokens) });
	const adapter = adapterFeeds(meanAdapter, moduleSizes(config));
	const session = await openSession(graph, {
		weightsFolder,
		prepack: precision !== "fp32"
	});
	return {
		async fold(state, examples) {
			const before = checkState(state, weights, rank);
			if (examples.length === 0) return state;
			checkLengths(examples, maxTokens);
			const sums = zeros(weights, rank);
			for (const examplesOfRun of runsOf(examples)) await addRun(sums, session, {
				...adapter,
				...memoryFeeds(examplesOfRun)
			});
			return foldSums(before, sums, options.decay);
		},
		adapter: (state) => recall$1(checkState(state, weights, rank), weights, options),
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
	};
}
/** Every target token counts once: the graph takes no weights. */
function memoryFeeds(examples) {
	const { weights: _, ...feeds } = exampleFeeds(examples);
	return feeds;
}
async function addRun(sums, session, feeds) {
	const results = await session.run(feeds);
	for (const [name, sum] of Object.entries(sums)) {
		const part = results[`sums.${name}`]?.data;
		for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i] + part[i];
	}
}
function foldSums(state, sums, decay) {
	const folded = Object.entries(sums).map(([name, sum]) => {
		const before = state[name];
		return [name, requireFinite(Float32Array.from(sum, (value, i) => decay * (before?.[i] ?? 0) + value), `the memory of ${name}`)];
	});
	return Object.fromEntries(folded);
}
function zeros(weights, rank) {
	return Object.fromEntries(Object.keys(weights).map((name) => [name, new Float64Array(rank * rank)]));
}
/** Empty, or a matrix for every layer that remembers. */
function checkState(state, weights, rank) {
	const [found, wanted] = [state, weights].map((record) => Object.keys(record).sort().join(", "));
	if (found === "") return state;
	const problem = found === wanted ? void 0 : `it is of ${found}, expected ${wanted}`;
	const size = Object.entries(state).find(([, sums]) => sums.length !== rank * rank);
	const misfit = problem ?? (size && `${size[0]} has ${size[1].length} numbers, expected ${rank} × ${rank}`);
	if (misfit !== void 0) throw new ModelError(`Cannot use the memory: ${misfit}.\nUse the model pack that it was made with, or start again without it.`);
	for (const [name, sums] of Object.entries(state)) requireFinite(sums, `the memory of ${name}`);
	return state;
}
// src/runtime/quantize.ts
/** 8 bits in blocks of 32 give the same bits whatever the number of rows; 4 bits are for speed. */
const BLOCK_FORMATS = {
	int8: {
		bits: 8,
		blockSize: 32
	},
	int4: {
		bits: 4,
		blockSize: 128
	}
};
const blockCount = (columns, { blockSize }) => Math.ceil(columns / blockSize);
/** Shapes of the two tensors that a (rows, columns) matrix becomes. */
function quantizedShapes([rows, columns], format) {
	const blocks = blockCount(columns, format);
	return {
		codes: [
			rows,
			blocks,
			format.blockSize * format.bits / 8
		],
		scales: [rows, blocks]
	};
}
/** Quantises whole rows of `columns` values. */
function quantizeRows(values, columns, format) {
	const blocks = values.length / columns * blockCount(columns, format);
	const codeBytes = format.blockSize * format.bits / 8;
	const codes = new Uint8Array(blocks * codeBytes).fill(format.bits === 8 ? 128 : 136);
	const scales = new Float32Array(blocks);
	const write = format.bits === 8 ? writeBytes : writeHalfBytes;
	let total = 0;
	let block = 0;
	for (let row = 0; row < values.length; row += columns) for (let start = row; start < row + columns; start += format.blockSize) {
		const end = Math.min(start + format.blockSize, row + columns);
		let extreme = 0;
		for (let i = start; i < end; i += 1) {
			const value = values[i];
			total += value;
			if (Math.abs(value) > Math.abs(extreme)) extreme = value;
		}
		scales[block] = -extreme / 2 ** (format.bits - 1);
		write(codes, block * codeBytes, {
			values,
			start,
			end,
			scale: scales[block]
		});
		block += 1;
	}
	return {
		codes,
		scales,
		isDamaged: !Number.isFinite(total)
	};
}
/** Adding a half and cutting rounds, because the sum is never negative. */
function writeBytes(codes, position, { values, start, end, scale }) {
	const inverse = scale === 0 ? 0 : 1 / scale;
	for (let i = start; i < end; i += 1) codes[position + i - start] = Math.min(values[i] * inverse + 128.5 | 0, 255);
}
function writeHalfBytes(codes, position, { values, start, end, scale }) {
	const inverse = scale === 0 ? 0 : 1 / scale;
	for (let i = start; i < end; i += 1) {
		const code = Math.min(values[i] * inverse + 8.5 | 0, 15);
		const at = position + (i - start >> 1);
		const kept = codes[at];
		codes[at] = (i - start) % 2 === 0 ? kept & 240 | code : kept & 15 | code << 4;
	}
}
// src/runtime/quantized-weights.ts
/**
* A file of quantised matrices: what it holds for each of them, and the check that it is whole.
*
*   <name>.codes     U8  (rows, blocks, bytes of a block)
*   <name>.scales    F32 (rows, blocks)
*
* In: a path and the matrices that must be there. Out: their places. Knows nothing about how they were made.
*/
const QUANTIZED_SCHEMA = "code2lora/quantized@1";
/** Reads the places of all matrices. Throws ModelError when one is missing or has another shape. */
function readQuantized(path, shapes) {
	const file = resolveLink(path);
	const { entries, metadata } = readHeader(file);
	const precision = checkMetadata(metadata, file);
	const format = BLOCK_FORMATS[precision];
	const matrixByName = /* @__PURE__ */ new Map();
	for (const [name, shape] of shapes) {
		const wanted = quantizedShapes(shape, format);
		const codes = expect(entries, {
			file,
			name: `${name}.codes`,
			dtype: "U8",
			shape: wanted.codes
		});
		const scales = expect(entries, {
			file,
			name: `${name}.scales`,
			dtype: "F32",
			shape: wanted.scales
		});
		matrixByName.set(name, {
			codes,
			scales,
			format,
			rows: shape[0],
			columns: shape[1]
		});
	}
	return {
		file,
		precision,
		matrix: (name) => matrixByName.get(name)
	};
}
function checkMetadata(metadata, file) {
	const { schema, precision = "" } = metadata;
	if (schema === "code2lora/quantized@1" && (precision === "int8" || precision === "int4")) return precision;
	throw new ModelError(`Cannot use ${file}: it is marked "${schema ?? ""}" with precision "${precision}", expected "${QUANTIZED_SCHEMA}" with int8 or int4.\nBuild the model pack again.`);
}
function expect(entries, { file, name, dtype, shape }) {
	const entry = entries.get(name);
	if (entry?.dtype === dtype && entry.shape.join() === shape.join()) return entry;
	const found = entry ? `is ${entry.dtype} (${entry.shape.join(", ")})` : "is missing";
	throw new ModelError(`Cannot use ${file}: tensor ${name} ${found}, expected ${dtype} (${shape.join(", ")}).\nIt was made from another model: build the model pack again.`);
}
// src/runtime/transformer-weights.ts
/**
* A model of the Llama family as it lies on disk: config.json and safetensors in Hugging Face layout, and beside
* them quantised copies of its matrices where it runs in fewer bits.
*
* In: paths. Out: the sizes of the model and the place of each weight, checked against each other: a wrong
* offset would give wrong numbers without any error. Knows nothing about graphs.
*/
/** Reads the base model of a pack, as itself or as the encoder. Throws ModelError. */
function readBaseModel(pack, part = "baseModel") {
	const { config, weights, architecture } = pack.manifest.baseModel;
	return readTransformer(filesOf(pack, part, {
		config,
		weights
	}), { architecture });
}
/** Reads the encoder of a pack that has one of its own. Throws ModelError. */
function readOwnEncoder(pack, { config, weights }) {
	return readTransformer(filesOf(pack, "encoder", {
		config,
		weights
	}), {
		architecture: "qwen3",
		outputLayer: false
	});
}
/** Reads sizes and weight places. Throws ModelError when they do not fit each other. */
function readTransformer({ config: configPath, weights: weightPaths, quantized: quantizedPath }, { architecture, outputLayer = true } = {}) {
	const config = parseTransformerConfig(readJson(configPath), configPath, architecture);
	const entryByName = withPrefix(entriesOfFiles(weightPaths));
	checkWeights(new Map(weightShapes(config, { outputLayer })), entryByName, weightPaths.join(", "));
	const quantized = quantizedPath === void 0 ? void 0 : readQuantized(quantizedPath, new Map(matrixShapes$1(config, { outputLayer })));
	const files = [...entryByName.values()].map(({ file }) => file);
	return {
		config,
		outputLayer,
		precision: quantized?.precision ?? "fp32",
		weightsFolder: commonFolder(quantized ? [...files, quantized.file] : files),
		weight: (name) => entryByName.get(name),
		quantized: (name) => quantized?.matrix(name)
	};
}
function filesOf(pack, part, { config, weights }) {
	const quantized = quantizedFile(pack.manifest, part);
	return {
		config: pack.path(config),
		weights: weights.map(pack.path),
		quantized: quantized === void 0 ? void 0 : pack.path(quantized)
	};
}
/** Checkpoints of the bare model, as embedding models are saved, leave out the first part of the names. */
function withPrefix(entryByName) {
	if (!entryByName.has("embed_tokens.weight")) return entryByName;
	const full = (name) => name.startsWith("lm_head.") ? name : `model.${name}`;
	return new Map([...entryByName].map(([name, entry]) => [full(name), {
		...entry,
		name: full(name)
	}]));
}
/** Old checkpoints store the rotary frequencies, tied ones may repeat the embedding table. */
const IGNORED = /\.rotary_emb\.inv_freq$|^lm_head\.weight$/;
const FLOATS = [
	"F32",
	"F16",
	"BF16"
];
function checkWeights(shapes, entryByName, place) {
	const problems = [...[...shapes].map(([name, shape]) => checkWeight(entryByName.get(name), name, shape)), ...[...entryByName.keys()].filter((name) => !shapes.has(name) && !IGNORED.test(name)).map((name) => `it has tensor ${name}, which a model of this config.json does not use`)].filter((problem) => problem !== void 0);
	if (problems.length === 0) return;
	const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
	throw new ModelError(`Cannot use the weights ${place}: ${problems[0]}${more}.\nUse the files that belong to this config.json.`);
}
function checkWeight(entry, name, shape) {
	if (!entry) return `tensor ${name} is missing`;
	if (!FLOATS.includes(entry.dtype)) return `tensor ${name} is ${entry.dtype}, expected ${FLOATS.join(" or ")}`;
	if (entry.shape.join() === shape.join()) return void 0;
	return `tensor ${name} has shape (${entry.shape.join(", ")}), expected (${shape.join(", ")})`;
}
// src/inference/learners.ts
/**
* What learns from assertions, opened as the manifest of a pack says.
*
* In: a pack. Out: the signal reader, the memory, the refiner. They
* run on the CPU whatever the device is, so that the same history gives the same bytes.
*/
async function openPackSignal(pack) {
	return {
		...openSignalReader(pack),
		async [Symbol.asyncDispose]() {}
	};
}
async function openPackMemory(pack) {
	const { memory } = pack.manifest.adaptation ?? {};
	if (!memory) throw noPart(pack, "memory");
	const { weights, ...settings } = memory;
	return openMemory(readBaseModel(pack), pack.path(weights), {
		...settings,
		meanAdapter: readMeanAdapter(pack) ?? null,
		maxTokens: longestExample(pack)
	});
}
async function openPackRefiner(pack) {
	const { refinement } = pack.manifest.adaptation ?? {};
	if (!refinement) throw noPart(pack, "refinement");
	return openRefiner(readBaseModel(pack), {
		maxTokens: longestExample(pack),
		layerAdapters: layerAdapters(pack.manifest)
	});
}
/** That the largest run of a part reads. */
const learnedTokens = (pack) => longestRun(longestExample(pack));
/** In tokens. */
function longestExample({ manifest: { adaptation, baseModel } }) {
	const { contextTokens } = baseModel;
	return (adaptation?.signal.promptTokens ?? contextTokens) + targetLimit(contextTokens);
}
const noPart = ({ manifest }, part) => new InternalError(`The model pack "${manifest.name}" has no ${part}.`);
// src/inference/precision.ts
/**
* A model pack in another precision than the one its manifest asks for.
*
* In: a pack that holds its weights in several precisions. Out: the same pack as if its manifest had asked for
* another one. What the encoder and the hypernetwork compute goes into snapshots, so a change of theirs gives the
* pack another identity; the base model's only changes how values are scored, unless the pack learns with it.
*/
const PARTS = [
	"baseModel",
	"encoder",
	"hypernetwork"
];
/** Throws nothing: whether the files are there is for `availablePrecisions` to say. */
function withPrecision(pack, precision) {
	const asked = pack.manifest.precision;
	if (PARTS.every((part) => precision[part] === asked[part])) return pack;
	const manifest = {
		...pack.manifest,
		precision
	};
	const changesState = asked.baseModel !== precision.baseModel && manifest.adaptation !== null || precision.encoder !== asked.encoder || precision.hypernetwork !== asked.hypernetwork;
	return {
		...pack,
		manifest,
		digest: changesState ? digestOf(pack, precision) : pack.digest
	};
}
function digestOf({ digest, manifest }, { baseModel, encoder, hypernetwork }) {
	const learning = manifest.adaptation === null ? [] : [baseModel];
	return createHash("sha256").update(JSON.stringify([
		digest,
		encoder,
		hypernetwork,
		...learning
	])).digest("hex");
}
/** What a part can run in, best first: what the manifest asks for, then what takes less memory and is there. */
function availablePrecisions({ manifest }, part) {
	const asked = manifest.precision[part];
	const smaller = PRECISIONS.slice(PRECISIONS.indexOf(asked) + 1);
	const isThere = (precision) => {
		const file = quantizedFile({
			...manifest,
			precision: {
				...manifest.precision,
				[part]: precision
			}
		}, part);
		return file !== void 0 && Object.hasOwn(manifest.files, file);
	};
	return [asked, ...smaller.filter(isThere)];
}
// src/inference/protocol.ts
/**
* The messages between this process and the one that runs the models.
*
* Structured clone carries all data (`serialization: "advanced"`); only errors need a form of their own, so that
* one of our classes arrives as the same class. Knows nothing about how messages travel.
*/
const CLASSES = {
	ModelError,
	UsageError,
	SnapshotError,
	InternalError
};
function sendableError(error) {
	if (!(error instanceof Error)) return {
		name: "Error",
		message: String(error),
		stack: ""
	};
	return {
		name: error.name,
		message: error.message,
		stack: error.stack ?? ""
	};
}
/** An error of ours is of its class again; any other is a bug, and brings its stack. */
function receivedError({ name, message, stack }) {
	const Class = CLASSES[name];
	if (Class) return new Class(message);
	return new InternalError(`The inference process failed: ${stack || `${name}: ${message}`}`);
}
// src/embedding/encoder-graph.ts
/**
* The encoder's graph: a model without its output layer, the last hidden states of a window averaged.
*
* In: a model. Out: an ONNX model with input `input_ids` (1, tokens) and output `embedding` (1, hiddenSize): the
* mean over all tokens, after the final norm. One window a run and nothing padded, so that no mask is needed.
* Knows nothing about windows or pooling over windows. Attention is causal, as in the models themselves.
*/
function buildEncoderGraph(model, { maxPositions, attention }) {
	const graph = new Graph("encoder", { weightsFolder: model.weightsFolder });
	const inputIds = graph.input("input_ids", "I64", [1, "tokens"]);
	const integer = (value) => graph.op("Constant", [], { value_int: value });
	const count = graph.op("Gather", [graph.op("Shape", [inputIds]), integer(1)]);
	const attend = attention === "causal" ? causalAttention(graph, model.config, {
		count,
		maxPositions
	}) : cachedAttention(graph, model.config, {
		...causalOrder(graph, count),
		maxPositions
	}).attend;
	const hidden = buildLayers(graph, model, {
		inputIds: graph.op("Squeeze", [inputIds, graph.integers(0)]),
		project: baseProjection(graph, model),
		attend
	});
	const mean = graph.op("ReduceMean", [hidden, graph.integers(0)], { keepdims: 1 });
	graph.output("embedding", mean, { shape: [1, model.config.hiddenSize] });
	return graph.model();
}
/** Positions 0, 1, 2, … and a bias that hides later tokens, both made from the number of tokens. */
function causalOrder(graph, count) {
	const integer = (value) => graph.op("Constant", [], { value_int: value });
	const positions = graph.op("Range", [
		integer(0),
		count,
		integer(1)
	]);
	const counts = graph.op("Expand", [count, graph.integers(2)]);
	const masked = graph.op("Expand", [graph.scalar(MASKED), counts]);
	return {
		positionIds: graph.op("Unsqueeze", [positions, graph.integers(0)]),
		bias: graph.op("Trilu", [masked, integer(1)], { upper: 1 })
	};
}
// src/embedding/window-input.ts
/**
* `windowTokens`: the recipe's longest window; a window that is tokenised again is cut on the right so that its
* end token still fits.
*/
function windowInput(window, windowTokens, { tokenizer, retokenize, endToken }) {
	const end = endToken === null ? [] : [endToken];
	if (!retokenize) return [...window, ...end];
	return [...tokenizer.encode(tokenizer.decode(window)).slice(0, windowTokens - end.length), ...end];
}
// src/embedding/window-vectors.ts
/** Tokenises, cuts and embeds, one window a run. */
async function embedWindows(encoder, text, recipe) {
	const { windows, truncated } = splitWindows(encoder.tokenize(text), recipe);
	const vectors = [];
	let tokens = 0;
	for (const window of windows) {
		const input = encoder.windowInput(window, recipe.windowTokens);
		tokens += input.length;
		if (input.length > 0) vectors.push(await encoder.embedWindow(input));
	}
	return {
		vectors,
		tokens,
		truncated
	};
}
// src/embedding/encoder.ts
/**
* An open encoder: token ids of one window → one vector.
*
* In: a model pack. Out: an Encoder: the base model of the pack (`kind: "base-model"`) or a model of its own
* (`kind: "qwen3"`), whose last hidden states are averaged. Knows nothing about windows, files or caches.
*/
/** Opens the encoder of a pack; weights in fp32 are mapped, not copied. Throws ModelError. */
async function openEncoder(pack, { device = "cpu" } = {}) {
	const { model, tokenizerFile, endToken, ...graphOptions } = describeEncoder(pack);
	const { embeddingSize } = pack.manifest.encoder;
	checkSize(model, embeddingSize);
	const tokenizer = openTokenizer(pack.path(tokenizerFile));
	const settings = {
		tokenizer,
		endToken,
		retokenize: pack.manifest.recipe.retokenize
	};
	const session = await openSession(buildEncoderGraph(model, graphOptions), {
		weightsFolder: model.weightsFolder,
		device,
		prepack: model.precision !== "fp32"
	});
	const encoder = {
		embeddingSize,
		engine: engine(device),
		tokenize: (text) => tokenizer.encode(text),
		windowInput: (window, windowTokens) => windowInput(window, windowTokens, settings),
		async embedWindow(ids) {
			const data = BigInt64Array.from(ids, BigInt);
			const { embedding } = await session.run({ input_ids: {
				data,
				dims: [1, ids.length]
			} });
			return Float32Array.from(embedding?.data);
		},
		embedWindows: (text, recipe) => embedWindows(encoder, text, recipe),
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
	};
	return encoder;
}
function describeEncoder(pack) {
	const { encoder, baseModel } = pack.manifest;
	if (encoder.kind === "base-model") {
		const { tokenizer: tokenizerFile, contextTokens: maxPositions } = baseModel;
		return {
			model: readBaseModel(pack, "encoder"),
			tokenizerFile,
			endToken: null,
			maxPositions,
			attention: "bias"
		};
	}
	const { tokenizer: tokenizerFile, contextTokens: maxPositions, endToken } = encoder;
	const model = readOwnEncoder(pack, encoder);
	return {
		model,
		tokenizerFile,
		endToken,
		maxPositions,
		attention: model.config.headSize % 16 === 0 ? "causal" : "bias"
	};
}
function checkSize({ config }, embeddingSize) {
	if (config.hiddenSize === embeddingSize) return;
	throw new ModelError(`Cannot open the encoder: its config.json gives vectors of ${config.hiddenSize} numbers, encoder.embeddingSize of the manifest is ${embeddingSize}.\nInstall the model pack again.`);
}
// src/runtime/torch-pickle-problem.ts
/** What is wrong with a pickle; the reader adds which file it is and turns it into a ModelError. */
var PickleProblem = class extends Error {
	name = "PickleProblem";
};
// src/runtime/torch-pickle-machine.ts
/** Of marks: brackets that are open at the same time. */
const MAX_NESTING = 64;
const MAX_STACK = 1e5;
const MAX_MEMO = 5e5;
const MAX_TEXT_BYTES = 1e5;
/** Of the module or name of a Python object. */
const MAX_LINE_BYTES = 200;
const LINE_END = 10;
function newMachine(bytes) {
	return {
		view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
		position: 0,
		stack: [],
		marks: [],
		memo: /* @__PURE__ */ new Map()
	};
}
function push({ stack }, item) {
	if (stack.push(item) > MAX_STACK) throw new PickleProblem(`it stacks more than ${MAX_STACK} values`);
}
/** Values below the last open bracket belong to somebody else. */
function pop(machine) {
	const item = top(machine);
	machine.stack.pop();
	return item;
}
function top({ stack, marks }) {
	const item = stack.at(-1);
	if (item === void 0 || stack.length <= (marks.at(-1) ?? 0)) throw new PickleProblem("it takes a value where there is none");
	return item;
}
function popValues(machine, count) {
	return Array.from({ length: count }, () => asValue(pop(machine))).reverse();
}
function asValue(item) {
	if (isGlobal(item)) throw new PickleProblem(`it uses ${item.global} as a value`);
	return item;
}
const isGlobal = (item) => typeof item === "object" && item !== null && "global" in item;
function openBracket({ marks, stack }) {
	if (marks.push(stack.length) > MAX_NESTING) throw new PickleProblem(`it nests values more than ${MAX_NESTING} deep`);
}
/** The values since the last open bracket. */
function closeBracket({ marks, stack }) {
	const height = marks.pop();
	if (height === void 0 || height > stack.length) throw new PickleProblem("it closes a bracket that is not open");
	return stack.splice(height).map(asValue);
}
function remember(machine, index) {
	machine.memo.set(index, top(machine));
	if (machine.memo.size > MAX_MEMO) throw new PickleProblem(`it remembers more than ${MAX_MEMO} values`);
}
function recall(machine, index) {
	const item = machine.memo.get(index);
	if (item === void 0) throw new PickleProblem(`it recalls value ${index}, which it never remembered`);
	push(machine, item);
}
function takeByte(machine) {
	return take(machine, 1).getUint8(0);
}
function take(machine, count) {
	const { view, position } = machine;
	if (position + count > view.byteLength) throw new PickleProblem(`it ends at byte ${view.byteLength}`);
	machine.position += count;
	return new DataView(view.buffer, view.byteOffset + position, count);
}
/** A whole number in two's complement, least byte first, as long as JavaScript can count to it. */
function takeLong(machine) {
	const count = takeByte(machine);
	const bytes = take(machine, count);
	let value = 0n;
	for (let index = count - 1; index >= 0; index -= 1) value = value << 8n | BigInt(bytes.getUint8(index));
	const number = Number(BigInt.asIntN(8 * count, value));
	if (!Number.isSafeInteger(number)) throw new PickleProblem("it has a whole number of more than 53 bits");
	return number;
}
function takeText(machine) {
	const count = take(machine, 4).getUint32(0, true);
	if (count > MAX_TEXT_BYTES) throw new PickleProblem(`it has a text of ${count} bytes, expected ${MAX_TEXT_BYTES} at most`);
	return decodeText(take(machine, count));
}
function takeLine(machine) {
	const { view, position } = machine;
	let end = position;
	while (end < view.byteLength && end - position < MAX_LINE_BYTES && view.getUint8(end) !== LINE_END) end += 1;
	const line = decodeText(take(machine, end - position));
	if (takeByte(machine) !== LINE_END) throw new PickleProblem(`it has a name of more than ${MAX_LINE_BYTES} bytes`);
	return line;
}
function decodeText(bytes) {
	try {
		return new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(bytes);
	} catch {
		throw new PickleProblem("it has a text that is not UTF-8");
	}
}
// src/runtime/torch-pickle-objects.ts
/** Data that Python keeps in the attributes of an object, such as argparse's arguments. */
var Namespace = class extends Map {};
const STORAGE_TYPES = /* @__PURE__ */ new Map([
	["torch.FloatStorage", "F32"],
	["torch.HalfStorage", "F16"],
	["torch.BFloat16Storage", "BF16"],
	["torch.LongStorage", "I64"],
	["torch.IntStorage", "I32"],
	["torch.ByteStorage", "U8"]
]);
const CONSTRUCTORS = new Map([
	["torch._utils._rebuild_tensor_v2", rebuildTensor],
	["torch._utils._rebuild_parameter", rebuildParameter],
	["collections.OrderedDict", withoutArguments(() => /* @__PURE__ */ new Map())],
	["argparse.Namespace", withoutArguments(() => new Namespace())],
	["__builtin__.set", listItems],
	["builtins.set", listItems],
	...["pathlib", "pathlib._local"].flatMap((module) => [
		"PosixPath",
		"WindowsPath",
		"PurePosixPath",
		"PureWindowsPath"
	].map((name) => [`${module}.${name}`, joinPath]))
]);
/** What a name stands for. Throws PickleProblem for every name that is not in the tables. */
function findGlobal(name) {
	const dtype = STORAGE_TYPES.get(name);
	if (dtype !== void 0) return {
		kind: "storage type",
		dtype
	};
	if (CONSTRUCTORS.has(name)) return { global: name };
	throw new PickleProblem(`it names ${name}, expected tensors of ${[...STORAGE_TYPES.values()].join(", ")} and plain data: other objects could run code`);
}
/** Makes the value that `callee(*values)` would be in Python. */
function call(callee, values) {
	if (typeof callee !== "object" || callee === null || !("global" in callee) || !Array.isArray(values)) throw new PickleProblem("it calls a value that is no function");
	return CONSTRUCTORS.get(callee.global)(values);
}
/** Gives a namespace its attributes. Those of a dictionary, such as a state_dict's `_metadata`, are no data. */
function build(state, target) {
	if (!(target instanceof Map && state instanceof Map)) throw new PickleProblem("it sets attributes of a value that has none");
	if (target instanceof Namespace) for (const [name, value] of state) target.set(name, value);
}
/** `('storage', type, key, device, count)`: where it was when it was saved does not matter here. */
function loadStorage(id) {
	const [word, type, key, device, count] = Array.isArray(id) ? id : [];
	if (word !== "storage" || !isKind(type, "storage type") || typeof key !== "string" || typeof device !== "string" || !isCount(count)) throw new PickleProblem("it refers to something outside of itself that is no storage");
	return {
		kind: "storage",
		key,
		dtype: type.dtype,
		count
	};
}
/** Storage, offset, shape, strides; what follows is about gradients. */
function rebuildTensor([storage, offset, shape, strides, ...rest]) {
	if (!isKind(storage, "storage") || !isCount(offset) || !isCounts(shape) || !isCounts(strides) || shape.length !== strides.length || rest.length < 2) throw new PickleProblem("it has a tensor that is not made of a storage, an offset, a shape and strides");
	return {
		kind: "tensor",
		storage,
		offset,
		shape,
		strides
	};
}
function rebuildParameter([tensor]) {
	if (isKind(tensor, "tensor")) return tensor;
	throw new PickleProblem("it has a parameter that is no tensor");
}
function withoutArguments(make) {
	return (values) => {
		if (values.length === 0) return make();
		throw new PickleProblem(`it makes a dictionary or namespace of ${values.length} values, expected none`);
	};
}
function listItems([items]) {
	if (Array.isArray(items)) return items;
	throw new PickleProblem("it has a set that is not made of a list");
}
function joinPath(parts) {
	return parts.map(String).join("/").replace(/^\/\/+/, "/");
}
const isKind = (value, kind) => typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isCounts = (value) => Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isCount);
/** As many as a safetensors file may have. */
const MAX_DIMENSIONS = 8;
// src/runtime/torch-pickle.ts
/**
* The pickle inside of a torch file: tensors and plain data, and nothing else.
*
* In: bytes that nobody vouches for. Out: values. Knows nothing about files or models. A pickle is a program for
* a stack machine; the one here has no operation that could run code, and refuses by its name every Python
* object that is not in the list of torch-pickle-objects.ts. Protocol 2, which torch.save writes.
* Operations: Python's Lib/pickletools.py.
*/
/** The published checkpoints have some thousand operations. */
const MAX_OPERATIONS = 5e5;
/** Reads the value of a pickle; `place` names it in messages. Throws ModelError. */
function readPickle(bytes, place) {
	const machine = newMachine(bytes);
	try {
		return run(machine);
	} catch (cause) {
		if (!(cause instanceof PickleProblem)) throw cause;
		throw new ModelError(`Cannot read ${place}: ${cause.message} (operation at byte ${machine.position}).\nNothing in it was run. Use a file with tensors and plain data only, from a source you trust.`);
	}
}
function run(machine) {
	for (let count = 0; count < MAX_OPERATIONS; count += 1) {
		const code = takeByte(machine);
		const operation = String.fromCharCode(code);
		if (operation === STOP) return asValue(pop(machine));
		const step = STEPS[operation];
		if (!step) throw new PickleProblem(`it has the operation 0x${code.toString(16)}, which plain data does not need`);
		step(machine);
	}
	throw new PickleProblem(`it has more than ${MAX_OPERATIONS} operations`);
}
const STOP = ".";
/** By the byte that stands for it, as a character; in the comment its name in pickletools.py. */
const STEPS = {
	"": (m) => checkProtocol(takeByte(m)),
	"(": openBracket,
	N: (m) => push(m, null),
	"": (m) => push(m, true),
	"": (m) => push(m, false),
	K: (m) => push(m, takeByte(m)),
	M: (m) => push(m, take(m, 2).getUint16(0, true)),
	J: (m) => push(m, take(m, 4).getInt32(0, true)),
	"": (m) => push(m, takeLong(m)),
	G: (m) => push(m, take(m, 8).getFloat64(0, false)),
	X: (m) => push(m, takeText(m)),
	"}": (m) => push(m, /* @__PURE__ */ new Map()),
	"]": (m) => push(m, []),
	")": (m) => push(m, []),
	t: (m) => push(m, closeBracket(m)),
	"": (m) => push(m, popValues(m, 1)),
	"": (m) => push(m, popValues(m, 2)),
	"": (m) => push(m, popValues(m, 3)),
	a: (m) => append$1(m, popValues(m, 1)),
	e: (m) => append$1(m, closeBracket(m)),
	s: (m) => setItems(m, popValues(m, 2)),
	u: (m) => setItems(m, closeBracket(m)),
	q: (m) => remember(m, takeByte(m)),
	r: (m) => remember(m, take(m, 4).getUint32(0, true)),
	h: (m) => recall(m, takeByte(m)),
	j: (m) => recall(m, take(m, 4).getUint32(0, true)),
	c: (m) => push(m, findGlobal(`${takeLine(m)}.${takeLine(m)}`)),
	Q: (m) => push(m, loadStorage(pop(m))),
	R: construct,
	"": construct,
	b: (m) => build(asValue(pop(m)), top(m))
};
function checkProtocol(version) {
	if (version !== 2) throw new PickleProblem(`it has pickle protocol ${version}, expected 2 as torch.save writes it`);
}
function construct(machine) {
	const values = asValue(pop(machine));
	push(machine, call(pop(machine), values));
}
function append$1(machine, values) {
	const list = top(machine);
	if (!Array.isArray(list)) throw new PickleProblem("it appends to a value that is no list");
	for (const value of values) list.push(value);
}
function setItems(machine, values) {
	const dictionary = top(machine);
	if (!(dictionary instanceof Map) || values.length % 2 === 1) throw new PickleProblem("it sets an item of a value that is no dictionary");
	for (let index = 0; index < values.length; index += 2) {
		const [key, value] = [values[index], values[index + 1]];
		if (typeof key !== "string") throw new PickleProblem("it has a dictionary with a key that is no text");
		if (dictionary.has(key)) throw new PickleProblem(`it has the key ${JSON.stringify(key)} twice`);
		dictionary.set(key, value);
	}
}
// src/runtime/torch-zip-bytes.ts
/**
* What both halves of the zip reader use: bytes at an offset, 64-bit numbers, names, one kind of error.
*
* In: an open file. Out: checked values, or a ModelError that says what was found. Knows nothing about records.
*/
const FLAG_ENCRYPTED = 1;
/** Throws unless the content lies in the file as it is. */
function checkStored(archive, name, { flags, method }) {
	if (flags & FLAG_ENCRYPTED) fail$1(archive, `entry ${name} is encrypted`);
	if (method !== 0) fail$1(archive, `entry ${name} is compressed (method ${method}), expected stored: weights are mapped as they lie`);
}
/** Exactly `length` bytes. */
function readView(archive, offset, length) {
	const view = offset + length <= archive.bytes ? readBytes(archive.file, offset, length) : void 0;
	if (view?.length === length) return new DataView(view.buffer, view.byteOffset, length);
	return fail$1(archive, `it ends at byte ${archive.bytes}, expected ${offset + length} bytes at least`);
}
/** A number of 64 bits that JavaScript can count to. */
function readWide(archive, view, at) {
	const value = view.getBigUint64(at, true);
	if (value > Number.MAX_SAFE_INTEGER) fail$1(archive, `it has the offset or size ${value}`);
	return Number(value);
}
function decodeName(archive, view, at, bytes) {
	try {
		const name = new Uint8Array(view.buffer, view.byteOffset + at, bytes);
		return new TextDecoder("utf-8", { fatal: true }).decode(name);
	} catch (cause) {
		return fail$1(archive, "the name of an entry is not UTF-8", cause);
	}
}
function fail$1({ path }, found, cause) {
	throw new ModelError(`Cannot read ${path} as a torch file: ${found}.\nRestore or download the file again.`, { cause });
}
// src/runtime/torch-zip-directory.ts
/**
* The directory at the end of a zip archive: which entries there are and where their headers lie.
*
* In: an open archive. Out: the entries as the directory describes them, sizes of the file and of memory checked.
* Knows nothing about the entries themselves. Zip64: PKWARE's APPNOTE, sections 4.3.14, 4.3.15 and 4.5.3.
*/
/** torch writes one entry for each storage and a few more; the largest models have some thousand. */
const MAX_ENTRIES = 1e5;
const MAX_DIRECTORY_BYTES = 32e6;
const HEADER$1 = {
	signature: 33639248,
	bytes: 46
};
const END = {
	signature: 101010256,
	bytes: 22,
	maxComment: 65535
};
const END_64 = {
	signature: 101075792,
	bytes: 56
};
const LOCATOR_64 = {
	signature: 117853008,
	bytes: 20
};
/** In the fields of 32 bits: the value stands in the zip64 field. */
const IN_ZIP64$1 = 4294967295;
const ZIP64_FIELD = 1;
function readDirectory(archive) {
	const extent = findDirectory(archive);
	return {
		offset: extent.offset,
		entries: parseDirectory(archive, extent)
	};
}
/** The end record is the last thing in the file but for a comment, so it is looked for from behind. */
function findDirectory(archive) {
	const tailBytes = Math.min(archive.bytes, END.bytes + END.maxComment + LOCATOR_64.bytes);
	const tailOffset = archive.bytes - tailBytes;
	const tail = readView(archive, tailOffset, tailBytes);
	for (let at = tailBytes - END.bytes; at >= 0; at -= 1) {
		if (!(tail.getUint32(at, true) === END.signature) || at + END.bytes + tail.getUint16(at + 20, true) !== tailBytes) continue;
		const locator = at - LOCATOR_64.bytes;
		return checkDirectory(archive, locator >= 0 && tail.getUint32(locator, true) === LOCATOR_64.signature ? readEnd64(archive, readWide(archive, tail, locator + 8)) : readEnd(tail, at), tailOffset + at);
	}
	return fail$1(archive, "it has no end record: the file is cut off or no zip archive");
}
function readEnd(tail, at) {
	const bytes = tail.getUint32(at + 12, true);
	return {
		entryCount: tail.getUint16(at + 10, true),
		bytes,
		offset: tail.getUint32(at + 16, true)
	};
}
function readEnd64(archive, offset) {
	const end = readView(archive, offset, END_64.bytes);
	if (end.getUint32(0, true) !== END_64.signature) fail$1(archive, `its zip64 end record is not at byte ${offset}`);
	const [entryCount, bytes, start] = [
		32,
		40,
		48
	].map((at) => readWide(archive, end, at));
	return {
		entryCount,
		bytes,
		offset: start
	};
}
function checkDirectory(archive, directory, endOffset) {
	const { entryCount, bytes, offset } = directory;
	if (entryCount > MAX_ENTRIES) fail$1(archive, `it lists ${entryCount} entries, expected ${MAX_ENTRIES} at most`);
	if (bytes > MAX_DIRECTORY_BYTES) fail$1(archive, `its directory has ${bytes} bytes, expected ${MAX_DIRECTORY_BYTES} at most`);
	if (offset + bytes > endOffset) fail$1(archive, `its directory ends at byte ${offset + bytes}, expected before byte ${endOffset}`);
	return directory;
}
function parseDirectory(archive, { offset, bytes, entryCount }) {
	const view = readView(archive, offset, bytes);
	const listed = [];
	let at = 0;
	while (at < bytes && listed.length <= entryCount) {
		if (at + HEADER$1.bytes > bytes || view.getUint32(at, true) !== HEADER$1.signature) fail$1(archive, `its directory is damaged at byte ${offset + at}`);
		const [name, extra, comment] = [
			28,
			30,
			32
		].map((field) => view.getUint16(at + field, true));
		const end = at + HEADER$1.bytes + name + extra + comment;
		if (end > bytes) fail$1(archive, `its directory is damaged at byte ${offset + at}`);
		listed.push(parseListed(archive, new DataView(view.buffer, view.byteOffset + at, end - at)));
		at = end;
	}
	if (listed.length !== entryCount) fail$1(archive, `its directory does not list the ${entryCount} entries it announces`);
	return listed;
}
/** One entry of the directory, from its header to its comment. */
function parseListed(archive, view) {
	const nameBytes = view.getUint16(28, true);
	const name = decodeName(archive, view, HEADER$1.bytes, nameBytes);
	checkStored(archive, name, {
		flags: view.getUint16(8, true),
		method: view.getUint16(10, true)
	});
	const large = zip64Values(archive, view, HEADER$1.bytes + nameBytes);
	const [length, stored, headerOffset] = [
		24,
		20,
		42
	].map((at) => {
		const value = view.getUint32(at, true);
		return value === IN_ZIP64$1 ? large.shift() : value;
	});
	if (length === void 0 || stored !== length || headerOffset === void 0) fail$1(archive, `the sizes of entry ${name} do not agree`);
	return {
		name,
		headerOffset,
		length
	};
}
/** The 64-bit numbers of the zip64 extra field, of which there are up to three. */
function zip64Values(archive, view, start) {
	const end = start + view.getUint16(30, true);
	for (let at = start; at + 4 <= end;) {
		const bytes = view.getUint16(at + 2, true);
		if (at + 4 + bytes > end) break;
		if (view.getUint16(at, true) === ZIP64_FIELD) {
			const count = Math.min(3, Math.floor(bytes / 8));
			return Array.from({ length: count }, (_, index) => readWide(archive, view, at + 4 + 8 * index));
		}
		at += 4 + bytes;
	}
	return [];
}
// src/runtime/torch-zip.ts
/**
* A zip archive as torch.save writes it: where the bytes of each entry lie in the file.
*
* In: a path. Out: the place of every entry, so that weights can be mapped where they are. Knows nothing about
* what the entries hold. Only stored entries; zip64 too. The directory at the end and the header
* before each entry must agree, and no two entries may share a byte. CRC-32 is not checked, since that would
* read every weight: the sha256 of the whole file stands in the pack's manifest. Format: PKWARE's APPNOTE, 4.3.
*/
const HEADER = {
	signature: 67324752,
	bytes: 30
};
const FLAG_SIZES_FOLLOW = 8;
const IN_ZIP64 = 4294967295;
/** Reads where each entry lies, by name. Throws ModelError for anything that torch.save does not write. */
function readZipEntries(path) {
	return withFile(path, (file) => {
		const archive = {
			path,
			file,
			bytes: fstatSync(file).size
		};
		const directory = readDirectory(archive);
		const entries = directory.entries.map((listed) => locate(archive, listed));
		checkPlaces(archive, entries, directory.offset);
		return new Map(entries.map(({ name, offset, length }) => [name, {
			name,
			offset,
			length
		}]));
	});
}
/** Reads the header before the content: its length is known only there. */
function locate(archive, { name, headerOffset, length }) {
	const header = readView(archive, headerOffset, HEADER.bytes);
	if (header.getUint32(0, true) !== HEADER.signature) fail$1(archive, `entry ${name} is not at byte ${headerOffset}`);
	const flags = header.getUint16(6, true);
	checkStored(archive, name, {
		flags,
		method: header.getUint16(8, true)
	});
	const nameBytes = header.getUint16(26, true);
	const nameStart = headerOffset + HEADER.bytes;
	const found = decodeName(archive, readView(archive, nameStart, nameBytes), 0, nameBytes);
	if (found !== name) fail$1(archive, `the directory has entry ${name} where the file has ${found}`);
	const ownLength = header.getUint32(22, true);
	if ((flags & FLAG_SIZES_FOLLOW) === 0 && ownLength !== IN_ZIP64 && ownLength !== length) fail$1(archive, `entry ${name} has ${ownLength} bytes, its directory says ${length}`);
	return {
		name,
		headerOffset,
		offset: nameStart + nameBytes + header.getUint16(28, true),
		length
	};
}
/** Every name once, every byte in one entry at most, all before the directory. */
function checkPlaces(archive, entries, directoryOffset) {
	const names = /* @__PURE__ */ new Set();
	let position = 0;
	for (const { name, headerOffset, offset, length } of entries.toSorted((a, b) => a.headerOffset - b.headerOffset)) {
		if (names.has(name)) fail$1(archive, `it has entry ${name} twice`);
		names.add(name);
		if (headerOffset < position) fail$1(archive, `entry ${name} starts at byte ${headerOffset}, inside of another entry`);
		position = offset + length;
		if (position > directoryOffset) fail$1(archive, `entry ${name} ends at byte ${position}, its directory starts at byte ${directoryOffset}`);
	}
}
// src/runtime/torch-file.ts
/**
* A file of torch.save: the places of its tensors, and the plain data beside them.
*
* In: a path. Out: entries as those of a safetensors file, so that ONNX Runtime maps the weights out of the
* archive itself, and the rest as a JavaScript object. Knows nothing about models. Nested dictionaries become
* names with dots: `gru_state` → `gru.weight_ih_l0` is `gru_state.gru.weight_ih_l0`.
*/
/** The pickles of the published checkpoints have some ten thousand bytes. */
const MAX_PICKLE_BYTES = 32e6;
const MAX_DEPTH = 32;
/** A value can be remembered and used again: a short pickle may stand for a very large structure. */
const MAX_VALUES = 1e6;
/** Reads where the tensors lie, and the data beside them. Throws ModelError when something else is in the file. */
function readTorchFile(path) {
	checkContent(path);
	const archive = openArchive(path);
	const pickle = archive.entry("data.pkl");
	const root = readPickle(readEntry(path, pickle), `${path} (${pickle.name})`);
	if (!(root instanceof Map)) fail(path, "it does not hold a dictionary");
	const walk = {
		archive,
		entries: /* @__PURE__ */ new Map(),
		values: 0
	};
	const data = split(walk, root, []);
	return {
		entries: walk.entries,
		data: data ?? {}
	};
}
function checkContent(path) {
	refuseStandIn(path);
	const kind = readContentKind(path);
	if (kind === "safetensors") fail(path, "it is a safetensors file", "Rename it so that it ends with .safetensors.");
	if (kind === "pickle") fail(path, "it is a bare pickle, as torch before 1.6 wrote it", "Load it with torch and save it again.");
}
/** All entries lie in one folder, which has the name that the file had when it was saved. */
function openArchive(path) {
	const entries = readZipEntries(path);
	const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
	const [folder] = (pickles[0] ?? "").split("/");
	if (pickles.length !== 1) fail(path, `it has ${pickles.length} entries <folder>/data.pkl, expected one`);
	if (entries.has(`${folder}/constants.pkl`)) fail(path, "it holds a TorchScript program, expected weights");
	const order = entries.get(`${folder}/byteorder`);
	const orderName = order ? Buffer.from(readEntry(path, order)).toString("latin1") : "little";
	if (orderName !== "little") fail(path, `its byte order is ${JSON.stringify(orderName)}, expected "little"`);
	return {
		path,
		entry: (name) => entries.get(`${folder}/${name}`) ?? fail(path, `it has no entry ${folder}/${name}`)
	};
}
function readEntry(path, { name, offset, length }) {
	if (length > MAX_PICKLE_BYTES) fail(path, `entry ${name} has ${length} bytes, expected ${MAX_PICKLE_BYTES} at most`);
	return withFile(path, (file) => readBytes(file, offset, length));
}
/** Puts the tensors below a value into `entries` and returns the rest; undefined when there is none. */
function split(walk, value, names) {
	const { path } = walk.archive;
	walk.values += 1;
	if (walk.values > MAX_VALUES) fail(path, `it has more than ${MAX_VALUES} values`);
	if (names.length > MAX_DEPTH) fail(path, `it nests values more than ${MAX_DEPTH} deep`);
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map((item, index) => split(walk, item, [...names, String(index)]));
	if (value instanceof Map) return splitDictionary(walk, value, names);
	const name = names.join(".");
	if (value.kind !== "tensor") fail(path, `${name} is a ${value.kind}, expected a tensor or plain data`);
	if (walk.entries.has(name)) fail(path, `it has two tensors named ${name}`);
	walk.entries.set(name, placeTensor(walk.archive, name, value));
}
function splitDictionary(walk, value, names) {
	const fields = [];
	for (const [key, item] of value) {
		const rest = split(walk, item, [...names, key]);
		if (rest !== void 0) fields.push([key, rest]);
	}
	return fields.length > 0 || value.size === 0 ? Object.fromEntries(fields) : void 0;
}
function placeTensor({ path, entry }, name, tensor) {
	const { storage, offset, shape, strides } = tensor;
	const { dtype, key } = storage;
	const width = DTYPE_BYTES[dtype];
	const place = entry(`data/${key}`);
	if (place.length !== storage.count * width) fail(path, `tensor ${name}: its storage has ${place.length} bytes, expected ${storage.count * width}`);
	if (!isContiguous(shape, strides)) fail(path, `tensor ${name} ${`has shape (${shape.join(", ")}) and strides (${strides.join(", ")})`}: it is not contiguous`, "Save it again after .contiguous().");
	const count = shape.reduce((product, size) => product * size, 1);
	if (offset + count > storage.count) fail(path, `tensor ${name} ends at number ${offset + count} of a storage of ${storage.count}`);
	const start = place.offset + offset * width;
	if (start % width !== 0) fail(path, `tensor ${name} starts at byte ${start}, expected a multiple of ${width}`, "Save it again.");
	return {
		name,
		dtype,
		shape,
		file: path,
		offset: start,
		length: count * width
	};
}
/** Row by row without gaps. The stride of an axis of size 1 is never used, torch writes anything there. */
function isContiguous(shape, strides) {
	if (shape.includes(0)) return true;
	let expected = 1;
	for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
		const size = shape[axis];
		if (size > 1 && strides[axis] !== expected) return false;
		expected *= size;
	}
	return true;
}
function fail(path, found, advice = "Restore or download the file again.") {
	throw new ModelError(`Cannot read ${path} as a torch file: ${found}.\n${advice}`);
}
// src/runtime/checkpoint.ts
/**
* What the authors' checkpoints say about themselves, beside their weights.
*
* In: a `.pt` file as `train_code2lora_gru_v2.py` (`code2lora_gru.pt`) or `train_code2lora_static_v2.py`
* (`code2lora_direct.pt`) saves it. Out: the sizes and settings of the model, checked. Knows nothing about packs.
*
*   evolving   gru_state, head_state, gru_config, head_config, type_dims, args, per_step_input
*   static     state_dict, config, type_dims, args
*/
const DEFAULT_ALPHA = 32;
/** Reads the settings of a checkpoint. Throws ModelError for another layout, also for that of the first generation. */
function readCheckpointConfig(path) {
	const file = readTorchFile(path);
	return advising(() => configOf(file, path), ADVICE)(void 0, path);
}
function configOf({ entries, data }, path) {
	const holds = (group) => [...entries.keys()].some((name) => name.startsWith(`${group}.`));
	checkGeneration(path, {
		keys: Object.keys(data),
		holds
	});
	if (holds("gru_state") && holds("head_state")) return evolvingConfig(data, path);
	if (holds("state_dict")) return {
		...headConfig(data, "config", path),
		kind: "static",
		gru: null,
		stepInput: null
	};
	throw unknownLayout(path, "it has neither gru_state and head_state nor state_dict");
}
function evolvingConfig(data, path) {
	const head = headConfig(data, "head_config", path);
	const sizes = gruFields(data.gru_config, `${path}: gru_config`);
	const stepInput = optional(oneOf("diff", "repo_state", "concat"), "diff");
	if (head.contextSize !== sizes.hidden_dim) throw unknownLayout(path, `head_config.input_dim is ${head.contextSize}, gru_config.hidden_dim is ${sizes.hidden_dim}`);
	return {
		...head,
		kind: "evolving",
		gru: {
			stepSize: sizes.diff_input_dim,
			repositorySize: sizes.repo_state_dim,
			hiddenSize: sizes.hidden_dim
		},
		stepInput: stepInput(data.per_step_input, `${path}: per_step_input`)
	};
}
function headConfig(data, key, path) {
	const head = headFields(data[key], `${path}: ${key}`);
	const training = trainingFields(data.args ?? {}, `${path}: args`);
	const sizes = JSON.stringify(sorted(head.type_dims));
	if ((data.type_dims === void 0 ? sizes : JSON.stringify(sorted(data.type_dims))) !== sizes || JSON.stringify(Object.keys(head.type_dims).sort()) !== JSON.stringify(head.types)) throw unknownLayout(path, `${key}.types, ${key}.type_dims and type_dims do not agree`);
	return {
		contextSize: head.input_dim,
		trunkSize: head.hidden_dim,
		rank: head.rank,
		alpha: training.alpha,
		modules: Object.fromEntries(Object.entries(head.type_dims).map(([type, [inFeatures, outFeatures]]) => [type, {
			inFeatures,
			outFeatures
		}])),
		taskCount: head.num_tasks,
		taskSize: head.num_tasks > 0 ? head.task_dim : 0,
		baseModel: training.model_name
	};
}
const size = integer(1, 2 ** 31 - 1);
const count = integer(0, 2 ** 31 - 1);
const pair = (value, at) => {
	const [first, second, ...rest] = Array.isArray(value) ? value : [];
	if (rest.length === 0) return [size(first, `${at}[0]`), size(second, `${at}[1]`)];
	throw new ModelError(`${at} has ${rest.length + 2} numbers, expected two.\nUse a checkpoint as it was published.`);
};
const headFields = object({
	input_dim: size,
	hidden_dim: size,
	rank: size,
	types: list(oneOf(...MODULE_TYPES)),
	type_dims: record(pair, oneOf(...MODULE_TYPES)),
	num_tasks: optional(count, 0),
	task_dim: optional(count, 0)
});
const gruFields = object({
	diff_input_dim: size,
	repo_state_dim: size,
	hidden_dim: size
});
const trainingFields = object({
	alpha: optional(positive, DEFAULT_ALPHA),
	model_name: optional(nullable(text(/^.{1,500}$/s, "a text")), null)
});
const sorted = (fields) => Object.fromEntries(Object.entries(fields).sort(([a], [b]) => a < b ? -1 : 1));
/** Of the first generation: other layers, other names, one adapter for each layer. */
const FIRST_GENERATION = [
	"hypernet_state_dict",
	"hypernet_config",
	"module_specs",
	"model_config"
];
function checkGeneration(path, { keys, holds }) {
	const found = FIRST_GENERATION.find((key) => keys.includes(key) || holds(key));
	if (found !== void 0) throw unknownLayout(path, `it has ${found}, so it is of the first generation`);
}
const ADVICE = "Use code2lora_gru.pt of code2lora/code2lora-gru or code2lora_direct.pt of code2lora/code2lora-direct.";
function unknownLayout(path, found) {
	return new ModelError(`Cannot use the checkpoint ${path}: ${found}.\n${ADVICE}`);
}
// src/runtime/weights.ts
/**
* The weights that a graph asks for, each with the shape it must have.
*
* In: a safetensors file or one of torch.save. Out: the places of its tensors, checked. Knows nothing about what
* they are for. A wrong shape is found here, with the tensor's name: ONNX Runtime would read other bytes without
* a word.
*/
/** Opens a file by its ending. Throws ModelError when it is damaged or holds something else than its name says. */
function openWeights(path) {
	const file = resolveLink(path);
	const entries = readEntries(path, file);
	return {
		file,
		expect(name, shape) {
			const entry = entries.get(name);
			const wanted = `F32 (${shape.join(", ")})`;
			if (entry && describe(entry) === wanted) return entry;
			throw misfit(file, name, {
				entry,
				wanted
			});
		},
		rows(name, multipleOf) {
			const entry = entries.get(name);
			const rows = entry?.shape[0] ?? 0;
			if (rows > 0 && rows % multipleOf === 0) return rows;
			throw misfit(file, name, {
				entry,
				wanted: `a multiple of ${multipleOf} rows`
			});
		},
		shape: (name) => entries.get(name)?.shape
	};
}
/** The name says what a file is, also when it is a link into a cache that names files by their digest. */
function readEntries(path, file) {
	if (isTorchName(path)) return readTorchFile(file).entries;
	if (readContentKind(file) !== "zip") return readHeader(file).entries;
	throw new ModelError(`Cannot read ${path} as safetensors: it is a zip archive, as torch.save writes it.\nRename it so that it ends with .pt.`);
}
/** Whether a file is one of torch.save, by its name. */
const isTorchName = (file) => /\.(pt|pth|bin)$/.test(file);
const describe = ({ dtype, shape }) => `${dtype} (${shape.join(", ")})`;
function misfit(file, name, { entry, wanted }) {
	const found = entry ? `is ${describe(entry)}` : "is missing";
	return new ModelError(`Cannot use ${file}: tensor ${name} ${found}, expected ${wanted}.\nThe manifest and the weights of the model pack do not belong together: install the pack again.`);
}
// src/runtime/hypernetwork.ts
/**
* The hypernetwork of a model pack as it lies on disk, checked against the manifest.
*
* In: a pack. Out: the sizes and the places of the weights, in a safetensors file or in the authors' checkpoint,
* and beside them quantised copies of the head's matrices. Knows nothing about graphs.
*
*   evolving   gru_state.* and head_state.*     static   state_dict.*
*/
/** Reads the headers of the weights. Throws ModelError when they do not fit the manifest. */
function openHypernetwork(pack) {
	const network = readHypernetwork(pack.path(pack.manifest.hypernetwork.weights), pack.manifest.hypernetwork);
	const file = quantizedFile(pack.manifest, "hypernetwork");
	if (file === void 0) return network;
	const quantized = readQuantized(pack.path(file), matrixShapes(network));
	return {
		...network,
		precision: quantized.precision,
		quantized: quantized.matrix,
		weightsFolder: commonFolder([network.weights.file, quantized.file])
	};
}
/** The same before there is a pack, in fp32: sizes as a manifest would give them. */
function readHypernetwork(path, sizes) {
	const config = isTorchName(path) ? readCheckpointConfig(path) : void 0;
	if (config) checkSameModel(config, sizes, path);
	const weights = openWeights(path);
	const head = sizes.kind === "static" ? "state_dict" : "head_state";
	const modules = readModules(weights, head, sizes);
	if (config) checkSameModules(config, modules, path);
	return {
		sizes,
		weights,
		head,
		taskSize: weights.shape(`${head}.task_embedding.weight`)?.[1] ?? 0,
		modules,
		precision: "fp32",
		quantized: () => void 0,
		weightsFolder: commonFolder([weights.file])
	};
}
/** The matrices of the head, which are nearly all of a hypernetwork: what quantisation is for. */
function headMatrices(network) {
	return [...matrixShapes(network)].map(([name, shape]) => network.weights.expect(name, shape));
}
function matrixShapes({ head, sizes, taskSize, modules }) {
	const { hiddenSize, trunkSize, rank } = sizes;
	return new Map([
		[`${head}.trunk.0.weight`, [trunkSize, hiddenSize + taskSize]],
		[`${head}.trunk.2.weight`, [trunkSize, trunkSize]],
		...Object.entries(modules).flatMap(([type, { inFeatures, outFeatures }]) => [[`${head}.heads_A.${type}.weight`, [rank * inFeatures, trunkSize]], [`${head}.heads_B.${type}.weight`, [outFeatures * rank, trunkSize]]])
	]);
}
/** The head gives rank · inFeatures or outFeatures · rank numbers; that they fit the base model is seen where it is adapted. */
function readModules(weights, head, { moduleTypes, rank }) {
	const features = (side, type) => weights.rows(`${head}.heads_${side}.${type}.weight`, rank) / rank;
	return Object.fromEntries(moduleTypes.map((type) => [type, {
		inFeatures: features("A", type),
		outFeatures: features("B", type)
	}]));
}
/** What the checkpoint says about its layers, and what its tensors are. */
function checkSameModules({ modules: said }, found, path) {
	const describe = (size) => `${size?.inFeatures} to ${size?.outFeatures} features`;
	const other = MODULE_TYPES.find((type) => describe(said[type]) !== describe(found[type]));
	if (other === void 0) return;
	throw new ModelError(`Cannot use the checkpoint ${path}: its type_dims say that ${other} maps ${describe(said[other])}, its tensors map ${describe(found[other])}.\nUse a checkpoint as it was published.`);
}
/** A rank of 8 instead of 16 would read the same bytes as matrices of another form. */
function checkSameModel(config, sizes, path) {
	const { gru } = config;
	const difference = [
		[
			"kind",
			config.kind,
			sizes.kind
		],
		[
			"embeddingSize",
			gru?.repositorySize ?? config.contextSize,
			sizes.embeddingSize
		],
		[
			"hiddenSize",
			config.contextSize,
			sizes.hiddenSize
		],
		[
			"trunkSize",
			config.trunkSize,
			sizes.trunkSize
		],
		[
			"rank",
			config.rank,
			sizes.rank
		],
		[
			"alpha",
			config.alpha,
			sizes.alpha
		],
		[
			"moduleTypes",
			Object.keys(config.modules).sort().join(),
			sizes.moduleTypes.toSorted().join()
		],
		[
			"length of what a step reads",
			gru?.stepSize ?? sizes.embeddingSize,
			sizes.embeddingSize
		],
		[
			"input of a step",
			config.stepInput ?? "diff",
			"diff"
		]
	].find(([, checkpoint, manifest]) => checkpoint !== manifest);
	if (difference === void 0) return;
	const [name, checkpoint, manifest] = difference;
	throw new ModelError(`Cannot use the checkpoint ${path}: its ${name} is ${checkpoint}, the model pack expects ${manifest}.\nThe manifest and the weights do not belong together: install or build the pack again.`);
}
// src/gru/graph.ts
/**
* The two graphs of the commit GRU (Code2LoRA, arXiv 2606.06492, section 3.2; names of the released weights).
*
* In: the places of the weights and the sizes. Out: ONNX models. Knows nothing about git, embeddings or adapters.
*
*   first state   h = LN(GELU(W x + b))                    x: repository embedding
*   step          h' = GRU(LN(W d + b), h)                 d: diff embedding
*
* The GRU is written out instead of using ONNX's GRU operator: that one wants the gates in the order z, r, h,
* so the packed weights of PyTorch (r, z, n) would have to be copied and reordered. Two products and a split
* use them where they lie, in the mapped file. PyTorch applies the reset gate after the recurrent product and
* its bias (`linear_before_reset = 1` in ONNX).
*/
const PREFIX = "gru_state";
/** PyTorch's default; the released model does not change it. */
const LAYER_NORM_EPSILON = 1e-5;
/** `repository_embedding` (1, embeddingSize) → `hidden_state` (1, hiddenSize). */
function initialStateGraph(weights, { embeddingSize, hiddenSize }, weightsFolder) {
	const graph = new Graph("initial_state", { weightsFolder });
	const repository = graph.input("repository_embedding", "F32", [1, embeddingSize]);
	const layers = layerBuilder(graph, weights);
	const projected = layers.linear(repository, `${PREFIX}.repo_init_proj.0`, [hiddenSize, embeddingSize]);
	const hidden = layers.norm(graph.op("Gelu", [projected]), `${PREFIX}.repo_init_proj.2`, hiddenSize);
	graph.output("hidden_state", hidden, { shape: [1, hiddenSize] });
	return graph.model();
}
/** `diff_embedding` (1, embeddingSize), `hidden_state` (1, hiddenSize) → `next_hidden_state` (1, hiddenSize). */
function stepGraph(weights, { embeddingSize, hiddenSize }, weightsFolder) {
	const graph = new Graph("step", { weightsFolder });
	const diff = graph.input("diff_embedding", "F32", [1, embeddingSize]);
	const hidden = graph.input("hidden_state", "F32", [1, hiddenSize]);
	const layers = layerBuilder(graph, weights);
	const projected = layers.linear(diff, `${PREFIX}.diff_proj.0`, [hiddenSize, embeddingSize]);
	const input = layers.norm(projected, `${PREFIX}.diff_proj.1`, hiddenSize);
	const gates = (value, side) => {
		const packed = graph.op("Gemm", [
			value,
			graph.weight(weights.expect(`${PREFIX}.gru.weight_${side}_l0`, [3 * hiddenSize, hiddenSize])),
			graph.weight(weights.expect(`${PREFIX}.gru.bias_${side}_l0`, [3 * hiddenSize]))
		], { transB: 1 });
		return splitGates(graph, packed);
	};
	const next = nextState(graph, {
		fromInput: gates(input, "ih"),
		fromHidden: gates(hidden, "hh"),
		hidden
	});
	graph.output("next_hidden_state", next, { shape: [1, hiddenSize] });
	return graph.model();
}
/** (1, 3 · hiddenSize) → three times (1, hiddenSize), in PyTorch's order. */
function splitGates(graph, packed) {
	const [reset, update, candidate] = graph.ops("Split", [packed], {
		attributes: {
			axis: 1,
			num_outputs: 3
		},
		used: [
			true,
			true,
			true
		]
	});
	return {
		reset,
		update,
		candidate
	};
}
/** r = σ(rᵢ + rₕ), z = σ(zᵢ + zₕ), n = tanh(nᵢ + r ∘ nₕ), h' = (1 − z) ∘ n + z ∘ h = n + z ∘ (h − n). */
function nextState(graph, { fromInput, fromHidden, hidden }) {
	const add = (a, b) => graph.op("Add", [a, b]);
	const multiply = (a, b) => graph.op("Mul", [a, b]);
	const reset = graph.op("Sigmoid", [add(fromInput.reset, fromHidden.reset)]);
	const update = graph.op("Sigmoid", [add(fromInput.update, fromHidden.update)]);
	const candidate = graph.op("Tanh", [add(fromInput.candidate, multiply(reset, fromHidden.candidate))]);
	return add(candidate, multiply(update, graph.op("Sub", [hidden, candidate])));
}
/** The two layers that all three graphs of the hypernetwork are made of. */
function layerBuilder(graph, weights) {
	const pair = (name, shape) => [graph.weight(weights.expect(`${name}.weight`, shape)), graph.weight(weights.expect(`${name}.bias`, shape.slice(0, 1)))];
	return {
		/** x Wᵀ + b; W is (outFeatures, inFeatures). */
		linear: (x, name, shape) => graph.op("Gemm", [x, ...pair(name, shape)], { transB: 1 }),
		norm: (x, name, size) => graph.op("LayerNormalization", [x, ...pair(name, [size])], {
			axis: -1,
			epsilon: float(LAYER_NORM_EPSILON)
		})
	};
}
// src/gru/rollout.ts
/**
* Embeddings → memory: the hidden state after each commit.
*
* In: the repository embedding of the start commit, then one embedding per commit. Out: hidden states,
* un-normalised as the GRU carries them. Knows nothing about where embeddings come from or what reads the state.
*/
/**
* Opens the GRU of a pack. Throws ModelError when a tensor is missing or does not fit the manifest; so do the
* two steps when a vector has another length or holds NaN or infinity. A static model has no GRU: its state is
* the repository embedding itself, and nothing is opened.
*/
async function openUpdater(pack, { device = "cpu" } = {}) {
	const { sizes, weights, weightsFolder } = openHypernetwork(pack);
	if (sizes.kind === "static") return staticUpdater(sizes.embeddingSize);
	const options = {
		weightsFolder,
		device
	};
	const initial = await openSession(initialStateGraph(weights, sizes, weightsFolder), options);
	const step = await openSession(stepGraph(weights, sizes, weightsFolder), options);
	const embedding = (values, name) => vector(values, sizes.embeddingSize, name);
	return {
		stepInput: "diff",
		initialState: async (repositoryEmbedding) => runState(initial, "hidden_state", { repository_embedding: embedding(repositoryEmbedding, "the repository embedding") }),
		step: async (hiddenState, diffEmbedding) => runState(step, "next_hidden_state", {
			diff_embedding: embedding(diffEmbedding, "the diff embedding"),
			hidden_state: vector(hiddenState, sizes.hiddenSize, "the hidden state")
		}),
		async [Symbol.asyncDispose]() {
			await initial[Symbol.asyncDispose]();
			await step[Symbol.asyncDispose]();
		}
	};
}
function staticUpdater(size) {
	const stateOf = async (embedding) => vector(embedding, size, "the repository embedding").data.slice();
	return {
		stepInput: "repository",
		initialState: stateOf,
		step: (_hiddenState, embedding) => stateOf(embedding),
		async [Symbol.asyncDispose]() {}
	};
}
/** A vector of the right length and without NaN, as a row. Throws ModelError with the name. */
function vector(values, size, name) {
	if (values.length !== size) throw new ModelError(`Cannot go on: ${name} has ${values.length} numbers, expected ${size}.\nIt was made with another model pack: start again with this one.`);
	return {
		data: requireFinite(values, name),
		dims: [1, size]
	};
}
async function runState(session, output, feeds) {
	return requireFinite((await session.run(feeds))[output]?.data, "the next hidden state");
}
// src/lora/graph.ts
/**
* The generator's graph: state → LoRA adapter (Code2LoRA, arXiv 2606.06492, section 3.2).
*
* In: a hypernetwork. Out: an ONNX model. Knows nothing about commits.
*
*   c = LN(h) of the evolving model, h itself of the static one (h is then the repository embedding)
*   u = GELU(W₂ GELU(W₁ [c; task] + b₁) + b₂)   f = √trunkSize · u / max(‖u‖₂, 1e-12)
*   A = tanh(W_A f + b_A) · clamp(exp(s_A), 1e-5, 0.3)   and B likewise, for each module type
*
* A model of several tasks has a table of them, of which the first row (assertions) is read.
*/
/** As `torch.nn.functional.normalize`: a vector of zeros stays one. */
const NORM_EPSILON = 1e-12;
const SCALE_RANGE = {
	least: 1e-5,
	most: .3
};
/** Of the released models: completing assertions. Their loader reads it when no task is named. */
const TASK_ROW = 0;
/** `hidden_state` (1, hiddenSize) → `lora_A.<type>` (rank, inFeatures) and `lora_B.<type>` (outFeatures, rank). */
function generatorGraph(network) {
	const { sizes, head, modules } = network;
	const graph = new Graph("generator", { weightsFolder: network.weightsFolder });
	const features = trunk(graph, network, graph.input("hidden_state", "F32", [1, sizes.hiddenSize]));
	const { rank, trunkSize } = sizes;
	for (const [type, { inFeatures, outFeatures }] of Object.entries(modules)) for (const [side, shape] of [["A", [rank, inFeatures]], ["B", [outFeatures, rank]]]) {
		const [rows, columns] = shape;
		const flat = layer(graph, network, {
			x: features,
			name: `${head}.heads_${side}.${type}`,
			shape: [rows * columns, trunkSize]
		});
		const matrix = graph.op("Reshape", [graph.op("Tanh", [flat]), graph.integers(rows, columns)]);
		const scaled = graph.op("Mul", [matrix, scale(graph, network, `${head}.log_scale_${side}.${type}`)]);
		graph.output(`lora_${side}.${type}`, scaled, { shape });
	}
	return graph.model();
}
function trunk(graph, network, hidden) {
	const { sizes, head, taskSize } = network;
	const { trunkSize, hiddenSize } = sizes;
	const dense = (x, index, columns) => graph.op("Gelu", [layer(graph, network, {
		x,
		name: `${head}.trunk.${index}`,
		shape: [trunkSize, columns]
	})]);
	const second = dense(dense(withTask(graph, network, context(graph, network, hidden)), 0, hiddenSize + taskSize), 2, trunkSize);
	const length = graph.op("ReduceL2", [second, graph.integers(-1)], { keepdims: 1 });
	const direction = graph.op("Div", [second, graph.op("Max", [length, graph.scalar(NORM_EPSILON)])]);
	return graph.op("Mul", [direction, graph.scalar(Math.sqrt(trunkSize))]);
}
/** The GRU's state grows and shrinks with what it has read; a repository embedding has length 1 as it comes. */
function context(graph, { sizes, weights }, hidden) {
	if (sizes.kind === "static") return hidden;
	return layerBuilder(graph, weights).norm(hidden, "gru_state.output_norm", sizes.hiddenSize);
}
function withTask(graph, { head, weights, taskSize }, x) {
	if (taskSize === 0) return x;
	const name = `${head}.task_embedding.weight`;
	const table = graph.weight(weights.expect(name, [weights.rows(name, 1), taskSize]));
	const task = graph.op("Gather", [table, graph.integers(TASK_ROW)], { axis: 0 });
	return graph.op("Concat", [x, task], { axis: 1 });
}
/** (1, columns) → (1, rows), with floats or with the quantised copy. */
function layer(graph, { weights, quantized }, { x, name, shape }) {
	return linear(graph, x, {
		weight: weights.expect(`${name}.weight`, shape),
		bias: weights.expect(`${name}.bias`, [shape[0]]),
		quantized: quantized(`${name}.weight`)
	});
}
function scale(graph, { weights }, name) {
	const exponential = graph.op("Exp", [graph.weight(weights.expect(name, []))]);
	return graph.op("Clip", [
		exponential,
		graph.scalar(SCALE_RANGE.least),
		graph.scalar(SCALE_RANGE.most)
	]);
}
// src/lora/generate.ts
/**
* Hidden state → LoRA adapter, by the generator of the model pack.
*
* In: a hidden state. Out: a checked adapter. Knows nothing about where the state comes from. This is the
* large part of the hypernetwork and runs once per update; the GRU steps for each commit run elsewhere (gru/).
*/
/** Opens the generator of a pack. Throws ModelError when a tensor is missing or does not fit the manifest. */
async function openGenerator(pack, { device = "cpu" } = {}) {
	const network = openHypernetwork(pack);
	const session = await openSession(generatorGraph(network), {
		weightsFolder: network.weightsFolder,
		device,
		prepack: network.precision !== "fp32"
	});
	return {
		async generate(hiddenState) {
			const feed = vector(hiddenState, network.sizes.hiddenSize, "the hidden state");
			return toAdapter(await session.run({ hidden_state: feed }), network);
		},
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
	};
}
function toAdapter(results, { sizes: { rank, alpha }, modules }) {
	const pairs = {};
	for (const [type, size] of Object.entries(modules)) {
		const [A, B] = [results[`lora_A.${type}`]?.data, results[`lora_B.${type}`]?.data];
		pairs[type] = {
			A,
			B,
			...size
		};
	}
	return checkAdapter({
		rank,
		alpha,
		pairs
	});
}
// src/scoring/decoder-graph.ts
/**
* The base model as a decoder that takes a LoRA adapter as inputs.
*
* In: a base model. Out: a model that reads tokens after a cached past and gives the logits of selected rows.
* Knows nothing about prompts or search. One session serves the base model (rank 0) and every adapter:
*
*   y = x Wᵀ + (x Aᵀ) Bᵀ      A: (rank, inFeatures)   B: (outFeatures, rank), scaling already in B
*
* Inputs: input_ids (tokens), position_ids (1, tokens), bias (tokens, seen), selected (rows, at least one),
* past_key.N and past_value.N (past, heads, headSize), lora_A.T and lora_B.T. Outputs: logits and log_probabilities (rows, vocabulary), key.N and value.N (tokens, heads, headSize).
*/
function buildDecoderGraph(model, { maxPositions, layerAdapters = false, lora = true }) {
	const graph = new Graph("decoder", { weightsFolder: model.weightsFolder });
	const inputIds = graph.input("input_ids", "I64", ["tokens"]);
	const attention = cachedAttention(graph, model.config, {
		positionIds: graph.input("position_ids", "I64", [1, "tokens"]),
		bias: graph.input("bias", "F32", ["tokens", "seen"]),
		past: pastInputs(graph, model.config),
		maxPositions
	});
	addScores(graph, model, buildLayers(graph, model, {
		inputIds,
		selected: graph.input("selected", "I64", ["rows"]),
		attend: attention.attend,
		project: lora ? adaptedProjection(graph, model, { layerAdapters }).project : baseProjection(graph, model)
	}));
	addCache(graph, model.config, attention);
	return graph.model();
}
function addScores(graph, model, hidden) {
	const name = outputWeight(model.config);
	const logits = linear(graph, hidden, {
		weight: model.weight(name),
		quantized: model.quantized(name)
	});
	const shape = ["rows", model.config.vocabularySize];
	graph.output("log_probabilities", graph.op("LogSoftmax", [logits], { axis: -1 }), { shape });
	graph.output("logits", logits, { shape });
}
function addCache(graph, { keyValueHeadCount, headSize }, { keys, values }) {
	const shape = [
		"tokens",
		keyValueHeadCount,
		headSize
	];
	for (const [layer, key] of keys.entries()) graph.output(`key.${layer}`, key, { shape });
	for (const [layer, value] of values.entries()) graph.output(`value.${layer}`, value, { shape });
}
function pastInputs(graph, { layerCount, keyValueHeadCount, headSize }) {
	const inputs = (kind) => Array.from({ length: layerCount }, (_, layer) => graph.input(`past_${kind}.${layer}`, "F32", [
		"past",
		keyValueHeadCount,
		headSize
	]));
	return {
		keys: inputs("key"),
		values: inputs("value")
	};
}
// src/scoring/decoder-session.ts
/** Opens the first one. Throws ModelError. */
async function openDecoderSession(model, { maxPositions, device, packAfter, layerAdapters }) {
	const { precision, weightsFolder } = model;
	const graph = buildDecoderGraph(model, {
		maxPositions,
		layerAdapters
	});
	const open = (prepack) => openSession(graph, {
		weightsFolder,
		device,
		prepack
	});
	const canWait = precision === "fp32" && device === "cpu";
	let isPacked = canWait ? packAfter <= 0 : precision !== "fp32";
	let packsAt = canWait && !isPacked ? packAfter : Number.POSITIVE_INFINITY;
	let runs = 0;
	let session = await open(isPacked);
	return {
		async next() {
			if (runs >= packsAt) {
				packsAt = Number.POSITIVE_INFINITY;
				const mapped = session;
				session = await open(true).catch(() => mapped);
				isPacked = session !== mapped;
				if (isPacked) await mapped[Symbol.asyncDispose]();
			}
			runs += 1;
			return session;
		},
		get isPacked() {
			return isPacked;
		},
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
	};
}
// src/scoring/key-value-cache.ts
/** `capacity`: tokens there is room for at first; the buffers grow when it is not enough. */
function createCache(config, capacity) {
	const { layerCount, keyValueHeadCount: heads, headSize } = config;
	const buffers = /* @__PURE__ */ new Map();
	for (let layer = 0; layer < layerCount; layer += 1) for (const kind of ["key", "value"]) buffers.set(`${kind}.${layer}`, new Float32Array(capacity * heads * headSize));
	return {
		tokens: [],
		buffers,
		heads,
		headSize
	};
}
/** Forgets all tokens from number `length` on. */
function truncateCache(cache, length) {
	cache.tokens.length = Math.min(cache.tokens.length, length);
}
/** Adds tokens with the keys and values a run gave for them. */
function appendToCache(cache, tokens, results) {
	const used = cache.tokens.length * cache.heads * cache.headSize;
	for (const [name, buffer] of cache.buffers) {
		const added = results[name]?.data;
		const roomy = used + added.length <= buffer.length ? buffer : grown(buffer, used + added.length);
		roomy.set(added, used);
		cache.buffers.set(name, roomy);
	}
	cache.tokens.push(...tokens);
}
/** Views of the buffers, not copies: (past, keyValueHeads, headSize). */
function pastFeeds({ tokens, buffers, heads, headSize }) {
	const dims = [
		tokens.length,
		heads,
		headSize
	];
	const size = tokens.length * heads * headSize;
	const feeds = {};
	for (const [name, buffer] of buffers) feeds[`past_${name}`] = {
		data: buffer.subarray(0, size),
		dims
	};
	return feeds;
}
/** Number of tokens that two texts have in common at their start. */
function commonLength(a, b) {
	const limit = Math.min(a.length, b.length);
	let length = 0;
	while (length < limit && a[length] === b[length]) length += 1;
	return length;
}
function grown(buffer, size) {
	const larger = new Float32Array(Math.max(size, 2 * buffer.length));
	larger.set(buffer);
	return larger;
}
// src/scoring/decoder.ts
/**
* An open decoder: tokens → log-probabilities of the token after each of them.
*
* In: tokens, what each of them sees, an adapter. Out: log-probabilities of selected rows. Knows nothing about
* text. Tokens need not be one text: a search feeds several continuations of the same text in one run, and the
* bias keeps them apart (as in the attention over a tree of tokens of SpecInfer, Miao et al. 2023, section 4).
*/
async function openDecoder(model, maxPositions, { device = "cpu", packAfter = Number.POSITIVE_INFINITY, layerAdapters = false } = {}) {
	const { config } = model;
	const session = await openDecoderSession(model, {
		maxPositions,
		device,
		packAfter,
		layerAdapters
	});
	const sizes = moduleSizes(config);
	const layerCount = layerAdapters ? config.layerCount : null;
	return {
		maxPositions,
		newCache: () => createCache(config, maxPositions),
		adapterInputs: (adapter) => adapterFeeds(adapter, sizes, { layerCount }),
		async read(reading, { cache, adapter }) {
			checkReading(reading, maxPositions);
			const feeds = {
				...readingFeeds(reading, cache),
				...pastFeeds(cache),
				...adapter
			};
			const results = await (await session.next()).run(feeds);
			appendToCache(cache, reading.tokens, results);
			return {
				values: results.log_probabilities?.data,
				count: reading.selected.length,
				vocabularySize: config.vocabularySize
			};
		},
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
	};
}
/** Plain reading on: each token sees everything before it. */
function plainReading(tokens, past, selected) {
	return {
		tokens,
		positions: tokens.map((_, index) => past + index),
		sees: tokens.map((_, index) => ({
			below: past + index,
			others: []
		})),
		selected
	};
}
/** One row as a view. */
function rowOf({ values, vocabularySize }, row) {
	return values.subarray(row * vocabularySize, (row + 1) * vocabularySize);
}
function readingFeeds({ tokens, positions, sees, selected }, { tokens: past }) {
	const seen = past.length + tokens.length;
	const bias = new Float32Array(tokens.length * seen).fill(MASKED);
	for (const [row, { below, others }] of sees.entries()) {
		const start = row * seen;
		bias.fill(0, start, start + below);
		for (const slot of others) bias[start + slot] = 0;
		bias[start + past.length + row] = 0;
	}
	const integers = (values) => BigInt64Array.from(values, BigInt);
	return {
		input_ids: {
			data: integers(tokens),
			dims: [tokens.length]
		},
		position_ids: {
			data: integers(positions),
			dims: [1, tokens.length]
		},
		bias: {
			data: bias,
			dims: [tokens.length, seen]
		},
		selected: {
			data: integers(selected),
			dims: [selected.length]
		}
	};
}
/** The kernels do not check positions against their tables, and fail on zero rows. */
function checkReading({ positions, selected }, maxPositions) {
	const furthest = Math.max(...positions);
	if (selected.length > 0 && furthest < maxPositions) return;
	throw new InternalError(`A reading selects ${selected.length} rows and reaches position ${furthest}, expected at least one row and positions below ${maxPositions}.`);
}
// src/scoring/prompt-reader.ts
/** Tokens read in one run: longer runs would hold up the event loop and need a large bias. */
const CHUNK_TOKENS = 512;
var PromptReader = class {
	decoder;
	adapter;
	cache;
	/** Tokens of one text at the start of the cache; those after them belong to a search. */
	plainLength = 0;
	last;
	constructor(decoder, adapter) {
		this.decoder = decoder;
		this.adapter = decoder.adapterInputs(adapter);
		this.cache = decoder.newCache();
	}
	/** Reads a prompt and a target. Rows: after the prompt, then after each token of the target. */
	async read(prompt, target = []) {
		if (target.length === 0 && this.last && isSame(this.last.prompt, prompt)) return [this.last.row];
		this.last = void 0;
		truncateCache(this.cache, this.plainLength);
		const start = Math.min(commonLength(this.cache.tokens, prompt), prompt.length - 1);
		truncateCache(this.cache, start);
		const tokens = [...prompt.slice(start), ...target];
		const firstRow = prompt.length - 1 - start;
		const rows = [];
		for (let from = 0; from < tokens.length; from += CHUNK_TOKENS) {
			const chunk = tokens.slice(from, from + CHUNK_TOKENS);
			rows.push(...await this.readChunk(chunk, Math.max(0, firstRow - from)));
		}
		this.plainLength = this.cache.tokens.length;
		this.last = {
			prompt: [...prompt],
			row: rows[0].slice()
		};
		return rows;
	}
	/**
	* Reads the last token of each hypothesis after `prompt`, which must have been read last. `slots` remembers
	* where the tokens of earlier hypotheses lie.
	*/
	async expand(prompt, hypotheses, slots) {
		if (slots.size === 0) this.startSearch(prompt.length);
		const past = this.cache.tokens.length;
		const seenBy = hypotheses.map(({ parent }) => (parent && slots.get(parent)) ?? []);
		for (const [index, hypothesis] of hypotheses.entries()) slots.set(hypothesis, [...seenBy[index], past + index]);
		return this.run({
			tokens: hypotheses.map(({ token }) => token),
			positions: seenBy.map((others) => prompt.length + others.length),
			sees: seenBy.map((others) => ({
				below: prompt.length,
				others
			})),
			selected: hypotheses.map((_, index) => index)
		});
	}
	startSearch(promptLength) {
		truncateCache(this.cache, promptLength);
		this.plainLength = promptLength;
	}
	/** Rows from `firstRow` on; a chunk without any still has to select one, which is dropped. */
	async readChunk(tokens, firstRow) {
		const wanted = tokens.map((_, index) => index).slice(firstRow);
		const reading = plainReading(tokens, this.cache.tokens.length, wanted.length > 0 ? wanted : [0]);
		return (await this.run(reading)).slice(0, wanted.length);
	}
	async run(reading) {
		const rows = await this.decoder.read(reading, {
			cache: this.cache,
			adapter: this.adapter
		});
		return Array.from({ length: rows.count }, (_, row) => rowOf(rows, row));
	}
};
const isSame = (a, b) => a.length === b.length && commonLength(a, b) === a.length;
// src/scoring/vocabulary.ts
function createVocabulary(tokenizer, { endToken }) {
	const texts = [];
	const stopsByPattern = /* @__PURE__ */ new Map();
	const text = (token) => {
		texts[token] ??= tokenizer.tokenText(token);
		return texts[token];
	};
	return {
		text,
		decode: (tokens) => {
			const joined = tokens.map(text).join("");
			return joined.includes("�") ? tokenizer.decode(tokens) : joined;
		},
		isStop: (token, language) => {
			const pattern = terminatorPattern(language);
			const stops = stopsByPattern.get(pattern) ?? [];
			stopsByPattern.set(pattern, stops);
			stops[token] ??= token === endToken || pattern.test(text(token));
			return stops[token];
		},
		isEndOf: (longer, token, language) => longer !== token && text(longer).startsWith(text(token)) && terminatorPattern(language).test(text(longer).slice(text(token).length))
	};
}
/** Probability that the next token ends the expression. */
function stopProbability(logProbabilities, { vocabulary, language }) {
	return sumOver(logProbabilities, (token) => vocabulary.isStop(token, language));
}
/** Probability that the next token is `token` and the end of the expression in one. */
function joinedProbability(logProbabilities, { token, vocabulary, language }) {
	return sumOver(logProbabilities, (longer) => vocabulary.isEndOf(longer, token, language));
}
/** Tokens below this are not even looked at: together they have less than a thousandth. */
const MIN_LOG_PROBABILITY = Math.log(1e-8);
function sumOver(logProbabilities, isWanted) {
	let sum = 0;
	for (let token = 0; token < logProbabilities.length; token += 1) {
		const logProbability = logProbabilities[token];
		if (logProbability > MIN_LOG_PROBABILITY && isWanted(token)) sum += Math.exp(logProbability);
	}
	return Math.min(1, sum);
}
// src/scoring/search.ts
/** Less probable continuations are not followed, less probable ends not counted. */
const MIN_PROBABILITY = 1e-5;
/** Searches from the log-probabilities of the first token. */
async function search(first, settings) {
	const found = {
		probabilityByText: /* @__PURE__ */ new Map(),
		greedy: ""
	};
	let hypotheses = [ROOT];
	let rows = [first];
	for (let depth = 1; hypotheses.length > 0; depth += 1) {
		const branches = hypotheses.flatMap((hypothesis, index) => {
			return branch(hypothesis, rows[index], {
				settings,
				found
			});
		});
		if (depth > settings.maxTokens) break;
		hypotheses = prune(branches, {
			settings,
			found
		});
		if (hypotheses.length > 0) rows = await settings.expand(hypotheses);
	}
	return {
		candidates: ranked(found).slice(0, settings.count),
		greedy: found.greedy.trim()
	};
}
/** The positions of the `count` greatest values, greatest first; of equal ones the lower position. */
function greatest(values, count) {
	const positions = [];
	let least = Number.NEGATIVE_INFINITY;
	for (let position = 0; position < values.length; position += 1) {
		const value = values[position];
		if (positions.length === count && value <= least) continue;
		if (positions.length === count) positions.pop();
		let place = positions.length;
		while (place > 0 && values[positions[place - 1]] < value) place -= 1;
		positions.splice(place, 0, position);
		least = values[positions.at(-1)];
	}
	return positions;
}
const PART_OF_CHARACTER = "�";
const ROOT = {
	parent: null,
	token: -1,
	tokens: [],
	text: "",
	isReady: false,
	logProbability: 0,
	isGreedy: true
};
/** The continuations of one hypothesis by one token; what is complete goes to `found`. */
function branch(parent, row, { settings, found }) {
	const { vocabulary, language, count } = settings;
	const isStop = (token) => vocabulary.text(token) === "" || parent.isReady && vocabulary.isStop(token, language);
	if (parent.isReady) complete(found, parent.text, Math.exp(parent.logProbability) * stopProbability(row, settings));
	const tokens = greatest(row, 2 * count + 2);
	return tokens.filter((token) => !isStop(token)).map((token) => ({
		token,
		logProbability: parent.logProbability + row[token],
		isGreedy: parent.isGreedy && token === tokens[0]
	})).filter(({ isGreedy, logProbability }) => isGreedy || logProbability > Math.log(MIN_PROBABILITY)).flatMap((step) => append(parent, step, {
		settings,
		found
	}));
}
/** The hypothesis with one more token: nothing if its text is complete or can never be. */
function append(parent, step, { settings, found }) {
	const tokens = [...parent.tokens, step.token];
	const text = settings.vocabulary.decode(tokens);
	const scan = scanExpression(text, settings.language);
	const kept = scan.status === "ended" ? text.slice(0, scan.end) : text;
	if (step.isGreedy && (scan.status === "ended" || tokens.length <= settings.maxTokens)) found.greedy = kept;
	if (scan.status === "ended") complete(found, kept, Math.exp(step.logProbability));
	if (scan.status === "ended" || scan.status === "broken") return [];
	return [{
		...step,
		parent,
		tokens,
		text,
		isReady: scan.status === "ready"
	}];
}
/** Adds up the paths that give the same text. An empty value is none, nor is one with a part of a character. */
function complete(found, text, probability) {
	const trimmed = text.trim();
	if (trimmed === "" || trimmed.includes(PART_OF_CHARACTER) || probability < MIN_PROBABILITY) return;
	const { probabilityByText } = found;
	probabilityByText.set(trimmed, (probabilityByText.get(trimmed) ?? 0) + probability);
}
/** Keeps the greedy hypothesis and the most probable others, while they can still get among the candidates. */
function prune(hypotheses, { settings, found }) {
	const worst = ranked(found)[settings.count - 1]?.probability ?? 0;
	const least = Math.log(Math.max(MIN_PROBABILITY, worst));
	return [...hypotheses].sort((a, b) => b.logProbability - a.logProbability).filter(({ isGreedy, logProbability }, rank) => isGreedy || rank <= settings.count && logProbability > least);
}
function ranked({ probabilityByText }) {
	return [...probabilityByText].map(([text, probability]) => ({
		text,
		probability
	})).sort((a, b) => b.probability - a.probability || (a.text < b.text ? -1 : 1));
}
// src/scoring/token-standing.ts
function standingOf(logProbabilities, token) {
	let entropy = 0;
	let likeliest = Number.NEGATIVE_INFINITY;
	for (const logProbability of logProbabilities) {
		if (logProbability > likeliest) likeliest = logProbability;
		if (logProbability > LEAST) entropy -= logProbability * Math.exp(logProbability);
	}
	const own = logProbabilities[token];
	return {
		excess: -own - entropy,
		lead: likeliest - own
	};
}
/** What is rarer adds less than 1e-12 nats; also the way around 0 · −∞. */
const LEAST = -32;
/** Of a value of one token at least. */
function summarizeStandings(logProbabilities, standings) {
	return {
		worst: -Math.min(...logProbabilities),
		worstExcess: Math.max(...standings.map(({ excess }) => excess)),
		worstLead: Math.max(...standings.map(({ lead }) => lead)),
		excess: standings.reduce((sum, { excess }) => sum + excess, 0)
	};
}
// src/scoring/language-model.ts
/** Opens the language model of a pack; weights in fp32 are mapped, not copied. Throws ModelError. */
async function openLanguageModel(pack, options = {}) {
	const { tokenizer: tokenizerFile, contextTokens, endToken, startToken } = pack.manifest.baseModel;
	const model = readBaseModel(pack);
	const tokenizer = openTokenizer(pack.path(tokenizerFile));
	const settings = {
		tokenizer,
		contextTokens,
		endToken,
		startToken
	};
	const decoder = await openDecoder(model, contextTokens, {
		layerAdapters: layerAdapters(pack.manifest),
		...options
	});
	const shared = {
		decoder,
		vocabulary: createVocabulary(tokenizer, { endToken }),
		settings,
		encode: rememberLast((prefix) => encodePrompt(prefix, settings))
	};
	const reader = ({ adapter = null } = {}) => createReader(shared, adapter);
	return {
		reader,
		score: async (request, options) => reader(options).score(request),
		candidates: async (request, options) => reader(options).candidates(request),
		scoreMany: async (requests, options) => scoreInOrder(reader(options), requests),
		[Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose]()
	};
}
function createReader({ decoder, vocabulary, settings, encode }, adapter) {
	const promptReader = new PromptReader(decoder, adapter);
	return {
		async score({ prefix, target, language }) {
			if (target.trim() === "") throw emptyTarget();
			const prompt = encode(prefix);
			const tokens = encodeTarget(target, prompt, settings);
			return scoreOf(await promptReader.read(prompt.tokens, tokens), {
				tokens,
				vocabulary,
				language
			});
		},
		async candidates({ prefix, language, count = 5, maxTokens = 32 }) {
			const { tokens } = encode(prefix);
			const [first] = await promptReader.read(tokens);
			const slots = /* @__PURE__ */ new Map();
			const expand = (hypotheses) => promptReader.expand(tokens, hypotheses, slots);
			return search(first, {
				vocabulary,
				language,
				count,
				maxTokens: Math.min(maxTokens, targetLimit(settings.contextTokens)),
				expand
			});
		}
	};
}
/** An assertion is asked about three times: scored by two models and completed by one. */
function rememberLast(compute) {
	let last;
	return (key) => {
		if (last?.key !== key) last = {
			key,
			value: compute(key)
		};
		return last.value;
	};
}
function emptyTarget() {
	return new UsageError("Cannot score an empty value.\nAsk for candidates where no value is written yet.");
}
/**
* `rows[i]` is what the model says before token i of the target; the last row is about the end. As in a search,
* the value may also end within its last token: P = Π P(tokens but the last) · (P(last) · P(stop) + P(last and end)).
*/
function scoreOf(rows, { tokens, ...ending }) {
	const logProbabilities = tokens.map((token, index) => rows[index]?.[token]);
	const nll = -logProbabilities.reduce((sum, value) => sum + value, 0);
	const stop = stopProbability(rows[tokens.length], ending);
	const joined = joinedProbability(rows[tokens.length - 1], {
		...ending,
		token: tokens.at(-1)
	});
	const beforeLast = Math.exp(-nll - logProbabilities.at(-1));
	return {
		nll,
		tokens: tokens.length,
		logProbabilities,
		standing: summarizeStandings(logProbabilities, tokens.map((token, index) => standingOf(rows[index], token))),
		stopProbability: stop,
		probability: Math.min(1, Math.exp(-nll) * stop + beforeLast * joined)
	};
}
/** Shorter prefixes of a file first: each is the start of the next. */
async function scoreInOrder(reader, requests) {
	const order = requests.map((request, index) => ({
		request,
		index
	}));
	order.sort((a, b) => a.request.prefix < b.request.prefix ? -1 : 1);
	const scores = [];
	for (const { request, index } of order) scores[index] = await reader.score(request);
	return scores;
}
// src/inference/executor.ts
/**
* Answers calls with the models of a pack, each opened on its first use.
*
* In: calls, one at a time. Out: what the models give. Knows nothing about processes or queues. The language
* model works when the others are done: they are closed for it, so that their memory never adds up.
*/
/** Nothing is opened yet. Calls must not overlap. */
function createExecutor(pack, options) {
	const models = openOnUse(pack, options);
	const readers = createReaders(async () => models.use("languageModel"));
	return {
		async open(name) {
			await models.use(name);
		},
		async close(name) {
			if (name === "languageModel") readers.forget();
			await models.close(name);
		},
		embedWindows: async (text, recipe) => (await models.use("encoder")).embedWindows(text, recipe),
		initialState: async (embedding) => (await models.use("updater")).initialState(embedding),
		step: async (hiddenState, embedding) => (await models.use("updater")).step(hiddenState, embedding),
		generate: async (hiddenState) => (await models.use("generator")).generate(hiddenState),
		readExamples: async (texts) => (await models.use("signalReader")).read(texts),
		remember: async (memory, examples) => (await models.use("memory")).fold(memory, examples),
		recall: async (memory) => (await models.use("memory")).adapter(memory),
		refine: async (request) => (await models.use("refiner")).refine(request),
		keepAdapter: async (id, adapter) => readers.keepAdapter(id, adapter),
		score: async (place, request) => (await readers.at(place)).score(request),
		async scoreMany({ adapter }, requests) {
			return (await models.use("languageModel")).scoreMany(requests, { adapter: readers.adapter(adapter) });
		},
		candidates: async (place, request) => (await readers.at(place)).candidates(request),
		[Symbol.asyncDispose]: () => models.closeAll()
	};
}
function openOnUse(pack, { device, packAfter }) {
	const openers = {
		encoder: () => openEncoder(pack, { device }),
		updater: () => openUpdater(pack, { device }),
		generator: () => openGenerator(pack, { device }),
		signalReader: () => openPackSignal(pack),
		memory: () => openPackMemory(pack),
		refiner: () => openPackRefiner(pack),
		languageModel: () => openLanguageModel(pack, {
			device,
			packAfter
		})
	};
	const open = {};
	const close = async (name) => {
		const model = open[name];
		delete open[name];
		await model?.[Symbol.asyncDispose]();
	};
	return {
		close,
		async use(name) {
			const known = open[name];
			if (known) return known;
			if (name === "languageModel") for (const other of EARLIER) await close(other);
			const model = await openers[name]();
			open[name] = model;
			return model;
		},
		async closeAll() {
			for (const name of [...EARLIER, "languageModel"]) await close(name);
		}
	};
}
const EARLIER = [
	"encoder",
	"updater",
	"generator",
	"signalReader",
	"memory",
	"refiner"
];
function createReaders(languageModel) {
	const adapters = /* @__PURE__ */ new Map();
	const readers = /* @__PURE__ */ new Map();
	const adapter = (id) => {
		if (id === null) return null;
		const known = adapters.get(id);
		if (known) return known;
		throw new InternalError(`Adapter ${id} was not sent before it was used.`);
	};
	return {
		adapter,
		keepAdapter: (id, value) => void adapters.set(id, value),
		forget: () => readers.clear(),
		async at({ reader: id, adapter: adapterId }) {
			const model = await languageModel();
			const reader = (id === null ? void 0 : readers.get(id)) ?? model.reader({ adapter: adapter(adapterId) });
			if (id !== null) readers.set(id, reader);
			return reader;
		}
	};
}
export { VULKAN_LOADER as $, normalizeL2 as A, PACK_SCHEMA as At, shardsOf as B, quantizedFile as Bt, readOwnEncoder as C, pairPlace as Ct, quantizeRows as D, requireFinite as Dt, BLOCK_FORMATS as E, areFinite as Et, targetLimit as F, chooseHistory as Ft, moduleSizes as G, nullable as Gt, Graph as H, boolean as Ht, openTokenizer as I, chooseParts as It, engine as J, positive as Jt, parseTransformerConfig as K, object as Kt, entriesOfFiles as L, parseParts as Lt, readMeanAdapter as M, namedFiles as Mt, signalCharacters as N, EVIDENCE as Nt, quantizedShapes as O, openModelPack as Ot, encodePrompt as P, ADAPTATION_PARTS as Pt, requireParts as Q, readJson as R, MODULE_TYPES as Rt, readBaseModel as S, checkFits as St, QUANTIZED_SCHEMA as T, scaling as Tt, matrixShapes$1 as U, exactly as Ut, emptyResidual as V, advising as Vt, moduleName as W, integer as Wt, thisMachine as X, text as Xt, openSession as Y, record as Yt, missingPart as Z, sendableError as _, readBytes as _t, openGenerator as a, loadPackagesFrom as at, withPrecision as b, adapterTensors as bt, initialStateGraph as c, decodeSafetensors as ct, openHypernetwork as d, readSafetensors as dt, findVulkan as et, isTorchName as f, readTensor as ft, receivedError as g, roundToFloat16 as gt, openEncoder as h, narrowToFloat16 as ht, rowOf as i, loadPackage as it, poolVectors as j, checkManifest as jt, scanExpression as k, packId as kt, stepGraph as l, encodeSafetensors as lt, readTorchFile as m, tensorBytes as mt, openDecoder as n, layerPair as nt, generatorGraph as o, packagePath as ot, readCheckpointConfig as p, encodeHeader as pt, weightShapes as q, optional as qt, plainReading as r, createRandom as rt, openUpdater as s, packagesFolder as st, createExecutor as t, joinAdapters as tt, headMatrices as u, readHeader as ut, PARTS as v, withFile as vt, readTransformer as w, rankOf as wt, learnedTokens as x, checkAdapter as xt, availablePrecisions as y, adapterFromTensors as yt, resolveLink as z, PRECISIONS as zt };
