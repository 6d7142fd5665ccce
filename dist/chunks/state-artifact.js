import { r as __require, t as __commonJSMin } from "./rolldown-runtime.js";
import { a as SnapshotError, n as GitHubError } from "./errors.js";
import { t as VERDICTS } from "./verdict-names.js";
import { F as partsOf, I as readSnapshot, L as snapshotId, P as hasSameParts, V as build_default, z as Errors } from "./workspace.js";
import { Ct as pairPlace, Dt as requireFinite, G as moduleSizes, K as parseTransformerConfig, St as checkFits, ct as decodeSafetensors, wt as rankOf, xt as checkAdapter } from "./executor.js";
import { r as firstParentShas } from "./ancestry.js";
import { n as encoderId } from "./embedder.js";
import { readFileSync } from "node:fs";
// src/snapshots/admit-learned.ts
/**
* Whether what a snapshot from outside has learned from assertions, and the adapter made with it, have the shapes that
* the model pack gives them.
*
* In: a snapshot, the model pack, its base model's sizes. Out: null, or the first thing that does not fit. Whether the
* numbers are right is for `verify` to find out.
*/
/** Throws ModelError for NaN and infinity, and for a residual that does not fit the base model. */
function otherLearned(learned, shapes) {
	return otherMemory(learned, shapes) ?? otherResidual(learned, shapes) ?? otherBuffer(learned, shapes);
}
/** Of an adapter that is made of more than what the hypernetwork gives. */
function otherJoined(adapter, { manifest, layerCount }) {
	const { hypernetwork, adaptation } = manifest;
	const most = hypernetwork.rank + Math.max(adaptation?.memory?.rank ?? 0, adaptation?.refinement?.rank ?? 0);
	for (const [name, pair] of Object.entries(adapter.pairs)) {
		const { layer, type } = pairPlace(name);
		const types = adaptation?.memory?.moduleTypes ?? [];
		if (!(layer === null || layer < layerCount && types.includes(type))) return `its adapter changes ${name}, which no part of the model pack does`;
		if (rankOf(pair, adapter) > most) return `its ${name} has rank ${rankOf(pair, adapter)}, expected ${most} at most`;
	}
	return null;
}
function otherMemory({ memory }, { manifest, parts, layerCount }) {
	if (memory === null) return null;
	const settings = manifest.adaptation?.memory;
	if (!parts.includes("memory") || !settings) return "it has a memory, which is no part of its adapter";
	for (const [name, sums] of Object.entries(memory)) {
		const { layer, type } = pairPlace(name);
		const types = settings.moduleTypes;
		if (layer === null || layer >= layerCount || !types.includes(type)) return `it remembers ${name}, which is no layer of the memory`;
		if (sums.length !== settings.rank ** 2) return `its memory of ${name} has not the rank ${settings.rank}`;
		requireFinite(sums, `memory.${name}`);
	}
	return null;
}
function otherResidual({ residual }, { manifest, parts, dims }) {
	if (residual === null) return null;
	const settings = manifest.adaptation?.refinement;
	if (!parts.includes("refinement") || !settings) return "it has a residual, which is no part of its adapter";
	if (residual.rank !== settings.rank) return `its residual has rank ${residual.rank}, expected ${settings.rank}`;
	const name = Object.keys(residual.pairs).find((key) => pairPlace(key).layer !== null);
	if (name !== void 0) return `its residual changes ${name}, expected pairs that all layers share`;
	checkFits(checkAdapter(residual), dims);
	return null;
}
function otherBuffer({ buffer }, { manifest, parts, vocabularySize }) {
	if (buffer.length === 0) return null;
	const { adaptation, baseModel } = manifest;
	if (!parts.includes("refinement") || !adaptation?.refinement) return "it keeps examples that no part reads";
	const most = adaptation.refinement.buffer;
	if (buffer.length > most) return `it keeps ${buffer.length} examples, expected ${most} at most`;
	for (const { prompt, target } of buffer) {
		const tokens = [...prompt, ...target];
		if (tokens.length > baseModel.contextTokens) return `it keeps an example of ${tokens.length} tokens`;
		const wrong = tokens.find((token) => token < 0 || token >= vocabularySize);
		if (wrong !== void 0) return `it keeps an example with the token ${wrong}, which the model does not have`;
	}
	return null;
}
// src/snapshots/admit.ts
/**
* Whether a snapshot from outside is one that our own history could have made.
*
* In: a snapshot that nobody vouches for, the first-parent history, the model pack and the rules. Out: the same
* snapshot, or a SnapshotError of one line. The numbers in it cannot be proven without walking the history
* (`verify` does that); everything that follows from history, pack and rules is checked here.
*/
/** Reads it in one walk. */
async function readHistoryLine(repository, until) {
	const shas = [];
	for await (const sha of firstParentShas(repository, until)) shas.push(sha);
	shas.reverse();
	const positionBySha = new Map(shas.map((sha, position) => [sha, position]));
	return {
		shas,
		positionOf: (sha) => positionBySha.get(sha)
	};
}
/** Returns the snapshot. Throws SnapshotError, or ModelError when its numbers or shapes are not the pack's. */
function admitSnapshot(snapshot, admission) {
	const shapes = shapesOf(snapshot.manifest, admission.pack);
	const reason = otherOrigin(snapshot.manifest, admission) ?? otherHistory(snapshot.manifest, admission) ?? otherShapes(snapshot, shapes) ?? otherLearned(snapshot.learned, shapes);
	if (reason !== null) throw new SnapshotError(`The snapshot of ${admission.place} cannot be used: ${reason}.`);
	requireFinite(snapshot.hiddenState, "hidden_state");
	checkAdapter(snapshot.adapter);
	checkFits(snapshot.adapter, shapes.dims, shapes);
	return snapshot;
}
function otherOrigin(manifest, { pack, lineage }) {
	const { name, version } = pack.manifest;
	if (manifest.packDigest !== lineage.packDigest) return `it was made with another model pack, ${`${manifest.pack.name} ${manifest.pack.version} (${manifest.packDigest.slice(0, 12)})`}; here it is ${name} ${version} (${lineage.packDigest.slice(0, 12)})`;
	if (manifest.rulesDigest !== lineage.rulesDigest) return "it was made with other path rules or diff limits";
	if (!hasSameParts(manifest, lineage)) {
		const [found, wanted] = [manifest, lineage].map((each) => partsOf(each).join(",") || "none");
		return `its adapter is made of ${found}, here it is ${wanted} (--parts)`;
	}
	if (manifest.pack.name !== name || manifest.pack.version !== version) return "it names another model pack";
	return null;
}
/** Position, start and parent follow from the commit; so does the id. */
function otherHistory(manifest, { line, lineage, pack }) {
	const { commit, startCommit, position } = manifest;
	const index = line.positionOf(commit);
	if (index === void 0) return `its commit ${commit.slice(0, 10)} is not part of this history`;
	const start = line.positionOf(startCommit);
	const otherBound = otherStart(manifest, start, lineage);
	if (start === void 0 || otherBound !== null) return otherBound;
	const at = index - start;
	if (position !== at) return `it claims to be ${position} commits from the start, the history says ${at}`;
	const wrongSteps = otherSteps(manifest, pack) ?? otherPreviousStep(manifest, {
		line,
		pack
	});
	if (wrongSteps !== null) return wrongSteps;
	const full = {
		...lineage,
		startCommit
	};
	if (manifest.id !== snapshotId(commit, full)) return "its id is not that of its commit";
	const parent = at === 0 ? null : snapshotId(line.shas[index - 1], full);
	return manifest.parent === parent ? null : "it names another parent";
}
/** A static model steps nothing; where the start commit may be a step, there can be one more than commits after it. */
function otherSteps({ steps, position }, { manifest }) {
	const { hypernetwork, recipe } = manifest;
	const most = recipe.history.startCommit === "step" ? position + 1 : position;
	if (steps <= (hypernetwork.kind === "static" ? 0 : most)) return null;
	return `it claims ${steps} steps in ${position} commits`;
}
/** Said where the next diff begins there and there was a step; it lies on the way that was walked. */
function otherPreviousStep({ previousStep, startCommit, commit, steps }, { line, pack }) {
	const isSaid = pack.manifest.recipe.history.base === "previous-step" && steps > 0;
	if (!isSaid || previousStep === void 0) return isSaid === (previousStep !== void 0) ? null : "it does not say its newest step as the recipe asks";
	const [from = 0, at = -1, to = 0] = [
		startCommit,
		previousStep,
		commit
	].map(line.positionOf);
	return at >= from && at <= to ? null : "its newest step is not part of its history";
}
/** The whole history begins at its root; a bounded one where its first walk began, at least so many commits ago. */
function otherStart({ maxHistory, anchored, position }, start, wanted) {
	if (anchored) return start === void 0 ? "its history starts at another commit" : null;
	const isAtRoot = start === 0;
	if (maxHistory === void 0) return isAtRoot ? null : "its history starts at another commit";
	if (maxHistory !== wanted.maxHistory) return `it began at the newest ${maxHistory} commits, here it is ${wanted.maxHistory ? `the newest ${wanted.maxHistory}` : "the whole history"} (--max-history)`;
	if (start === void 0 || isAtRoot) return "its history starts at another commit";
	return position >= maxHistory ? null : `it remembers ${position} commits, expected ${maxHistory} or more`;
}
function otherShapes({ manifest, hiddenState, adapter }, shapes) {
	const { hiddenSize, rank, alpha, moduleTypes } = shapes.manifest.hypernetwork;
	const length = shapes.parts.includes("gru") ? hiddenSize : 0;
	if (hiddenState.length !== length) return `its hidden state has ${hiddenState.length} numbers, the model pack's has ${length}`;
	if (shapes.parts.some((part) => part !== "gru")) return otherJoined(adapter, shapes);
	if (adapter.rank !== rank || adapter.alpha !== alpha) return `its adapter has rank ${adapter.rank} and alpha ${adapter.alpha}, expected ${rank} and ${alpha}`;
	const wanted = [...moduleTypes].sort().join(", ");
	const found = [Object.keys(adapter.pairs), manifest.adapter.moduleTypes].map((types) => [...types].sort().join(", "));
	if (found.some((types) => types !== wanted)) return `its adapter changes ${found[0]}, expected ${wanted}`;
	return null;
}
/** With the sizes of the base model's layers, from its configuration in the pack. */
function shapesOf(snapshot, { manifest, path }) {
	const file = path(manifest.baseModel.config);
	const config = parseTransformerConfig(JSON.parse(readFileSync(file, "utf8")), file);
	const { layerCount, vocabularySize } = config;
	return {
		manifest,
		parts: partsOf(snapshot),
		dims: moduleSizes(config),
		layerCount,
		vocabularySize
	};
}
// src/github/artifact-origin.ts
/**
* Where an artifact of ours says that it comes from, and the JSON file in which it says so.
*
* In: JSON that nobody vouches for. Out: the value, or a GitHubError; why what it says cannot be true, or null. What
* GitHub says about the same artifact is the other half, see trust.ts.
*/
/** Part of every JSON file that we put into an artifact. */
const ORIGIN_FIELDS = {
	/** Version of code2lora that wrote it. */
	tool: build_default.String({
		maxLength: 60,
		pattern: "^[\\w.+-]+$"
	}),
	repository: build_default.String({
		maxLength: 200,
		pattern: "^[\\w.-]+/[\\w.-]+$"
	}),
	branch: build_default.String({
		minLength: 1,
		maxLength: 255
	}),
	commit: build_default.String({ pattern: "^([0-9a-f]{40}|[0-9a-f]{64})$" })
};
build_default.Object(ORIGIN_FIELDS);
/** Parses and validates; `place` names the artifact in messages. Throws GitHubError. */
function parseArtifactFile(schema, content, { file, place }) {
	let value;
	try {
		value = JSON.parse(Buffer.from(content).toString("utf8"));
	} catch (cause) {
		throw new GitHubError(`The ${file} of ${place} is not JSON.`, { cause });
	}
	const [error] = Errors(schema, value).filter((found) => found.keyword !== "boolean");
	if (error === void 0) return value;
	const where = error.instancePath.slice(1).replaceAll("/", ".") || "the whole";
	throw new GitHubError(`The ${file} of ${place} is not as expected: "${where}" ${error.message}.`);
}
/** What it says must be what GitHub says about its run. */
function refuseOrigin({ repository, branch }, expected) {
	const { owner, repo } = expected;
	if (repository.toLowerCase() !== `${owner}/${repo}`.toLowerCase()) return `it says that it belongs to ${repository}`;
	return branch === expected.branch ? null : "it says that it belongs to another branch";
}
// src/github/embeddings-file.ts
/**
* Vectors of the embedding cache ⇄ the bytes of embeddings.safetensors: one tensor for each, under its key.
*
* In: vectors by key, or bytes that nobody vouches for. Out: the other one. A key holds the encoder, recipe and engine
* that made its vector (embedding/embedder.ts), so one of another kind is never asked for. Knows nothing about GitHub.
*/
const EMBEDDINGS_FILE = "embeddings.safetensors";
/** Encoder and recipe, engine, kind of text, content. */
const KEY = /^([0-9a-f]{16}):[0-9a-f]{8}:(diff|file):([0-9a-f]{40}|[0-9a-f]{64})$/;
/** Throws GitHubError or ModelError for anything that is not as we write it; `place` names it. */
function decodeEmbeddings(bytes, place) {
	const { tensors } = decodeSafetensors(bytes, `the ${EMBEDDINGS_FILE} of ${place}`);
	const vectors = /* @__PURE__ */ new Map();
	for (const [key, { dtype, shape, data }] of tensors) {
		if (!KEY.test(key)) throw notOurs(place, `the key ${JSON.stringify(key.slice(0, 80))}`);
		if (dtype !== "F32" || shape.length !== 1) throw notOurs(place, `${key} as ${dtype} (${shape.join(", ")})`);
		vectors.set(key, requireFinite(data, key));
	}
	return vectors;
}
/**
* Those that a pack can ask for, on whatever processor they were made. Throws GitHubError for one of another size: a text
* has a vector of the recipe's, or none at all when it is too short.
*/
function embeddingsOf(pack, embeddings, place) {
	const sizes = vectorSizes(pack);
	const found = /* @__PURE__ */ new Map();
	for (const [key, vector] of embeddings) {
		const [, encoder, kind] = KEY.exec(key) ?? [];
		const size = sizes.get(`${encoder}:${kind}`);
		if (size === void 0) continue;
		if (vector.length > 0 && vector.length !== size) throw notOurs(place, `${key} with ${vector.length} numbers, expected ${size}`);
		found.set(key, vector);
	}
	return found;
}
function vectorSizes(pack) {
	const { recipe, encoder } = pack.manifest;
	const kinds = [["file", recipe.repository], ["diff", recipe.diff]];
	return new Map(kinds.map(([kind, text]) => [`${encoderId(pack, text)}:${kind}`, encoder.embeddingSize * text.windowPooling.length]));
}
const notOurs = (place, found) => new GitHubError(`The ${EMBEDDINGS_FILE} of ${place} is not as expected: it holds ${found}.`);
// src/report/schema.ts
const Count = build_default.Integer({ minimum: 0 });
const Share = build_default.Number({
	minimum: 0,
	maximum: 1
});
const Text = build_default.String();
const Sha = build_default.String({ pattern: "^([0-9a-f]{40}|[0-9a-f]{64})$" });
const OrNull = (schema) => build_default.Union([schema, build_default.Null()]);
const closed = { additionalProperties: false };
const SnapshotInfoSchema = build_default.Object({
	id: Text,
	commit: Sha,
	parent: OrNull(Text),
	digest: Text,
	stateDigest: Text,
	steps: Count,
	parts: build_default.Optional(build_default.Array(Text)),
	commits: build_default.Optional(Count)
}, {
	...closed,
	description: "The snapshot the adapter comes from."
});
const ModelInfoSchema = build_default.Object({
	pack: Text,
	version: Text,
	device: Text,
	precision: Text,
	engine: Text
}, closed);
const CandidateSchema = build_default.Object({
	text: Text,
	probability: Share
}, closed);
const AssertionReportSchema = build_default.Object({
	path: Text,
	line: build_default.Integer({
		minimum: 1,
		description: "Line of the expected value, from 1."
	}),
	column: build_default.Integer({
		minimum: 1,
		description: "Column of the expected value in UTF-16 units, from 1."
	}),
	endLine: build_default.Integer({ minimum: 1 }),
	endColumn: build_default.Integer({
		minimum: 1,
		description: "Exclusive."
	}),
	test: build_default.String({ description: "Name of the enclosing test; empty outside of one." }),
	family: Text,
	language: build_default.Enum([
		"python",
		"typescript",
		"tsx",
		"javascript"
	]),
	written: OrNull(Text),
	verdict: build_default.Enum([...VERDICTS]),
	probability: OrNull(Share),
	baseProbability: OrNull(Share),
	nll: OrNull(build_default.Number({ description: "Negative log-likelihood of the written value, nats, adapted." })),
	baseNll: OrNull(build_default.Number()),
	wrongProbability: build_default.Optional(build_default.Number({
		minimum: 0,
		maximum: 1,
		description: "That the written value is wrong, by the calibration of the model pack, at its prior."
	})),
	candidates: build_default.Array(CandidateSchema)
}, closed);
const SummarySchema = build_default.Object({
	assertions: Count,
	expected: Count,
	plausible: Count,
	surprising: Count,
	open: Count,
	exactMatch: OrNull(Share),
	editSimilarity: OrNull(Share),
	nll: OrNull(build_default.Number({ description: "Mean over target tokens, nats, adapted." })),
	baseNll: OrNull(build_default.Number())
}, closed);
const RepositorySchema = build_default.Object({
	root: Text,
	head: Sha,
	branch: OrNull(Text)
}, closed);
const RangeSchema = build_default.Object({
	base: OrNull(Sha),
	head: Sha,
	description: Text
}, closed);
const TimingsSchema = build_default.Record(Text, build_default.Number({ minimum: 0 }), { description: "Milliseconds." });
const CheckReportSchema = build_default.Object({
	schema: build_default.Literal("code2lora/check@1"),
	repository: RepositorySchema,
	range: RangeSchema,
	model: ModelInfoSchema,
	snapshot: SnapshotInfoSchema,
	wrongPrior: build_default.Optional(build_default.Number({
		minimum: 0,
		maximum: 1,
		description: "Share of newly written values that every wrongProbability takes to be wrong."
	})),
	assertions: build_default.Array(AssertionReportSchema),
	summary: SummarySchema,
	notices: build_default.Array(Text),
	timings: TimingsSchema
}, {
	...closed,
	$id: "check-1.json",
	title: "code2lora run and check"
});
build_default.Object({
	schema: build_default.Literal("code2lora/complete@1"),
	repository: RepositorySchema,
	model: ModelInfoSchema,
	snapshot: SnapshotInfoSchema,
	assertions: build_default.Array(AssertionReportSchema),
	timings: TimingsSchema
}, {
	...closed,
	$id: "complete-1.json",
	title: "code2lora complete"
});
build_default.Object({
	schema: build_default.Literal("code2lora/task@1"),
	repository: build_default.Optional(build_default.String({ description: "With a list of repositories: its name there." })),
	split: build_default.Optional(build_default.String({ description: "Of the repository: all of its tasks have the same." })),
	track: build_default.Optional(build_default.Enum(["static", "evolution"])),
	commit: Sha,
	committedAt: build_default.Integer({ description: "Unix seconds." }),
	position: build_default.Optional(build_default.Integer({
		minimum: 0,
		description: "First-parent commits before this one; 0 is the root."
	})),
	path: Text,
	line: build_default.Integer({ minimum: 1 }),
	column: build_default.Integer({ minimum: 1 }),
	language: Text,
	family: Text,
	test: Text,
	prefix: Text,
	target: Text
}, {
	...closed,
	$id: "task-1.json",
	title: "one line of code2lora mine"
});
build_default.Object({
	schema: build_default.Literal("code2lora/verify@1"),
	repository: RepositorySchema,
	snapshot: SnapshotInfoSchema,
	rebuilt: SnapshotInfoSchema,
	equal: build_default.Boolean({ description: "Byte for byte." }),
	withinTolerance: build_default.Boolean(),
	tolerance: build_default.Number(),
	largestDifference: build_default.Number(),
	sameEngine: build_default.Boolean(),
	timings: TimingsSchema
}, {
	...closed,
	$id: "verify-1.json",
	title: "code2lora verify"
});
const SuggestionSchema = build_default.Object({
	path: Text,
	line: build_default.Integer({
		minimum: 1,
		description: "Line of the expected value, from 1."
	}),
	column: build_default.Integer({
		minimum: 1,
		description: "Where the value starts, in UTF-16 units, from 1."
	}),
	endColumn: build_default.Integer({
		minimum: 1,
		description: "Exclusive, on the same line."
	}),
	lineText: build_default.String({ description: "The whole line as it stands at head, without its line ending." }),
	value: build_default.String({ description: "What goes there, with the comma or space that an open one lacks." }),
	probability: Share,
	runnerUp: OrNull(CandidateSchema),
	written: OrNull(Text),
	verdict: build_default.Enum(["surprising", "open"]),
	test: Text
}, {
	...closed,
	description: "A literal to be put in the place of another one, within one line."
});
const GainSchema = build_default.Object({
	commit: Sha,
	assertions: Count,
	gain: build_default.Number({ description: "Base minus adapted nll, mean over target tokens, nats." })
}, {
	...closed,
	description: "How much the adapter helped on the assertions of one check."
});
const ForkSchema = build_default.Boolean({ description: "The head is in another repository." });
const PullRequestSchema = build_default.Object({
	number: build_default.Integer({ minimum: 1 }),
	base: Sha,
	head: Sha,
	fork: ForkSchema
}, closed);
const AdapterOriginSchema = build_default.Object({
	restoredFrom: build_default.Union([Text, build_default.Null()], { description: "Id of the artifact it was read from." }),
	restoredCommit: OrNull(Sha),
	artifact: build_default.Union([Text, build_default.Null()], { description: "Id of the artifact that was uploaded." }),
	advancedBy: build_default.Integer({
		minimum: 0,
		description: "Commits read on top of what was restored."
	})
}, closed);
build_default.Object({
	schema: build_default.Literal("code2lora/action@1"),
	event: build_default.String({ description: "Name of the GitHub event." }),
	repository: build_default.String({ pattern: "^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$" }),
	pullRequest: OrNull(PullRequestSchema),
	check: build_default.Object(CheckReportSchema.properties, closed),
	suggestions: build_default.Array(SuggestionSchema),
	gains: build_default.Array(GainSchema, { description: "Oldest first." }),
	adapter: AdapterOriginSchema,
	notices: build_default.Array(Text)
}, {
	...closed,
	$id: "action-1.json",
	title: "report.json of the GitHub Action"
});
// node_modules/pend/index.js
var require_pend = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = Pend;
	function Pend() {
		this.pending = 0;
		this.max = 1e400;
		this.listeners = [];
		this.waiting = [];
		this.error = null;
	}
	Pend.prototype.go = function(fn) {
		if (this.pending < this.max) pendGo(this, fn);
		else this.waiting.push(fn);
	};
	Pend.prototype.wait = function(cb) {
		if (this.pending === 0) cb(this.error);
		else this.listeners.push(cb);
	};
	Pend.prototype.hold = function() {
		return pendHold(this);
	};
	function pendHold(self) {
		self.pending += 1;
		var called = false;
		return onCb;
		function onCb(err) {
			if (called) throw new Error("callback called twice");
			called = true;
			self.error = self.error || err;
			self.pending -= 1;
			if (self.waiting.length > 0 && self.pending < self.max) pendGo(self, self.waiting.shift());
			else if (self.pending === 0) {
				var listeners = self.listeners;
				self.listeners = [];
				listeners.forEach(cbListener);
			}
		}
		function cbListener(listener) {
			listener(self.error);
		}
	}
	function pendGo(self, fn) {
		fn(pendHold(self));
	}
}));
// node_modules/yauzl/fd-slicer.js
var require_fd_slicer = /* @__PURE__ */ __commonJSMin(((exports) => {
	var fs = __require("fs");
	var util = __require("util");
	var stream = __require("stream");
	var Readable = stream.Readable;
	var PassThrough = stream.PassThrough;
	var Pend = require_pend();
	var EventEmitter = __require("events").EventEmitter;
	exports.BufferSlicer = BufferSlicer;
	exports.FdSlicer = FdSlicer;
	util.inherits(FdSlicer, EventEmitter);
	function FdSlicer(fd) {
		EventEmitter.call(this);
		this.fd = fd;
		this.pend = new Pend();
		this.pend.max = 1;
		this.refCount = 0;
	}
	FdSlicer.prototype.read = function(buffer, offset, length, position, callback) {
		var self = this;
		self.pend.go(function(cb) {
			fs.read(self.fd, buffer, offset, length, position, function(err, bytesRead, buffer) {
				cb();
				callback(err, bytesRead, buffer);
			});
		});
	};
	FdSlicer.prototype.createReadStream = function(options) {
		return new ReadStream(this, options);
	};
	FdSlicer.prototype.ref = function() {
		this.refCount += 1;
	};
	FdSlicer.prototype.unref = function() {
		var self = this;
		self.refCount -= 1;
		if (self.refCount < 0) throw new Error("invalid unref");
		if (self.refCount > 0) return;
		fs.close(self.fd, onCloseDone);
		function onCloseDone(err) {
			if (err) self.emit("error", err);
			else self.emit("close");
		}
	};
	util.inherits(ReadStream, Readable);
	function ReadStream(context, options) {
		options = options || {};
		Readable.call(this, options);
		this.context = context;
		this.context.ref();
		this.start = options.start || 0;
		this.endOffset = options.end;
		this.pos = this.start;
	}
	ReadStream.prototype._read = function(n) {
		var self = this;
		var toRead = Math.min(self._readableState.highWaterMark, n);
		if (self.endOffset != null) toRead = Math.min(toRead, self.endOffset - self.pos);
		if (toRead <= 0) {
			self.push(null);
			this._cleanup();
			return;
		}
		self.context.pend.go(function(cb) {
			var buffer = Buffer.allocUnsafe(toRead);
			fs.read(self.context.fd, buffer, 0, toRead, self.pos, function(err, bytesRead) {
				if (err) self.destroy(err);
				else if (bytesRead === 0) {
					self.push(null);
					self._cleanup();
				} else {
					self.pos += bytesRead;
					self.push(buffer.slice(0, bytesRead));
				}
				cb();
			});
		});
	};
	ReadStream.prototype._destroy = function(err, cb) {
		this._cleanup();
		cb(err);
	};
	ReadStream.prototype._cleanup = function() {
		if (this.context != null) {
			this.context.unref();
			this.context = null;
		}
	};
	util.inherits(BufferSlicer, EventEmitter);
	function BufferSlicer(buffer) {
		EventEmitter.call(this);
		this.refCount = 0;
		this.buffer = buffer;
	}
	BufferSlicer.prototype.read = function(buffer, offset, length, position, callback) {
		if (!(0 <= offset && offset <= buffer.length)) throw new RangeError("offset outside buffer: 0 <= " + offset + " <= " + buffer.length);
		if (position < 0) throw new RangeError("position is negative: " + position);
		if (offset + length > buffer.length) length = buffer.length - offset;
		if (position + length > this.buffer.length) length = this.buffer.length - position;
		if (length <= 0) {
			setImmediate(function() {
				callback(null, 0);
			});
			return;
		}
		this.buffer.copy(buffer, offset, position, position + length);
		setImmediate(function() {
			callback(null, length);
		});
	};
	BufferSlicer.prototype.createReadStream = function(options) {
		options = options || {};
		var readStream = new PassThrough(options);
		readStream.start = options.start || 0;
		readStream.endOffset = options.end;
		readStream.pos = readStream.endOffset || this.buffer.length;
		var entireSlice = this.buffer.slice(readStream.start, readStream.pos);
		var maxChunkSize = 65536;
		var offset = 0;
		while (true) {
			var nextOffset = offset + maxChunkSize;
			if (nextOffset >= entireSlice.length) {
				if (offset < entireSlice.length) readStream.write(entireSlice.slice(offset, entireSlice.length));
				break;
			}
			readStream.write(entireSlice.slice(offset, nextOffset));
			offset = nextOffset;
		}
		readStream.end();
		return readStream;
	};
	BufferSlicer.prototype.ref = function() {
		this.refCount += 1;
	};
	BufferSlicer.prototype.unref = function() {
		this.refCount -= 1;
		if (this.refCount < 0) throw new Error("invalid unref");
	};
}));
// node_modules/yauzl/crc32.js
var require_crc32 = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const CRC_TABLE = new Int32Array([
		0,
		1996959894,
		3993919788,
		2567524794,
		124634137,
		1886057615,
		3915621685,
		2657392035,
		249268274,
		2044508324,
		3772115230,
		2547177864,
		162941995,
		2125561021,
		3887607047,
		2428444049,
		498536548,
		1789927666,
		4089016648,
		2227061214,
		450548861,
		1843258603,
		4107580753,
		2211677639,
		325883990,
		1684777152,
		4251122042,
		2321926636,
		335633487,
		1661365465,
		4195302755,
		2366115317,
		997073096,
		1281953886,
		3579855332,
		2724688242,
		1006888145,
		1258607687,
		3524101629,
		2768942443,
		901097722,
		1119000684,
		3686517206,
		2898065728,
		853044451,
		1172266101,
		3705015759,
		2882616665,
		651767980,
		1373503546,
		3369554304,
		3218104598,
		565507253,
		1454621731,
		3485111705,
		3099436303,
		671266974,
		1594198024,
		3322730930,
		2970347812,
		795835527,
		1483230225,
		3244367275,
		3060149565,
		1994146192,
		31158534,
		2563907772,
		4023717930,
		1907459465,
		112637215,
		2680153253,
		3904427059,
		2013776290,
		251722036,
		2517215374,
		3775830040,
		2137656763,
		141376813,
		2439277719,
		3865271297,
		1802195444,
		476864866,
		2238001368,
		4066508878,
		1812370925,
		453092731,
		2181625025,
		4111451223,
		1706088902,
		314042704,
		2344532202,
		4240017532,
		1658658271,
		366619977,
		2362670323,
		4224994405,
		1303535960,
		984961486,
		2747007092,
		3569037538,
		1256170817,
		1037604311,
		2765210733,
		3554079995,
		1131014506,
		879679996,
		2909243462,
		3663771856,
		1141124467,
		855842277,
		2852801631,
		3708648649,
		1342533948,
		654459306,
		3188396048,
		3373015174,
		1466479909,
		544179635,
		3110523913,
		3462522015,
		1591671054,
		702138776,
		2966460450,
		3352799412,
		1504918807,
		783551873,
		3082640443,
		3233442989,
		3988292384,
		2596254646,
		62317068,
		1957810842,
		3939845945,
		2647816111,
		81470997,
		1943803523,
		3814918930,
		2489596804,
		225274430,
		2053790376,
		3826175755,
		2466906013,
		167816743,
		2097651377,
		4027552580,
		2265490386,
		503444072,
		1762050814,
		4150417245,
		2154129355,
		426522225,
		1852507879,
		4275313526,
		2312317920,
		282753626,
		1742555852,
		4189708143,
		2394877945,
		397917763,
		1622183637,
		3604390888,
		2714866558,
		953729732,
		1340076626,
		3518719985,
		2797360999,
		1068828381,
		1219638859,
		3624741850,
		2936675148,
		906185462,
		1090812512,
		3747672003,
		2825379669,
		829329135,
		1181335161,
		3412177804,
		3160834842,
		628085408,
		1382605366,
		3423369109,
		3138078467,
		570562233,
		1426400815,
		3317316542,
		2998733608,
		733239954,
		1555261956,
		3268935591,
		3050360625,
		752459403,
		1541320221,
		2607071920,
		3965973030,
		1969922972,
		40735498,
		2617837225,
		3943577151,
		1913087877,
		83908371,
		2512341634,
		3803740692,
		2075208622,
		213261112,
		2463272603,
		3855990285,
		2094854071,
		198958881,
		2262029012,
		4057260610,
		1759359992,
		534414190,
		2176718541,
		4139329115,
		1873836001,
		414664567,
		2282248934,
		4279200368,
		1711684554,
		285281116,
		2405801727,
		4167216745,
		1634467795,
		376229701,
		2685067896,
		3608007406,
		1308918612,
		956543938,
		2808555105,
		3495958263,
		1231636301,
		1047427035,
		2932959818,
		3654703836,
		1088359270,
		936918e3,
		2847714899,
		3736837829,
		1202900863,
		817233897,
		3183342108,
		3401237130,
		1404277552,
		615818150,
		3134207493,
		3453421203,
		1423857449,
		601450431,
		3009837614,
		3294710456,
		1567103746,
		711928724,
		3020668471,
		3272380065,
		1510334235,
		755167117
	]);
	function crc32(buf) {
		let crc = -1;
		for (let x of buf) crc = CRC_TABLE[(crc ^ x) & 255] ^ crc >>> 8;
		return (crc ^ -1) >>> 0;
	}
	module.exports = crc32;
}));
// src/github/zip.ts
var import_yauzl = (/* @__PURE__ */ __commonJSMin(((exports) => {
	__require("fs");
	var zlib = __require("zlib");
	var fd_slicer = require_fd_slicer();
	var util = __require("util");
	var EventEmitter = __require("events").EventEmitter;
	var Transform = __require("stream").Transform;
	var PassThrough = __require("stream").PassThrough;
	var Writable = __require("stream").Writable;
	const crc32 = typeof zlib.crc32 === "function" ? zlib.crc32 : require_crc32();
	exports.fromBufferPromise = fromBufferPromise;
	function fromBufferPromise(buffer, options) {
		return new Promise((resolve, reject) => {
			fromBuffer(buffer, {
				...options,
				lazyEntries: true
			}, function(err, zipfile) {
				if (err) return reject(err);
				resolve(zipfile);
			});
		});
	}
	function fromBuffer(buffer, options, callback) {
		if (typeof options === "function") {
			callback = options;
			options = null;
		}
		if (options == null) options = {};
		options.autoClose = false;
		if (options.lazyEntries == null) options.lazyEntries = false;
		if (options.decodeStrings == null) options.decodeStrings = true;
		if (options.validateEntrySizes == null) options.validateEntrySizes = true;
		if (options.strictFileNames == null) options.strictFileNames = false;
		fromRandomAccessReader(new fd_slicer.BufferSlicer(buffer), buffer.length, options, callback);
	}
	function fromRandomAccessReader(reader, totalSize, options, callback) {
		if (typeof options === "function") {
			callback = options;
			options = null;
		}
		if (options == null) options = {};
		if (options.autoClose == null) options.autoClose = true;
		if (options.lazyEntries == null) options.lazyEntries = false;
		if (options.decodeStrings == null) options.decodeStrings = true;
		var decodeStrings = !!options.decodeStrings;
		if (options.validateEntrySizes == null) options.validateEntrySizes = true;
		if (options.strictFileNames == null) options.strictFileNames = false;
		if (callback == null) callback = defaultCallback;
		if (typeof totalSize !== "number") throw new Error("expected totalSize parameter to be a number");
		if (totalSize > Number.MAX_SAFE_INTEGER) throw new Error("zip file too large. only file sizes up to 2^52 are supported due to JavaScript's Number type being an IEEE 754 double.");
		reader.ref();
		var eocdrWithoutCommentSize = 22;
		var zip64EocdlSize = 20;
		var bufferSize = Math.min(zip64EocdlSize + eocdrWithoutCommentSize + 65535, totalSize);
		var buffer = newBuffer(bufferSize);
		readAndAssertNoEof(reader, buffer, 0, bufferSize, totalSize - buffer.length, function(err) {
			if (err) return callback(err);
			for (var i = bufferSize - eocdrWithoutCommentSize; i >= 0; i -= 1) {
				if (buffer.readUInt32LE(i) !== 101010256) continue;
				var eocdrBuffer = buffer.subarray(i);
				var diskNumber = eocdrBuffer.readUInt16LE(4);
				var entryCount = eocdrBuffer.readUInt16LE(10);
				var centralDirectoryOffset = eocdrBuffer.readUInt32LE(16);
				var commentLength = eocdrBuffer.readUInt16LE(20);
				var expectedCommentLength = eocdrBuffer.length - eocdrWithoutCommentSize;
				if (commentLength !== expectedCommentLength) return callback(/* @__PURE__ */ new Error("Invalid comment length. Expected: " + expectedCommentLength + ". Found: " + commentLength + ". Are there extra bytes at the end of the file? Or is the end of central dir signature `PK☺☻` in the comment?"));
				var comment = decodeStrings ? decodeBuffer(eocdrBuffer.subarray(22), false) : eocdrBuffer.subarray(22);
				if (i - zip64EocdlSize >= 0 && buffer.readUInt32LE(i - zip64EocdlSize) === 117853008) {
					var zip64EocdrOffset = readUInt64LE(buffer.subarray(i - zip64EocdlSize, i - zip64EocdlSize + zip64EocdlSize), 8);
					var zip64EocdrBuffer = newBuffer(56);
					return readAndAssertNoEof(reader, zip64EocdrBuffer, 0, zip64EocdrBuffer.length, zip64EocdrOffset, function(err) {
						if (err) return callback(err);
						if (zip64EocdrBuffer.readUInt32LE(0) !== 101075792) return callback(/* @__PURE__ */ new Error("invalid zip64 end of central directory record signature"));
						diskNumber = zip64EocdrBuffer.readUInt32LE(16);
						if (diskNumber !== 0) return callback(/* @__PURE__ */ new Error("multi-disk zip files are not supported: found disk number: " + diskNumber));
						entryCount = readUInt64LE(zip64EocdrBuffer, 32);
						centralDirectoryOffset = readUInt64LE(zip64EocdrBuffer, 48);
						return callback(null, new ZipFile(reader, centralDirectoryOffset, totalSize, entryCount, comment, options.autoClose, options.lazyEntries, decodeStrings, options.validateEntrySizes, options.strictFileNames));
					});
				}
				if (diskNumber !== 0) return callback(/* @__PURE__ */ new Error("multi-disk zip files are not supported: found disk number: " + diskNumber));
				return callback(null, new ZipFile(reader, centralDirectoryOffset, totalSize, entryCount, comment, options.autoClose, options.lazyEntries, decodeStrings, options.validateEntrySizes, options.strictFileNames));
			}
			callback(/* @__PURE__ */ new Error("End of central directory record signature not found. Either not a zip file, or file is truncated."));
		});
	}
	util.inherits(ZipFile, EventEmitter);
	function ZipFile(reader, centralDirectoryOffset, fileSize, entryCount, comment, autoClose, lazyEntries, decodeStrings, validateEntrySizes, strictFileNames) {
		var self = this;
		EventEmitter.call(self);
		self.reader = reader;
		self.reader.on("error", function(err) {
			emitError(self, err);
		});
		self.reader.once("close", function() {
			self.emit("close");
		});
		self.readEntryCursor = centralDirectoryOffset;
		self.fileSize = fileSize;
		self.entryCount = entryCount;
		self.comment = comment;
		self.entriesRead = 0;
		self.autoClose = !!autoClose;
		self.lazyEntries = !!lazyEntries;
		self.decodeStrings = !!decodeStrings;
		self.validateEntrySizes = !!validateEntrySizes;
		self.strictFileNames = !!strictFileNames;
		self.isOpen = true;
		self.emittedError = false;
		self.hasEachEntryBeenCalled = false;
		if (!self.lazyEntries) self._readEntry();
	}
	ZipFile.prototype.close = function() {
		if (!this.isOpen) return;
		this.isOpen = false;
		this.reader.unref();
	};
	function emitErrorAndAutoClose(self, err) {
		if (self.autoClose) self.close();
		emitError(self, err);
	}
	function emitError(self, err) {
		if (self.emittedError) return;
		self.emittedError = true;
		self.emit("error", err);
	}
	ZipFile.prototype.readEntry = function() {
		if (!this.lazyEntries) throw new Error("readEntry() called without lazyEntries:true");
		this._readEntry();
	};
	ZipFile.prototype._readEntry = function() {
		var self = this;
		if (self.entryCount === self.entriesRead) {
			setImmediate(function() {
				if (self.autoClose) self.close();
				if (self.emittedError) return;
				self.emit("end");
			});
			return;
		}
		if (self.emittedError) return;
		var buffer = newBuffer(46);
		readAndAssertNoEof(self.reader, buffer, 0, buffer.length, self.readEntryCursor, function(err) {
			if (err) return emitErrorAndAutoClose(self, err);
			if (self.emittedError) return;
			var entry = new Entry();
			var signature = buffer.readUInt32LE(0);
			if (signature !== 33639248) return emitErrorAndAutoClose(self, /* @__PURE__ */ new Error("invalid central directory file header signature: 0x" + signature.toString(16)));
			entry.versionMadeBy = buffer.readUInt16LE(4);
			entry.versionNeededToExtract = buffer.readUInt16LE(6);
			entry.generalPurposeBitFlag = buffer.readUInt16LE(8);
			entry.compressionMethod = buffer.readUInt16LE(10);
			entry.lastModFileTime = buffer.readUInt16LE(12);
			entry.lastModFileDate = buffer.readUInt16LE(14);
			entry.crc32 = buffer.readUInt32LE(16);
			entry.compressedSize = buffer.readUInt32LE(20);
			entry.uncompressedSize = buffer.readUInt32LE(24);
			entry.fileNameLength = buffer.readUInt16LE(28);
			entry.extraFieldLength = buffer.readUInt16LE(30);
			entry.fileCommentLength = buffer.readUInt16LE(32);
			entry.internalFileAttributes = buffer.readUInt16LE(36);
			entry.externalFileAttributes = buffer.readUInt32LE(38);
			entry.relativeOffsetOfLocalHeader = buffer.readUInt32LE(42);
			if (entry.generalPurposeBitFlag & 64) return emitErrorAndAutoClose(self, /* @__PURE__ */ new Error("strong encryption is not supported"));
			self.readEntryCursor += 46;
			buffer = newBuffer(entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength);
			readAndAssertNoEof(self.reader, buffer, 0, buffer.length, self.readEntryCursor, function(err) {
				if (err) return emitErrorAndAutoClose(self, err);
				if (self.emittedError) return;
				entry.fileNameRaw = buffer.subarray(0, entry.fileNameLength);
				var fileCommentStart = entry.fileNameLength + entry.extraFieldLength;
				entry.extraFieldRaw = buffer.subarray(entry.fileNameLength, fileCommentStart);
				entry.fileCommentRaw = buffer.subarray(fileCommentStart, fileCommentStart + entry.fileCommentLength);
				try {
					entry.extraFields = parseExtraFields(entry.extraFieldRaw);
				} catch (err) {
					return emitErrorAndAutoClose(self, err);
				}
				if (self.decodeStrings) {
					var isUtf8 = (entry.generalPurposeBitFlag & 2048) !== 0;
					entry.fileComment = decodeBuffer(entry.fileCommentRaw, isUtf8);
					entry.fileName = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, self.strictFileNames);
					var errorMessage = validateFileName(entry.fileName);
					if (errorMessage != null) return emitErrorAndAutoClose(self, new Error(errorMessage));
				} else {
					entry.fileComment = entry.fileCommentRaw;
					entry.fileName = entry.fileNameRaw;
				}
				entry.comment = entry.fileComment;
				self.readEntryCursor += buffer.length;
				self.entriesRead += 1;
				for (var i = 0; i < entry.extraFields.length; i++) {
					var extraField = entry.extraFields[i];
					if (extraField.id !== 1) continue;
					var zip64EiefBuffer = extraField.data;
					var index = 0;
					if (entry.uncompressedSize === 4294967295) {
						if (index + 8 > zip64EiefBuffer.length) return emitErrorAndAutoClose(self, /* @__PURE__ */ new Error("zip64 extended information extra field does not include uncompressed size"));
						entry.uncompressedSize = readUInt64LE(zip64EiefBuffer, index);
						index += 8;
					}
					if (entry.compressedSize === 4294967295) {
						if (index + 8 > zip64EiefBuffer.length) return emitErrorAndAutoClose(self, /* @__PURE__ */ new Error("zip64 extended information extra field does not include compressed size"));
						entry.compressedSize = readUInt64LE(zip64EiefBuffer, index);
						index += 8;
					}
					if (entry.relativeOffsetOfLocalHeader === 4294967295) {
						if (index + 8 > zip64EiefBuffer.length) return emitErrorAndAutoClose(self, /* @__PURE__ */ new Error("zip64 extended information extra field does not include relative header offset"));
						entry.relativeOffsetOfLocalHeader = readUInt64LE(zip64EiefBuffer, index);
						index += 8;
					}
					break;
				}
				if (self.validateEntrySizes && entry.compressionMethod === 0) {
					var expectedCompressedSize = entry.uncompressedSize;
					if (entry.isEncrypted()) expectedCompressedSize += 12;
					if (entry.compressedSize !== expectedCompressedSize) {
						var msg = "compressed/uncompressed size mismatch for stored file: " + entry.compressedSize + " != " + entry.uncompressedSize;
						return emitErrorAndAutoClose(self, new Error(msg));
					}
				}
				self.emit("entry", entry);
				if (!self.lazyEntries) self._readEntry();
			});
		});
	};
	ZipFile.prototype.eachEntry = function() {
		const self = this;
		if (!self.lazyEntries) throw new Error("eachEntry() requires lazyEntries: true");
		if (self.hasEachEntryBeenCalled) throw new Error("eachEntry() must only be called once per ZipFile");
		self.hasEachEntryBeenCalled = true;
		let pendingResolveReject = null;
		self.on("entry", onEntry);
		self.on("end", onEnd);
		self.on("error", onError);
		function cleanup() {
			self.removeListener("entry", onEntry);
			self.removeListener("end", onEnd);
			self.removeListener("error", onError);
			if (self.autoClose) self.close();
		}
		function onEntry(entry) {
			let { resolve } = pendingResolveReject;
			pendingResolveReject = null;
			resolve({ value: entry });
		}
		function onEnd() {
			let { resolve } = pendingResolveReject;
			pendingResolveReject = null;
			cleanup();
			resolve({ done: true });
		}
		function onError(err) {
			let { reject } = pendingResolveReject;
			pendingResolveReject = null;
			cleanup();
			reject(err);
		}
		return {
			[Symbol.asyncIterator]() {
				return this;
			},
			next() {
				const promise = new Promise((resolve, reject) => {
					if (pendingResolveReject != null) throw new Error("next() called before previous Promise was resolved.");
					pendingResolveReject = {
						resolve,
						reject
					};
				});
				self.readEntry();
				return promise;
			},
			return(value) {
				cleanup();
				return Promise.resolve({
					done: true,
					value
				});
			},
			throw(value) {
				cleanup();
				return Promise.reject(value);
			}
		};
	};
	ZipFile.prototype.openReadStream = function(entry, options, callback) {
		var self = this;
		var relativeStart = 0;
		var relativeEnd = entry.compressedSize;
		if (callback == null) {
			callback = options;
			options = null;
		}
		if (options == null) options = {};
		else {
			if (options.decodeFileData === false) {
				if (options.decrypt != null) throw new Error("cannot use options.decrypt when options.decodeFileData === false");
				if (options.decompress != null) throw new Error("cannot use options.decompress when options.decodeFileData === false");
			} else {
				if (options.decrypt != null) {
					if (!entry.isEncrypted()) throw new Error("options.decrypt can only be specified for encrypted entries. See also option decodeFileData.");
					if (options.decrypt !== false) throw new Error("invalid options.decrypt value: " + options.decrypt);
					if (entry.isCompressed()) {
						if (options.decompress !== false) throw new Error("entry is encrypted and compressed, and options.decompress !== false. See also option decodeFileData.");
					}
				}
				if (options.decompress != null) {
					if (!entry.isCompressed()) throw new Error("options.decompress can only be specified for compressed entries. See also option decodeFileData.");
					if (!(options.decompress === false || options.decompress === true)) throw new Error("invalid options.decompress value: " + options.decompress);
					decompress = options.decompress;
				}
			}
			if (options.start != null) {
				relativeStart = options.start;
				if (relativeStart < 0) throw new Error("options.start < 0");
				if (relativeStart > entry.compressedSize) throw new Error("options.start > entry.compressedSize");
			}
			if (options.end != null) {
				relativeEnd = options.end;
				if (relativeEnd < 0) throw new Error("options.end < 0");
				if (relativeEnd > entry.compressedSize) throw new Error("options.end > entry.compressedSize");
				if (relativeEnd < relativeStart) throw new Error("options.end < options.start");
			}
		}
		var rawMode = options.decodeFileData === false || (entry.compressionMethod === 0 || entry.compressionMethod === 8 && options.decompress === false) && (!entry.isEncrypted() || options.decrypt === false);
		if (options.start != null || options.end != null) {
			if (!rawMode) throw new Error("start/end range require options.decodeFileData === false for non-trivial encoded entries.");
		}
		if (!self.isOpen) return callback(/* @__PURE__ */ new Error("closed"));
		if (entry.isEncrypted() && !rawMode) {
			if (options.decrypt !== false) return callback(/* @__PURE__ */ new Error("entry is encrypted, and options.decodeFileData !== false"));
		}
		var decompress;
		if (rawMode) decompress = false;
		else if (entry.compressionMethod === 8) decompress = options.decodeFileData !== true;
		else return callback(/* @__PURE__ */ new Error("unsupported compression method: " + entry.compressionMethod));
		self.readLocalFileHeader(entry, { minimal: true }, function(err, localFileHeader) {
			if (err) return callback(err);
			self.openReadStreamLowLevel(localFileHeader.fileDataStart, entry.compressedSize, relativeStart, relativeEnd, decompress, entry.uncompressedSize, callback);
		});
	};
	ZipFile.prototype.openReadStreamLowLevel = function(fileDataStart, compressedSize, relativeStart, relativeEnd, decompress, uncompressedSize, callback) {
		var self = this;
		fileDataStart + compressedSize;
		var readStream = self.reader.createReadStream({
			start: fileDataStart + relativeStart,
			end: fileDataStart + relativeEnd
		});
		var endpointStream = readStream;
		if (decompress) {
			var destroyed = false;
			var inflateFilter = zlib.createInflateRaw();
			readStream.on("error", function(err) {
				setImmediate(function() {
					if (!destroyed) inflateFilter.emit("error", err);
				});
			});
			readStream.pipe(inflateFilter);
			if (self.validateEntrySizes) {
				endpointStream = new AssertByteCountStream(uncompressedSize);
				inflateFilter.on("error", function(err) {
					setImmediate(function() {
						if (!destroyed) endpointStream.emit("error", err);
					});
				});
				inflateFilter.pipe(endpointStream);
			} else endpointStream = inflateFilter;
			installDestroyFn(endpointStream, function() {
				destroyed = true;
				if (inflateFilter !== endpointStream) inflateFilter.unpipe(endpointStream);
				readStream.unpipe(inflateFilter);
				readStream.destroy();
			});
		}
		callback(null, endpointStream);
	};
	ZipFile.prototype.readLocalFileHeader = function(entry, options, callback) {
		var self = this;
		if (callback == null) {
			callback = options;
			options = null;
		}
		if (options == null) options = {};
		self.reader.ref();
		var buffer = newBuffer(30);
		readAndAssertNoEof(self.reader, buffer, 0, buffer.length, entry.relativeOffsetOfLocalHeader, function(err) {
			try {
				if (err) return callback(err);
				var signature = buffer.readUInt32LE(0);
				if (signature !== 67324752) return callback(/* @__PURE__ */ new Error("invalid local file header signature: 0x" + signature.toString(16)));
				var fileNameLength = buffer.readUInt16LE(26);
				var extraFieldLength = buffer.readUInt16LE(28);
				var fileDataStart = entry.relativeOffsetOfLocalHeader + 30 + fileNameLength + extraFieldLength;
				if (fileDataStart + entry.compressedSize > self.fileSize) return callback(/* @__PURE__ */ new Error("file data overflows file bounds: " + fileDataStart + " + " + entry.compressedSize + " > " + self.fileSize));
				if (options.minimal) return callback(null, { fileDataStart });
				var localFileHeader = new LocalFileHeader();
				localFileHeader.fileDataStart = fileDataStart;
				localFileHeader.versionNeededToExtract = buffer.readUInt16LE(4);
				localFileHeader.generalPurposeBitFlag = buffer.readUInt16LE(6);
				localFileHeader.compressionMethod = buffer.readUInt16LE(8);
				localFileHeader.lastModFileTime = buffer.readUInt16LE(10);
				localFileHeader.lastModFileDate = buffer.readUInt16LE(12);
				localFileHeader.crc32 = buffer.readUInt32LE(14);
				localFileHeader.compressedSize = buffer.readUInt32LE(18);
				localFileHeader.uncompressedSize = buffer.readUInt32LE(22);
				localFileHeader.fileNameLength = fileNameLength;
				localFileHeader.extraFieldLength = extraFieldLength;
				buffer = newBuffer(fileNameLength + extraFieldLength);
				self.reader.ref();
				readAndAssertNoEof(self.reader, buffer, 0, buffer.length, entry.relativeOffsetOfLocalHeader + 30, function(err) {
					try {
						if (err) return callback(err);
						localFileHeader.fileName = buffer.subarray(0, fileNameLength);
						localFileHeader.extraField = buffer.subarray(fileNameLength);
						return callback(null, localFileHeader);
					} finally {
						self.reader.unref();
					}
				});
			} finally {
				self.reader.unref();
			}
		});
	};
	ZipFile.prototype.openReadStreamPromise = function(entry, options) {
		return new Promise((resolve, reject) => {
			this.openReadStream(entry, options, function(err, readStream) {
				if (err) return reject(err);
				resolve(readStream);
			});
		});
	};
	ZipFile.prototype.openReadStreamLowLevelPromise = function(fileDataStart, compressedSize, relativeStart, relativeEnd, decompress, uncompressedSize) {
		return new Promise((resolve, reject) => {
			this.openReadStream(fileDataStart, compressedSize, relativeStart, relativeEnd, decompress, uncompressedSize, function(err, readStream) {
				if (err) return reject(err);
				resolve(readStream);
			});
		});
	};
	ZipFile.prototype.readLocalFileHeaderPromise = function(entry, options) {
		return new Promise((resolve, reject) => {
			this.readLocalFileHeader(entry, options, function(err, localFileHeader) {
				if (err) return reject(err);
				resolve(localFileHeader);
			});
		});
	};
	function Entry() {}
	Entry.prototype.getLastModDate = function(options) {
		if (options == null) options = {};
		if (!options.forceDosFormat) for (var i = 0; i < this.extraFields.length; i++) {
			var extraField = this.extraFields[i];
			if (extraField.id === 21589) {
				var data = extraField.data;
				if (data.length < 5) continue;
				if (!(data[0] & 1)) continue;
				var posixTimestamp = data.readInt32LE(1);
				return /* @__PURE__ */ new Date(posixTimestamp * 1e3);
			} else if (extraField.id === 10) {
				var data = extraField.data;
				if (data.length !== 32) continue;
				if (data.readUInt16LE(4) !== 1) continue;
				if (data.readUInt16LE(6) !== 24) continue;
				var millisecondsSince1970 = (data.readUInt32LE(8) + 4294967296 * data.readInt32LE(12)) / 1e4 - 0xa9730b66800;
				return new Date(millisecondsSince1970);
			}
		}
		return dosDateTimeToDate(this.lastModFileDate, this.lastModFileTime, options.timezone);
	};
	Entry.prototype.canDecodeFileData = function() {
		return !this.isEncrypted() && (this.compressionMethod === 0 || this.compressionMethod === 8);
	};
	Entry.prototype.isEncrypted = function() {
		return (this.generalPurposeBitFlag & 1) !== 0;
	};
	Entry.prototype.isCompressed = function() {
		return this.compressionMethod === 8;
	};
	function LocalFileHeader() {}
	function dosDateTimeToDate(date, time, timezone) {
		var day = date & 31;
		var month = (date >> 5 & 15) - 1;
		var year = (date >> 9 & 127) + 1980;
		var millisecond = 0;
		var second = (time & 31) * 2;
		var minute = time >> 5 & 63;
		var hour = time >> 11 & 31;
		if (timezone == null || timezone === "local") return new Date(year, month, day, hour, minute, second, millisecond);
		else if (timezone === "UTC") return new Date(Date.UTC(year, month, day, hour, minute, second, millisecond));
		else throw new Error("unrecognized options.timezone: " + options.timezone);
	}
	function getFileNameLowLevel(generalPurposeBitFlag, fileNameBuffer, extraFields, strictFileNames) {
		var fileName = null;
		for (var i = 0; i < extraFields.length; i++) {
			var extraField = extraFields[i];
			if (extraField.id === 28789) {
				if (extraField.data.length < 6) continue;
				if (extraField.data.readUInt8(0) !== 1) continue;
				var oldNameCrc32 = extraField.data.readUInt32LE(1);
				if (crc32(fileNameBuffer) !== oldNameCrc32) continue;
				fileName = decodeBuffer(extraField.data.subarray(5), true);
				break;
			}
		}
		if (fileName == null) fileName = decodeBuffer(fileNameBuffer, (generalPurposeBitFlag & 2048) !== 0);
		if (!strictFileNames) fileName = fileName.replace(/\\/g, "/");
		return fileName;
	}
	function validateFileName(fileName) {
		if (fileName.indexOf("\\") !== -1) return "invalid characters in fileName: " + fileName;
		if (/^[a-zA-Z]:/.test(fileName) || /^\//.test(fileName)) return "absolute path: " + fileName;
		if (fileName.split("/").indexOf("..") !== -1) return "invalid relative path: " + fileName;
		return null;
	}
	function parseExtraFields(extraFieldBuffer) {
		var extraFields = [];
		var i = 0;
		while (i < extraFieldBuffer.length - 3) {
			var headerId = extraFieldBuffer.readUInt16LE(i + 0);
			var dataSize = extraFieldBuffer.readUInt16LE(i + 2);
			var dataStart = i + 4;
			var dataEnd = dataStart + dataSize;
			if (dataEnd > extraFieldBuffer.length) throw new Error("extra field length exceeds extra field buffer size");
			var dataBuffer = extraFieldBuffer.subarray(dataStart, dataEnd);
			extraFields.push({
				id: headerId,
				data: dataBuffer
			});
			i = dataEnd;
		}
		return extraFields;
	}
	function readAndAssertNoEof(reader, buffer, offset, length, position, callback) {
		if (length === 0) return setImmediate(function() {
			callback(null, newBuffer(0));
		});
		reader.read(buffer, offset, length, position, function(err, bytesRead) {
			if (err) return callback(err);
			if (bytesRead < length) return callback(/* @__PURE__ */ new Error("unexpected EOF"));
			callback();
		});
	}
	util.inherits(AssertByteCountStream, Transform);
	function AssertByteCountStream(byteCount) {
		Transform.call(this);
		this.actualByteCount = 0;
		this.expectedByteCount = byteCount;
	}
	AssertByteCountStream.prototype._transform = function(chunk, encoding, cb) {
		this.actualByteCount += chunk.length;
		if (this.actualByteCount > this.expectedByteCount) {
			var msg = "too many bytes in the stream. expected " + this.expectedByteCount + ". got at least " + this.actualByteCount;
			return cb(new Error(msg));
		}
		cb(null, chunk);
	};
	AssertByteCountStream.prototype._flush = function(cb) {
		if (this.actualByteCount < this.expectedByteCount) {
			var msg = "not enough bytes in the stream. expected " + this.expectedByteCount + ". got only " + this.actualByteCount;
			return cb(new Error(msg));
		}
		cb();
	};
	util.inherits(RandomAccessReader, EventEmitter);
	function RandomAccessReader() {
		EventEmitter.call(this);
		this.refCount = 0;
	}
	RandomAccessReader.prototype.ref = function() {
		this.refCount += 1;
	};
	RandomAccessReader.prototype.unref = function() {
		var self = this;
		self.refCount -= 1;
		if (self.refCount > 0) return;
		if (self.refCount < 0) throw new Error("invalid unref");
		self.close(onCloseDone);
		function onCloseDone(err) {
			if (err) return self.emit("error", err);
			self.emit("close");
		}
	};
	RandomAccessReader.prototype.createReadStream = function(options) {
		if (options == null) options = {};
		var start = options.start;
		var end = options.end;
		if (start === end) {
			var emptyStream = new PassThrough();
			setImmediate(function() {
				emptyStream.end();
			});
			return emptyStream;
		}
		var stream = this._readStreamForRange(start, end);
		var destroyed = false;
		var refUnrefFilter = new RefUnrefFilter(this);
		stream.on("error", function(err) {
			setImmediate(function() {
				if (!destroyed) refUnrefFilter.emit("error", err);
			});
		});
		installDestroyFn(refUnrefFilter, function() {
			stream.unpipe(refUnrefFilter);
			refUnrefFilter.unref();
			stream.destroy();
		});
		var byteCounter = new AssertByteCountStream(end - start);
		refUnrefFilter.on("error", function(err) {
			setImmediate(function() {
				if (!destroyed) byteCounter.emit("error", err);
			});
		});
		installDestroyFn(byteCounter, function() {
			destroyed = true;
			refUnrefFilter.unpipe(byteCounter);
			refUnrefFilter.destroy();
		});
		return stream.pipe(refUnrefFilter).pipe(byteCounter);
	};
	RandomAccessReader.prototype._readStreamForRange = function(start, end) {
		throw new Error("not implemented");
	};
	RandomAccessReader.prototype.read = function(buffer, offset, length, position, callback) {
		var readStream = this.createReadStream({
			start: position,
			end: position + length
		});
		var writeStream = new Writable();
		var written = 0;
		writeStream._write = function(chunk, encoding, cb) {
			chunk.copy(buffer, offset + written, 0, chunk.length);
			written += chunk.length;
			cb();
		};
		writeStream.on("finish", callback);
		readStream.on("error", function(error) {
			callback(error);
		});
		readStream.pipe(writeStream);
	};
	RandomAccessReader.prototype.close = function(callback) {
		setImmediate(callback);
	};
	util.inherits(RefUnrefFilter, PassThrough);
	function RefUnrefFilter(context) {
		PassThrough.call(this);
		this.context = context;
		this.context.ref();
		this.unreffedYet = false;
	}
	RefUnrefFilter.prototype._flush = function(cb) {
		this.unref();
		cb();
	};
	RefUnrefFilter.prototype.unref = function(cb) {
		if (this.unreffedYet) return;
		this.unreffedYet = true;
		this.context.unref();
	};
	var cp437 = "\0☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼ !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~⌂ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\xA0";
	function decodeBuffer(buffer, isUtf8) {
		if (isUtf8) return buffer.toString("utf8");
		else {
			var result = "";
			for (var i = 0; i < buffer.length; i++) result += cp437[buffer[i]];
			return result;
		}
	}
	function readUInt64LE(buffer, offset) {
		var lower32 = buffer.readUInt32LE(offset);
		return buffer.readUInt32LE(offset + 4) * 4294967296 + lower32;
	}
	var newBuffer;
	if (typeof Buffer.allocUnsafe === "function") newBuffer = function(len) {
		return Buffer.allocUnsafe(len);
	};
	else newBuffer = function(len) {
		return new Buffer(len);
	};
	function installDestroyFn(stream, fn) {
		if (typeof stream.destroy === "function") stream._destroy = function(err, cb) {
			fn();
			if (cb != null) cb(err);
		};
		else stream.destroy = fn;
	}
	function defaultCallback(err) {
		if (err) throw err;
	}
})))();
/** JSON shrinks to a tenth, numbers hardly: what shrinks more than this was made to blow up. */
const MAX_RATIO = 100;
/** Small files may shrink as they like. */
const RATIO_FREE_BYTES = 65536;
/** Reads exactly the files of `limits`. Throws GitHubError that names `place` and what is wrong with it. */
async function readZip(data, { place, limits }) {
	try {
		return await readEntries(await (0, import_yauzl.fromBufferPromise)(data, {
			strictFileNames: true,
			validateEntrySizes: true
		}), limits);
	} catch (cause) {
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new GitHubError(`Cannot read ${place}: ${reason}.\nIt is not a zip that code2lora wrote.`, { cause });
	}
}
async function readEntries(zip, limits) {
	const expected = Object.keys(limits);
	const contents = /* @__PURE__ */ new Map();
	for await (const entry of zip.eachEntry()) {
		const name = entry.fileName;
		if (!Object.hasOwn(limits, name)) throw new Error(`it holds ${quote(name)}, expected ${expected.join(", ")}`);
		if (contents.has(name)) throw new Error(`it holds ${quote(name)} twice`);
		const limit = limits[name];
		checkEntry(entry, limit);
		contents.set(name, await readEntry(zip, entry, limit));
	}
	const missing = expected.filter((name) => !contents.has(name));
	if (missing.length > 0) throw new Error(`it lacks ${missing.join(", ")}`);
	return contents;
}
function checkEntry(entry, limit) {
	const { uncompressedSize, compressedSize } = entry;
	const name = quote(entry.fileName);
	if (entry.isEncrypted()) throw new Error(`${name} is encrypted`);
	if (isLink(entry)) throw new Error(`${name} is a link`);
	if (!entry.canDecodeFileData()) throw new Error(`${name} is packed by method ${entry.compressionMethod}`);
	if (uncompressedSize > limit) throw new Error(`${name} has ${uncompressedSize} bytes, at most ${limit} are expected`);
	if (uncompressedSize > RATIO_FREE_BYTES && uncompressedSize > MAX_RATIO * compressedSize) throw new Error(`${name} grows from ${compressedSize} to ${uncompressedSize} bytes`);
}
/** The size in the directory is a claim: what comes out is counted. */
async function readEntry(zip, entry, limit) {
	const chunks = [];
	let size = 0;
	for await (const chunk of await zip.openReadStreamPromise(entry)) {
		size += chunk.length;
		if (size > limit) throw new Error(`${quote(entry.fileName)} has more than ${limit} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
/** The upper half of the attributes is the mode of Unix. */
const isLink = ({ externalFileAttributes }) => (externalFileAttributes >>> 16 & 61440) === 40960;
const quote = (name) => JSON.stringify(name.slice(0, 80));
// src/github/state-artifact.ts
/**
* What is inside of a state artifact, as data.
*
*   artifact.json            where it comes from, and how much the adapter helped in the last checks
*   manifest.json            the snapshot's, as in the local store
*   state.safetensors        hidden state, adapter and what was learned from assertions
*   embeddings.safetensors   the few embeddings that are too young for an artifact of their own
*
* In: a snapshot and what goes with it, or the bytes of a zip. Out: the other one. Knows nothing about GitHub or git:
* whether it can be believed is decided by trust.ts and snapshots/admit.ts.
*/
const StateInfoSchema = build_default.Object({
	schema: build_default.Literal("code2lora/artifact@1"),
	...ORIGIN_FIELDS,
	/** Oldest first. */
	gains: build_default.Array(GainSchema, { maxItems: 100 }),
	/** When the newest artifact of embeddings was stored; missing: there was none. */
	embeddingsStoredAt: build_default.Optional(build_default.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,12}Z$" }))
}, { additionalProperties: false });
/** A state has kilobytes for a small model and a few megabytes for one of billions of weights. */
const MAX_STATE_ZIP_BYTES = 67108864;
const LIMITS = {
	"artifact.json": 262144,
	"manifest.json": 65536,
	"state.safetensors": MAX_STATE_ZIP_BYTES,
	[EMBEDDINGS_FILE]: 8388608
};
/**
* Reads the zip of a state artifact; `place` names it in messages. Throws GitHubError, SnapshotError or
* ModelError for anything that is not as we write it.
*/
async function readState(zip, place) {
	const files = await readZip(zip, {
		place,
		limits: LIMITS
	});
	const [artifact, manifest, bytes, vectors] = Object.keys(LIMITS).map((file) => files.get(file));
	const info = parseArtifactFile(StateInfoSchema, artifact, {
		file: "artifact.json",
		place
	});
	const snapshot = readSnapshot(manifest.toString("utf8"), bytes, place);
	if (snapshot.manifest.commit !== info.commit) throw new GitHubError(`${place} does not agree with itself: artifact.json and manifest.json name two commits.`);
	return {
		info,
		snapshot,
		bytes,
		embeddings: decodeEmbeddings(vectors, place)
	};
}
export { decodeEmbeddings as a, parseArtifactFile as c, readHistoryLine as d, EMBEDDINGS_FILE as i, refuseOrigin as l, readState as n, embeddingsOf as o, readZip as r, ORIGIN_FIELDS as s, MAX_STATE_ZIP_BYTES as t, admitSnapshot as u };
