import { o as UsageError } from "./errors.js";
import { B as Check, H as NOTHING_LEARNED, T as _usingCtx, V as build_default, r as openWorkspace, t as findPack } from "./workspace.js";
import { It as chooseParts, bt as adapterTensors, dt as readSafetensors, lt as encodeSafetensors, rt as createRandom, yt as adapterFromTensors } from "./executor.js";
import { f as requireFullHistory, s as firstParentCommits } from "./ancestry.js";
import { c as findStart, d as learn, f as learnsAssertions, i as followWithLessons, o as baseAdapter, p as readStartLesson, s as beginWalk, t as openWalker, u as composeAdapter } from "./walker.js";
import { n as fetchFolder } from "./or-broken.js";
import { t as makeFolderOf } from "./task-writer2.js";
import { dirname, join } from "node:path";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
// src/commands/follow-variants.ts
function openVariants({ pack, walker, walk, combinations }) {
	const learner = sharing(walker.learner);
	const variants = combinations.map((parts) => ({
		parts,
		learned: NOTHING_LEARNED
	}));
	const baseOf = rememberLast(() => walk.commit, (parts) => baseAdapter({
		pack,
		parts
	}, {
		walker,
		walk
	}), (parts) => parts.includes("gru"));
	return {
		async learn(lesson) {
			for (const variant of variants) {
				const { parts, learned } = variant;
				variant.learned = await learn(learner, {
					pack,
					parts,
					learned,
					lesson,
					base: () => baseOf(parts)
				});
			}
		},
		async adapters() {
			const made = [];
			for (const { parts, learned } of variants) made.push(await composeAdapter(learner, await baseOf(parts), learned));
			return made;
		}
	};
}
/** All combinations with a memory have the same one: each lesson is remembered once, each memory recalled once. */
function sharing(learner) {
	const lesson = {
		examples: [],
		sums: null
	};
	const recalled = /* @__PURE__ */ new WeakMap();
	return {
		...learner,
		async remember(sums, examples) {
			if (lesson.examples !== examples || lesson.sums === null) Object.assign(lesson, {
				examples,
				sums: await learner.remember(sums, examples)
			});
			return lesson.sums;
		},
		recall(sums) {
			const known = recalled.get(sums) ?? learner.recall(sums);
			recalled.set(sums, known);
			return known;
		}
	};
}
/** Remembers answers by key, until the time changes. */
function rememberLast(time, answer, keyOf) {
	const known = /* @__PURE__ */ new Map();
	let since;
	return (question) => {
		if (since !== time()) known.clear();
		since = time();
		const key = keyOf(question);
		const found = known.get(key) ?? answer(question);
		known.set(key, found);
		return found;
	};
}
// src/commands/follow-adapters.ts
/**
* One walk over a history → at chosen commits, the adapters of several combinations of parts.
*
* In: a workspace, a commit, combinations. Out: adapters. Stores nothing and reads no snapshot. Combinations share the
* embeddings, the steps of the GRU and the memory; what differs between them is computed for each. Who scores with the
* same workspace in between makes the walk open its models again each time: collect first, or open a second workspace.
*/
/** Oldest first, the start commit too. Throws UsageError for a part that the pack does not have. */
async function* followAdapters(workspace, { until, maxHistory, combinations, at, onProgress }) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { repository, pack, lineage } = workspace;
		requireFullHistory(repository);
		const chosen = combinations.map((parts) => chooseParts(pack.manifest, parts));
		const cache = _usingCtx$1.a(workspace.openCache());
		const source = {
			...workspace,
			parts: steppedParts(chosen),
			lineage: {
				...lineage,
				maxHistory
			}
		};
		const walker = await openWalker(source, { cache });
		const walk = await beginWalk(source, walker, await findStart(source, until));
		const variants = openVariants({
			pack,
			walker,
			walk,
			combinations: chosen
		});
		const isLearning = chosen.some((parts) => learnsAssertions({ parts }));
		if (isLearning) {
			const lesson = await readStartLesson(source, walker.learner, walk.commit);
			if (lesson) await variants.learn(lesson);
		}
		const followed = async () => ({
			commit: walk.commit,
			position: walk.position,
			adapters: await variants.adapters()
		});
		if (at(walk.commit)) yield await followed();
		const options = {
			walker,
			walk,
			commits: firstParentCommits(repository, {
				after: walk.commit,
				until
			}),
			previousStep: walk.previousStep,
			learnUntil: isLearning ? until : null
		};
		for await (const { lesson } of followWithLessons(source, options)) {
			if (lesson) await variants.learn(lesson);
			if (at(walk.commit)) yield await followed();
			onProgress?.(walk.position);
		}
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** What the walk itself carries: the rest is learned for each combination apart. */
const steppedParts = (combinations) => combinations.some((parts) => parts.includes("gru")) ? ["gru"] : [];
// src/report/benchmark-scores.ts
/**
* The scores of a benchmark as they lie in its JSON file: numbers of every assertion, and what they were made with.
*
* No text of a repository is in it: where an assertion stands and how it was predicted, not what it says. What is written
* here can be read again, summed up and drawn without a model. Pure.
*/
const Count = build_default.Integer({ minimum: 0 });
const Text = build_default.String();
const Numbers = build_default.Union([build_default.Number(), build_default.Null()]);
const Flag = build_default.Union([build_default.Literal(0), build_default.Literal(1)]);
const Similarity = build_default.Number({
	minimum: 0,
	maximum: 1
});
/**
* One method on one assertion: nats of the value's tokens, summed; nats of its end; exact match; the paper's exact match;
* edit similarity; the paper's edit similarity. Nats are null for a method without probabilities.
*/
const MethodScoreSchema = build_default.Tuple([
	Numbers,
	Numbers,
	Flag,
	Flag,
	Similarity,
	Similarity
]);
const AssertionSchema = build_default.Object({
	commit: Text,
	/** First-parent commits since the start of the walk, from 1. */
	position: Count,
	/** Of the walk, from 1. */
	fifth: build_default.Integer({
		minimum: 1,
		maximum: 5
	}),
	path: Text,
	line: Count,
	language: Text,
	family: Text,
	/** Of the value, without its end. */
	tokens: Count,
	/** The value stands in what the model reads of the prefix. */
	inPrefix: build_default.Boolean(),
	scores: build_default.Record(Text, MethodScoreSchema)
});
const RepositorySchema = build_default.Object({
	name: Text,
	split: Text,
	/** Day on which it was made, as the list says. */
	created: build_default.Union([Text, build_default.Null()]),
	commit: Text,
	/** Walked, after the start. */
	commits: Count,
	/** Which other repositories its `mean` and `other` were made of; null: none yet. */
	against: build_default.Union([Text, build_default.Null()]),
	assertions: build_default.Array(AssertionSchema)
});
const SettingsSchema = build_default.Object({
	version: Text,
	pack: Text,
	packVersion: Text,
	packDigest: Text,
	precision: Text,
	methods: build_default.Array(Text),
	/** The method that is the pack's default recipe. */
	own: Text,
	/** What was left out, with the reason. */
	left: build_default.Array(build_default.Object({
		method: Text,
		reason: Text
	})),
	perRepository: Count,
	maxHistory: Count,
	/** Repositories made on this day or later are a track of their own; null: no such track. */
	cut: build_default.Union([Text, build_default.Null()])
});
const BenchmarkSchema = build_default.Object({
	schema: build_default.Literal("code2lora/benchmark@1"),
	settings: SettingsSchema,
	repositories: build_default.Array(RepositorySchema)
});
/** Undefined where the method has no such number. Nats are per token of value and end, as in training. */
function measureOf({ scores, tokens }, method, measure) {
	const score = Object.hasOwn(scores, method) ? scores[method] : void 0;
	if (score === void 0) return void 0;
	const [nll, end, exact, paperExact, similarity, paperSimilarity] = score;
	if (measure !== "nll") return {
		exact,
		paperExact,
		similarity,
		paperSimilarity
	}[measure];
	return nll === null || end === null ? void 0 : (nll + end) / (tokens + 1);
}
// src/report/benchmark-statistics.ts
/**
* Means with intervals that know that assertions of one repository resemble each other.
*
* In: numbers, grouped by repository. Out: mean and 95 % interval. Pure, seeded: the same numbers give the same interval.
* The bootstrap draws whole repositories with replacement and takes the mean over all numbers of those drawn (Davison &
* Hinkley 1997, section 3.8; percentile interval: Efron & Tibshirani 1993, section 13.3).
*/
const RESAMPLES = 2e3;
const SEED = "code2lora/benchmark";
/** Null without any number. With a single group nothing is known about others: the interval is endless. */
function estimate(groups) {
	const filled = groups.filter(({ length }) => length > 0).map((values) => ({
		sum: total(values),
		count: values.length
	}));
	if (filled.length === 0) return null;
	const [sum, count] = [total(filled.map((group) => group.sum)), total(filled.map((group) => group.count))];
	const result = {
		mean: sum / count,
		count,
		groups: filled.length
	};
	if (filled.length === 1) return {
		...result,
		low: Number.NEGATIVE_INFINITY,
		high: Number.POSITIVE_INFINITY
	};
	const means = resampledMeans(filled);
	return {
		...result,
		low: quantile(means, .025),
		high: quantile(means, .975)
	};
}
/** Share of groups whose mean is above zero; of those at zero exactly, half. Null without any. */
function shareAboveZero(groups) {
	const filled = groups.filter(({ length }) => length > 0);
	if (filled.length === 0) return null;
	return total(filled.map((values) => (1 + Math.sign(total(values))) / 2)) / filled.length;
}
/** Between the two nearest values in proportion, as numpy does it. `sorted`: ascending, not empty. */
function quantile(sorted, share) {
	const place = share * (sorted.length - 1);
	const below = sorted[Math.floor(place)];
	return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}
/** Ascending. */
function resampledMeans(groups) {
	const random = createRandom(SEED);
	return Float64Array.from({ length: RESAMPLES }, () => {
		let [sum, count] = [0, 0];
		for (let draw = 0; draw < groups.length; draw += 1) {
			const group = groups[Math.floor(random.uniform() * groups.length)];
			sum += group.sum;
			count += group.count;
		}
		return sum / count;
	}).sort();
}
const total = (values) => values.reduce((sum, value) => sum + value, 0);
// src/report/svg.ts
/**
* The sheet that plots are drawn on. Pure.
*
* In: shapes as SVG text. Out: a picture that is read on light and on dark paper: it follows the reader's scheme, and where
* it cannot, its colours stand out from both. Nothing in it is a script or comes from elsewhere.
*/
const COLORS = [
	"#3987e5",
	"#d95926",
	"#199e70",
	"#c98500",
	"#d55181"
];
const STYLE = "text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600;font-size:15px}.number{font-variant-numeric:tabular-nums}.end{text-anchor:end}.middle{text-anchor:middle}.unit{fill:#59636e}.axis{stroke:#59636e;fill:none}.grid{stroke:#d1d9e0}.interval{stroke:#1f2328;stroke-width:1.5;fill:none}.paper{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.unit{fill:#9198a1}.axis{stroke:#9198a1}.grid{stroke:#3d444d}.interval{stroke:#f0f6fc}.paper{fill:#0d1117}}";
function sheet({ title, unit, width, height }, content) {
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">`,
		`<style>${STYLE}</style>`,
		`<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
		text(16, 24, title, "title"),
		text(16, 43, unit, "unit"),
		...content,
		"</svg>",
		""
	].join("\n");
}
const text = (x, y, content, kind) => `<text x="${px(x)}" y="${px(y)}" class="${kind}">${escapeText(content)}</text>`;
/** Without digits that nobody sees. */
const px = (value) => `${Math.round(value * 10) / 10}`;
/** Also what ends an attribute. */
const escapeText = (content) => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;");
// src/commands/bench-file.ts
/**
* The file of scores, and the folder of adapters that are compared with each other.
*
* In: scores. Out: one JSON file, a repository a line, so that it can be read and compared; it appears whole or not at all.
*/
/** Null where there is none. Throws UsageError for a file that is something else. */
function readScores(file) {
	if (!existsSync(file)) return null;
	const found = parseJson(readFileSync(file, "utf8"));
	if (Check(BenchmarkSchema, found)) return found;
	throw new UsageError(`${file} is not a file of benchmark scores that this version reads.\nMove it away, or give another --out.`);
}
function writeScores(file, { schema, settings, repositories }) {
	const lines = repositories.map((repository) => `  ${JSON.stringify(repository)}`);
	writeWhole(file, `${`{"schema": ${JSON.stringify(schema)}, "settings": ${JSON.stringify(settings)}, "repositories": [`}\n${lines.join(",\n")}\n]}\n`);
}
/** Beside its place first. */
function writeWhole(file, content) {
	makeFolderOf(file);
	writeFileSync(`${file}.part`, content);
	renameSync(`${file}.part`, file);
}
/** `digest`: of what they were made with; adapters of anything else are of no use. */
function openHeads(folder, digest) {
	const fileOf = (name, commit) => join(folder, digest.slice(0, 16), `${name}@${commit.slice(0, 16)}.safetensors`);
	return {
		has: (name, commit) => existsSync(fileOf(name, commit)),
		read(name, commit) {
			const { tensors, metadata } = readSafetensors(fileOf(name, commit));
			const { rank, alpha } = metadata;
			return adapterFromTensors(tensors, {
				rank: Number(rank),
				alpha: Number(alpha),
				ownRanks: true
			});
		},
		write(name, commit, adapter) {
			const file = fileOf(name, commit);
			mkdirSync(dirname(file), { recursive: true });
			const { rank, alpha } = adapter;
			writeWhole(file, encodeSafetensors(adapterTensors(adapter), {
				rank: `${rank}`,
				alpha: `${alpha}`
			}));
		}
	};
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
// src/commands/bench-workspace.ts
/**
* The workspace of a repository that is measured.
*
* In: a run of a benchmark, a repository of its list. Out: a Workspace. The repository's own configuration has no say, nor
* has what other commands have stored about it.
*/
/** The model pack that is measured: the configuration of the repositories has no say. */
const measuredPack = ({ model = process.env.CODE2LORA_MODEL ?? "nano" }) => findPack(model, process.cwd());
/** A repository of the list, cloned where it is not there yet. */
async function openListed({ options, settings: { maxHistory }, work, clones }, listed) {
	const configFile = join(work, "config.json");
	writeWhole(configFile, "{}\n");
	const { device, maxMemory } = options;
	return await openWorkspace({
		model: measuredPack(options),
		maxHistory,
		device,
		maxMemory,
		configFile,
		repo: await fetchFolder(listed, clones),
		stateFolder: join(work, "state", listed.name)
	});
}
export { writeScores as a, px as c, estimate as d, quantile as f, followAdapters as h, readScores as i, sheet as l, measureOf as m, openListed as n, writeWhole as o, shareAboveZero as p, openHeads as r, COLORS as s, measuredPack as t, text as u };
