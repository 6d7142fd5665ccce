import { r as ModelError } from "./errors.js";
import { h as contentId, p as createSnapshot, v as classifyPath, x as engine } from "./workspace.js";
import { a as startCommitOf, f as requireFullHistory, n as countCommits, s as firstParentCommits } from "./ancestry.js";
import { n as openUpdater, r as openEncoder, t as openGenerator } from "./generate.js";
import { a as isBinary, i as BlobReader, o as isLfsPointer, s as listTree, t as readProductionDiffs } from "./diff.js";
import { t as _usingCtx } from "./usingCtx.js";
import { t as nearestSnapshot } from "./lineage.js";
import { createHash } from "node:crypto";
// src/commands/timer.ts
/** Starts the total at once. */
function createTimer() {
	const begun = performance.now();
	const parts = {};
	return {
		async time(name, work) {
			const start = performance.now();
			const result = await work();
			parts[name] = Math.round(performance.now() - start);
			return result;
		},
		timings: () => ({
			...parts,
			total: Math.round(performance.now() - begun)
		})
	};
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
		async embedRepository(files) {
			const { maxFiles, emptyItem, itemPooling, normalize } = recipe.repository;
			counts.leftOutFiles += Math.max(0, files.length - maxFiles);
			const vectors = [];
			for (const file of inPathOrder(files).slice(0, maxFiles)) {
				const vector = await embedText("file", recipe.repository, file.blob, file.readText);
				if (vector) vectors.push(vector);
				else if (emptyItem === "zero") vectors.push(new Float32Array(encoder.embeddingSize));
			}
			if (vectors.length === 0) return new Float32Array(hypernetwork.embeddingSize);
			const pooled = poolVectors(vectors, itemPooling);
			return normalize === "l2" ? normalizeL2(pooled) : pooled;
		}
	};
}
/**
* Everything that changes a window's vector, as one id: weights, configuration, tokeniser and recipe.
* Two packs that share the encoder share its cached vectors.
*/
function encoderId(pack, recipe) {
	const { files, baseModel, recipe: whole } = pack.manifest;
	const settings = [
		[
			baseModel.config,
			baseModel.tokenizer,
			...baseModel.weights
		].sort().map((name) => files[name]?.sha256 ?? name),
		recipe,
		whole.retokenize,
		whole.rounding
	];
	return createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 16);
}
function textEmbedder(pack, encoder, cache, counts) {
	const { repository, diff } = pack.manifest.recipe;
	const encoderIds = {
		file: encoderId(pack, repository),
		diff: encoderId(pack, diff)
	};
	return async (kind, recipe, content, readText) => {
		const key = `${encoderIds[kind]}:${kind}:${content}`;
		const known = cache.get(key);
		if (known) {
			counts.cached += 1;
			return known.length > 0 ? known : void 0;
		}
		const { windows, truncated } = splitWindows(encoder.tokenize(await readText()), recipe);
		counts.encoded += 1;
		counts.truncated += truncated ? 1 : 0;
		const vectors = [];
		for (const window of windows) {
			counts.tokens += window.length;
			vectors.push(await encoder.embedWindow(window));
		}
		const vector = vectors.length > 0 ? poolVectors(vectors, recipe.windowPooling) : /* @__PURE__ */ new Float32Array(0);
		cache.put(key, vector);
		return vector.length > 0 ? vector : void 0;
	};
}
/** By code unit, so that the order is the same on every machine and locale. */
const inPathOrder = (files) => [...files].sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
// src/commands/production-files.ts
/** A source file over this size is data, not code. (The released recipe has the same limit.) */
const MAX_FILE_BYTES = 2e6;
/** Lists them; texts are read through one `git cat-file --batch`, open until disposed. */
async function productionFiles(repository, commit, rules) {
	const reader = new BlobReader(repository);
	const entries = (await listTree(repository, commit)).filter(({ path, sizeBytes }) => sizeBytes > 0 && sizeBytes <= MAX_FILE_BYTES && classifyPath(path, rules) === "production");
	const readText = async (blob) => {
		const content = await reader.read(blob);
		return content === null || isBinary(content) || isLfsPointer(content) ? "" : content.toString("utf8");
	};
	return {
		list: entries.map(({ path, blob }) => ({
			path,
			blob,
			readText: () => readText(blob)
		})),
		[Symbol.asyncDispose]: () => reader[Symbol.asyncDispose]()
	};
}
// src/commands/update.ts
/** Brings the newest snapshot up to a commit. */
async function updateAdapter(workspace, options) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { repository, store, lineage } = workspace;
		const { until, fromScratch = false } = options;
		const known = fromScratch ? void 0 : await nearestSnapshot(repository, store, {
			until,
			...lineage
		});
		if (known?.commit === until) return {
			snapshot: store.get(known.id),
			commits: 0,
			notices: [],
			counts: void 0
		};
		requireFullHistory(repository);
		const models = _usingCtx$1.a(await openModels(workspace, options.cache));
		return await followHistory(workspace, options, models, known ? resume(store.get(known.id)) : await begin(workspace, models, until));
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function followHistory(workspace, { until, fromScratch, onProgress }, models, walk) {
	const { repository, config, pack } = workspace;
	const total = await countCommits(repository, {
		after: walk.commit,
		until
	});
	const notices = [];
	const begun = walk.position;
	const commits = firstParentCommits(repository, {
		after: walk.commit,
		until
	});
	const diffs = readProductionDiffs(repository, commits, {
		rules: config.paths,
		contextLines: pack.manifest.recipe.history.contextLines,
		maxBytes: config.history.maxDiffBytes
	});
	for await (const diff of diffs) {
		if (diff.text !== "") {
			const embedding = await models.embedder.embedDiff(diff.text);
			walk.hiddenState = await models.updater.step(walk.hiddenState, embedding);
			walk.steps += 1;
		}
		walk.position += 1;
		walk.commit = diff.commit.sha;
		walk.parentCommit = diff.commit.parentSha;
		notices.push(...diff.notices);
		if (!fromScratch && walk.position % 64 === 0) await save(workspace, models, walk);
		onProgress?.({
			stage: "update",
			done: walk.position - begun,
			total
		});
	}
	return {
		snapshot: await save(workspace, models, walk, { store: !fromScratch }),
		commits: walk.position - begun,
		notices,
		counts: models.embedder.counts
	};
}
/** h0 from the repository embedding at the start commit (Code2LoRA, section 3.3). */
async function begin(workspace, models, until) {
	try {
		var _usingCtx3 = _usingCtx();
		const { repository, config } = workspace;
		const commit = await startCommitOf(repository, until);
		const files = _usingCtx3.a(await productionFiles(repository, commit, config.paths));
		const embedding = await models.embedder.embedRepository(files.list);
		return {
			startCommit: commit,
			commit,
			parentCommit: null,
			position: 0,
			steps: 0,
			hiddenState: await models.updater.initialState(embedding)
		};
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
const resume = ({ manifest, hiddenState }) => ({
	startCommit: manifest.startCommit,
	commit: manifest.commit,
	parentCommit: null,
	position: manifest.position,
	steps: manifest.steps,
	hiddenState
});
async function save({ pack, lineage, store }, models, walk, options = { store: true }) {
	const adapter = await models.generator.generate(walk.hiddenState);
	const { name, version } = pack.manifest;
	const content = {
		...lineage,
		...walk,
		pack: {
			name,
			version
		},
		engine: engine(),
		adapter
	};
	const { snapshot, state } = createSnapshot(content);
	if (options.store) store.put(snapshot, state);
	return snapshot;
}
async function openModels({ pack }, cache) {
	const { steps, base, startCommit } = pack.manifest.recipe.history;
	if (steps !== "production-diff" || base !== "first-parent" || startCommit !== "skip") throw new ModelError(`The model pack "${pack.manifest.name}" walks history by "${steps}" against "${base}" (start commit: ${startCommit}).\nThis version walks "production-diff" against "first-parent" (start commit: skip).`);
	const [encoder, updater, generator] = await Promise.all([
		openEncoder(pack),
		openUpdater(pack),
		openGenerator(pack)
	]);
	return {
		embedder: createEmbedder(pack, encoder, cache),
		updater,
		generator,
		async [Symbol.asyncDispose]() {
			await Promise.all([
				encoder,
				updater,
				generator
			].map((model) => model[Symbol.asyncDispose]()));
		}
	};
}
export { createTimer as n, updateAdapter as t };
