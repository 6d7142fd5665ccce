import { A as normalizeL2, Bt as quantizedFile, gt as roundToFloat16, j as poolVectors } from "./executor.js";
import { C as contentId } from "./workspace.js";
import { createHash } from "node:crypto";
// src/embedding/embedder.ts
/**
* Text → embedding, by the recipe of the model pack, through the cache.
*
* In: the text of a diff, or the files of a repository. Out: one vector. Knows how windows are pooled and
* cached; knows nothing about git, the GRU or what the vectors are used for.
*/
/** Joins an open encoder, a cache and the recipe of the pack. */
function createEmbedder(pack, encoder, cache) {
	const { recipe, hypernetwork } = pack.manifest;
	const counts = {
		cached: 0,
		encoded: 0,
		tokens: 0,
		truncated: 0,
		leftOutFiles: 0
	};
	const embedText = textEmbedder(pack, encoder, cache, counts);
	return {
		counts,
		async embedDiff(text) {
			return await embedText("diff", recipe.diff, contentId(text), async () => text) ?? new Float32Array(hypernetwork.embeddingSize);
		},
		async embedRepository(files, { onProgress } = {}) {
			const { maxFiles, emptyItem, windowPooling, itemPooling, normalize } = recipe.repository;
			const itemSize = encoder.embeddingSize * windowPooling.length;
			counts.leftOutFiles += Math.max(0, files.length - maxFiles);
			const vectors = [];
			const chosen = inPathOrder(files).slice(0, maxFiles);
			for (const [index, file] of chosen.entries()) {
				const vector = await embedText("file", recipe.repository, file.blob, file.readText);
				if (vector) vectors.push(vector);
				else if (emptyItem === "zero") vectors.push(new Float32Array(itemSize));
				onProgress?.(index + 1, chosen.length);
			}
			if (vectors.length === 0) return new Float32Array(hypernetwork.embeddingSize);
			const pooled = poolVectors(vectors, itemPooling);
			return rounded(normalize === "l2" ? normalizeL2(pooled) : pooled, recipe);
		}
	};
}
/**
* Everything that changes a window's vector, as one id: weights, configuration, tokeniser and recipe.
* Two packs that share the encoder share its cached vectors.
*/
function encoderId(pack, recipe) {
	const { files, baseModel, encoder, recipe: whole } = pack.manifest;
	const { config, tokenizer, weights } = encoder.kind === "base-model" ? baseModel : encoder;
	const quantized = quantizedFile(pack.manifest, "encoder");
	const hashes = [
		config,
		tokenizer,
		...weights,
		...quantized === void 0 ? [] : [quantized]
	].sort().map((name) => files[name]?.sha256 ?? name);
	const ending = encoder.kind === "base-model" ? [] : [encoder.endToken];
	const settings = [
		hashes,
		recipe,
		whole.retokenize,
		whole.rounding,
		...ending
	];
	return createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 16);
}
function textEmbedder(pack, encoder, cache, counts) {
	const { repository, diff } = pack.manifest.recipe;
	const encoderIds = {
		file: encoderId(pack, repository),
		diff: encoderId(pack, diff)
	};
	const engineId = contentId(JSON.stringify(encoder.engine)).slice(0, 8);
	return async (kind, recipe, content, readText) => {
		const key = `${encoderIds[kind]}:${engineId}:${kind}:${content}`;
		const known = cache.get(key);
		if (known) {
			counts.cached += 1;
			return known.length > 0 ? known : void 0;
		}
		const { vectors, tokens, truncated } = await encoder.embedWindows(await readText(), recipe);
		counts.encoded += 1;
		counts.truncated += truncated ? 1 : 0;
		counts.tokens += tokens;
		const vector = rounded(vectors.length > 0 ? poolVectors(vectors, recipe.windowPooling) : /* @__PURE__ */ new Float32Array(0), pack.manifest.recipe);
		cache.put(key, vector);
		return vector.length > 0 ? vector : void 0;
	};
}
/** The released recipe stores vectors as float16: those of items before they are pooled, and the result. */
function rounded(vector, { rounding }) {
	return rounding === "float16" ? roundToFloat16(vector) : vector;
}
/** By code unit, so that the order is the same on every machine and locale. */
const inPathOrder = (files) => [...files].sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
export { encoderId as n, createEmbedder as t };
