import { i as ModelError, o as UsageError } from "./errors.js";
import { G as moduleSizes, K as parseTransformerConfig, Rt as MODULE_TYPES, St as checkFits, Tt as scaling, W as moduleName, _t as readBytes, bt as adapterTensors, f as isTorchName, ht as narrowToFloat16, lt as encodeSafetensors, nt as layerPair, p as readCheckpointConfig, vt as withFile, xt as checkAdapter } from "./executor.js";
import { s as update } from "./check.js";
import { T as _usingCtx, a as requireHead, o as snapshotInfo, r as openWorkspace } from "./workspace.js";
import { basename, dirname, join, resolve } from "node:path";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
// src/lora/export-file.ts
/**
* One exported file, written whole or not at all, and only over an earlier export.
*
* In: a path, bytes and the marker that is in them. Out: a file. Knows nothing about formats.
*/
/** How the numbers of an export are stored; fp16 rounds them to 11 bits. */
const EXPORT_PRECISIONS = ["fp32", "fp16"];
/** Both formats begin with their notes, where the marker stands. */
const MARKER_BYTES = 65536;
/** Throws UsageError when the path is taken by anything but an export with the same marker, or cannot be written. */
function writeExportFile(path, bytes, marker) {
	checkReplaceable(path, marker);
	const temporary = join(dirname(path), `.${basename(path)}.tmp-${process.pid}`);
	try {
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(temporary, bytes, { flush: true });
		renameSync(temporary, path);
	} catch (cause) {
		if (existsSync(temporary)) rmSync(temporary);
		throw notWritten(path, cause);
	}
}
/** A failed write, with what to do about it. */
function notWritten(path, cause) {
	const { code, message } = cause;
	return new UsageError(`Cannot export to ${path}: ${message}.\n${code === "ENOSPC" || code === "EDQUOT" ? "The disk is full: free some space, or name" : "Name"} another place.`, { cause });
}
/** The tensors as they are, or as float16. */
function inPrecision(tensors, precision) {
	const convert = (tensor) => precision === "fp16" && tensor.data instanceof Float32Array ? {
		dtype: "F16",
		shape: tensor.shape,
		data: narrowToFloat16(tensor.data)
	} : tensor;
	return new Map([...tensors].map(([name, tensor]) => [name, convert(tensor)]));
}
function checkReplaceable(path, marker) {
	if (!existsSync(path)) return;
	const isFile = statSync(path).isFile();
	const start = isFile ? withFile(path, (file) => readBytes(file, 0, MARKER_BYTES)) : /* @__PURE__ */ new Uint8Array();
	if (Buffer.from(start).includes(marker)) return;
	throw new UsageError(`Cannot export to ${path}: there is a ${isFile ? "file that is no earlier export" : "folder"}.\nName another file, or remove this one first.`);
}
// src/lora/compact.ts
/**
* LoraAdapter → one safetensors file with each pair once, as the generator makes it: a few megabytes where the
* other formats repeat every pair for every layer.
*
*   lora_A.<type> (rank, inFeatures)   lora_B.<type> (outFeatures, rank)   unscaled; all layers share them
*   metadata: schema, rank, alpha, base_model and where the adapter comes from
*
* In: an adapter. Out: a file. Knows nothing about commits.
*/
const COMPACT_SCHEMA = "code2lora/compact-adapter@1";
/**
* Writes the file. Throws UsageError when something else is in its place, ModelError when the adapter is damaged.
* `adapterFromTensors` makes an adapter of it again, with the rank and alpha of the metadata.
*/
function writeCompact(adapter, options) {
	const { rank, alpha } = checkAdapter(adapter);
	const metadata = {
		...options.provenance,
		schema: COMPACT_SCHEMA,
		format: "pt",
		rank: String(rank),
		alpha: String(alpha),
		base_model: options.baseModelName
	};
	const tensors = inPrecision(adapterTensors(adapter), options.precision);
	writeExportFile(resolve(options.file), encodeSafetensors(tensors, metadata), COMPACT_SCHEMA);
}
// src/lora/gguf-format.ts
const VERSION = 3;
const ALIGNMENT = 32;
const VALUE_TYPES = {
	uint32: 4,
	float32: 6,
	string: 8
};
const TENSOR_TYPES = {
	F32: 0,
	F16: 1
};
/** `notes` and `tensors` are written in their order. Tensors are F32 or F16. */
function encodeGguf(notes, tensors) {
	const header = [
		Buffer.from("GGUF"),
		uint32(VERSION),
		uint64(tensors.size),
		uint64(Object.keys(notes).length),
		...Object.entries(notes).flatMap(([key, value]) => [text(key), encodeValue(value)]),
		...tensorInfos(tensors)
	];
	const start = Buffer.concat(header);
	const data = [...tensors.values()].flatMap(({ data }) => {
		const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
		return [bytes, padding(bytes.length)];
	});
	return Buffer.concat([
		start,
		padding(start.length),
		...data
	]);
}
/** Offsets count from the first byte of the data. */
function tensorInfos(tensors) {
	let offset = 0;
	return [...tensors].flatMap(([name, { dtype, shape, data }]) => {
		const place = offset;
		offset += data.byteLength + padding(data.byteLength).length;
		const type = TENSOR_TYPES[dtype];
		return [
			text(name),
			uint32(shape.length),
			...shape.toReversed().map(uint64),
			uint32(type),
			uint64(place)
		];
	});
}
function encodeValue(value) {
	if (typeof value === "string") return Buffer.concat([uint32(VALUE_TYPES.string), text(value)]);
	if ("uint32" in value) return Buffer.concat([uint32(VALUE_TYPES.uint32), uint32(value.uint32)]);
	const number = Buffer.alloc(4);
	number.writeFloatLE(value.float32);
	return Buffer.concat([uint32(VALUE_TYPES.float32), number]);
}
function text(value) {
	const bytes = Buffer.from(value, "utf8");
	return Buffer.concat([uint64(bytes.length), bytes]);
}
function uint32(value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}
function uint64(value) {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(BigInt(value));
	return bytes;
}
const padding = (length) => new Uint8Array((ALIGNMENT - length % ALIGNMENT) % ALIGNMENT);
// src/lora/peft-content.ts
/**
* LoraAdapter → what stands in a PEFT folder.
*
* In: an adapter and the sizes of the base model. Out: tensors under PEFT's names, and its configuration. Knows nothing
* about files. PEFT has one pair for each layer and module, so what all layers share is repeated, joined with the layer's
* own. A module of a smaller rank than others stands in `rank_pattern`, and in `alpha_pattern`, so that alpha / rank is the
* same everywhere: a reader that knows no patterns scales rightly too.
*/
/** Every linear layer that the adapter changes. Throws ModelError when the adapter does not fit the model. */
function adaptedModules(adapter, config) {
	checkFits(checkAdapter(adapter), moduleSizes(config), config);
	return Array.from(Array(config.layerCount).keys()).flatMap((layer) => MODULE_TYPES.flatMap((type) => {
		const pair = layerPair(adapter, {
			layer,
			type
		});
		return pair ? [{
			layer,
			type,
			pair
		}] : [];
	}));
}
/** All pairs for all layers under PEFT's names: (rank, inFeatures) and (outFeatures, rank). */
function peftTensors(adapter, config) {
	const tensors = /* @__PURE__ */ new Map();
	for (const { layer, type, pair } of adaptedModules(adapter, config)) {
		const { rank, inFeatures, outFeatures } = pair;
		const name = `base_model.model.${moduleName(layer, type)}`;
		tensors.set(`${name}.lora_A.weight`, {
			dtype: "F32",
			shape: [rank, inFeatures],
			data: pair.A
		});
		tensors.set(`${name}.lora_B.weight`, {
			dtype: "F32",
			shape: [outFeatures, rank],
			data: pair.B
		});
	}
	return tensors;
}
/** The fields of PEFT's LoraConfig that older versions know too; it fills in the others with their defaults. */
function peftConfig(adapter, config, baseModelName) {
	const rankByModule = modulesByName(adaptedModules(adapter, config), config);
	const rank = rankByModule.size > 0 ? Math.max(...rankByModule.values()) : adapter.rank;
	const others = [...rankByModule].filter(([, own]) => own !== rank);
	const alphaOf = (own) => scaling(adapter) * own;
	return {
		peft_type: "LORA",
		task_type: "CAUSAL_LM",
		auto_mapping: null,
		base_model_name_or_path: baseModelName,
		revision: null,
		inference_mode: true,
		r: rank,
		lora_alpha: alphaOf(rank),
		lora_dropout: 0,
		target_modules: [...rankByModule.keys()].sort(),
		fan_in_fan_out: false,
		bias: "none",
		use_rslora: false,
		use_dora: false,
		modules_to_save: null,
		init_lora_weights: true,
		layers_to_transform: null,
		layers_pattern: null,
		rank_pattern: Object.fromEntries(others),
		alpha_pattern: Object.fromEntries(others.map(([name, own]) => [name, alphaOf(own)]))
	};
}
/** A module type stands for all its layers where they are of one rank; others are named one by one. Name → rank. */
function modulesByName(modules, { layerCount }) {
	const rankByName = /* @__PURE__ */ new Map();
	for (const type of MODULE_TYPES) {
		const own = modules.filter((module) => module.type === type);
		const ranks = new Set(own.map(({ pair }) => pair.rank));
		const isUniform = own.length === layerCount && ranks.size === 1;
		for (const { layer, pair } of own) rankByName.set(isUniform ? type : moduleName(layer, type), pair.rank);
	}
	return rankByName;
}
// src/lora/peft.ts
/**
* LoraAdapter → PEFT folder, as Hugging Face PEFT, vLLM and llama.cpp's converter read it.
*
*   adapter_config.json         rank, alpha and which layers
*   adapter_model.safetensors   for every layer of the base model the shared pairs, joined with its own, unscaled
*   code2lora.json              where the adapter comes from; also marks the folder as ours to replace
*
* In: an adapter and the base model's config.json. Out: a folder, whole or not at all. Knows nothing about commits.
*/
const PROVENANCE_FILE = "code2lora.json";
const FILES = [
	"adapter_config.json",
	"adapter_model.safetensors",
	PROVENANCE_FILE
];
/**
* Writes the folder and returns the names of its files. Replaces an earlier export. Throws UsageError when the
* folder holds anything else, ModelError when the adapter does not fit the base model.
*/
function writePeft(adapter, options) {
	const folder = resolve(options.folder);
	checkFolder(folder);
	const config = readBaseConfig(options.baseConfigPath);
	const tensors = inPrecision(peftTensors(adapter, config), options.precision);
	writeFolder(folder, {
		"adapter_config.json": json(peftConfig(adapter, config, options.baseModelName)),
		"adapter_model.safetensors": encodeSafetensors(tensors, { format: "pt" }),
		[PROVENANCE_FILE]: json({
			schema: "code2lora/peft-export@1",
			...options.provenance
		})
	});
	return FILES;
}
/** Beside its place first, so that a full disk costs nothing of an earlier export. */
function writeFolder(folder, contents) {
	const temporary = join(dirname(folder), `.${basename(folder)}.tmp-${process.pid}`);
	try {
		rmSync(temporary, {
			recursive: true,
			force: true
		});
		mkdirSync(temporary, { recursive: true });
		for (const [file, content] of Object.entries(contents)) writeFileSync(join(temporary, file), content, { flush: true });
		rmSync(folder, {
			recursive: true,
			force: true
		});
		renameSync(temporary, folder);
	} catch (cause) {
		if (existsSync(temporary)) rmSync(temporary, {
			recursive: true,
			force: true
		});
		throw notWritten(folder, cause);
	}
}
/** Fresh, empty, or an earlier export with nothing added: only that may be replaced. */
function checkFolder(folder) {
	if (!existsSync(folder)) return;
	const found = readNames(folder);
	const foreign = found.includes(PROVENANCE_FILE) ? found.find((name) => !FILES.includes(name)) : found[0];
	if (foreign === void 0) return;
	throw new UsageError(`Cannot export to ${folder}: it holds ${foreign}, expected an empty folder or an earlier export.\nName another folder, or remove this one first.`);
}
function readNames(folder) {
	try {
		return readdirSync(folder);
	} catch (cause) {
		throw new UsageError(`Cannot export to ${folder}: it is not a folder.\nName another one.`, { cause });
	}
}
/** The sizes of the base model. Throws ModelError when the file cannot be read or says what we do not build. */
function readBaseConfig(path) {
	let value;
	try {
		value = JSON.parse(readFileSync(path, "utf8"));
	} catch (cause) {
		throw new ModelError(`Cannot read ${path}: ${cause.message}.`, { cause });
	}
	return parseTransformerConfig(value, path);
}
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
// src/lora/gguf.ts
/**
* LoraAdapter → GGUF file, as llama.cpp reads it with `--lora`.
*
*   blk.<layer>.<module>.weight.lora_a (rank, inFeatures)   …lora_b (outFeatures, rank)
*
* In: an adapter and the base model's config.json. Out: a file. Knows nothing about commits. Names and notes are
* those of llama.cpp's convert_lora_to_gguf.py; llama.cpp itself scales by alpha / rank, the rank of each pair.
*
* Llama models: llama.cpp rotates neighbouring pairs of a head, Hugging Face the first half against the second,
* so the converter reorders the rows of the query and key weights. An adapter adds to these rows: its B is
* reordered in the same way, its A reads the same inputs and stays. Qwen2 models are not reordered.
*/
const GGUF_SCHEMA = "code2lora/gguf-adapter@1";
const MODULE_NAMES = {
	q_proj: "attn_q",
	k_proj: "attn_k",
	v_proj: "attn_v",
	o_proj: "attn_output",
	gate_proj: "ffn_gate",
	up_proj: "ffn_up",
	down_proj: "ffn_down"
};
/** LLAMA_FTYPE_ALL_F32 and LLAMA_FTYPE_MOSTLY_F16. */
const FILE_TYPES = {
	fp32: 0,
	fp16: 1
};
const QUANTIZATION_VERSION = 2;
/** Writes the file. Throws UsageError when something else is in its place, ModelError when the adapter does not fit. */
function writeGguf(adapter, options) {
	const config = readBaseConfig(options.baseConfigPath);
	const tensors = inPrecision(ggufTensors(adapter, config), options.precision);
	const bytes = encodeGguf(ggufNotes(adapter, config, options), tensors);
	writeExportFile(resolve(options.file), bytes, GGUF_SCHEMA);
}
/** For every layer the shared pairs, joined with its own, under llama.cpp's names. Throws ModelError when the adapter does not fit the model. */
function ggufTensors(adapter, config) {
	const modules = adaptedModules(adapter, config);
	if (config.architecture === "qwen3") throw new ModelError("Cannot export to GGUF for a Qwen3 model: use a Qwen2 or Llama model.");
	const tensors = /* @__PURE__ */ new Map();
	for (const { layer, type, pair } of modules) {
		const { rank, inFeatures, outFeatures } = pair;
		const name = `blk.${layer}.${MODULE_NAMES[type]}.weight`;
		const B = reorderedRows(inScale(pair, adapter), {
			type,
			config,
			rank
		});
		tensors.set(`${name}.lora_a`, {
			dtype: "F32",
			shape: [rank, inFeatures],
			data: pair.A
		});
		tensors.set(`${name}.lora_b`, {
			dtype: "F32",
			shape: [outFeatures, rank],
			data: B
		});
	}
	return tensors;
}
/** llama.cpp divides alpha by the rank of each pair, we by that of the adapter: B makes up for it. */
function inScale({ B, rank: own }, { rank }) {
	return own === rank ? B : B.map((value) => value * own / rank);
}
/** What llama.cpp checks (the first five and alpha), and what people and our own next export want to know. */
function ggufNotes({ alpha }, { architecture }, { precision, baseModelName, provenance }) {
	const own = Object.entries(provenance).map(([name, value]) => [`code2lora.${name}`, value]);
	return {
		"general.architecture": architecture,
		"general.type": "adapter",
		"adapter.type": "lora",
		"adapter.lora.alpha": { float32: alpha },
		"general.file_type": { uint32: FILE_TYPES[precision] },
		"general.quantization_version": { uint32: QUANTIZATION_VERSION },
		"general.base_model.count": { uint32: 1 },
		"general.base_model.0.name": baseModelName,
		"code2lora.schema": GGUF_SCHEMA,
		...Object.fromEntries(own)
	};
}
/** Row s · half + i of a head becomes row 2 i + s: what was in two halves lies side by side. */
function reorderedRows(B, { type, config, rank }) {
	if (config.architecture !== "llama" || type !== "q_proj" && type !== "k_proj") return B;
	const half = config.headSize / 2;
	const rows = B.length / rank;
	const reordered = new Float32Array(B.length);
	for (let row = 0; row < rows; row += 1) {
		const place = row % config.headSize;
		const target = row - place + 2 * (place % half) + Math.floor(place / half);
		reordered.set(B.subarray(row * rank, (row + 1) * rank), target * rank);
	}
	return reordered;
}
// src/commands/export.ts
/** Writes the adapter of HEAD for other programs: a PEFT folder, a compact file, or a GGUF file for llama.cpp. */
/** Format → the ending of its file; null for a folder. */
const ENDINGS = {
	peft: null,
	compact: ".safetensors",
	gguf: ".gguf"
};
/** Throws UsageError for an unknown format or precision, or a place that holds something else. */
async function exportAdapter(options) {
	try {
		var _usingCtx$1 = _usingCtx();
		const format = oneOf(Object.keys(ENDINGS), options.format, "export format");
		const precision = oneOf(EXPORT_PRECISIONS, options.precision ?? "fp32", "precision");
		const out = resolve(options.out);
		checkEnding(format, out);
		const workspace = _usingCtx$1.a(await openWorkspace(options));
		const { inUse: snapshot } = await update(workspace, requireHead(workspace.repository), options);
		const info = snapshotInfo(snapshot.manifest);
		const files = write(snapshot.adapter, workspace, {
			format,
			precision,
			out,
			info
		});
		return {
			schema: "code2lora/export@1",
			format,
			precision,
			folder: format === "peft" ? out : dirname(out),
			files,
			snapshot: info
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
function write(adapter, { pack }, { format, precision, out, info }) {
	const { name } = pack.manifest;
	const base = {
		precision,
		baseConfigPath: pack.path(pack.manifest.baseModel.config),
		baseModelName: baseModelName(pack)
	};
	if (format === "peft") return writePeft(adapter, {
		...base,
		folder: out,
		provenance: {
			...info,
			pack: name,
			packDigest: pack.digest
		}
	});
	const provenance = {
		snapshot: info.id,
		commit: info.commit,
		pack: name,
		packDigest: pack.digest
	};
	(format === "gguf" ? writeGguf : writeCompact)(adapter, {
		...base,
		file: out,
		provenance
	});
	return [basename(out)];
}
/** The authors' checkpoint names the model it was trained on; other packs bring a model of their own. */
function baseModelName({ manifest, path }) {
	const { weights } = manifest.hypernetwork;
	return (isTorchName(weights) ? readCheckpointConfig(path(weights)).baseModel : null) ?? `code2lora/${manifest.name}`;
}
function checkEnding(format, out) {
	const ending = ENDINGS[format];
	if (ending === null || out.endsWith(ending)) return;
	throw new UsageError(`Cannot export to ${out}: the format "${format}" is a file.\nName one that ends with ${ending}.`);
}
function oneOf(known, value, what) {
	const found = known.find((word) => word === value);
	if (found !== void 0) return found;
	throw new UsageError(`Unknown ${what} "${value}".\nThis version writes: ${known.join(", ")}.`);
}
export { exportAdapter as t };
