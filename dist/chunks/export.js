import { a as UsageError, r as ModelError } from "./errors.js";
import { E as checkFits, M as MODULE_TYPES, T as checkAdapter, a as requireHead, k as encodeSafetensors, o as snapshotInfo, r as openWorkspace } from "./workspace.js";
import { d as moduleName, f as moduleSizes, p as parseQwen2Config } from "./generate.js";
import { a as update } from "./check.js";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
// src/lora/peft.ts
/**
* LoraAdapter → PEFT folder, as Hugging Face PEFT, vLLM and llama.cpp's converter read it.
*
*   adapter_config.json         rank, alpha and which layers
*   adapter_model.safetensors   the shared pairs, repeated for every layer of the base model, unscaled
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
	const contents = {
		"adapter_config.json": json(peftConfig(adapter, options.baseModelName)),
		"adapter_model.safetensors": encodeSafetensors(peftTensors(adapter, options.baseConfigPath), { format: "pt" }),
		[PROVENANCE_FILE]: json({
			schema: "code2lora/peft-export@1",
			...options.provenance
		})
	};
	const temporary = join(dirname(folder), `.${basename(folder)}.tmp-${process.pid}`);
	rmSync(temporary, {
		recursive: true,
		force: true
	});
	mkdirSync(temporary, { recursive: true });
	for (const file of FILES) writeFileSync(join(temporary, file), contents[file], { flush: true });
	rmSync(folder, {
		recursive: true,
		force: true
	});
	renameSync(temporary, folder);
	return FILES;
}
/** All pairs for all layers under PEFT's names: (rank, inFeatures) and (outFeatures, rank). */
function peftTensors(adapter, baseConfigPath) {
	const config = readBaseConfig(baseConfigPath);
	checkFits(checkAdapter(adapter), moduleSizes(config));
	const tensors = /* @__PURE__ */ new Map();
	for (let layer = 0; layer < config.layerCount; layer += 1) for (const type of MODULE_TYPES) {
		const pair = adapter.pairs[type];
		if (!pair) continue;
		const name = `base_model.model.${moduleName(layer, type)}`;
		const { rank } = adapter;
		tensors.set(`${name}.lora_A.weight`, {
			dtype: "F32",
			shape: [rank, pair.inFeatures],
			data: pair.A
		});
		tensors.set(`${name}.lora_B.weight`, {
			dtype: "F32",
			shape: [pair.outFeatures, rank],
			data: pair.B
		});
	}
	return tensors;
}
/** The fields of PEFT's LoraConfig that older versions know too; it fills in the others with their defaults. */
function peftConfig({ rank, alpha, pairs }, baseModelName) {
	return {
		peft_type: "LORA",
		task_type: "CAUSAL_LM",
		auto_mapping: null,
		base_model_name_or_path: baseModelName,
		revision: null,
		inference_mode: true,
		r: rank,
		lora_alpha: alpha,
		lora_dropout: 0,
		target_modules: Object.keys(pairs).sort(),
		fan_in_fan_out: false,
		bias: "none",
		use_rslora: false,
		use_dora: false,
		modules_to_save: null,
		init_lora_weights: true,
		layers_to_transform: null,
		layers_pattern: null,
		rank_pattern: {},
		alpha_pattern: {}
	};
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
function readBaseConfig(path) {
	let value;
	try {
		value = JSON.parse(readFileSync(path, "utf8"));
	} catch (cause) {
		throw new ModelError(`Cannot read ${path}: ${cause.message}.`, { cause });
	}
	return parseQwen2Config(value, path);
}
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
// src/commands/export.ts
/** Writes the adapter of HEAD as a standard PEFT folder. */
/** Throws UsageError for an unknown format or a folder that holds something else. */
async function exportAdapter(options) {
	if (options.format !== "peft") throw new UsageError(`Unknown export format "${options.format}".\nThis version writes: peft.`);
	const workspace = await openWorkspace(options);
	const { snapshot } = await update(workspace, requireHead(workspace.repository), options);
	const folder = resolve(options.out);
	const { pack } = workspace;
	return {
		schema: "code2lora/export@1",
		format: "peft",
		folder,
		files: writePeft(snapshot.adapter, {
			folder,
			baseConfigPath: pack.path(pack.manifest.baseModel.config),
			baseModelName: `code2lora/${pack.manifest.name}`,
			provenance: {
				...snapshotInfo(snapshot.manifest),
				pack: pack.manifest.name,
				packDigest: pack.digest
			}
		}),
		snapshot: snapshotInfo(snapshot.manifest)
	};
}
export { exportAdapter as t };
