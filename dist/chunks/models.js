import { i as ModelError, o as UsageError, r as InternalError } from "./errors.js";
import { T as _usingCtx, _ as newBuildFolder, c as DEFAULT_PRECISION, d as missingOfModel, f as modelFiles, g as installPack, h as checkPackName, i as packageFile, l as OFFICIAL_PACKS, m as cachedPacks, p as cachedPackFolder, u as addedBytes, v as packHome, w as memoryCache, y as removePackFolder } from "./workspace.js";
import { n as sizeText, t as durationText } from "./sizes.js";
import { At as PACK_SCHEMA, B as shardsOf, Bt as quantizedFile, C as readOwnEncoder, D as quantizeRows, E as BLOCK_FORMATS, Et as areFinite, G as moduleSizes, Gt as nullable, Ht as boolean, I as openTokenizer, Jt as positive, K as parseTransformerConfig, Kt as object, L as entriesOfFiles, Mt as namedFiles, O as quantizedShapes, Ot as openModelPack, R as readJson, S as readBaseModel, St as checkFits, T as QUANTIZED_SCHEMA, U as matrixShapes, Ut as exactly, Vt as advising, Wt as integer, Xt as text, Yt as record, a as openGenerator, bt as adapterTensors, c as initialStateGraph, d as openHypernetwork, f as isTorchName, ft as readTensor, h as openEncoder, i as rowOf, jt as checkManifest, l as stepGraph, lt as encodeSafetensors, m as readTorchFile, mt as tensorBytes, n as openDecoder, o as generatorGraph, p as readCheckpointConfig, pt as encodeHeader, q as weightShapes, qt as optional, r as plainReading, s as openUpdater, u as headMatrices, ut as readHeader, w as readTransformer, z as resolveLink, zt as PRECISIONS } from "./executor.js";
import { t as createEmbedder } from "./embedder.js";
import { n as acquireLockFile, r as readLock } from "./lock.js";
import { basename, dirname, join, resolve as resolve$1 } from "node:path";
import { closeSync, constants, copyFileSync, existsSync, fstatSync, fsyncSync, ftruncateSync, linkSync, mkdirSync, openSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, statfsSync, writeFileSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { setImmediate, setTimeout as setTimeout$1 } from "node:timers/promises";
// src/packs/hub-problems.ts
/**
* What the Hub answers when it does not give what was asked for → what a person should do.
*
* In: a status and headers, or why there was no answer. Out: a ModelError. Knows nothing about requests.
*/
/** One request that failed. Only `explainFailure` shows it to anybody. */
var HubFailure = class extends Error {
	name = "HubFailure";
	/** Null: there was no answer, or it broke off. */
	status;
	headers;
	/** The server that failed, when it is not the Hub but one that the Hub sends downloads to. */
	storage;
	constructor(message, facts = {}) {
		super(message, { cause: facts.cause });
		this.status = facts.status ?? null;
		this.headers = facts.headers ?? new Headers();
		this.storage = facts.storage ?? null;
	}
};
const LOCAL = "With the files on this machine, \"code2lora models import\" builds a pack without a network.";
function explainFailure(failure, asked, { url, token }) {
	const what = nameOf(asked);
	const [found, advice] = reasonOf$1(failure, asked, {
		url,
		hasToken: token !== null
	});
	return new ModelError(`Cannot download ${what} from ${url}: ${found}.\n${advice}`, { cause: failure });
}
function nameOf({ repository, revision, path }) {
	const version = revision === void 0 ? "" : ` at ${revision.slice(0, 12)}`;
	return path === void 0 ? `${repository}${version}` : `${path} of ${repository}${version}`;
}
function reasonOf$1(failure, asked, access) {
	const { status, headers, message, storage } = failure;
	const code = headers.get("x-error-code") ?? "";
	if (status === null || status < 300) return [message, `Check the network and, for a mirror, HF_ENDPOINT; what is there already is kept. ${LOCAL}`];
	if (storage !== null && status !== 429 && status < 500) return elsewhere(status, storage);
	if (code === "GatedRepo") return gated(asked, access);
	if (status === 401 || status === 403) return refused(status, access);
	if (status === 404) return missing(code, asked, access);
	if (status === 429) return limited(headers, access);
	if (status >= 500) return [`the server failed with status ${status}`, "Try again later; what is there already is kept."];
	return [message, `Is HF_ENDPOINT (${access.url}) a Hugging Face Hub? ${LOCAL}`];
}
function gated({ repository }, { url, hasToken }) {
	return ["the repository is gated: its owner asks everybody to accept conditions first", `Accept them at ${url}/${repository} ${hasToken ? "with the account of your token" : "and set HF_TOKEN to a token of your account"}, then run the command again.`];
}
function refused(status, { hasToken }) {
	if (hasToken) return [`it refuses the token (status ${status})`, "Is HF_TOKEN valid and may it read this repository? The published models need none: unset it, or make a new one."];
	return [`it asks for a login (status ${status})`, "The repository is private, or there is none of this name. For a private one set HF_TOKEN, or run \"hf auth login\"."];
}
function missing(code, { revision, path }, { url }) {
	if (code === "RevisionNotFound") return [`it has no revision ${revision}`, "Name another one with --revision owner/name@revision (\"main\" is the newest); without it the one that this version of code2lora knows is taken."];
	if (code === "EntryNotFound" || path !== void 0) return ["it has no such file", "Name another revision with --revision, or update code2lora."];
	return ["there is no such repository", `Is HF_ENDPOINT (${url}) a Hugging Face Hub that has it?`];
}
/** No login helps: the token does not go there. */
function elsewhere(status, storage) {
	return [`${storage}, where the Hub keeps the file, answered with status ${status}`, `Run the command again: what is there already is kept. If it stays so, a proxy on the way may refuse that server. ${LOCAL}`];
}
function limited(headers, { hasToken }) {
	const seconds = Math.ceil((retryAfterMs(headers) ?? 0) / 1e3);
	return ["it has had too many requests from here (status 429)", `Run the command again ${seconds > 0 ? `in ${seconds} seconds` : "in some minutes"}.${hasToken ? "" : " A token (HF_TOKEN) raises the limit."}`];
}
/** The pause that a server asks for: seconds or a date (RFC 9110), or what the Hub's rate limit says. */
function retryAfterMs(headers) {
	const value = headers.get("retry-after");
	if (value !== null) {
		const wait = /^\d+$/.test(value) ? Number(value) * 1e3 : Date.parse(value) - Date.now();
		if (Number.isFinite(wait)) return Math.max(0, wait);
	}
	const [, seconds] = /;\s*t=(\d+)/.exec(headers.get("ratelimit") ?? "") ?? [];
	return seconds === void 0 ? null : Number(seconds) * 1e3;
}
// src/packs/hub-request.ts
/**
* Requests to the Hub, and to the servers that it sends us on to.
*
* In: an address. Out: an answer with status 200 or 206, or a HubFailure. Redirects are followed here, one by one,
* because the Hub tells the commit and the digest of a file in the redirect itself, and because the token must not
* go with them: it is for the Hub's own origin. Knows nothing about files.
*/
const NETWORK = {
	send: (...args) => fetch(...args),
	silenceMs: 3e4,
	attempts: 5,
	pauseMs: 1e3,
	maxPauseMs: 12e4
};
const MAX_REDIRECTS = 5;
const MAX_JSON_BYTES = 32e6;
/** Sends one request and follows its redirects. Throws HubFailure. The caller closes the answer. */
async function openAnswer(address, request) {
	const clock = silenceClock(request.network.silenceMs);
	const passed = [];
	try {
		let url = address;
		for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
			const response = await sendOnce(url, request, clock.signal);
			const isHub = sameOrigin(url, request.settings.url);
			if (isHub) passed.push(response.headers);
			const next = response.headers.get("location");
			if (response.status < 300 || response.status >= 400 || next === null) return answerOf(await checkStatus(response, isHub ? null : new URL(url).host), passed, clock);
			await response.body?.cancel();
			url = new URL(next, url).href;
		}
		throw new HubFailure(`it was sent on more than ${MAX_REDIRECTS} times`, { status: 310 });
	} catch (error) {
		clock.stop();
		throw asFailure(error, clock.signal);
	}
}
/** Reads a whole small answer, such as a page of a list. Throws HubFailure. */
async function readAnswer(address, request) {
	const answer = await openAnswer(address, request);
	const { status, headers } = answer.response;
	const chunks = [];
	let size = 0;
	for await (const chunk of bodyOf(answer)) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > MAX_JSON_BYTES) throw new HubFailure(`its list has more than ${MAX_JSON_BYTES} bytes`, { status });
	}
	return new Response(Buffer.concat(chunks), {
		status,
		headers
	});
}
/** The bytes of an answer as they come. Throws HubFailure when they stop coming; closes the answer. */
async function* bodyOf(answer) {
	try {
		for await (const chunk of answer.response.body ?? []) {
			answer.touch();
			yield chunk;
		}
	} catch (error) {
		throw asFailure(error, answer.signal);
	} finally {
		answer.close();
	}
}
/**
* Tries again after a failure of the network or the server; `hasProgressed` says that the last try got something,
* and then counting starts anew. Throws ModelError that says what to do.
*/
async function withRetries(asked, { settings, network }, attempt, hasProgressed = () => false) {
	for (let tries = 1;; tries += 1) try {
		return await attempt();
	} catch (error) {
		if (!(error instanceof HubFailure)) throw error;
		if (hasProgressed()) tries = 1;
		const wait = waitBefore(error, tries, network);
		if (wait === null) throw explainFailure(error, asked, settings);
		network.onPause?.(error.message, wait);
		await setTimeout$1(wait);
	}
}
/** Milliseconds; null: another try would not help. */
function waitBefore({ status, headers, storage }, tries, network) {
	if (!(status === null || status === 429 || status === 408 || status >= 500 || status === 403 && storage !== null) || tries >= network.attempts) return null;
	const wait = retryAfterMs(headers) ?? network.pauseMs * 2 ** (tries - 1);
	return wait > network.maxPauseMs ? null : wait;
}
async function sendOnce(url, { settings, network, headers = {} }, signal) {
	const authorization = settings.token !== null && sameOrigin(url, settings.url) ? { authorization: `Bearer ${settings.token}` } : {};
	const all = {
		"accept-encoding": "identity",
		...headers,
		...authorization
	};
	return await network.send(url, {
		headers: all,
		redirect: "manual",
		signal
	});
}
const sameOrigin = (a, b) => new URL(a).origin === new URL(b).origin;
async function checkStatus(response, storage) {
	const { status, headers } = response;
	if (status === 200 || status === 206) return response;
	await response.body?.cancel();
	throw new HubFailure(`it answered with status ${status}`, {
		status,
		headers,
		storage
	});
}
function answerOf(response, passed, clock) {
	return {
		response,
		hubHeader: (name) => passed.map((headers) => headers.get(name)).find((value) => value !== null) ?? null,
		signal: clock.signal,
		touch: clock.touch,
		close: clock.stop
	};
}
/** Breaks a connection on which nothing comes: some servers hold one open for ever. */
function silenceClock(silenceMs) {
	const controller = new AbortController();
	const silent = new HubFailure(`nothing came for ${durationText(silenceMs / 1e3)}`);
	const timer = setTimeout(() => controller.abort(silent), silenceMs);
	const stop = () => {
		clearTimeout(timer);
		controller.abort(new HubFailure("the connection was closed"));
	};
	return {
		signal: controller.signal,
		touch: () => void timer.refresh(),
		stop
	};
}
function asFailure(error, { aborted, reason }) {
	if (error instanceof HubFailure || error instanceof ModelError) return error;
	if (aborted && isAbort(error)) return reason;
	return new HubFailure(describe(error), { cause: error });
}
const isAbort = (error) => error?.name === "AbortError";
/** undici says "fetch failed" and keeps the reason as the cause. */
function describe(error) {
	const { message, cause } = error;
	const code = cause?.code;
	return code && {
		ENOTFOUND: "the name of the server is not known",
		EAI_AGAIN: "the name of the server cannot be looked up",
		ECONNREFUSED: "nothing answers there",
		ECONNRESET: "the connection broke",
		UND_ERR_SOCKET: "the connection broke",
		UND_ERR_CONNECT_TIMEOUT: "it cannot be reached in time"
	}[code] || [message, cause?.message].filter(Boolean).join(": ");
}
// src/packs/hub-settings.ts
/**
* How the Hugging Face Hub is reached: the environment variables that its own tools know.
*
* In: the environment. Out: address, token, offline or not, where its cache is. Knows nothing about requests.
*/
const HUB_URL$1 = "https://huggingface.co";
/** Throws UsageError when HF_ENDPOINT is no address, or a token cannot be one. */
function hubSettings(env = process.env, { offline = false, home = homedir() } = {}) {
	const hubHome = env.HF_HOME || join(env.XDG_CACHE_HOME || join(home, ".cache"), "huggingface");
	return {
		url: checkAddress(env.HF_ENDPOINT || HUB_URL$1),
		token: findToken(env, env.HF_TOKEN_PATH || join(hubHome, "token")),
		isOffline: offline || isTrue(env.HF_HUB_OFFLINE),
		cacheFolder: env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(hubHome, "hub")
	};
}
/** As `huggingface_hub` reads its switches. */
const isTrue = (value) => /^(1|on|yes|true)$/i.test(value ?? "");
function checkAddress(address) {
	const url = URL.canParse(address) ? new URL(address) : void 0;
	if (url && (url.username || url.password)) throw new UsageError("HF_ENDPOINT holds a user name or a password, expected an address without them.\nPut the token of the mirror into HF_TOKEN.");
	if (url && /^https?:$/.test(url.protocol)) return address.replace(/\/+$/, "");
	throw new UsageError(`HF_ENDPOINT is "${address}", expected the address of a Hugging Face Hub, such as ${HUB_URL$1}.`);
}
/** As the Hub's own tools look for it, without the line break that a copy often has at its end. */
function findToken(env, file) {
	const [name, text] = [
		["HF_TOKEN", env.HF_TOKEN],
		["HUGGING_FACE_HUB_TOKEN", env.HUGGING_FACE_HUB_TOKEN],
		[file, readToken(file)]
	].find(([, value]) => value?.trim()) ?? ["", null];
	const token = text?.trim() ?? null;
	if (token === null || /^[\x20-\x7e]+$/.test(token)) return token;
	throw new UsageError(`${name} holds a line break or another character that no token has.\nCopy the token again, or unset it: the published models need none.`);
}
/** Written by `hf auth login`. */
function readToken(path) {
	try {
		return readFileSync(path, "utf8").trim() || null;
	} catch {
		return null;
	}
}
// src/packs/check-tokens.ts
/**
* Do the tokenisers of a new pack belong to its models? Asked once, when a pack is built.
*
* A model knows as many tokens as its embedding table has rows; an id beyond it would be another tensor's memory, or
* an error in the middle of a run. In: an opened pack. Out: nothing, or a ModelError that names the file. A tokeniser
* of another model with fewer tokens cannot be told from the right one.
*/
/** Throws ModelError for a tokeniser that gives, or a token that is, no row of the embedding table. */
function checkTokens(pack) {
	const { baseModel, encoder } = pack.manifest;
	checkUse({
		tokenizer: pack.path(baseModel.tokenizer),
		vocabularySize: readBaseModel(pack).config.vocabularySize,
		added: {
			"end token": baseModel.endToken,
			"start token": baseModel.startToken
		}
	});
	if (encoder.kind === "base-model") return;
	checkUse({
		tokenizer: pack.path(encoder.tokenizer),
		vocabularySize: readOwnEncoder(pack, encoder).config.vocabularySize,
		added: { "end token": encoder.endToken }
	});
}
const SAMPLE = "def test_sum():\n    assert total([1, 2]) == 3  # ä\n";
function checkUse({ tokenizer, vocabularySize, added }) {
	const { encode, vocabularySize: known } = openTokenizer(tokenizer);
	if (known > vocabularySize) throw notOfThisModel(tokenizer, `it has ${known} tokens, its model knows ${vocabularySize}`);
	for (const [what, id] of Object.entries(added)) if (id !== null && id >= known) throw notOfThisModel(tokenizer, `it has ${known} tokens, the ${what} of its model is ${id}`);
	const ids = read$1(encode, tokenizer);
	if (ids.length === 0 || !ids.every((id) => Number.isSafeInteger(id) && id < known)) throw notOfThisModel(tokenizer, "it does not know the characters of a line of code");
}
/** The library finds out about some kinds that it does not build only when it reads a text. */
function read$1(encode, tokenizer) {
	try {
		return encode(SAMPLE);
	} catch (cause) {
		throw notOfThisModel(tokenizer, `it cannot read a text (${cause.message})`, cause);
	}
}
const notOfThisModel = (path, found, cause) => new ModelError(`Cannot use the tokeniser ${path}: ${found}.\nUse the tokenizer.json and the config.json of the same model.`, { cause });
// src/packs/tensor-pieces.ts
const PIECE_BYTES$1 = 16e6;
/** Whole rows of the first axis, one at least; a tensor without axes is one row. */
function* rowPieces(entry) {
	const [count = 1, ...rest] = entry.shape;
	if (count === 0) return;
	const rowBytes = entry.length / count;
	const step = Math.max(1, Math.floor(PIECE_BYTES$1 / Math.max(1, rowBytes)));
	for (let firstRow = 0; firstRow < count; firstRow += step) {
		const rows = Math.min(step, count - firstRow);
		const place = {
			offset: entry.offset + firstRow * rowBytes,
			length: rows * rowBytes
		};
		yield {
			entry: {
				...entry,
				shape: [rows, ...rest],
				...place
			},
			firstRow,
			rows
		};
	}
}
// src/packs/check-weights.ts
/**
* Are the models of a new pack whole, and do they belong together? Asked once, when a pack is built.
*
* In: an opened pack. Out: nothing, or a ModelError that names the tensor. Reads every weight once; knows nothing
* about where they come from.
*/
/** Opens every model of the pack, and holds the adapters of one against the layers of the other. Throws ModelError. */
function checkModels(pack) {
	const { encoder, hypernetwork } = pack.manifest;
	const base = readBaseModel(pack);
	if (encoder.kind === "qwen3") {
		const { hiddenSize } = readOwnEncoder(pack, encoder).config;
		if (hiddenSize !== encoder.embeddingSize) throw new ModelError(`The encoder gives ${hiddenSize} numbers, expected ${encoder.embeddingSize}.`);
	}
	const network = openHypernetwork(pack);
	checkTensors(network);
	const { rank, alpha } = hypernetwork;
	const pairs = Object.fromEntries(Object.entries(network.modules).map(([type, size]) => [type, {
		...size,
		A: /* @__PURE__ */ new Float32Array(0),
		B: /* @__PURE__ */ new Float32Array(0)
	}]));
	checkFits({
		rank,
		alpha,
		pairs
	}, moduleSizes(base.config));
}
/** The graphs ask for each tensor of the hypernetwork by name and shape; they read no number. */
function checkTensors(network) {
	const { sizes, weights, weightsFolder } = network;
	generatorGraph(network);
	if (sizes.kind === "static") return;
	initialStateGraph(weights, sizes, weightsFolder);
	stepGraph(weights, sizes, weightsFolder);
}
/** Throws ModelError for a file of weights that holds NaN or infinity. */
async function checkFinite(path, onBytes) {
	const entries = isTorchName(path) ? readTorchFile(path).entries : entriesOfFiles([path]);
	for (const entry of entries.values()) for (const { entry: piece } of rowPieces(entry)) {
		await setImmediate();
		const { data } = readTensor(piece);
		if (data instanceof Float32Array && !areFinite(data)) throw notFinite$1(entry);
		onBytes?.(piece.length);
	}
}
const notFinite$1 = ({ name, file }) => new ModelError(`Cannot use tensor ${name} of ${file}: it holds NaN or infinity.\nThe file is damaged, or the model is: get it again.`);
// src/runtime/tensor-writer.ts
/**
* Writes a safetensors file that is larger than memory, piece by piece.
*
* In: what tensors there will be, and pieces of their bytes in any order. Out: a file, whole or not at all: the
* bytes go to a temporary file beside it, which takes its name at the end. Knows nothing about what is written.
*/
/**
* Writes the file; `fill` must write every byte of every tensor once. What a killed writer left behind is removed
* first. Throws UsageError when the disk is full or the folder cannot be written, and whatever `fill` throws.
*/
async function writeTensorFile(path, { tensors, metadata = {} }, fill) {
	removeLeftovers(path);
	const temporary = `${path}.tmp-${process.pid}`;
	const header = encodeHeader(tensors, metadata);
	const places = layOut(tensors, 8 + header.length);
	let file;
	try {
		file = openSync(temporary, "wx");
		writeAll$1(file, prefixed(header), 0);
		await fill(pieceWriter(file, places));
		for (const [name, { missing }] of places) if (missing !== 0) throw new InternalError(`Tensor ${name} of ${path} lacks ${missing} bytes.`);
		fsyncSync(file);
		renameSync(temporary, path);
	} catch (cause) {
		rmSync(temporary, { force: true });
		throw explain(cause, path, tensors);
	} finally {
		if (file !== void 0) closeSync(file);
	}
}
function layOut(tensors, start) {
	let position = start;
	return new Map(tensors.map((tensor) => {
		const length = tensorBytes(tensor);
		position += length;
		return [tensor.name, {
			start: position - length,
			length,
			missing: length
		}];
	}));
}
function pieceWriter(file, places) {
	return (name, offset, bytes) => {
		const place = places.get(name);
		if (!place || offset + bytes.length > place.length) throw new InternalError(`Bytes ${offset} to ${offset + bytes.length} of tensor ${name} were not planned.`);
		writeAll$1(file, bytes, place.start + offset);
		place.missing -= bytes.length;
	};
}
function prefixed(header) {
	const bytes = new Uint8Array(8 + header.length);
	new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
	bytes.set(header, 8);
	return bytes;
}
/** One call may write less than it was given. */
function writeAll$1(file, bytes, position) {
	for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}
/** Temporary files of writers that no longer run. */
function removeLeftovers(path) {
	const prefix = `${basename(path)}.tmp-`;
	for (const name of readFolder(dirname(path)).filter((entry) => entry.startsWith(prefix))) {
		const pid = Number(name.slice(prefix.length));
		if (pid === process.pid || !isRunning(pid)) rmSync(join(dirname(path), name), { force: true });
	}
}
function readFolder(folder) {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
function isRunning(pid) {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return error.code === "EPERM";
	}
}
function explain(cause, path, tensors) {
	const { code, syscall, message } = cause;
	if (code === void 0 || syscall === void 0) return cause;
	const megabytes = Math.ceil(tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0) / 1e6);
	return new UsageError(`Cannot write ${path}: ${message}.\nIt needs ${megabytes} MB: free disk space or make the folder writable, then try again.`, { cause });
}
// src/runtime/convert-weights.ts
/**
* Weights → weights in another precision, in a file of their own; made once, when a model pack is built.
*
* In: the places of tensors, in files of any float type. Out: a file. Reads and writes a piece at a time, so the
* memory it takes does not depend on the model. The same input gives the same bytes. Knows nothing about models.
*/
/** Weights read at a time, at most one row more. */
const PIECE_WEIGHTS = 4e6;
/**
* Quantises matrices into `<name>.codes` and `<name>.scales` (see quantized-weights.ts). Throws ModelError when
* one is no matrix or holds NaN or infinity, UsageError when the file cannot be written.
*/
async function quantizeTensors(matrices, { precision, ...options }) {
	const format = BLOCK_FORMATS[precision];
	const shapes = matrices.map((entry) => ({
		name: entry.name,
		...quantizedShapes(matrixShape(entry), format)
	}));
	const tensors = [...shapes.map(({ name, scales }) => ({
		name: `${name}.scales`,
		dtype: "F32",
		shape: scales
	})), ...shapes.map(({ name, codes }) => ({
		name: `${name}.codes`,
		dtype: "U8",
		shape: codes
	}))];
	await writeTensorFile(options.path, {
		tensors,
		metadata: {
			schema: QUANTIZED_SCHEMA,
			precision
		}
	}, async (write) => {
		for await (const { entry, firstRow, values } of pieces(matrices, options)) {
			const [, columns] = matrixShape(entry);
			const { codes, scales, isDamaged } = quantizeRows(values, columns, format);
			if (isDamaged) throw notFinite(entry);
			const rows = values.length / columns;
			write(`${entry.name}.codes`, firstRow * codes.length / rows, codes);
			write(`${entry.name}.scales`, firstRow * scales.byteLength / rows, bytesOf(scales));
		}
	});
}
/** Widens tensors of any float type to float32, under their names: processors have no fast 16-bit product. */
async function widenTensors(entries, options) {
	const tensors = entries.map(({ name, shape }) => ({
		name,
		dtype: "F32",
		shape
	}));
	await writeTensorFile(options.path, {
		tensors,
		metadata: { format: "pt" }
	}, async (write) => {
		for await (const { entry, firstRow, values } of pieces(entries, options)) write(entry.name, firstRow * rowSize(entry) * 4, bytesOf(values));
	});
}
/** Whole rows of each tensor in turn; lets the event loop go on between two pieces. */
async function* pieces(entries, { onProgress, signal }) {
	const total = entries.reduce((sum, entry) => sum + rowCount(entry) * rowSize(entry), 0);
	let done = 0;
	for (const entry of entries) {
		const step = Math.max(1, Math.floor(PIECE_WEIGHTS / rowSize(entry)));
		for (let firstRow = 0; firstRow < rowCount(entry); firstRow += step) {
			await setImmediate();
			signal?.throwIfAborted();
			const rows = Math.min(step, rowCount(entry) - firstRow);
			const values = readRows(entry, firstRow, rows);
			yield {
				entry,
				firstRow,
				values
			};
			done += values.length;
			onProgress?.({
				done,
				total
			});
		}
	}
}
const rowCount = ({ shape }) => shape[0] ?? 1;
const rowSize = ({ shape }) => shape.slice(1).reduce((product, size) => product * size, 1);
function readRows(entry, firstRow, rows) {
	const rowBytes = entry.length / rowCount(entry);
	const { data } = readTensor({
		...entry,
		shape: [rows, rowSize(entry)],
		offset: entry.offset + firstRow * rowBytes,
		length: rows * rowBytes
	});
	if (data instanceof Float32Array) return data;
	throw new ModelError(`Cannot convert tensor ${entry.name} of ${entry.file}: it is ${entry.dtype}, expected floats.`);
}
function matrixShape({ name, shape, file }) {
	const [rows, columns] = shape;
	if (shape.length === 2 && rows && columns) return [rows, columns];
	throw new ModelError(`Cannot quantise tensor ${name} of ${file}: its shape is (${shape.join(", ")}), expected a matrix.`);
}
function notFinite({ name, file }) {
	return new ModelError(`Cannot quantise tensor ${name} of ${file}: it holds NaN or infinity.\nThe file is damaged: download it again.`);
}
const bytesOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);
// src/runtime/transformer-precision.ts
/**
* A model of the Llama family → a file of its weights in another precision, for a model pack.
*
* In: a model that was read. Out: a file beside the pack. Knows nothing about manifests or sessions.
*/
/**
* Writes the quantised linear layers and output layer; the embedding table, norms and biases stay where they are.
* Throws ModelError for a weight that is NaN or infinite, UsageError when the file cannot be written.
*/
async function quantizeTransformer(model, options) {
	await quantizeTensors([...matrixShapes(model.config, model)].map(([name]) => name).map(model.weight), options);
}
/** Writes all weights as float32, which takes the place of a checkpoint in 16 bits. Throws UsageError. */
async function widenTransformer(model, options) {
	await widenTensors([...new Set([...weightShapes(model.config, model)].map(([name]) => name))].map(model.weight), options);
}
// src/packs/convert.ts
/**
* A pack with the published weights → the same pack with weights as they will run.
*
*   fp32          16-bit weights are widened into files of their own; those of 32 bits are mapped as they are
*   int8, int4    a quantised copy of every matrix; tables, norms, biases and the GRU are read from the originals
*
* In: an opened pack in fp32, in a folder that may be written. Out: what its manifest says now. Knows nothing about
* where the files come from.
*/
/** Writes the converted weights beside the others. Throws ModelError, UsageError when the disk is full. */
async function convertPack(pack, options) {
	const { precision } = options;
	if (precision === "fp32") return await widenPack(pack, options);
	const parts = {
		baseModel: precision,
		encoder: precision,
		hypernetwork: precision
	};
	const manifest = {
		...pack.manifest,
		precision: parts
	};
	const target = (part, what) => ({
		path: join(pack.dir, quantizedFile(manifest, part)),
		precision,
		...progressOf(options.onProgress, what)
	});
	await quantizeTransformer(readBaseModel(pack), target("baseModel", "base model"));
	if (manifest.encoder.kind !== "base-model") await quantizeTransformer(readOwnEncoder(pack, manifest.encoder), target("encoder", "encoder"));
	await quantizeTensors(headMatrices(openHypernetwork(pack)), target("hypernetwork", "hypernetwork"));
	return {
		...pack,
		manifest
	};
}
/** Widens the models that need it. What their 16-bit files were for is done then: they leave the pack. */
async function widenPack(pack, { onProgress }) {
	const { baseModel, encoder } = pack.manifest;
	const widen = async (model, weights, what) => {
		if (!needsWidening(model)) return [...weights];
		const name = `${what}/model.fp32.safetensors`;
		await widenTransformer(model, {
			path: join(pack.dir, name),
			...progressOf(onProgress, what)
		});
		for (const file of weights) rmSync(pack.path(file));
		return [name];
	};
	const base = await widen(readBaseModel(pack), baseModel.weights, "base-model");
	const manifest = {
		...pack.manifest,
		baseModel: {
			...baseModel,
			weights: base
		}
	};
	if (encoder.kind !== "base-model") {
		const weights = await widen(readOwnEncoder(pack, encoder), encoder.weights, "encoder");
		manifest.encoder = {
			...encoder,
			weights
		};
	}
	return {
		...pack,
		manifest
	};
}
/** Whether any weight of a model has 16 bits. */
const needsWidening = (model) => [...weightShapes(model.config, model)].some(([name]) => model.weight(name).dtype !== "F32");
const progressOf = (onProgress, what) => ({ onProgress: (progress) => onProgress?.({
	stage: "convert",
	what,
	...progress
}) });
// src/packs/disk-space.ts
/**
* Is there room? Asked before anything large is written, and explained when it was not enough after all.
*
* In: a folder and a number of bytes. Out: nothing, or a UsageError with the numbers. Knows nothing about packs.
*/
/** Left free for everything else on the disk. */
const RESERVE_BYTES = 2e8;
/** Free bytes on the disk of a folder that need not exist yet. */
function freeBytes(folder) {
	const { bavail, bsize } = statfsSync(existing(folder));
	return bavail * bsize;
}
/** Throws UsageError when fewer than `bytes` are free. */
function requireSpace(folder, { bytes, purpose }) {
	const free = freeBytes(folder);
	if (bytes === 0 || free >= bytes + RESERVE_BYTES) return;
	throw new UsageError(`Cannot ${purpose}: ${sizeText(bytes)} are needed in ${folder}, ${sizeText(free)} are free there.\nFree some space, or set CODE2LORA_HOME to a folder on another disk.`);
}
const FULL = "The disk is full: free some space, or set CODE2LORA_HOME to a folder on another disk.";
const ADVICE$1 = {
	ENOSPC: FULL,
	EDQUOT: FULL,
	EFBIG: "Files of this size are not allowed there, by the file system or \"ulimit -f\": set CODE2LORA_HOME to a folder on another disk."
};
/** A failed write with what to do about it; other errors as they are. */
function explainWrite(error, path) {
	const { code, syscall, message } = error;
	if (code === void 0 || syscall === void 0 || !(error instanceof Error)) return error;
	const advice = ADVICE$1[code] ?? "Make the folder writable, or set CODE2LORA_HOME to another one.";
	return new UsageError(`Cannot write ${path}: ${message}.\n${advice} What is there already is kept for the next try.`, { cause: error });
}
/** The folder, or the nearest one above it that is there. */
function existing(folder) {
	let place = folder;
	while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
	return place;
}
// src/packs/file-digest.ts
/**
* The digests of a file, as the Hub and the manifests of packs know them.
*
* In: a path, or bytes as they come. Out: sha256 of the content, and the id git would give it. Reads in pieces and
* lets the event loop go on between them. Knows nothing about what the file is.
*/
const PIECE_BYTES = 4194304;
/** `bytes` is the length of the whole file: git puts it before the content. */
function createDigester(bytes) {
	const sha256 = createHash("sha256");
	const blob = bytes <= MAX_BLOB_BYTES ? createHash("sha1").update(`blob ${bytes}\0`) : null;
	return {
		update(piece) {
			sha256.update(piece);
			blob?.update(piece);
		},
		finish: () => ({
			sha256: sha256.digest("hex"),
			blob: blob?.digest("hex") ?? ""
		})
	};
}
/** Beyond ten megabytes the Hub takes files by their sha256 only. */
const MAX_BLOB_BYTES = 1e8;
/** Feeds the first `length` bytes of a file to a digester; fewer when the file ends before. */
async function digestInto(path, { digester, length, onBytes }) {
	const file = await open(path, "r");
	try {
		const piece = Buffer.allocUnsafe(PIECE_BYTES);
		for (let position = 0; position < length;) {
			const wanted = Math.min(PIECE_BYTES, length - position);
			const { bytesRead } = await file.read(piece, 0, wanted, position);
			if (bytesRead === 0) return;
			digester.update(piece.subarray(0, bytesRead));
			position += bytesRead;
			onBytes?.(bytesRead);
		}
	} finally {
		await file.close();
	}
}
/** Digests a whole file of a known length. */
async function digestFile(path, bytes, onBytes) {
	const digester = createDigester(bytes);
	await digestInto(path, {
		digester,
		length: bytes,
		onBytes
	});
	return digester.finish();
}
/** Whether the content is the one that is wanted, as far as that is known. */
function fits(found, wanted) {
	if (wanted.sha256 !== null) return found.sha256 === wanted.sha256;
	return wanted.blob === null || found.blob === wanted.blob;
}
// src/scoring/precision-loss.ts
/**
* Nats per token that the quantised base model needs more than the reference (less, when negative), over all
* tokens of all texts but the first of each; a text is cut to the context. Throws ModelError when there is nothing to compare.
*/
async function measureNllLoss(texts, { reference, quantized }) {
	const inputs = texts.map((text) => text.slice(0, reference.maxPositions));
	const tokens = inputs.reduce((sum, text) => sum + Math.max(0, text.length - 1), 0);
	requireInputs(tokens);
	let loss = 0;
	for (const text of inputs) loss += await nllOf(text, quantized) - await nllOf(text, reference);
	return loss / tokens;
}
/** Mean of ‖difference‖ / ‖reference‖ over the adapters of hidden states. Throws ModelError without any. */
async function measureAdapterError(hiddenStates, { reference, quantized }) {
	const adapterOf = async (generator, state) => numbersOf(await generator.generate(state));
	return meanError(hiddenStates, async (state) => [await adapterOf(reference, state), await adapterOf(quantized, state)]);
}
/** Mean of ‖difference‖ / ‖reference‖ over the vectors of windows (token ids). Throws ModelError without any. */
async function measureEmbeddingError(windows, { reference, quantized }) {
	return meanError(windows, async (window) => [await reference.embedWindow(window), await quantized.embedWindow(window)]);
}
/** ‖a − b‖ / ‖a‖ */
function relativeError(a, b) {
	let [difference, size] = [0, 0];
	for (const [index, value] of a.entries()) {
		difference += (value - b[index]) ** 2;
		size += value * value;
	}
	return size === 0 ? Number(difference > 0) : Math.sqrt(difference / size);
}
/** Rows of the whole vocabulary are large: a few at a time. */
const CHUNK_TOKENS = 64;
async function nllOf(text, decoder) {
	const cache = decoder.newCache();
	const adapter = decoder.adapterInputs(null);
	const last = text.length - 1;
	let nll = 0;
	for (let from = 0; from < last; from += CHUNK_TOKENS) {
		const tokens = text.slice(from, Math.min(from + CHUNK_TOKENS, last));
		const selected = tokens.map((_, index) => index);
		const rows = await decoder.read(plainReading(tokens, from, selected), {
			cache,
			adapter
		});
		for (const row of selected) nll -= rowOf(rows, row)[text[from + row + 1]];
	}
	return nll;
}
async function meanError(inputs, run) {
	requireInputs(inputs.length);
	let sum = 0;
	for (const input of inputs) sum += relativeError(...await run(input));
	return sum / inputs.length;
}
function numbersOf(adapter) {
	const matrices = [...adapterTensors(adapter).values()].map(({ data }) => data);
	const numbers = new Float32Array(matrices.reduce((sum, { length }) => sum + length, 0));
	let position = 0;
	for (const matrix of matrices) {
		numbers.set(matrix, position);
		position += matrix.length;
	}
	return numbers;
}
function requireInputs(count) {
	if (count > 0) return;
	throw new ModelError("Cannot measure what the precision costs: no inputs.\nGive texts or states to compare on.");
}
const MEASURE_TEXTS = {
	module: `"""Prices, in cents."""
from dataclasses import dataclass, field


@dataclass
class Line:
    name: str
    cents: int
    count: int = 1

    def total(self) -> int:
        return self.cents * self.count


@dataclass
class Cart:
    lines: list[Line] = field(default_factory=list)
    percent_off: int = 0

    def add(self, name: str, cents: int, count: int = 1) -> None:
        if count < 1:
            raise ValueError(f"count is {count}, expected 1 or more")
        self.lines.append(Line(name, cents, count))

    def total(self) -> int:
        whole = sum(line.total() for line in self.lines)
        return whole * (100 - self.percent_off) // 100

    def names(self) -> list[str]:
        return sorted({line.name for line in self.lines})
`,
	tests: `import pytest

from shop.cart import Cart


def test_an_empty_cart_costs_nothing():
    assert Cart().total() == 0


def test_lines_are_summed():
    cart = Cart()
    cart.add("tea", 350)
    cart.add("cup", 1200, count=2)
    assert cart.total() == 2750
    assert cart.names() == ["cup", "tea"]
    assert len(cart.lines) == 2


def test_discounts_round_down():
    cart = Cart(percent_off=15)
    cart.add("tea", 333)
    assert cart.total() == 283


def test_refuses_a_count_of_zero():
    with pytest.raises(ValueError, match="expected 1 or more"):
        Cart().add("tea", 350, count=0)
`,
	diff: `diff --git a/shop/cart.py b/shop/cart.py
index 3f1c1d2..9a4be07 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -20,7 +20,10 @@ class Cart:
         self.lines.append(Line(name, cents, count))
 
     def total(self) -> int:
         whole = sum(line.total() for line in self.lines)
-        return whole * (100 - self.percent_off) // 100
+        return self.discounted(whole)
+
+    def discounted(self, cents: int) -> int:
+        return cents * (100 - self.percent_off) // 100
 
     def names(self) -> list[str]:
`
};
// src/packs/measure.ts
/**
* What the precision of a new pack costs: its models against the same models in fp32.
*
* In: a converted pack, and the one it was made from. Out: `precisionLoss` of the manifest. Two digits are kept: the
* manifest's digest is the identity of the pack, and another kind of CPU gives other last digits. Knows nothing
* about downloads.
*/
const NOT_MEASURED = {
	nll: null,
	embeddingError: null,
	adapterError: null,
	measuredOn: null
};
/** Nothing is measured in fp32, when it is not wanted, or when the disk has no room for weights in fp32. */
async function measurePack(pack, options) {
	try {
		var _usingCtx$2 = _usingCtx();
		const { original, measure, onNote, onProgress } = options;
		if (!measure || pack.manifest.precision.baseModel === "fp32") return NOT_MEASURED;
		const needed = largestModelBytes(original) * 2;
		if (freeBytes(pack.dir) < needed * 1.1) {
			onNote?.(`what the precision costs was not measured: that takes ${sizeText(needed)} of disk for a moment, ${sizeText(freeBytes(pack.dir))} are free`);
			return NOT_MEASURED;
		}
		const step = (what, done) => onProgress?.({
			stage: "measure",
			what,
			done,
			total: 3
		});
		step("base model", 0);
		const nll = await withReference(options, "baseModel", (reference) => measureNll(pack, reference));
		step("encoder", 1);
		const { error, states } = await withReference(options, "encoder", (reference) => measureEncoder(pack, reference));
		step("hypernetwork", 2);
		const adapterError = await measureAdapterError(states, {
			reference: _usingCtx$2.a(await openGenerator(original)),
			quantized: _usingCtx$2.a(await openGenerator(pack))
		});
		step("hypernetwork", 3);
		return {
			nll: twoDigits(nll),
			embeddingError: twoDigits(error),
			adapterError: twoDigits(adapterError),
			measuredOn: "a module, its tests and a change of both, on the CPU (src/packs/measure-texts.ts)"
		};
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
	}
}
const twoDigits = (value) => Number(value.toPrecision(2));
function largestModelBytes({ manifest, path }) {
	const sizeOf = (files) => files.reduce((sum, file) => sum + statSync(path(file)).size, 0);
	const encoder = manifest.encoder.kind === "base-model" ? [] : manifest.encoder.weights;
	return Math.max(sizeOf(manifest.baseModel.weights), sizeOf(encoder));
}
/** Runs with a pack whose model of one part is there in fp32: as it was published, or widened for the moment. */
async function withReference({ original, onProgress }, part, use) {
	const { manifest } = original;
	const isBase = part === "baseModel" || manifest.encoder.kind === "base-model";
	const model = isBase ? readBaseModel(original) : readEncoder(original);
	if (!needsWidening(model)) return await use(original);
	const name = "reference.safetensors";
	const place = join(original.dir, name);
	try {
		await widenTransformer(model, {
			path: place,
			...progressOf(onProgress, `${part} in fp32, to compare with`)
		});
		const changed = isBase ? {
			...manifest,
			baseModel: {
				...manifest.baseModel,
				weights: [name]
			}
		} : {
			...manifest,
			encoder: {
				...manifest.encoder,
				weights: [name]
			}
		};
		return await use({
			...original,
			manifest: changed
		});
	} finally {
		rmSync(place, { force: true });
	}
}
function readEncoder(pack) {
	const { encoder } = pack.manifest;
	return encoder.kind === "base-model" ? readBaseModel(pack) : readOwnEncoder(pack, encoder);
}
async function measureNll(pack, original) {
	try {
		var _usingCtx3 = _usingCtx();
		const { tokenizer, contextTokens } = pack.manifest.baseModel;
		const { encode } = openTokenizer(pack.path(tokenizer));
		return await measureNllLoss([MEASURE_TEXTS.tests, MEASURE_TEXTS.module].map(encode), {
			reference: _usingCtx3.a(await openDecoder(readBaseModel(original), contextTokens)),
			quantized: _usingCtx3.a(await openDecoder(readBaseModel(pack), contextTokens))
		});
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
/** The error of embeddings; and states of a short history in fp32, for the hypernetwork. */
async function measureEncoder(pack, original) {
	try {
		var _usingCtx4 = _usingCtx();
		const reference = _usingCtx4.a(await openEncoder(original));
		const quantized = _usingCtx4.a(await openEncoder(pack));
		const { windowTokens } = pack.manifest.recipe.diff;
		return {
			error: await measureEmbeddingError(Object.values(MEASURE_TEXTS).map((text) => reference.windowInput(reference.tokenize(text).slice(0, windowTokens), windowTokens)), {
				reference,
				quantized
			}),
			states: await statesOf(original, reference)
		};
	} catch (_) {
		_usingCtx4.e = _;
	} finally {
		await _usingCtx4.d();
	}
}
async function statesOf(original, encoder) {
	try {
		var _usingCtx5 = _usingCtx();
		const embedder = createEmbedder(original, encoder, memoryCache());
		const updater = _usingCtx5.a(await openUpdater(original));
		const { module, diff } = MEASURE_TEXTS;
		const first = await updater.initialState(await embedder.embedRepository([{
			path: "shop/cart.py",
			blob: "measured",
			readText: async () => module
		}]));
		if (updater.stepInput === "repository") return [first];
		return [first, await updater.step(first, await embedder.embedDiff(diff))];
	} catch (_) {
		_usingCtx5.e = _;
	} finally {
		await _usingCtx5.d();
	}
}
// src/packs/place-file.ts
/**
* Puts an existing file at a second place without writing its bytes again, where the disk allows it.
*
* A hard link, else a copy (one that shares its blocks where the file system can). Not a symbolic link: the pack
* would break when the other place is cleaned up, and ONNX Runtime refuses links that lead out of the folder it maps
* weights from. Knows nothing about what the files are.
*/
/** Throws UsageError when a file cannot be read, or when those of another disk, which are copied, do not fit. */
function requireRoomFor(files, folder) {
	const { dev } = statSync(existing(folder));
	requireSpace(folder, {
		bytes: files.map(statsOf).filter((stats) => stats.dev !== dev).reduce((sum, { size }) => sum + size, 0),
		purpose: "copy the files from another disk"
	});
}
function statsOf(path) {
	try {
		return statSync(path);
	} catch (cause) {
		throw new UsageError(`Cannot read ${path}: ${cause.message}.\nRestore the file, or name another folder.`, { cause });
	}
}
/** Throws UsageError when the disk is full or the folder cannot be written. */
function placeFile(from, to) {
	const source = realpathSync(from);
	try {
		mkdirSync(dirname(to), { recursive: true });
		try {
			linkSync(source, to);
		} catch {
			copyFileSync(source, to, constants.COPYFILE_FICLONE);
		}
	} catch (error) {
		throw explainWrite(error, to);
	}
}
// src/packs/progress.ts
/** Turns numbers of bytes that came into events of how many there are. */
function countBytes(onProgress, { stage, what, total }) {
	let done = 0;
	return (count) => {
		done += count;
		onProgress?.({
			stage,
			what,
			done,
			total
		});
	};
}
// src/packs/source-names.ts
/**
* Messages about files of a pack that is being built → messages about the files that it is built from.
*
* The folder of a build is gone when its error is read, and a download is named by its digest: neither says what a
* person has to replace. In: an error, and what each path is called. Out: the same error in other words.
*/
/** `names`: path → what it is called. Only ModelErrors are about files that were given. */
function inSourceNames(error, names) {
	if (!(error instanceof ModelError)) return error;
	let { message } = error;
	for (const [path, name] of [...names].sort(([a], [b]) => b.length - a.length)) message = message.replaceAll(path, name);
	return message === error.message ? error : new ModelError(message, { cause: error });
}
// src/packs/build.ts
/**
* Model files → a pack folder in the cache, whole or not at all.
*
*   place the files (links) → do they belong together? → convert → measure what that costs → manifest → its name
*
* In: places of files, and a precision. Out: the folder. Knows nothing about the Hub. Nobody opens the pack before
* it has its name; a killed build leaves a folder with a dot, which the next one removes.
*/
/** Builds a pack and gives it its name, in place of an older one. Throws ModelError, UsageError. Hold the lock. */
async function buildPack(name, plan, options) {
	requireRoomFor([...plan.placement.values()].map(({ from }) => from), options.home.root);
	const folder = newBuildFolder(options.home, name);
	try {
		await fillFolder(folder, plan, options);
		return openModelPack(installPack(options.home, {
			name,
			built: folder
		}));
	} catch (error) {
		rmSync(folder, {
			recursive: true,
			force: true
		});
		throw inSourceNames(explainWrite(error, folder), namesIn(folder, plan));
	}
}
function namesIn(folder, { placement }) {
	return new Map([...[...placement].map(([name, { from }]) => [join(folder, name), from]), [join(folder, "manifest.json"), "the manifest of the new pack"]]);
}
async function fillFolder(folder, plan, options) {
	for (const [name, { from }] of plan.placement) placeFile(from, join(folder, name));
	for (const [name, text] of Object.entries(plan.texts)) writeFileSync(join(folder, name), text);
	const original = draft(folder, plan);
	checkModels(original);
	checkTokens(original);
	requireSpace(folder, {
		bytes: bytesToAdd(original, options.precision),
		purpose: "build the pack"
	});
	for (const name of weightFiles(original.manifest)) {
		const progress = {
			stage: "read",
			what: name,
			total: statSync(original.path(name)).size
		};
		await checkFinite(original.path(name), countBytes(options.onProgress, progress));
	}
	const converted = await convertPack(original, options);
	checkModels(converted);
	const precisionLoss = await measurePack(converted, {
		original,
		...options
	});
	const known = new Map([...plan.placement].map(([name, { sha256 }]) => [name, sha256]));
	const files = await describeFiles(folder, [.../* @__PURE__ */ new Set([...namedFiles(converted.manifest), ...extraFiles(plan)])].sort(), {
		known,
		onProgress: options.onProgress
	});
	const manifest = {
		...converted.manifest,
		precisionLoss,
		files
	};
	writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
	checkModels(openModelPack(folder));
}
/** A pack as it lies in the folder, before it has a manifest. */
function draft(folder, plan) {
	const names = [...plan.placement.keys(), ...Object.keys(plan.texts)];
	const manifest = {
		...plan.manifest,
		files: Object.fromEntries(names.map((name) => [name, {
			bytes: 0,
			sha256: "0".repeat(64)
		}]))
	};
	return {
		dir: folder,
		manifest: checkManifest(manifest, join(folder, "manifest.json")),
		digest: "",
		path: (file) => join(folder, file)
	};
}
/** Models in float32 are mapped as they are: in fp32 they add nothing. */
function bytesToAdd(pack, precision) {
	const { baseModel, encoder, hypernetwork } = pack.manifest;
	const sizeOf = (files) => files.reduce((sum, file) => sum + statSync(pack.path(file)).size, 0);
	const changes = (model) => precision !== "fp32" || needsWidening(model);
	const own = encoder.kind !== "base-model" && changes(readOwnEncoder(pack, encoder)) ? encoder.weights : [];
	const base = changes(readBaseModel(pack)) ? baseModel.weights : [];
	return addedBytes(precision, {
		models: sizeOf([...base, ...own]),
		hypernetwork: sizeOf([hypernetwork.weights])
	});
}
function weightFiles({ baseModel, encoder, hypernetwork }) {
	const own = encoder.kind === "base-model" ? [] : encoder.weights;
	return [
		...baseModel.weights,
		...own,
		hypernetwork.weights
	];
}
/** Licences and the list of sources: listed, so that they are checked like everything else. */
function extraFiles({ placement, texts }) {
	return [...placement.keys()].filter((name) => name.endsWith("/LICENSE")).concat(Object.keys(texts));
}
async function describeFiles(folder, names, { known, onProgress }) {
	const files = {};
	for (const name of names) {
		const bytes = statSync(join(folder, name)).size;
		const count = countBytes(onProgress, {
			stage: "read",
			what: name,
			total: bytes
		});
		files[name] = {
			bytes,
			sha256: known.get(name) ?? (await digestFile(join(folder, name), bytes, count)).sha256
		};
	}
	return files;
}
/** Where the files of a model lie in a pack. */
function placeModel(folder, model, digestOf = () => void 0) {
	const place = ({ name }) => `${folder}/${name}`;
	const files = {
		config: `${folder}/config.json`,
		tokenizer: `${folder}/tokenizer.json`,
		weights: model.weights.map(place)
	};
	const entries = [
		[files.config, model.config],
		[files.tokenizer, model.tokenizer],
		...model.weights.map((file) => [place(file), file.path]),
		...model.license === void 0 ? [] : [[`${folder}/LICENSE`, model.license]]
	];
	return {
		files,
		placement: new Map(entries.map(([name, from]) => [name, {
			from,
			sha256: digestOf(from)
		}]))
	};
}
// src/packs/describe.ts
/**
* Model files → what a manifest says about them, read from the files themselves.
*
* In: the files of a base model, of an encoder, of a hypernetwork. Out: fields of a manifest, or a ModelError for
* files that do not belong together. Knows nothing about where the files come from or where they go.
*/
/** Finds the files of a model in the layout of the Hub. Throws UsageError that names what is missing. */
function findModel(folder) {
	const place = (name) => join(folder, name);
	const [config, tokenizer] = [place("config.json"), place("tokenizer.json")];
	const weights = ["model.safetensors", "model.safetensors.index.json"].map(place).find(existsSync);
	const missing = [config, tokenizer].find((path) => !existsSync(path)) ?? (weights ? void 0 : place("model.safetensors"));
	if (missing !== void 0 || weights === void 0) throw new UsageError(`Cannot use the model in ${folder}: ${missing} is missing.\nExpected config.json, tokenizer.json and model.safetensors (or its shards), as on the Hugging Face Hub.`);
	const license = readdirSync(folder).find((name) => /^licen[cs]e(\.\w+)?$/i.test(name));
	const files = shardsOf(weights).map((path) => ({
		name: basename(path),
		path
	}));
	const lost = files.find(({ path }) => !existsSync(path));
	if (lost !== void 0) throw new UsageError(`Cannot use the model in ${folder}: ${lost.name} is missing, which ${basename(weights)} lists.\nGet all shards of the model.`);
	return {
		config,
		tokenizer,
		weights: files,
		license: license && place(license)
	};
}
/** Reads and checks a config.json. Throws ModelError, also for another architecture. */
const readModelConfig = (path, expected) => parseTransformerConfig(readJson(path), path, expected);
/** Longest input of a model, in tokens, up to a limit. Throws ModelError when it can read next to nothing. */
function contextTokens(configPath, most) {
	const { max_position_embeddings: positions = most } = readJson(configPath);
	if (Number.isSafeInteger(positions) && positions >= MIN_POSITIONS) return Math.min(most, positions);
	throw new ModelError(`Cannot use ${configPath}: its max_position_embeddings is ${JSON.stringify(positions)}, expected a whole number from ${MIN_POSITIONS} on.\nUse a model that can read a test and what comes before it.`);
}
const MIN_POSITIONS = 64;
/** The token after the end of a text, by config.json; of several the first. Throws ModelError when there is none. */
function endToken(configPath) {
	const { eos_token_id: named } = readJson(configPath);
	const id = Array.isArray(named) ? named[0] : named;
	if (Number.isSafeInteger(id) && id >= 0) return id;
	throw new ModelError(`Cannot use ${configPath}: its eos_token_id is ${JSON.stringify(named) ?? "missing"}, expected the id of a token.\nThe model must know where a value ends: add the id of its end token.`);
}
/**
* The token that a tokeniser puts after each text by itself (a template of its post-processor), or null. The released
* code encodes with the tokeniser's own habits, so the published tokenizer.json decides and not we.
*/
function appendedToken(tokenizerPath) {
	const { post_processor: processor } = readJson(tokenizerPath);
	const template = (processor?.type === "Sequence" ? processor.processors ?? [] : [processor]).find((step) => step?.type === "TemplateProcessing");
	const single = template?.single ?? [];
	const added = single.flatMap(({ SpecialToken: token }) => token ? [token.id] : []);
	if (added.length === 0) return null;
	const ids = template?.special_tokens?.[added[0]]?.ids ?? [];
	if (single.length === 2 && single[1]?.SpecialToken && ids.length === 1) return ids[0];
	throw new ModelError(`Cannot use ${tokenizerPath}: its template adds ${added.join(", ")} to a text, expected one token at the end.`);
}
/** What a manifest says about one of the authors' checkpoints. Throws ModelError for another layout. */
function hypernetworkSizes(path) {
	const { kind, contextSize, trunkSize, rank, alpha, modules, gru } = readCheckpointConfig(path);
	return {
		kind,
		embeddingSize: gru?.repositorySize ?? contextSize,
		hiddenSize: contextSize,
		trunkSize,
		rank,
		alpha,
		gateOrder: "rzn",
		moduleTypes: Object.keys(modules).sort()
	};
}
// src/packs/released-recipe.ts
/** The authors' code has no limit; this is the largest number that a manifest may hold. */
const NO_LIMIT = 2 ** 31 - 1;
const RELEASED_RECIPE = {
	repository: {
		windowTokens: 2048,
		overlapTokens: 256,
		minTokens: 8,
		maxWindows: NO_LIMIT,
		maxFiles: NO_LIMIT,
		emptyItem: "zero",
		windowPooling: ["mean"],
		itemPooling: ["mean", "max"],
		normalize: "l2",
		files: "all-python"
	},
	diff: {
		windowTokens: 512,
		overlapTokens: 64,
		minTokens: 16,
		maxWindows: NO_LIMIT,
		windowPooling: ["max", "mean"],
		emptyItem: "zero",
		normalize: "none",
		files: "authors"
	},
	history: {
		steps: "assertion-commits",
		newAssertions: "full-prefix",
		base: "previous-step",
		startCommit: "step",
		contextLines: 3
	},
	retokenize: true,
	rounding: "float16",
	quotedPaths: "read"
};
/** Longest prompt and target of the released evaluation. */
const CONTEXT_TOKENS = 4096;
/** A window is cut to its length after it was tokenised again, so nothing longer is ever read. */
const ENCODER_TOKENS = RELEASED_RECIPE.repository.windowTokens;
// src/packs/pack-plan.ts
/**
* The published models, or others in their layout → what a pack of them says and holds.
*
* In: places of files. Out: a PackPlan. Reads the small files only; build.ts does the work.
*/
/** Nobody has measured false alarms with these models here: the limits are the usual ones, the rates unknown. */
const NOT_CALIBRATED = {
	surprisingMaxProbability: .02,
	surprisingMinCandidate: .6,
	falseAlarmRate: null,
	detectionRate: null,
	measuredOn: null,
	wrongValue: null
};
/** Plans a pack with the released recipe. Throws ModelError when a file is of another kind than expected. */
function planReleased(title, models, { texts = {}, digestOf = () => void 0 } = {}) {
	const base = placeModel("base-model", models.baseModel, digestOf);
	const encoder = placeModel("encoder", models.encoder, digestOf);
	const { name: checkpoint, path: from } = models.checkpoint;
	const own = /* @__PURE__ */ new Map([[checkpoint, {
		from,
		sha256: digestOf(from)
	}]]);
	return {
		manifest: {
			schema: PACK_SCHEMA,
			...title,
			baseModel: {
				...describeBaseModel(models.baseModel, base.files),
				startToken: endToken(models.baseModel.config)
			},
			encoder: describeEncoder(models.encoder, encoder.files),
			recipe: RELEASED_RECIPE,
			hypernetwork: {
				...hypernetworkSizes(from),
				weights: checkpoint
			},
			meanAdapter: null,
			panel: [],
			adaptation: null,
			calibration: NOT_CALIBRATED
		},
		placement: new Map([
			...base.placement,
			...encoder.placement,
			...own
		]),
		texts
	};
}
/** The decoder of a pack: its end token and its longest input are what its config.json says. */
function describeBaseModel({ config }, files) {
	const { architecture } = readModelConfig(config);
	if (architecture === "qwen3") throw new ModelError(`Cannot use ${config} as the base model: its model_type is "qwen3", expected "qwen2" or "llama".`);
	return {
		architecture,
		...files,
		contextTokens: contextTokens(config, CONTEXT_TOKENS),
		endToken: endToken(config),
		startToken: null
	};
}
function describeEncoder({ config, tokenizer }, files) {
	const longest = contextTokens(config, ENCODER_TOKENS);
	if (longest < ENCODER_TOKENS) throw new ModelError(`Cannot use ${config} as the encoder: its max_position_embeddings is ${longest}, the released recipe reads windows of ${ENCODER_TOKENS} tokens.\nUse the encoder that the checkpoint was trained with.`);
	return {
		kind: "qwen3",
		...files,
		embeddingSize: readModelConfig(config, "qwen3").hiddenSize,
		endToken: appendedToken(tokenizer),
		contextTokens: longest
	};
}
// src/packs/peft-adapter.ts
/**
* A PEFT adapter as it lies in its folder: which matrices change which layers, and by how much.
*
*   W' = W + scale · B A      scale = alpha / r, or alpha / √r with rsLoRA
*
* In: a folder. Out: the pairs by the name of the weight they change. Settings that mean another computation (DoRA,
* biases, whole modules saved beside the pairs, patterns, a start that changed the base model) are refused by name, and
* so are those that nobody knew when this was written. Knows nothing about packs.
*/
/** Throws UsageError for a folder without the weights, ModelError for an adapter of another kind. */
function readPeftAdapter(folder) {
	const configPath = join(folder, "adapter_config.json");
	const weights = join(folder, "adapter_model.safetensors");
	if (!existsSync(weights)) throw new UsageError(`Cannot import ${folder}: adapter_model.safetensors is missing.\nSave the adapter again with a PEFT of 2023 or later: it writes safetensors.`);
	const fields = readJson(configPath);
	const config = checkConfig(fields, `${configPath}:`);
	refuseOthers(fields, configPath);
	const pairs = pairsOf([...readHeader(weights).entries.values()], weights);
	for (const pair of pairs.values()) checkPair(pair, config.r);
	return {
		scale: config.lora_alpha / (config.use_rslora ? Math.sqrt(config.r) : config.r),
		pairs
	};
}
/** The change of a weight, (outFeatures, inFeatures), row by row: rows `first` to `first + count`. */
function changeOf({ A, B }, scale) {
	const [a, b] = [A, B].map((entry) => readTensor(entry).data);
	const [rank, columns] = A.shape;
	return (first, count) => {
		const change = new Float32Array(count * columns);
		for (let row = 0; row < count; row += 1) for (let r = 0; r < rank; r += 1) {
			const factor = scale * b[(first + row) * rank + r];
			if (factor === 0) continue;
			for (let column = 0; column < columns; column += 1) change[row * columns + column] = change[row * columns + column] + factor * a[r * columns + column];
		}
		return change;
	};
}
const size = integer(1, 65536);
const MERGE = "Merge the adapter in PEFT (merge_and_unload) and use the merged model as the base model.";
const checkConfig = advising(object({
	peft_type: exactly("LORA"),
	r: size,
	lora_alpha: positive,
	use_rslora: optional(boolean, false)
}), MERGE);
/** How it was trained, where it may be used, and how it began: the saved pairs say the rest. */
const HARMLESS = [
	...[
		"peft_type",
		"r",
		"lora_alpha",
		"use_rslora"
	],
	...[
		"auto_mapping",
		"base_model_name_or_path",
		"inference_mode",
		"peft_version",
		"revision",
		"task_type"
	],
	...[
		"target_modules",
		"exclude_modules",
		"layers_to_transform",
		"layers_pattern"
	],
	...[
		"lora_dropout",
		"runtime_config",
		"ephemeral_gpu_offload",
		"megatron_core",
		"qalora_group_size"
	],
	...["eva_config", "ensure_weight_tying"]
];
/**
* What PEFT makes the pairs of in the beginning. Others, such as "pissa", "olora", "corda" and "loftq", take something
* away from the base model first: added to the base model as it was published, their pairs give other numbers.
*/
const PLAIN_BEGINNINGS = [
	true,
	false,
	null,
	"gaussian",
	"orthogonal",
	"eva"
];
/** What changes the computation, or might; empty, false and "none" do not. */
function refuseOthers(config, path) {
	for (const [name, value] of Object.entries(config)) {
		const isEmpty = !value || value === "none" || typeof value === "object" && Object.keys(value).length === 0;
		const isPlain = name === "init_lora_weights" && PLAIN_BEGINNINGS.includes(value);
		if (isEmpty || isPlain || HARMLESS.includes(name)) continue;
		throw new ModelError(`Cannot use ${path}: ${name} is ${JSON.stringify(value)}, expected a plain LoRA without it.\n${MERGE}`);
	}
}
/** The scale is made of the rank in the configuration, so it must be that of the pairs. */
function checkPair({ A, B }, rank) {
	if (A.shape[0] !== rank) throw new ModelError(`Cannot use ${A.file}: ${A.name} is of rank ${A.shape[0]}, adapter_config.json says ${rank}.\nUse the two files of the same adapter.`);
	for (const entry of [A, B]) {
		const { data } = readTensor(entry);
		if (!(data instanceof Float32Array)) throw notAPair(entry.file, entry.name);
		if (!data.every(Number.isFinite)) throw new ModelError(`Cannot use tensor ${entry.name} of ${entry.file}: it holds NaN or infinity.\nThe file is damaged, or the adapter is: get it again.`);
	}
}
function pairsOf(entries, file) {
	const byName = new Map(entries.map((entry) => [entry.name, entry]));
	const pairs = /* @__PURE__ */ new Map();
	for (const { name } of entries) {
		const [, module, side] = /^base_model\.model\.(.+)\.lora_([AB])(?:\.default)?\.weight$/.exec(name) ?? [];
		if (module === void 0) throw notAPair(file, name);
		if (side === "B") continue;
		const [A, B] = [byName.get(name), byName.get(name.replace(".lora_A", ".lora_B"))];
		if (!A || !B || A.shape.length !== 2 || B.shape.length !== 2 || A.shape[0] !== B.shape[1]) throw notAPair(file, name);
		pairs.set(`${module}.weight`, {
			A,
			B
		});
	}
	if (pairs.size * 2 !== entries.length || pairs.size === 0) throw notAPair(file, entries[0]?.name ?? "nothing");
	return pairs;
}
const notAPair = (file, name) => new ModelError(`Cannot use ${file}: ${name} is not half of a pair base_model.model.<layer>.lora_A.weight, lora_B.weight.\nExpected a LoRA of the linear layers, as PEFT saves it.`);
// src/packs/peft-pack.ts
/**
* A user's own PEFT adapter and its base model → a pack that checks and completes with exactly this adapter.
*
* The adapter is added to the weights, because it differs from layer to layer, which an adapter of ours does not. The
* pack's hypernetwork is the smallest there can be and gives zeros whatever it reads, so nothing follows the history,
* and "base model" and "adapted" are the same. In: folders. Out: a pack.
*/
/** Throws UsageError without a base model, ModelError when the adapter belongs to another one. Hold the lock. */
async function importAdapter(folder, options) {
	const { baseModel, home, name, license = "unknown" } = options;
	if (baseModel === void 0) throw new UsageError(`Cannot import the adapter ${folder}: its base model is not known.\nName the base model's folder with --base-model.`);
	const model = findModel(resolve$1(baseModel));
	const adapter = readPeftAdapter(folder);
	requireSpace(home.root, {
		bytes: mergedBytes(model),
		purpose: "add the adapter to the base model"
	});
	const work = newWorkFolder(home);
	const merged = join(work, "model.safetensors");
	try {
		await mergeAdapter(model, adapter, {
			path: merged,
			onProgress: options.onProgress
		});
		const hypernetwork = join(work, "code2lora.safetensors");
		writeFileSync(hypernetwork, encodeSafetensors(zeroHypernetwork(model)));
		const weights = [{
			name: "model.safetensors",
			path: merged
		}];
		return await buildPack(name, planFixed({
			name,
			license
		}, {
			...model,
			weights
		}, hypernetwork), options);
	} catch (error) {
		const names = /* @__PURE__ */ new Map([[merged, `${resolve$1(baseModel)} with the adapter ${folder}`]]);
		throw inSourceNames(explainWrite(error, work), names);
	} finally {
		rmSync(work, {
			recursive: true,
			force: true
		});
	}
}
/** What a killed import left behind is removed. Hold the lock. */
function newWorkFolder({ downloads }) {
	const leftovers = existsSync(downloads) ? readdirSync(downloads) : [];
	for (const name of leftovers.filter((entry) => /^merge-\d+$/.test(entry))) rmSync(join(downloads, name), {
		recursive: true,
		force: true
	});
	const folder = join(downloads, `merge-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	return folder;
}
const mergedBytes = ({ config }) => [...new Map(weightShapes(readModelConfig(config))).values()].reduce((sum, shape) => sum + tensorBytes({
	dtype: "F32",
	shape
}), 0);
/** Writes all weights in fp32, with the adapter added. Throws ModelError when a pair fits no linear layer. */
async function mergeAdapter({ config, weights }, { scale, pairs }, { path, onProgress }) {
	const model = readTransformer({
		config,
		weights: weights.map((file) => file.path)
	});
	checkPairs(model, pairs);
	const shapes = new Map(weightShapes(model.config));
	const total = shapes.size;
	let done = 0;
	await writeTensorFile(path, {
		tensors: [...shapes].map(([name, shape]) => ({
			name,
			dtype: "F32",
			shape
		})),
		metadata: { format: "pt" }
	}, async (write) => {
		for (const [name, shape] of shapes) {
			const rowSize = shape.slice(1).reduce((product, size) => product * size, 1);
			for (const { firstRow, values } of changedRows(model.weight(name), pairs.get(name), scale)) {
				write(name, firstRow * rowSize * 4, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
				await setImmediate();
			}
			done += 1;
			onProgress?.({
				stage: "convert",
				what: "base model with the adapter",
				done,
				total
			});
		}
	});
}
function* changedRows(weight, pair, scale) {
	const changeRows = pair && changeOf(pair, scale);
	for (const { entry, firstRow, rows } of rowPieces(weight)) {
		const values = readTensor(entry).data;
		const change = changeRows?.(firstRow, rows);
		if (change) for (let i = 0; i < values.length; i += 1) values[i] = values[i] + change[i];
		yield {
			firstRow,
			values
		};
	}
}
function checkPairs({ config }, pairs) {
	const shapes = new Map(matrixShapes(config, { outputLayer: false }));
	for (const [name, { A, B }] of pairs) {
		const expected = shapes.get(name);
		const found = [B.shape[0], A.shape[1]];
		if (expected?.join() === found.join()) continue;
		throw new ModelError(`Cannot add the adapter to the base model: its ${name} is (${found.join(", ")}), that of the base model ${expected ? `(${expected.join(", ")})` : "is no linear layer of a block"}.\nName the base model that the adapter was made for.`);
	}
}
function planFixed(title, model, hypernetwork) {
	const base = placeModel("base-model", model);
	const { hiddenSize } = readModelConfig(model.config);
	const file = "code2lora.safetensors";
	return {
		manifest: {
			schema: PACK_SCHEMA,
			...title,
			version: "imported",
			baseModel: describeBaseModel(model, base.files),
			encoder: {
				kind: "base-model",
				embeddingSize: hiddenSize
			},
			recipe: SHORTEST_RECIPE,
			hypernetwork: {
				kind: "static",
				weights: file,
				embeddingSize: hiddenSize,
				hiddenSize,
				trunkSize: 1,
				rank: 1,
				alpha: 1,
				gateOrder: "rzn",
				moduleTypes: ["q_proj"]
			},
			meanAdapter: null,
			panel: [],
			adaptation: null,
			calibration: NOT_CALIBRATED
		},
		placement: new Map([...base.placement, [file, { from: hypernetwork }]]),
		texts: {}
	};
}
/** What is embedded does not matter, so as little as possible is. */
const WINDOWS = {
	windowTokens: 8,
	overlapTokens: 0,
	minTokens: 8,
	maxWindows: 1
};
const SHORTEST_RECIPE = {
	repository: {
		...WINDOWS,
		maxFiles: 1,
		emptyItem: "skip",
		windowPooling: ["mean"],
		itemPooling: ["mean"],
		normalize: "none",
		files: "production"
	},
	diff: {
		...WINDOWS,
		windowPooling: ["mean"],
		emptyItem: "zero",
		normalize: "none",
		files: "production"
	},
	history: {
		steps: "production-diff",
		newAssertions: "own-text",
		base: "first-parent",
		startCommit: "skip",
		contextLines: 0
	},
	retokenize: false,
	rounding: "none",
	quotedPaths: "read"
};
/** Of one module type, with every weight zero: tanh(0) is exactly 0, so A = B = 0. */
function zeroHypernetwork({ config }) {
	const { inFeatures, outFeatures } = moduleSizes(readModelConfig(config)).q_proj;
	const { hiddenSize } = readModelConfig(config);
	const zeros = (shape) => ({
		dtype: "F32",
		shape,
		data: new Float32Array(shape.reduce((product, size) => product * size, 1))
	});
	const linear = (name, rows, columns) => [[`state_dict.${name}.weight`, zeros([rows, columns])], [`state_dict.${name}.bias`, zeros([rows])]];
	return new Map([
		...linear("trunk.0", 1, hiddenSize),
		...linear("trunk.2", 1, 1),
		...linear("heads_A.q_proj", inFeatures, 1),
		...linear("heads_B.q_proj", outFeatures, 1),
		["state_dict.log_scale_A.q_proj", zeros([])],
		["state_dict.log_scale_B.q_proj", zeros([])]
	]);
}
// src/packs/import.ts
/**
* Local files and folders → a pack in the cache.
*
*   a folder with manifest.json             a pack as it is
*   a folder with the published models      base model and encoder in folders of their own, the checkpoint beside them
*   a .pt file                              a checkpoint; base model and encoder are named, or those of `official`
*   a folder with adapter_config.json       a PEFT adapter; the base model is named
*
* In: a path. Out: a pack. Needs no network. What a folder is, is told by what is in it, not by its name.
*/
/** Throws UsageError for a path that is none of these, ModelError for files that do not belong together. Hold the lock. */
async function importPack(path, options) {
	const place = resolve$1(path);
	const stats = statSync(place, { throwIfNoEntry: false });
	if (stats === void 0) throw new UsageError(`Cannot import ${place}: there is no such file or folder.`);
	if (stats.isFile() && basename(place) === "manifest.json") return await copyPack(dirname(place), options);
	if (stats.isFile()) return await importCheckpoint(place, options);
	if (existsSync(join(place, "manifest.json"))) return await copyPack(place, options);
	if (existsSync(join(place, "adapter_config.json"))) return await importAdapter(place, options);
	return await importReleased(place, options);
}
/** A pack keeps every byte, its manifest too: the digest of the manifest is its identity. */
async function copyPack(from, { name, home, onProgress }) {
	const pack = openModelPack(from);
	requireRoomFor(Object.keys(pack.manifest.files).map(pack.path), home.root);
	const folder = newBuildFolder(home, name);
	try {
		for (const [file, { bytes, sha256 }] of Object.entries(pack.manifest.files)) {
			const count = countBytes(onProgress, {
				stage: "read",
				what: file,
				total: bytes
			});
			const found = await digestFile(pack.path(file), bytes, count);
			if (found.sha256 !== sha256) throw new ModelError(`Cannot import ${from}: the sha256 of ${file} is ${found.sha256}, expected ${sha256}.\nThe pack is damaged: get it again.`);
			placeFile(pack.path(file), join(folder, file));
		}
		placeFile(join(from, "manifest.json"), join(folder, "manifest.json"));
		return openModelPack(installPack(home, {
			name,
			built: folder
		}));
	} catch (error) {
		rmSync(folder, {
			recursive: true,
			force: true
		});
		throw explainWrite(error, folder);
	}
}
async function importCheckpoint(path, options) {
	if (!path.endsWith(".pt")) throw notImportable(path, "it is a file, and neither a .pt nor a manifest.json");
	return await buildReleased({
		...modelsNamed(options),
		checkpoint: {
			name: basename(path),
			path: resolveLink(path)
		}
	}, options);
}
/** The published layout: one checkpoint, and the models in folders below or named by options. */
async function importReleased(folder, options) {
	const checkpoints = filesBelow(folder).filter((path) => path.endsWith(".pt"));
	const [path, ...more] = checkpoints;
	if (path === void 0) throw notImportable(folder, "it holds no manifest.json, no adapter_config.json and no .pt file");
	if (more.length > 0) throw notImportable(folder, `it holds several checkpoints: ${checkpoints.map((file) => basename(file)).join(", ")}`);
	const found = modelsBelow(folder);
	return await buildReleased({
		...modelsNamed({
			...options,
			baseModel: options.baseModel ?? found.baseModel,
			encoder: options.encoder ?? found.encoder
		}),
		checkpoint: {
			name: basename(path),
			path: resolveLink(path)
		}
	}, options);
}
async function buildReleased(models, options) {
	const { name, license = "unknown" } = options;
	return await buildPack(name, planReleased({
		name,
		version: "imported",
		license
	}, models), options);
}
/** The two models as options name them, or those of the pack that was pulled. */
function modelsNamed({ baseModel, encoder, home }) {
	const pulled = cachedPackFolder(home, "official");
	const canShare = (pulled === void 0 ? void 0 : openModelPack(pulled).manifest)?.baseModel.weights[0]?.endsWith(".fp32.safetensors") === false;
	const find = (named, folder, option) => {
		if (named !== void 0) return findModel(resolve$1(named));
		if (pulled !== void 0 && canShare) return findModel(join(pulled, folder));
		throw new UsageError(`Cannot import the checkpoint: its ${folder} is not known.\nName the folder with ${option}, or pull the published models first: code2lora models pull official.`);
	};
	return {
		baseModel: find(baseModel, "base-model", "--base-model"),
		encoder: find(encoder, "encoder", "--encoder")
	};
}
/** Folders with a config.json: a Qwen3 is the encoder, anything else the base model. */
function modelsBelow(folder) {
	const found = {};
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const config = join(folder, entry.name, "config.json");
		if (!existsSync(config)) continue;
		const role = readJson(config).model_type === "qwen3" ? "encoder" : "baseModel";
		if (found[role] !== void 0) throw notImportable(folder, `${basename(found[role])} and ${entry.name} could both be the ${role}`);
		found[role] = join(folder, entry.name);
	}
	return found;
}
/** In the folder and the folders in it: a checkpoint may have one of its own. */
function filesBelow(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return readdirSync(path).map((name) => join(path, name));
		return [path];
	});
}
const notImportable = (path, found) => new UsageError(`Cannot import ${path}: ${found}.\nExpected a model pack (manifest.json), the published models (folders of the base model and the encoder, and a .pt file), a checkpoint (.pt), or a PEFT adapter (adapter_config.json) with --base-model.`);
// src/packs/pins.ts
/**
* Which bytes the first pull of a pack got. Every later pull, and `models verify`, insists on the same ones.
*
* In: repositories and files with their digests. Out: a small JSON file outside of the pack, because it outlives it.
* What is fixed in the source (official.ts) needs no pin; the rest is trusted on first use, and shown. Knows nothing
* about downloads.
*/
const PINS_SCHEMA = "code2lora/pins@1";
/** Undefined before the first pull. Throws ModelError when the file is damaged. */
function readPins(home, name) {
	const path = pinsPath(home, name);
	if (!existsSync(path)) return void 0;
	return parsePins(readFileSync(path, "utf8"), path);
}
function parsePins(text, path) {
	try {
		return checkPins$1(JSON.parse(text), `${path}:`);
	} catch (cause) {
		throw new ModelError(`Cannot read ${path}, which says what was downloaded: ${cause.message.split("\n")[0]}\nRemove the file to trust what the Hub has now, or restore it.`, { cause });
	}
}
function writePins(home, name, pins) {
	const path = pinsPath(home, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(`${path}.tmp`, pinsText(pins), { flush: true });
	renameSync(`${path}.tmp`, path);
}
const removePins = (home, name) => rmSync(pinsPath(home, name), { force: true });
const pinsText = (pins) => `${JSON.stringify(pins, null, 2)}\n`;
/** Throws ModelError when a file is not the one of the first pull. */
function requirePinned(pinned, { name, path, found }) {
	const known = pinned?.files[path];
	if (known === void 0 || known.bytes === found.bytes && (found.sha256 ?? known.sha256) === known.sha256) return;
	throw new ModelError(`${path} of ${name} is not the file of the first pull: it has ${found.bytes} bytes and the sha256 ${found.sha256}, expected ${known.bytes} bytes and ${known.sha256}.\nThe same commit must have the same bytes. If you want the new ones, name the revision: --revision ${name}@${pinned?.commit}.`);
}
const pinsPath = (home, name) => join(home.pins, `${name}.json`);
const checkPins$1 = object({
	schema: exactly(PINS_SCHEMA),
	repositories: record(object({
		commit: text(/^[0-9a-f]{40}$/, "a commit"),
		license: nullable(text(/^.{1,200}$/, "a text")),
		files: record(object({
			bytes: integer(0),
			sha256: text(/^[0-9a-f]{64}$/, "a sha256")
		}))
	}))
});
// src/packs/part-file.ts
/**
* What a download has of a file so far: `<key>.part`, and the server's tag of it in `<key>.etag`.
*
* In: where it lies and how long the file is to be. Out: bytes appended, digests kept up. A killed process leaves it
* as it is, and the next one goes on from its length. Knows nothing about servers.
*/
/** Opens it and reads what is there. Throws UsageError when the folder cannot be written. */
async function openPartFile(path, bytes, onRead) {
	const file = openForAppend(path);
	let size = Math.min(statSync(path).size, bytes);
	let digester = createDigester(bytes);
	await digestInto(path, {
		digester,
		length: size,
		onBytes: onRead
	});
	return {
		size: () => size,
		etag: () => size > 0 ? readTag(path) : null,
		append(piece) {
			writeAll(file, piece, {
				position: size,
				path
			});
			digester.update(piece);
			size += piece.length;
		},
		clear(etag) {
			size = 0;
			digester = createDigester(bytes);
			begin(file, {
				path,
				etag
			});
		},
		finish() {
			fsyncSync(file);
			return digester.finish();
		},
		close: () => closeSync(file)
	};
}
/** Removes it: its bytes are wrong, or they have found their place. */
function removePart(path) {
	rmSync(path, { force: true });
	rmSync(tagPath(path), { force: true });
}
function begin(file, { path, etag }) {
	try {
		if (fstatSync(file).size > 0) ftruncateSync(file);
		rmSync(tagPath(path), { force: true });
		if (etag !== null) writeFileSync(tagPath(path), etag);
	} catch (error) {
		throw explainWrite(error, path);
	}
}
const tagPath = (path) => path.replace(/\.part$/, ".etag");
function readTag(path) {
	try {
		return readFileSync(tagPath(path), "utf8") || null;
	} catch {
		return null;
	}
}
function openForAppend(path) {
	try {
		mkdirSync(dirname(path), { recursive: true });
		try {
			return openSync(path, "r+");
		} catch {
			return openSync(path, "w+");
		}
	} catch (error) {
		throw explainWrite(error, path);
	}
}
/** One call may write less than it was given. */
function writeAll(file, bytes, { position, path }) {
	try {
		for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done);
	} catch (error) {
		throw explainWrite(error, path);
	}
}
// src/packs/download.ts
/**
* One file of the Hub → one file here, whole and of the right digest, or a clear error.
*
* In: what the Hub says about the file. Out: its path and digest. Goes on where the last try or the last process
* stopped (Range, If-Range), reads no further than the size that was announced, and hashes what passes. Knows
* nothing about packs.
*/
/** Where an unfinished download of a file lies: named by its content, so that two revisions share it. */
function partPath(folder, { sha256, blob, ...file }) {
	const place = `${file.repository}@${file.commit}/${file.path}`;
	return join(folder, `${sha256 ?? blob ?? createHash("sha256").update(place).digest("hex")}.part`);
}
/**
* Downloads a file into the folder. Throws ModelError when the Hub does not give it or gives something else (then
* wrong bytes are removed; an answer that is refused before its first byte costs nothing that is there), UsageError
* when it cannot be written (then it is kept).
*/
async function downloadFile(file, options) {
	const path = partPath(options.folder, file);
	const part = await openPartFile(path, file.bytes, void 0);
	try {
		const wasThere = part.size();
		let digest = await receive(file, part, options);
		if (!fits(digest, file) && wasThere > 0) {
			part.clear(null);
			digest = await receive(file, part, options);
		}
		if (!fits(digest, file)) throw wrongDigest(file, digest);
		return {
			path,
			digest
		};
	} catch (error) {
		if (error instanceof WrongContent || error instanceof WrongAnswer && part.size() === 0) removePart(path);
		throw error;
	} finally {
		part.close();
	}
}
/** The bytes are not those that were announced: they are of no use. */
var WrongContent = class extends ModelError {};
/** What the server announces is not the file, such as the login page of a network: what is here may be good. */
var WrongAnswer = class extends ModelError {};
async function receive(file, part, options) {
	const { repository, commit: revision, path } = file;
	let most = part.size();
	options.onProgress?.(most);
	const hasProgressed = () => {
		const progressed = part.size() > most;
		most = Math.max(most, part.size());
		return progressed;
	};
	const attempt = () => receiveSome(file, part, options);
	await withRetries({
		repository,
		revision,
		path
	}, options, attempt, hasProgressed);
	return part.finish();
}
/** One connection: everything that is missing, or a HubFailure. */
async function receiveSome(file, part, options) {
	if (part.size() >= file.bytes) return;
	const answer = await openRest(file, part, options);
	try {
		checkAnnounced(file, answer);
		continueOrRestart(file, part, answer.response);
		for await (const chunk of bodyOf(answer)) {
			if (part.size() + chunk.length > file.bytes) throw tooLong(file);
			part.append(chunk);
			options.onProgress?.(part.size());
		}
	} finally {
		answer.close();
	}
	if (part.size() < file.bytes) throw new HubFailure(`the connection ended after ${part.size()} of ${file.bytes} bytes`);
}
async function openRest(file, part, options) {
	try {
		return await openAnswer(fileAddress(file, options.settings), {
			...options,
			headers: rangeOf(part)
		});
	} catch (error) {
		if (!(error instanceof HubFailure) || error.status !== 416) throw error;
		part.clear(null);
		throw new HubFailure("it has not the rest of what is here", { cause: error });
	}
}
function fileAddress({ repository, commit, path }, { url }) {
	return `${url}/${repository}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`;
}
/** A weak tag says that the content means the same, not that its bytes are the same. */
function rangeOf(part) {
	const etag = part.etag();
	if (part.size() === 0) return {};
	return {
		range: `bytes=${part.size()}-`,
		...etag === null ? {} : { "if-range": etag }
	};
}
/** The redirect says already whether it leads to what we want: before three gigabytes are fetched for nothing. */
function checkAnnounced(file, answer) {
	const commit = answer.hubHeader("x-repo-commit");
	const digest = answer.hubHeader("x-linked-etag")?.replace(/^(W\/)?"|"$/g, "");
	const size = answer.hubHeader("x-linked-size");
	if (commit !== null && commit !== file.commit) throw wrongAnswer(file, `the Hub sends it from commit ${commit}, expected ${file.commit}`);
	if (file.sha256 !== null && digest && /^[0-9a-f]{64}$/.test(digest) && digest !== file.sha256) throw wrongAnswer(file, `the Hub announces the sha256 ${digest}, expected ${file.sha256}`);
	if (size !== null && Number(size) !== file.bytes) throw wrongAnswer(file, `the Hub announces ${size} bytes, expected ${file.bytes}`);
}
/** Status 206 goes on from where we are; with 200 the server begins at the first byte, because it must or likes to. */
function continueOrRestart(file, part, { status, headers }) {
	if (status === 206) {
		const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
		if (Number(from) === part.size() && (total === "*" || Number(total) === file.bytes)) return;
		throw wrong(file, `asked for the bytes from ${part.size()} on it sends "${headers.get("content-range")}"`);
	}
	if (/^text\/html/.test(headers.get("content-type") ?? "")) throw wrongAnswer(file, "the server sends a web page instead");
	const length = headers.get("content-length");
	if (length !== null && Number(length) !== file.bytes) throw wrongAnswer(file, `the server sends ${length} bytes, expected ${file.bytes}`);
	const etag = headers.get("etag");
	part.clear(etag === null || etag.startsWith("W/") ? null : etag);
}
function wrongDigest(file, found) {
	const [kind, value, wanted] = file.sha256 === null ? [
		"git id",
		found.blob,
		file.blob
	] : [
		"sha256",
		found.sha256,
		file.sha256
	];
	return wrong(file, `its ${kind} is ${value}, expected ${wanted}`);
}
const tooLong = (file) => wrong(file, `the server sends more than the ${file.bytes} bytes that were announced`);
const ADVICE = "Run the command again; if it happens again, the server or a proxy on the way is at fault.";
function wrong(file, found) {
	return new WrongContent(`${cannotUse(file, found)}What came was removed. ${ADVICE}`);
}
function wrongAnswer(file, found) {
	return new WrongAnswer(`${cannotUse(file, found)}What is there already is kept. ${ADVICE}`);
}
const cannotUse = ({ repository, commit, path }, found) => `Cannot use ${nameOf({
	repository,
	revision: commit,
	path
})}: ${found}.\n`;
// src/packs/hub-cache.ts
/**
* What the Hub's own tools have downloaded already: their cache, read and never written.
*
*   <cache>/models--<owner>--<name>/refs/<branch>                 a commit
*   <cache>/models--<owner>--<name>/snapshots/<commit>/<path>     a link to ../../blobs/<digest>
*
* In: a repository. Out: its files that are here. Knows nothing about packs; digests are checked by who uses a file.
*/
/** A file of a repository in the cache, links resolved; undefined when it is not there in this size. */
function findInHubCache({ repository, commit, path, bytes }, cacheFolder) {
	const place = join(repositoryFolder(repository, cacheFolder), "snapshots", commit, ...path.split("/"));
	const stats = statSync(place, { throwIfNoEntry: false });
	return stats?.isFile() && stats.size === bytes ? realpathSync(place) : void 0;
}
/**
* What the cache knows of a repository, without a network: the files of a snapshot. Undefined when there is none of
* the revision. The names of the blobs are their digests: sha256 of large files, git's id of small ones.
*/
function readCachedRepository(name, { revision = "main", cacheFolder }) {
	const folder = repositoryFolder(name, cacheFolder);
	const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : readReference(join(folder, "refs", revision));
	const snapshot = join(folder, "snapshots", commit ?? "-");
	if (commit === void 0 || !existsSync(snapshot)) return void 0;
	return {
		name,
		commit,
		license: null,
		files: readdirSync(snapshot, { recursive: true }).map((path) => String(path).replaceAll("\\", "/")).filter((path) => statSync(join(snapshot, path), { throwIfNoEntry: false })?.isFile()).map((path) => cachedFile(join(snapshot, path), {
			repository: name,
			commit,
			path
		}))
	};
}
function cachedFile(place, { repository, commit, path }) {
	const digest = basename(realpathSync(place));
	return {
		repository,
		commit,
		path,
		bytes: statSync(place).size,
		sha256: /^[0-9a-f]{64}$/.test(digest) ? digest : null,
		blob: /^[0-9a-f]{40}$/.test(digest) ? digest : null
	};
}
const repositoryFolder = (name, cacheFolder) => join(cacheFolder, `models--${name.replaceAll("/", "--")}`);
function readReference(path) {
	try {
		const commit = readFileSync(path, "utf8").trim();
		return /^[0-9a-f]{40}$/.test(commit) ? commit : void 0;
	} catch {
		return;
	}
}
// src/packs/local-files.ts
/**
* Files that are on this machine already: in another pack, in the Hub's own cache, or as an unfinished download.
*
* In: a file of the Hub. Out: where it lies, or how much of it. Nothing is believed by its name: a file is hashed
* before it is used.
*/
/** Places where the file may lie, the most likely first; looks at sizes only. */
function findLocally(file, { home, cacheFolder }) {
	const ofPacks = file.sha256 === null ? [] : cachedPacks(home).flatMap(({ dir }) => inPack(dir, file));
	const cached = findInHubCache(file, cacheFolder);
	return [...ofPacks.map((path) => ({
		path,
		from: "pack"
	})), ...cached === void 0 ? [] : [{
		path: cached,
		from: "hub-cache"
	}]];
}
/** Bytes of the file that an earlier pull has left. */
function unfinishedBytes(file, home) {
	return Math.min(file.bytes, statSync(partPath(home.downloads, file), { throwIfNoEntry: false })?.size ?? 0);
}
/** The digest of a file that is the wanted one; undefined when it is another one. */
async function digestIfWanted(path, file, onBytes) {
	const digest = await digestFile(path, file.bytes, onBytes);
	return fits(digest, file) ? digest : void 0;
}
/** By the digests of a manifest: a pack that was built from the same file holds it under some name. */
function inPack(dir, { bytes, sha256 }) {
	let files;
	try {
		files = JSON.parse(readFileSync(join(dir, "manifest.json"), "utf8")).files;
	} catch {
		return [];
	}
	return Object.entries(files ?? {}).filter(([, entry]) => entry.bytes === bytes && entry.sha256 === sha256).map(([name]) => join(dir, name)).filter((path) => existsSync(path) && statSync(path).size === bytes);
}
// src/packs/fetch-files.ts
/**
* The files of a pull: from this machine where they are the wanted ones, from the Hub otherwise.
*
* In: what the Hub says about each file. Out: where it lies now, and its digest. Knows nothing about packs.
*/
/** Throws UsageError when a file is missing offline or the disk is full, ModelError when the Hub fails. */
async function fetchAll(files, options) {
	const fetched = /* @__PURE__ */ new Map();
	for (const file of files) fetched.set(file, await fetchFile(file, options));
	return fetched;
}
async function fetchFile(file, options) {
	const { home, settings, onProgress, onNote } = options;
	const what = `${file.repository}/${file.path}`;
	const total = file.bytes;
	for (const { path } of findLocally(file, {
		home,
		cacheFolder: settings.cacheFolder
	})) {
		const digest = await digestIfWanted(path, file, countBytes(onProgress, {
			stage: "read",
			what,
			total
		}));
		if (digest !== void 0) return {
			path,
			sha256: digest.sha256,
			isPart: false
		};
		onNote?.(`${path} is not the file that is wanted, although it has its name; it is left alone`);
	}
	if (settings.isOffline) throw notHere$1(file, settings);
	const { path, digest } = await downloadFile(file, {
		folder: home.downloads,
		settings,
		network: options.network,
		onProgress: (done) => onProgress?.({
			stage: "download",
			what,
			done,
			total
		})
	});
	return {
		path,
		sha256: digest.sha256,
		isPart: true
	};
}
function notHere$1({ repository, path, commit }, { cacheFolder }) {
	return new UsageError(`Cannot get ${path} of ${repository} at ${commit.slice(0, 12)} offline: it is not in ${cacheFolder}.\nRun the command once with a network (without --offline and HF_HUB_OFFLINE).`);
}
// src/packs/pull-plan.ts
/** Counts what is missing; hashes nothing, so a wrong local file is found out later. */
function planPull(sources, { name, precision, home, cacheFolder }) {
	const files = sources.flatMap(({ files }) => files.map((file) => {
		const [local] = findLocally(file, {
			home,
			cacheFolder
		});
		const { repository, path, bytes } = file;
		return {
			repository,
			path,
			bytes,
			unfinished: unfinishedBytes(file, home),
			from: local?.from ?? "download"
		};
	}));
	const downloadBytes = files.filter(({ from }) => from === "download").reduce((sum, { bytes, unfinished }) => sum + bytes - unfinished, 0);
	const bytesOf = (wanted) => sources.filter(({ role }) => wanted(role)).reduce((sum, { files }) => sum + sumBytes(files), 0);
	const added = addedBytes(precision, {
		models: bytesOf((role) => role !== "hypernetwork"),
		hypernetwork: bytesOf((role) => role === "hypernetwork")
	});
	return {
		name,
		precision,
		sources: sources.map(({ files: _, ...source }) => source),
		files,
		downloadBytes,
		diskBytes: downloadBytes + added
	};
}
const sumBytes = (files) => files.reduce((sum, { bytes }) => sum + bytes, 0);
// node_modules/@huggingface/blake3-jit/dist/esm/compress.js
/**
* BLAKE3 Compression Function - Highly Optimized
*
* Optimization techniques applied (from Fleek Network case study):
* 1. Use 16 SMI variables for state instead of TypedArray
* 2. Use 16 SMI variables for message words
* 3. Fully inlined G function (no function call overhead)
* 4. Use `| 0` for integer coercion (forces V8 to use 32-bit ALU)
* 5. Hardcoded permutation swaps using only 2 temporary variables
* 6. Offset-based access pattern (avoid creating new views)
*
* The compression function takes:
* - cv: 8-word chaining value
* - block: 16-word message block (64 bytes)
* - counter: 64-bit block counter
* - blockLen: number of input bytes in this block
* - flags: domain separation flags
*
* And outputs 8 or 16 words depending on whether this is a root node.
*/
/**
* Compress a single block.
*
* This is the hot path - every optimization matters here.
*
* @param cv - Chaining value array
* @param cvOff - Offset into cv
* @param block - Message block words
* @param blockOff - Offset into block
* @param out - Output array (8 or 16 words)
* @param outOff - Offset into out
* @param full - If true, output all 16 words (for XOF); if false, output 8 words
* @param counter - 64-bit block counter
* @param blockLen - Number of bytes in this block (0-64)
* @param flags - Domain separation flags
*/
function compress(cv, cvOff, block, blockOff, out, outOff, full, counter, blockLen, flags) {
	let m0 = block[blockOff] | 0;
	let m1 = block[blockOff + 1] | 0;
	let m2 = block[blockOff + 2] | 0;
	let m3 = block[blockOff + 3] | 0;
	let m4 = block[blockOff + 4] | 0;
	let m5 = block[blockOff + 5] | 0;
	let m6 = block[blockOff + 6] | 0;
	let m7 = block[blockOff + 7] | 0;
	let m8 = block[blockOff + 8] | 0;
	let m9 = block[blockOff + 9] | 0;
	let m10 = block[blockOff + 10] | 0;
	let m11 = block[blockOff + 11] | 0;
	let m12 = block[blockOff + 12] | 0;
	let m13 = block[blockOff + 13] | 0;
	let m14 = block[blockOff + 14] | 0;
	let m15 = block[blockOff + 15] | 0;
	let s0 = cv[cvOff] | 0;
	let s1 = cv[cvOff + 1] | 0;
	let s2 = cv[cvOff + 2] | 0;
	let s3 = cv[cvOff + 3] | 0;
	let s4 = cv[cvOff + 4] | 0;
	let s5 = cv[cvOff + 5] | 0;
	let s6 = cv[cvOff + 6] | 0;
	let s7 = cv[cvOff + 7] | 0;
	let s8 = 1779033703;
	let s9 = 3144134277;
	let s10 = 1013904242;
	let s11 = 2773480762;
	let s12 = counter | 0;
	let s13 = counter / 4294967296 | 0;
	let s14 = blockLen | 0;
	let s15 = flags | 0;
	s0 = (s0 + s4 | 0) + m0 | 0;
	s12 ^= s0;
	s12 = s12 >>> 16 | s12 << 16;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 12 | s4 << 20;
	s0 = (s0 + s4 | 0) + m1 | 0;
	s12 ^= s0;
	s12 = s12 >>> 8 | s12 << 24;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 7 | s4 << 25;
	s1 = (s1 + s5 | 0) + m2 | 0;
	s13 ^= s1;
	s13 = s13 >>> 16 | s13 << 16;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 12 | s5 << 20;
	s1 = (s1 + s5 | 0) + m3 | 0;
	s13 ^= s1;
	s13 = s13 >>> 8 | s13 << 24;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 7 | s5 << 25;
	s2 = (s2 + s6 | 0) + m4 | 0;
	s14 ^= s2;
	s14 = s14 >>> 16 | s14 << 16;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 12 | s6 << 20;
	s2 = (s2 + s6 | 0) + m5 | 0;
	s14 ^= s2;
	s14 = s14 >>> 8 | s14 << 24;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 7 | s6 << 25;
	s3 = (s3 + s7 | 0) + m6 | 0;
	s15 ^= s3;
	s15 = s15 >>> 16 | s15 << 16;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 12 | s7 << 20;
	s3 = (s3 + s7 | 0) + m7 | 0;
	s15 ^= s3;
	s15 = s15 >>> 8 | s15 << 24;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 7 | s7 << 25;
	s0 = (s0 + s5 | 0) + m8 | 0;
	s15 ^= s0;
	s15 = s15 >>> 16 | s15 << 16;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 12 | s5 << 20;
	s0 = (s0 + s5 | 0) + m9 | 0;
	s15 ^= s0;
	s15 = s15 >>> 8 | s15 << 24;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 7 | s5 << 25;
	s1 = (s1 + s6 | 0) + m10 | 0;
	s12 ^= s1;
	s12 = s12 >>> 16 | s12 << 16;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 12 | s6 << 20;
	s1 = (s1 + s6 | 0) + m11 | 0;
	s12 ^= s1;
	s12 = s12 >>> 8 | s12 << 24;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 7 | s6 << 25;
	s2 = (s2 + s7 | 0) + m12 | 0;
	s13 ^= s2;
	s13 = s13 >>> 16 | s13 << 16;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 12 | s7 << 20;
	s2 = (s2 + s7 | 0) + m13 | 0;
	s13 ^= s2;
	s13 = s13 >>> 8 | s13 << 24;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 7 | s7 << 25;
	s3 = (s3 + s4 | 0) + m14 | 0;
	s14 ^= s3;
	s14 = s14 >>> 16 | s14 << 16;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 12 | s4 << 20;
	s3 = (s3 + s4 | 0) + m15 | 0;
	s14 ^= s3;
	s14 = s14 >>> 8 | s14 << 24;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 7 | s4 << 25;
	{
		const t0 = m0, t1 = m1;
		m0 = m2;
		m2 = m3;
		m3 = m10;
		m10 = m12;
		m12 = m9;
		m9 = m11;
		m11 = m5;
		m5 = t0;
		m1 = m6;
		m6 = m4;
		m4 = m7;
		m7 = m13;
		m13 = m14;
		m14 = m15;
		m15 = m8;
		m8 = t1;
	}
	s0 = (s0 + s4 | 0) + m0 | 0;
	s12 ^= s0;
	s12 = s12 >>> 16 | s12 << 16;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 12 | s4 << 20;
	s0 = (s0 + s4 | 0) + m1 | 0;
	s12 ^= s0;
	s12 = s12 >>> 8 | s12 << 24;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 7 | s4 << 25;
	s1 = (s1 + s5 | 0) + m2 | 0;
	s13 ^= s1;
	s13 = s13 >>> 16 | s13 << 16;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 12 | s5 << 20;
	s1 = (s1 + s5 | 0) + m3 | 0;
	s13 ^= s1;
	s13 = s13 >>> 8 | s13 << 24;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 7 | s5 << 25;
	s2 = (s2 + s6 | 0) + m4 | 0;
	s14 ^= s2;
	s14 = s14 >>> 16 | s14 << 16;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 12 | s6 << 20;
	s2 = (s2 + s6 | 0) + m5 | 0;
	s14 ^= s2;
	s14 = s14 >>> 8 | s14 << 24;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 7 | s6 << 25;
	s3 = (s3 + s7 | 0) + m6 | 0;
	s15 ^= s3;
	s15 = s15 >>> 16 | s15 << 16;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 12 | s7 << 20;
	s3 = (s3 + s7 | 0) + m7 | 0;
	s15 ^= s3;
	s15 = s15 >>> 8 | s15 << 24;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 7 | s7 << 25;
	s0 = (s0 + s5 | 0) + m8 | 0;
	s15 ^= s0;
	s15 = s15 >>> 16 | s15 << 16;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 12 | s5 << 20;
	s0 = (s0 + s5 | 0) + m9 | 0;
	s15 ^= s0;
	s15 = s15 >>> 8 | s15 << 24;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 7 | s5 << 25;
	s1 = (s1 + s6 | 0) + m10 | 0;
	s12 ^= s1;
	s12 = s12 >>> 16 | s12 << 16;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 12 | s6 << 20;
	s1 = (s1 + s6 | 0) + m11 | 0;
	s12 ^= s1;
	s12 = s12 >>> 8 | s12 << 24;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 7 | s6 << 25;
	s2 = (s2 + s7 | 0) + m12 | 0;
	s13 ^= s2;
	s13 = s13 >>> 16 | s13 << 16;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 12 | s7 << 20;
	s2 = (s2 + s7 | 0) + m13 | 0;
	s13 ^= s2;
	s13 = s13 >>> 8 | s13 << 24;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 7 | s7 << 25;
	s3 = (s3 + s4 | 0) + m14 | 0;
	s14 ^= s3;
	s14 = s14 >>> 16 | s14 << 16;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 12 | s4 << 20;
	s3 = (s3 + s4 | 0) + m15 | 0;
	s14 ^= s3;
	s14 = s14 >>> 8 | s14 << 24;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 7 | s4 << 25;
	{
		const t0 = m0, t1 = m1;
		m0 = m2;
		m2 = m3;
		m3 = m10;
		m10 = m12;
		m12 = m9;
		m9 = m11;
		m11 = m5;
		m5 = t0;
		m1 = m6;
		m6 = m4;
		m4 = m7;
		m7 = m13;
		m13 = m14;
		m14 = m15;
		m15 = m8;
		m8 = t1;
	}
	s0 = (s0 + s4 | 0) + m0 | 0;
	s12 ^= s0;
	s12 = s12 >>> 16 | s12 << 16;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 12 | s4 << 20;
	s0 = (s0 + s4 | 0) + m1 | 0;
	s12 ^= s0;
	s12 = s12 >>> 8 | s12 << 24;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 7 | s4 << 25;
	s1 = (s1 + s5 | 0) + m2 | 0;
	s13 ^= s1;
	s13 = s13 >>> 16 | s13 << 16;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 12 | s5 << 20;
	s1 = (s1 + s5 | 0) + m3 | 0;
	s13 ^= s1;
	s13 = s13 >>> 8 | s13 << 24;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 7 | s5 << 25;
	s2 = (s2 + s6 | 0) + m4 | 0;
	s14 ^= s2;
	s14 = s14 >>> 16 | s14 << 16;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 12 | s6 << 20;
	s2 = (s2 + s6 | 0) + m5 | 0;
	s14 ^= s2;
	s14 = s14 >>> 8 | s14 << 24;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 7 | s6 << 25;
	s3 = (s3 + s7 | 0) + m6 | 0;
	s15 ^= s3;
	s15 = s15 >>> 16 | s15 << 16;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 12 | s7 << 20;
	s3 = (s3 + s7 | 0) + m7 | 0;
	s15 ^= s3;
	s15 = s15 >>> 8 | s15 << 24;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 7 | s7 << 25;
	s0 = (s0 + s5 | 0) + m8 | 0;
	s15 ^= s0;
	s15 = s15 >>> 16 | s15 << 16;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 12 | s5 << 20;
	s0 = (s0 + s5 | 0) + m9 | 0;
	s15 ^= s0;
	s15 = s15 >>> 8 | s15 << 24;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 7 | s5 << 25;
	s1 = (s1 + s6 | 0) + m10 | 0;
	s12 ^= s1;
	s12 = s12 >>> 16 | s12 << 16;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 12 | s6 << 20;
	s1 = (s1 + s6 | 0) + m11 | 0;
	s12 ^= s1;
	s12 = s12 >>> 8 | s12 << 24;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 7 | s6 << 25;
	s2 = (s2 + s7 | 0) + m12 | 0;
	s13 ^= s2;
	s13 = s13 >>> 16 | s13 << 16;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 12 | s7 << 20;
	s2 = (s2 + s7 | 0) + m13 | 0;
	s13 ^= s2;
	s13 = s13 >>> 8 | s13 << 24;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 7 | s7 << 25;
	s3 = (s3 + s4 | 0) + m14 | 0;
	s14 ^= s3;
	s14 = s14 >>> 16 | s14 << 16;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 12 | s4 << 20;
	s3 = (s3 + s4 | 0) + m15 | 0;
	s14 ^= s3;
	s14 = s14 >>> 8 | s14 << 24;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 7 | s4 << 25;
	{
		const t0 = m0, t1 = m1;
		m0 = m2;
		m2 = m3;
		m3 = m10;
		m10 = m12;
		m12 = m9;
		m9 = m11;
		m11 = m5;
		m5 = t0;
		m1 = m6;
		m6 = m4;
		m4 = m7;
		m7 = m13;
		m13 = m14;
		m14 = m15;
		m15 = m8;
		m8 = t1;
	}
	s0 = (s0 + s4 | 0) + m0 | 0;
	s12 ^= s0;
	s12 = s12 >>> 16 | s12 << 16;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 12 | s4 << 20;
	s0 = (s0 + s4 | 0) + m1 | 0;
	s12 ^= s0;
	s12 = s12 >>> 8 | s12 << 24;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 7 | s4 << 25;
	s1 = (s1 + s5 | 0) + m2 | 0;
	s13 ^= s1;
	s13 = s13 >>> 16 | s13 << 16;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 12 | s5 << 20;
	s1 = (s1 + s5 | 0) + m3 | 0;
	s13 ^= s1;
	s13 = s13 >>> 8 | s13 << 24;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 7 | s5 << 25;
	s2 = (s2 + s6 | 0) + m4 | 0;
	s14 ^= s2;
	s14 = s14 >>> 16 | s14 << 16;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 12 | s6 << 20;
	s2 = (s2 + s6 | 0) + m5 | 0;
	s14 ^= s2;
	s14 = s14 >>> 8 | s14 << 24;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 7 | s6 << 25;
	s3 = (s3 + s7 | 0) + m6 | 0;
	s15 ^= s3;
	s15 = s15 >>> 16 | s15 << 16;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 12 | s7 << 20;
	s3 = (s3 + s7 | 0) + m7 | 0;
	s15 ^= s3;
	s15 = s15 >>> 8 | s15 << 24;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 7 | s7 << 25;
	s0 = (s0 + s5 | 0) + m8 | 0;
	s15 ^= s0;
	s15 = s15 >>> 16 | s15 << 16;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 12 | s5 << 20;
	s0 = (s0 + s5 | 0) + m9 | 0;
	s15 ^= s0;
	s15 = s15 >>> 8 | s15 << 24;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 7 | s5 << 25;
	s1 = (s1 + s6 | 0) + m10 | 0;
	s12 ^= s1;
	s12 = s12 >>> 16 | s12 << 16;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 12 | s6 << 20;
	s1 = (s1 + s6 | 0) + m11 | 0;
	s12 ^= s1;
	s12 = s12 >>> 8 | s12 << 24;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 7 | s6 << 25;
	s2 = (s2 + s7 | 0) + m12 | 0;
	s13 ^= s2;
	s13 = s13 >>> 16 | s13 << 16;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 12 | s7 << 20;
	s2 = (s2 + s7 | 0) + m13 | 0;
	s13 ^= s2;
	s13 = s13 >>> 8 | s13 << 24;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 7 | s7 << 25;
	s3 = (s3 + s4 | 0) + m14 | 0;
	s14 ^= s3;
	s14 = s14 >>> 16 | s14 << 16;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 12 | s4 << 20;
	s3 = (s3 + s4 | 0) + m15 | 0;
	s14 ^= s3;
	s14 = s14 >>> 8 | s14 << 24;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 7 | s4 << 25;
	{
		const t0 = m0, t1 = m1;
		m0 = m2;
		m2 = m3;
		m3 = m10;
		m10 = m12;
		m12 = m9;
		m9 = m11;
		m11 = m5;
		m5 = t0;
		m1 = m6;
		m6 = m4;
		m4 = m7;
		m7 = m13;
		m13 = m14;
		m14 = m15;
		m15 = m8;
		m8 = t1;
	}
	s0 = (s0 + s4 | 0) + m0 | 0;
	s12 ^= s0;
	s12 = s12 >>> 16 | s12 << 16;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 12 | s4 << 20;
	s0 = (s0 + s4 | 0) + m1 | 0;
	s12 ^= s0;
	s12 = s12 >>> 8 | s12 << 24;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 7 | s4 << 25;
	s1 = (s1 + s5 | 0) + m2 | 0;
	s13 ^= s1;
	s13 = s13 >>> 16 | s13 << 16;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 12 | s5 << 20;
	s1 = (s1 + s5 | 0) + m3 | 0;
	s13 ^= s1;
	s13 = s13 >>> 8 | s13 << 24;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 7 | s5 << 25;
	s2 = (s2 + s6 | 0) + m4 | 0;
	s14 ^= s2;
	s14 = s14 >>> 16 | s14 << 16;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 12 | s6 << 20;
	s2 = (s2 + s6 | 0) + m5 | 0;
	s14 ^= s2;
	s14 = s14 >>> 8 | s14 << 24;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 7 | s6 << 25;
	s3 = (s3 + s7 | 0) + m6 | 0;
	s15 ^= s3;
	s15 = s15 >>> 16 | s15 << 16;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 12 | s7 << 20;
	s3 = (s3 + s7 | 0) + m7 | 0;
	s15 ^= s3;
	s15 = s15 >>> 8 | s15 << 24;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 7 | s7 << 25;
	s0 = (s0 + s5 | 0) + m8 | 0;
	s15 ^= s0;
	s15 = s15 >>> 16 | s15 << 16;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 12 | s5 << 20;
	s0 = (s0 + s5 | 0) + m9 | 0;
	s15 ^= s0;
	s15 = s15 >>> 8 | s15 << 24;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 7 | s5 << 25;
	s1 = (s1 + s6 | 0) + m10 | 0;
	s12 ^= s1;
	s12 = s12 >>> 16 | s12 << 16;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 12 | s6 << 20;
	s1 = (s1 + s6 | 0) + m11 | 0;
	s12 ^= s1;
	s12 = s12 >>> 8 | s12 << 24;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 7 | s6 << 25;
	s2 = (s2 + s7 | 0) + m12 | 0;
	s13 ^= s2;
	s13 = s13 >>> 16 | s13 << 16;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 12 | s7 << 20;
	s2 = (s2 + s7 | 0) + m13 | 0;
	s13 ^= s2;
	s13 = s13 >>> 8 | s13 << 24;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 7 | s7 << 25;
	s3 = (s3 + s4 | 0) + m14 | 0;
	s14 ^= s3;
	s14 = s14 >>> 16 | s14 << 16;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 12 | s4 << 20;
	s3 = (s3 + s4 | 0) + m15 | 0;
	s14 ^= s3;
	s14 = s14 >>> 8 | s14 << 24;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 7 | s4 << 25;
	{
		const t0 = m0, t1 = m1;
		m0 = m2;
		m2 = m3;
		m3 = m10;
		m10 = m12;
		m12 = m9;
		m9 = m11;
		m11 = m5;
		m5 = t0;
		m1 = m6;
		m6 = m4;
		m4 = m7;
		m7 = m13;
		m13 = m14;
		m14 = m15;
		m15 = m8;
		m8 = t1;
	}
	s0 = (s0 + s4 | 0) + m0 | 0;
	s12 ^= s0;
	s12 = s12 >>> 16 | s12 << 16;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 12 | s4 << 20;
	s0 = (s0 + s4 | 0) + m1 | 0;
	s12 ^= s0;
	s12 = s12 >>> 8 | s12 << 24;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 7 | s4 << 25;
	s1 = (s1 + s5 | 0) + m2 | 0;
	s13 ^= s1;
	s13 = s13 >>> 16 | s13 << 16;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 12 | s5 << 20;
	s1 = (s1 + s5 | 0) + m3 | 0;
	s13 ^= s1;
	s13 = s13 >>> 8 | s13 << 24;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 7 | s5 << 25;
	s2 = (s2 + s6 | 0) + m4 | 0;
	s14 ^= s2;
	s14 = s14 >>> 16 | s14 << 16;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 12 | s6 << 20;
	s2 = (s2 + s6 | 0) + m5 | 0;
	s14 ^= s2;
	s14 = s14 >>> 8 | s14 << 24;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 7 | s6 << 25;
	s3 = (s3 + s7 | 0) + m6 | 0;
	s15 ^= s3;
	s15 = s15 >>> 16 | s15 << 16;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 12 | s7 << 20;
	s3 = (s3 + s7 | 0) + m7 | 0;
	s15 ^= s3;
	s15 = s15 >>> 8 | s15 << 24;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 7 | s7 << 25;
	s0 = (s0 + s5 | 0) + m8 | 0;
	s15 ^= s0;
	s15 = s15 >>> 16 | s15 << 16;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 12 | s5 << 20;
	s0 = (s0 + s5 | 0) + m9 | 0;
	s15 ^= s0;
	s15 = s15 >>> 8 | s15 << 24;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 7 | s5 << 25;
	s1 = (s1 + s6 | 0) + m10 | 0;
	s12 ^= s1;
	s12 = s12 >>> 16 | s12 << 16;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 12 | s6 << 20;
	s1 = (s1 + s6 | 0) + m11 | 0;
	s12 ^= s1;
	s12 = s12 >>> 8 | s12 << 24;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 7 | s6 << 25;
	s2 = (s2 + s7 | 0) + m12 | 0;
	s13 ^= s2;
	s13 = s13 >>> 16 | s13 << 16;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 12 | s7 << 20;
	s2 = (s2 + s7 | 0) + m13 | 0;
	s13 ^= s2;
	s13 = s13 >>> 8 | s13 << 24;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 7 | s7 << 25;
	s3 = (s3 + s4 | 0) + m14 | 0;
	s14 ^= s3;
	s14 = s14 >>> 16 | s14 << 16;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 12 | s4 << 20;
	s3 = (s3 + s4 | 0) + m15 | 0;
	s14 ^= s3;
	s14 = s14 >>> 8 | s14 << 24;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 7 | s4 << 25;
	{
		const t0 = m0, t1 = m1;
		m0 = m2;
		m2 = m3;
		m3 = m10;
		m10 = m12;
		m12 = m9;
		m9 = m11;
		m11 = m5;
		m5 = t0;
		m1 = m6;
		m6 = m4;
		m4 = m7;
		m7 = m13;
		m13 = m14;
		m14 = m15;
		m15 = m8;
		m8 = t1;
	}
	s0 = (s0 + s4 | 0) + m0 | 0;
	s12 ^= s0;
	s12 = s12 >>> 16 | s12 << 16;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 12 | s4 << 20;
	s0 = (s0 + s4 | 0) + m1 | 0;
	s12 ^= s0;
	s12 = s12 >>> 8 | s12 << 24;
	s8 = s8 + s12 | 0;
	s4 ^= s8;
	s4 = s4 >>> 7 | s4 << 25;
	s1 = (s1 + s5 | 0) + m2 | 0;
	s13 ^= s1;
	s13 = s13 >>> 16 | s13 << 16;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 12 | s5 << 20;
	s1 = (s1 + s5 | 0) + m3 | 0;
	s13 ^= s1;
	s13 = s13 >>> 8 | s13 << 24;
	s9 = s9 + s13 | 0;
	s5 ^= s9;
	s5 = s5 >>> 7 | s5 << 25;
	s2 = (s2 + s6 | 0) + m4 | 0;
	s14 ^= s2;
	s14 = s14 >>> 16 | s14 << 16;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 12 | s6 << 20;
	s2 = (s2 + s6 | 0) + m5 | 0;
	s14 ^= s2;
	s14 = s14 >>> 8 | s14 << 24;
	s10 = s10 + s14 | 0;
	s6 ^= s10;
	s6 = s6 >>> 7 | s6 << 25;
	s3 = (s3 + s7 | 0) + m6 | 0;
	s15 ^= s3;
	s15 = s15 >>> 16 | s15 << 16;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 12 | s7 << 20;
	s3 = (s3 + s7 | 0) + m7 | 0;
	s15 ^= s3;
	s15 = s15 >>> 8 | s15 << 24;
	s11 = s11 + s15 | 0;
	s7 ^= s11;
	s7 = s7 >>> 7 | s7 << 25;
	s0 = (s0 + s5 | 0) + m8 | 0;
	s15 ^= s0;
	s15 = s15 >>> 16 | s15 << 16;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 12 | s5 << 20;
	s0 = (s0 + s5 | 0) + m9 | 0;
	s15 ^= s0;
	s15 = s15 >>> 8 | s15 << 24;
	s10 = s10 + s15 | 0;
	s5 ^= s10;
	s5 = s5 >>> 7 | s5 << 25;
	s1 = (s1 + s6 | 0) + m10 | 0;
	s12 ^= s1;
	s12 = s12 >>> 16 | s12 << 16;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 12 | s6 << 20;
	s1 = (s1 + s6 | 0) + m11 | 0;
	s12 ^= s1;
	s12 = s12 >>> 8 | s12 << 24;
	s11 = s11 + s12 | 0;
	s6 ^= s11;
	s6 = s6 >>> 7 | s6 << 25;
	s2 = (s2 + s7 | 0) + m12 | 0;
	s13 ^= s2;
	s13 = s13 >>> 16 | s13 << 16;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 12 | s7 << 20;
	s2 = (s2 + s7 | 0) + m13 | 0;
	s13 ^= s2;
	s13 = s13 >>> 8 | s13 << 24;
	s8 = s8 + s13 | 0;
	s7 ^= s8;
	s7 = s7 >>> 7 | s7 << 25;
	s3 = (s3 + s4 | 0) + m14 | 0;
	s14 ^= s3;
	s14 = s14 >>> 16 | s14 << 16;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 12 | s4 << 20;
	s3 = (s3 + s4 | 0) + m15 | 0;
	s14 ^= s3;
	s14 = s14 >>> 8 | s14 << 24;
	s9 = s9 + s14 | 0;
	s4 ^= s9;
	s4 = s4 >>> 7 | s4 << 25;
	if (full) {
		out[outOff + 8] = s8 ^ cv[cvOff];
		out[outOff + 9] = s9 ^ cv[cvOff + 1];
		out[outOff + 10] = s10 ^ cv[cvOff + 2];
		out[outOff + 11] = s11 ^ cv[cvOff + 3];
		out[outOff + 12] = s12 ^ cv[cvOff + 4];
		out[outOff + 13] = s13 ^ cv[cvOff + 5];
		out[outOff + 14] = s14 ^ cv[cvOff + 6];
		out[outOff + 15] = s15 ^ cv[cvOff + 7];
	}
	out[outOff] = s0 ^ s8;
	out[outOff + 1] = s1 ^ s9;
	out[outOff + 2] = s2 ^ s10;
	out[outOff + 3] = s3 ^ s11;
	out[outOff + 4] = s4 ^ s12;
	out[outOff + 5] = s5 ^ s13;
	out[outOff + 6] = s6 ^ s14;
	out[outOff + 7] = s7 ^ s15;
}
// node_modules/@huggingface/blake3-jit/dist/esm/constants.js
/**
* BLAKE3 Constants
*
* IV values are the same as SHA-256: first 32 bits of the fractional parts
* of the square roots of the first 8 primes (2..19)
*/
const IV = new Uint32Array([
	1779033703,
	3144134277,
	1013904242,
	2773480762,
	1359893119,
	2600822924,
	528734635,
	1541459225
]);
const CHUNK_LEN = 1024;
new Uint8Array([
	0,
	1,
	2,
	3,
	4,
	5,
	6,
	7,
	8,
	9,
	10,
	11,
	12,
	13,
	14,
	15,
	2,
	6,
	3,
	10,
	7,
	0,
	4,
	13,
	1,
	11,
	12,
	5,
	9,
	14,
	15,
	8,
	3,
	4,
	10,
	12,
	13,
	2,
	7,
	14,
	6,
	5,
	9,
	0,
	11,
	15,
	8,
	1,
	10,
	7,
	12,
	9,
	14,
	3,
	13,
	15,
	4,
	0,
	11,
	2,
	5,
	8,
	1,
	6,
	12,
	13,
	9,
	11,
	15,
	10,
	14,
	8,
	7,
	2,
	5,
	3,
	0,
	1,
	6,
	4,
	9,
	14,
	11,
	5,
	8,
	12,
	15,
	1,
	13,
	3,
	0,
	10,
	2,
	6,
	4,
	7,
	11,
	15,
	5,
	0,
	1,
	9,
	8,
	6,
	14,
	10,
	2,
	12,
	3,
	4,
	7,
	13
]);
// node_modules/@huggingface/blake3-jit/dist/esm/utils.js
/**
* BLAKE3 Utility Functions
*
* Optimized for little-endian systems (most user-facing systems).
* BLAKE3 is little-endian friendly - on little-endian systems we can
* create Uint32Array views directly over input buffers.
*/
/**
* Detect system endianness at module load time.
* On little-endian systems, the byte 0x01 will be at index 0.
*/
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([16909060]).buffer)[0] === 4;
/**
* Read 16 little-endian 32-bit words from a byte array into a Uint32Array.
* This is only needed on big-endian systems.
*
* @param input - Source byte array
* @param offset - Starting byte offset in input
* @param words - Destination Uint32Array (must have at least 16 elements)
*/
function readLittleEndianWordsFull(input, offset, words) {
	for (let i = 0; i < 16; ++i, offset += 4) words[i] = input[offset] | input[offset + 1] << 8 | input[offset + 2] << 16 | input[offset + 3] << 24;
}
/**
* Write N bytes from 32-bit words to output.
* Used for variable-length output (XOF mode).
*
* @param words - Source Uint32Array
* @param wordOffset - Starting word offset
* @param output - Destination byte array
* @param byteOffset - Starting byte offset in destination
* @param byteCount - Number of bytes to write
*/
function writeLittleEndianBytesPartial(words, wordOffset, output, byteOffset, byteCount) {
	const fullWords = byteCount >>> 2;
	let i = 0;
	for (; i < fullWords; ++i, byteOffset += 4) {
		const w = words[wordOffset + i];
		output[byteOffset] = w & 255;
		output[byteOffset + 1] = w >>> 8 & 255;
		output[byteOffset + 2] = w >>> 16 & 255;
		output[byteOffset + 3] = w >>> 24 & 255;
	}
	const remaining = byteCount & 3;
	if (remaining > 0) {
		const w = words[wordOffset + i];
		output[byteOffset] = w & 255;
		if (remaining > 1) output[byteOffset + 1] = w >>> 8 & 255;
		if (remaining > 2) output[byteOffset + 2] = w >>> 16 & 255;
	}
}
/**
* Encode a UTF-8 string to Uint8Array.
* Used for derive_key context strings.
*/
function encodeUTF8(str) {
	if (typeof TextEncoder !== "undefined") return new TextEncoder().encode(str);
	const bytes = [];
	for (let i = 0; i < str.length; i++) {
		let c = str.charCodeAt(i);
		if (c < 128) bytes.push(c);
		else if (c < 2048) bytes.push(192 | c >> 6, 128 | c & 63);
		else if (c < 55296 || c >= 57344) bytes.push(224 | c >> 12, 128 | c >> 6 & 63, 128 | c & 63);
		else {
			i++;
			c = 65536 + ((c & 1023) << 10 | str.charCodeAt(i) & 1023);
			bytes.push(240 | c >> 18, 128 | c >> 12 & 63, 128 | c >> 6 & 63, 128 | c & 63);
		}
	}
	return new Uint8Array(bytes);
}
new Uint8Array([
	0,
	1,
	28,
	2,
	29,
	14,
	24,
	3,
	30,
	22,
	20,
	15,
	25,
	17,
	4,
	8,
	31,
	27,
	13,
	23,
	21,
	19,
	16,
	7,
	26,
	12,
	18,
	6,
	11,
	5,
	10,
	9
]);
// node_modules/@huggingface/blake3-jit/dist/esm/hasher.js
/**
* BLAKE3 Hasher - Incremental hashing with support for all modes
*
* Supports:
* - Regular hashing
* - Keyed hashing (MAC)
* - Key derivation (derive_key)
* - XOF (eXtendable Output Function) mode
*/
/**
* Output state for XOF (eXtendable Output Function) mode.
* Allows reading arbitrary amounts of output.
*/
var XofReader = class {
	inputCv;
	blockWords;
	counter;
	blockLen;
	flags;
	outputBlock;
	outputBlockOffset;
	constructor(inputCv, blockWords, counter, blockLen, flags) {
		this.inputCv = inputCv;
		this.blockWords = blockWords;
		this.counter = counter;
		this.blockLen = blockLen;
		this.flags = flags | 8;
		this.outputBlock = /* @__PURE__ */ new Uint32Array(16);
		this.outputBlockOffset = 64;
	}
	/**
	* Read the next `length` bytes of output.
	*/
	read(length) {
		const output = new Uint8Array(length);
		let outputOffset = 0;
		while (outputOffset < length) {
			if (this.outputBlockOffset >= 64) {
				compress(this.inputCv, 0, this.blockWords, 0, this.outputBlock, 0, true, this.counter++, this.blockLen, this.flags);
				this.outputBlockOffset = 0;
			}
			const available = 64 - this.outputBlockOffset;
			const toCopy = Math.min(available, length - outputOffset);
			const wordOffset = this.outputBlockOffset >>> 2;
			if ((this.outputBlockOffset & 3) === 0 && toCopy >= 4) {
				const fullWords = toCopy >>> 2;
				writeLittleEndianBytesPartial(this.outputBlock, wordOffset, output, outputOffset, fullWords << 2);
				const bytesCopied = fullWords << 2;
				outputOffset += bytesCopied;
				this.outputBlockOffset += bytesCopied;
			} else {
				for (let i = 0; i < toCopy; i++) {
					const wordIdx = this.outputBlockOffset + i >>> 2;
					const byteIdx = this.outputBlockOffset + i & 3;
					output[outputOffset + i] = this.outputBlock[wordIdx] >>> (byteIdx << 3) & 255;
				}
				outputOffset += toCopy;
				this.outputBlockOffset += toCopy;
			}
		}
		return output;
	}
};
/**
* Chunk state for processing input data.
* Each chunk is 1024 bytes and produces an 8-word chaining value.
*/
var ChunkState = class {
	chainingValue;
	chunkCounter;
	blockWords;
	blockLen;
	blocksCompressed;
	flags;
	constructor(keyWords, chunkCounter, flags) {
		this.chainingValue = new Uint32Array(keyWords);
		this.chunkCounter = chunkCounter;
		this.blockWords = /* @__PURE__ */ new Uint32Array(16);
		this.blockLen = 0;
		this.blocksCompressed = 0;
		this.flags = flags;
	}
	resetTo(keyWords, chunkCounter, flags) {
		this.chainingValue.set(keyWords);
		this.chunkCounter = chunkCounter;
		this.blockLen = 0;
		this.blocksCompressed = 0;
		this.flags = flags;
	}
	/**
	* Get the flags for the current block.
	*/
	startFlag() {
		return this.blocksCompressed === 0 ? 1 : 0;
	}
	/**
	* Update the chunk state with input data.
	* Returns the number of bytes consumed.
	*/
	update(input, inputOffset, inputLen) {
		let consumed = 0;
		while (inputLen > 0) {
			if (this.blockLen === 64) {
				compress(this.chainingValue, 0, this.blockWords, 0, this.chainingValue, 0, false, this.chunkCounter, 64, this.flags | this.startFlag());
				this.blocksCompressed++;
				this.blockLen = 0;
			}
			const want = 64 - this.blockLen;
			const take = Math.min(want, inputLen);
			if (this.blockLen === 0 && take === 64) readLittleEndianWordsFull(input, inputOffset, this.blockWords);
			else for (let i = 0; i < take; i++) {
				const pos = this.blockLen + i;
				const wordIdx = pos >>> 2;
				const byteIdx = pos & 3;
				if (byteIdx === 0) this.blockWords[wordIdx] = input[inputOffset + i];
				else this.blockWords[wordIdx] |= input[inputOffset + i] << (byteIdx << 3);
			}
			this.blockLen += take;
			inputOffset += take;
			inputLen -= take;
			consumed += take;
		}
		return consumed;
	}
	/**
	* Finalize this chunk and return its output.
	* Returns 8 words (chaining value) or 16 words (if root).
	*/
	output() {
		const usedWords = this.blockLen + 3 >>> 2;
		for (let i = usedWords; i < 16; i++) this.blockWords[i] = 0;
		return {
			inputCv: this.chainingValue,
			blockWords: this.blockWords,
			blockLen: this.blockLen,
			counter: this.chunkCounter,
			flags: this.flags | this.startFlag() | 2
		};
	}
	/**
	* Get the number of bytes in this chunk.
	*/
	len() {
		return this.blocksCompressed * 64 + this.blockLen;
	}
};
/**
* Main BLAKE3 Hasher class.
*
* Usage:
*   const hasher = new Hasher();
*   hasher.update(data);
*   const hash = hasher.finalize();
*
* Or with chaining:
*   const hash = new Hasher().update(data).finalize();
*/
var Hasher = class Hasher {
	chunkState;
	keyWords;
	cvStack;
	cvStackLen;
	flags;
	parentBlock;
	parentCv;
	chunkCv;
	outWords;
	finalizeCv;
	/**
	* Create a new Hasher.
	*
	* @param keyWords - Initial key words (IV for regular hashing)
	* @param flags - Domain separation flags
	*/
	constructor(keyWords, flags) {
		this.keyWords = keyWords ? new Uint32Array(keyWords) : new Uint32Array(IV);
		this.flags = flags ?? 0;
		this.chunkState = new ChunkState(this.keyWords, 0, this.flags);
		this.cvStack = /* @__PURE__ */ new Uint32Array(432);
		this.cvStackLen = 0;
		this.parentBlock = /* @__PURE__ */ new Uint32Array(16);
		this.parentCv = /* @__PURE__ */ new Uint32Array(8);
		this.chunkCv = /* @__PURE__ */ new Uint32Array(8);
		this.outWords = /* @__PURE__ */ new Uint32Array(16);
		this.finalizeCv = /* @__PURE__ */ new Uint32Array(8);
	}
	/**
	* Reset the hasher to process a new message with the same key/flags.
	* Reuses all internal buffers — zero allocations.
	*/
	reset() {
		this.chunkState.resetTo(this.keyWords, 0, this.flags);
		this.cvStackLen = 0;
		return this;
	}
	/**
	* Create a new keyed hasher (MAC).
	*
	* @param key - 32-byte key
	*/
	static newKeyed(key) {
		if (key.length !== 32) throw new Error(`Key must be 32 bytes, got ${key.length}`);
		const keyWords = /* @__PURE__ */ new Uint32Array(8);
		if (IS_LITTLE_ENDIAN) {
			const view = new Uint32Array(key.buffer, key.byteOffset, 8);
			keyWords.set(view);
		} else for (let i = 0; i < 8; i++) {
			const off = i * 4;
			keyWords[i] = key[off] | key[off + 1] << 8 | key[off + 2] << 16 | key[off + 3] << 24;
		}
		return new Hasher(keyWords, 16);
	}
	/**
	* Create a new key derivation hasher.
	*
	* @param context - Context string for domain separation
	*/
	static newDeriveKey(context) {
		const contextBytes = encodeUTF8(context);
		const contextHasher = new Hasher(new Uint32Array(IV), 32);
		contextHasher.update(contextBytes);
		const contextKey = /* @__PURE__ */ new Uint32Array(8);
		const output = contextHasher.finalizeOutput();
		compress(output.inputCv, 0, output.blockWords, 0, contextKey, 0, false, output.counter, output.blockLen, output.flags | 8);
		return new Hasher(contextKey, 64);
	}
	/**
	* Push a chaining value onto the stack.
	*/
	pushCv(cv, cvOffset) {
		this.cvStack.set(cv.subarray(cvOffset, cvOffset + 8), this.cvStackLen * 8);
		this.cvStackLen++;
	}
	/**
	* Pop a chaining value from the stack.
	*/
	popCv(out, outOffset) {
		this.cvStackLen--;
		out.set(this.cvStack.subarray(this.cvStackLen * 8, (this.cvStackLen + 1) * 8), outOffset);
	}
	/**
	* Add a chunk's chaining value and merge completed subtrees.
	*/
	addChunkCv(newCv, newCvOffset, totalChunks) {
		const parentBlock = this.parentBlock;
		const parentCv = this.parentCv;
		while ((totalChunks & 1) === 0) {
			this.popCv(parentBlock, 0);
			parentBlock.set(newCv.subarray(newCvOffset, newCvOffset + 8), 8);
			compress(this.keyWords, 0, parentBlock, 0, parentCv, 0, false, 0, 64, this.flags | 4);
			newCv = parentCv;
			newCvOffset = 0;
			totalChunks >>>= 1;
		}
		this.pushCv(newCv, newCvOffset);
	}
	/**
	* Update the hasher with input data.
	*
	* @param input - Data to hash
	* @returns this (for chaining)
	*/
	update(input) {
		let inputOffset = 0;
		let inputLen = input.length;
		while (inputLen > 0) {
			if (this.chunkState.len() === 1024) {
				const output = this.chunkState.output();
				const chunkCv = this.chunkCv;
				compress(output.inputCv, 0, output.blockWords, 0, chunkCv, 0, false, output.counter, output.blockLen, output.flags);
				const totalChunks = this.chunkState.chunkCounter + 1;
				this.addChunkCv(chunkCv, 0, totalChunks);
				this.chunkState.resetTo(this.keyWords, totalChunks, this.flags);
			}
			const want = CHUNK_LEN - this.chunkState.len();
			const take = Math.min(want, inputLen);
			this.chunkState.update(input, inputOffset, take);
			inputOffset += take;
			inputLen -= take;
		}
		return this;
	}
	/**
	* Get the output parameters (for XOF mode or finalization).
	*/
	finalizeOutput() {
		let output = this.chunkState.output();
		let parentBlock = this.parentBlock;
		let cv = this.finalizeCv;
		if (this.cvStackLen > 0) {
			compress(output.inputCv, 0, output.blockWords, 0, cv, 0, false, output.counter, output.blockLen, output.flags);
			while (this.cvStackLen > 0) {
				this.cvStackLen--;
				parentBlock.set(this.cvStack.subarray(this.cvStackLen * 8, (this.cvStackLen + 1) * 8), 0);
				parentBlock.set(cv, 8);
				if (this.cvStackLen > 0) compress(this.keyWords, 0, parentBlock, 0, cv, 0, false, 0, 64, this.flags | 4);
				else return {
					inputCv: this.keyWords,
					blockWords: parentBlock,
					blockLen: 64,
					counter: 0,
					flags: this.flags | 4
				};
			}
		}
		return output;
	}
	/**
	* Finalize the hash and return the result.
	*
	* @param outputLength - Number of bytes to output (default: 32)
	* @returns The hash output
	*/
	finalize(outputLength = 32) {
		const output = this.finalizeOutput();
		const result = new Uint8Array(outputLength);
		if (outputLength <= 64) {
			const outWords = this.outWords;
			compress(output.inputCv, 0, output.blockWords, 0, outWords, 0, outputLength > 32, output.counter, output.blockLen, output.flags | 8);
			if (IS_LITTLE_ENDIAN) {
				const outBytes = new Uint8Array(outWords.buffer);
				result.set(outBytes.subarray(0, outputLength));
			} else writeLittleEndianBytesPartial(outWords, 0, result, 0, outputLength);
		} else {
			const full = this.finalizeXof().read(outputLength);
			result.set(full);
		}
		return result;
	}
	/**
	* Finalize and return an XOF reader for arbitrary-length output.
	*/
	finalizeXof() {
		const output = this.finalizeOutput();
		return new XofReader(new Uint32Array(output.inputCv), new Uint32Array(output.blockWords), output.counter, output.blockLen, output.flags);
	}
};
new Uint8Array([
	102,
	151,
	245,
	119,
	91,
	149,
	80,
	222,
	49,
	53,
	203,
	172,
	165,
	151,
	24,
	28,
	157,
	228,
	33,
	16,
	155,
	235,
	43,
	88,
	180,
	208,
	176,
	75,
	147,
	173,
	242,
	41
]);
// node_modules/@huggingface/xetchunk-wasm/dist/esm/xorb-hash.js
const BLAKE3_NODE_KEY = new Uint8Array([
	1,
	126,
	197,
	199,
	165,
	71,
	41,
	150,
	253,
	148,
	102,
	102,
	180,
	138,
	2,
	230,
	93,
	221,
	83,
	111,
	55,
	199,
	109,
	210,
	248,
	99,
	82,
	230,
	74,
	83,
	113,
	63
]);
Hasher.newKeyed(BLAKE3_NODE_KEY);
// node_modules/@huggingface/xetchunk-wasm/dist/esm/hash-utils.js
const ZERO_KEY = /* @__PURE__ */ new Uint8Array(32);
const VERIFICATION_KEY = new Uint8Array([
	127,
	24,
	87,
	214,
	206,
	86,
	237,
	102,
	18,
	127,
	249,
	19,
	231,
	165,
	195,
	243,
	164,
	205,
	38,
	213,
	181,
	219,
	73,
	230,
	65,
	36,
	152,
	127,
	40,
	251,
	148,
	195
]);
Hasher.newKeyed(ZERO_KEY);
Hasher.newKeyed(VERIFICATION_KEY);
async function createApiError(response, opts) {
	const error = new HubApiError(response.url, response.status, response.headers.get("X-Request-Id") ?? opts?.requestId);
	error.message = `Api error with status ${error.statusCode}${opts?.message ? `. ${opts.message}` : ""}`;
	const trailer = [`URL: ${error.url}`, error.requestId ? `Request ID: ${error.requestId}` : void 0].filter(Boolean).join(". ");
	if (response.headers.get("Content-Type")?.startsWith("application/json")) {
		const json = await response.json();
		error.message = json.error || json.message || error.message;
		if (json.error_description) error.message = error.message ? error.message + `: ${json.error_description}` : json.error_description;
		error.data = json;
	} else error.data = { message: await response.text() };
	error.message += `. ${trailer}`;
	throw error;
}
var HubApiError = class extends Error {
	statusCode;
	url;
	requestId;
	data;
	constructor(url, statusCode, requestId, message) {
		super(message);
		this.statusCode = statusCode;
		this.requestId = requestId;
		this.url = url;
	}
};
function checkAccessToken(accessToken) {
	if (!accessToken.startsWith("hf_")) throw new TypeError("Your access token must start with 'hf_'");
}
function checkCredentials(params) {
	if (params.accessToken) {
		checkAccessToken(params.accessToken);
		return params.accessToken;
	}
	if (params.credentials?.accessToken) {
		checkAccessToken(params.credentials.accessToken);
		return params.credentials.accessToken;
	}
}
function toRepoId(repo) {
	if (typeof repo !== "string") return repo;
	if (repo.startsWith("model/") || repo.startsWith("models/")) throw new TypeError("A repo designation for a model should not start with 'models/', directly specify the model namespace / name");
	if (repo.startsWith("space/")) throw new TypeError("Spaces should start with 'spaces/', plural, not 'space/'");
	if (repo.startsWith("dataset/")) throw new TypeError("Datasets should start with 'datasets/', plural, not 'dataset/'");
	if (repo.startsWith("bucket/")) throw new TypeError("Buckets should start with 'buckets/', plural, not 'bucket/'");
	if (repo.startsWith("kernel/")) throw new TypeError("Kernels should start with 'kernels/', plural, not 'kernel/'");
	const slashes = repo.split("/").length - 1;
	if (repo.startsWith("spaces/")) {
		if (slashes !== 2) throw new TypeError("Space Id must include namespace and name of the space");
		return {
			type: "space",
			name: repo.slice(7)
		};
	}
	if (repo.startsWith("datasets/")) {
		if (slashes > 2) throw new TypeError("Too many slashes in repo designation: " + repo);
		return {
			type: "dataset",
			name: repo.slice(9)
		};
	}
	if (repo.startsWith("buckets/")) {
		if (slashes !== 2) throw new TypeError("Bucket Id must include namespace and name of the bucket");
		return {
			type: "bucket",
			name: repo.slice(8)
		};
	}
	if (repo.startsWith("kernels/")) {
		if (slashes !== 2) throw new TypeError("Kernel Id must include namespace and name of the kernel");
		return {
			type: "kernel",
			name: repo.slice(8)
		};
	}
	if (slashes > 1) throw new TypeError("Too many slashes in repo designation: " + repo);
	return {
		type: "model",
		name: repo
	};
}
var isBrowser = typeof window !== "undefined" && typeof window.document !== "undefined";
var isWebWorker = typeof self === "object" && self.constructor && self.constructor.name === "DedicatedWorkerGlobalScope";
var isFrontend = !(!isBrowser && !isWebWorker);
new Promise((r) => {});
var hashSize = 65536;
makeBuffer(5 << 20);
makeHashTable();
function makeHashTable() {
	try {
		return new Uint32Array(hashSize);
	} catch (error) {
		const hashTable2 = new Array(hashSize);
		for (let i = 0; i < hashSize; i++) hashTable2[i] = 0;
		return hashTable2;
	}
}
function makeBuffer(size) {
	return new Uint8Array(size);
}
var textEncoder = new TextEncoder();
textEncoder.encode("\r\n");
textEncoder.encode("\r\n\r\n");
function hasH2Fetch(versions = typeof process !== "undefined" ? process.versions : void 0, frontend = isFrontend) {
	if (frontend || !versions?.undici || versions.bun) return false;
	return Number(versions.undici.split(".")[0]) >= 8;
}
hasH2Fetch();
"ff".repeat(32);
new Uint8Array([
	"H".charCodeAt(0),
	"F".charCodeAt(0),
	"R".charCodeAt(0),
	"e".charCodeAt(0),
	"p".charCodeAt(0),
	"o".charCodeAt(0),
	"M".charCodeAt(0),
	"e".charCodeAt(0),
	"t".charCodeAt(0),
	"a".charCodeAt(0),
	"D".charCodeAt(0),
	"a".charCodeAt(0),
	"t".charCodeAt(0),
	"a".charCodeAt(0),
	0,
	85,
	105,
	103,
	69,
	106,
	123,
	129,
	87,
	131,
	165,
	189,
	217,
	92,
	205,
	209,
	74,
	169
]);
function parseLinkHeader(header) {
	return Object.fromEntries([...header.matchAll(/<(https?:[/][/][^>]+)>;\s+rel="([^"]+)"/g)].map(([, url, rel]) => [rel, url]));
}
async function* listFiles(params) {
	const accessToken = checkCredentials(params);
	const repoId = toRepoId(params.repo);
	const revision = repoId.type === "bucket" ? void 0 : params.revision || "main";
	let url = `${params.hubUrl || "https://huggingface.co"}/api/${repoId.type}s/${repoId.name}/tree${revision ? `/${revision}` : ""}${params.path ? "/" + params.path : ""}?recursive=${!!params.recursive}&expand=${!!params.expand}`;
	while (url) {
		const res = await (params.fetch ?? fetch)(url, { headers: {
			accept: "application/json",
			...accessToken ? { Authorization: `Bearer ${accessToken}` } : void 0
		} });
		if (!res.ok) throw await createApiError(res);
		const items = await res.json();
		for (const item of items) yield item;
		const linkHeader = res.headers.get("Link");
		url = linkHeader ? parseLinkHeader(linkHeader).next : void 0;
	}
}
function normalizeInferenceProviderMapping(hfModelId, inferenceProviderMapping) {
	if (!inferenceProviderMapping) return [];
	if (Array.isArray(inferenceProviderMapping)) return inferenceProviderMapping.map((entry) => ({
		...entry,
		hfModelId
	}));
	return Object.entries(inferenceProviderMapping).map(([provider, mapping]) => ({
		provider,
		hfModelId,
		providerId: mapping.providerId,
		status: mapping.status,
		task: mapping.task
	}));
}
var MODEL_EXPAND_KEYS = [
	"pipeline_tag",
	"private",
	"gated",
	"downloads",
	"likes",
	"lastModified"
];
var MODEL_DERIVED_FIELD_TO_API_KEY = { filePaths: "siblings" };
async function modelInfo(params) {
	const accessToken = params && checkCredentials(params);
	const additionalExpandKeys = params?.additionalFields?.map((field) => MODEL_DERIVED_FIELD_TO_API_KEY[field] ?? field) ?? [];
	const search = new URLSearchParams([...MODEL_EXPAND_KEYS.map((val) => ["expand", val]), ...additionalExpandKeys.map((val) => ["expand", val])]).toString();
	const response = await (params.fetch || fetch)(`${params?.hubUrl || "https://huggingface.co"}/api/models/${params.name}/revision/${encodeURIComponent(params.revision ?? "HEAD")}?${search.toString()}`, { headers: { ...accessToken ? { Authorization: `Bearer ${accessToken}` } : {} } });
	if (!response.ok) throw await createApiError(response);
	const data = await response.json();
	const additional = {};
	if (params?.additionalFields) for (const field of params.additionalFields) if (field === "filePaths") additional.filePaths = (data.siblings ?? []).map((s) => s.rfilename);
	else if (field === "inferenceProviderMapping" && data.inferenceProviderMapping) additional.inferenceProviderMapping = normalizeInferenceProviderMapping(data.id, data.inferenceProviderMapping);
	else additional[field] = data[field];
	return {
		...additional,
		id: data._id,
		name: data.id,
		private: data.private,
		task: data.pipeline_tag,
		downloads: data.downloads,
		gated: data.gated,
		likes: data.likes,
		updatedAt: new Date(data.lastModified)
	};
}
var DIFFUSERS_SAFETENSORS_FILE = "diffusion_pytorch_model.safetensors";
var DIFFUSERS_SAFETENSORS_INDEX_FILE = "diffusion_pytorch_model.safetensors.index.json";
[...["transformer", "unet"].map((folder) => ({
	single: `${folder}/${DIFFUSERS_SAFETENSORS_FILE}`,
	index: `${folder}/${DIFFUSERS_SAFETENSORS_INDEX_FILE}`
}))];
// src/packs/hub.ts
/**
* What a repository of the Hugging Face Hub holds at a revision. (The only file that imports @huggingface/hub.)
*
* In: a name and a revision. Out: the commit, the licence, and each file with its size and digest. Downloads no
* file: the package's own way into a cache folder writes from the first byte on each time it is called
* (`createWriteStream` without an offset), which is no way to get three gigabytes; see download.ts.
*/
const COMMIT = /^[0-9a-f]{40}$/;
const MAX_FILES = 1e4;
/** Asks the Hub. Throws ModelError, also for an answer of another kind, such as the login page of a network. */
async function readRepository(name, request) {
	try {
		return await askRepository(name, request);
	} catch (error) {
		if (error instanceof ModelError) throw error;
		const reason = error.message.replaceAll(/\p{Cc}/gu, "�");
		throw strange(name, `its answer cannot be read (${reason})`, error);
	}
}
async function askRepository(name, { revision = "main", ...request }) {
	const asked = {
		repository: name,
		revision
	};
	const options = {
		hubUrl: request.settings.url,
		fetch: (url) => withRetries(asked, request, () => readAnswer(String(url), request))
	};
	const { sha, cardData } = await modelInfo({
		name,
		revision,
		additionalFields: ["sha", "cardData"],
		...options
	});
	const commit = checkCommit(sha, name, revision);
	const files = [];
	for await (const entry of listFiles({
		repo: name,
		revision: commit,
		recursive: true,
		...options
	})) {
		if (entry.type !== "file") continue;
		const { path, size: bytes, lfs, oid } = entry;
		const blob = lfs === void 0 ? oid ?? null : null;
		files.push({
			repository: name,
			commit,
			path,
			bytes: lfs?.size ?? bytes,
			sha256: lfs?.oid ?? null,
			blob
		});
		if (files.length > MAX_FILES) throw strange(name, `it lists more than ${MAX_FILES} files`);
	}
	return {
		name,
		commit,
		license: licenseOf(cardData),
		files: files.map(checkFile)
	};
}
function checkCommit(sha, name, revision) {
	if (typeof sha !== "string" || !COMMIT.test(sha)) throw strange(name, `it names no commit for ${revision}`);
	if (!COMMIT.test(revision) || revision === sha) return sha;
	throw strange(name, `asked for commit ${revision} it answers with ${sha}`);
}
/** Sizes and digests decide what is written to disk, so they must be some. */
function checkFile(file) {
	const { repository, path, bytes, sha256, blob } = file;
	if (typeof path === "string" && Number.isSafeInteger(bytes) && bytes >= 0 && (sha256 === null || /^[0-9a-f]{64}$/.test(sha256)) && (blob === null || COMMIT.test(blob))) return file;
	throw strange(repository, `it gives ${JSON.stringify(path)} the size ${bytes} and the digest ${sha256 ?? blob}`);
}
function licenseOf(card) {
	const { license, license_name: name } = card ?? {};
	const found = license === "other" && typeof name === "string" ? name : license;
	const text = Array.isArray(found) ? found.join(", ") : found;
	return typeof text === "string" && /^[\w .,+()/-]{1,100}$/.test(text) ? text : null;
}
const strange = (name, found, cause) => new ModelError(`Cannot use what the Hub says about ${name}: ${found}.\nIs HF_ENDPOINT a Hugging Face Hub, and does nothing on the way answer for it?`, { cause });
// src/packs/sources.ts
/**
* The published files of a pack: at which revision, which of them, and that they are the ones that are pinned.
*
* In: what a pack is made of, pins, the user's wish. Out: the files to get. Asks the Hub, or without a network the
* pins and the Hub's own cache. Knows nothing about downloading.
*/
/** Throws UsageError without a network when nothing is known, ModelError when the Hub fails or has other files. */
async function chooseSources(pack, options) {
	const { hypernetwork } = pack;
	return [
		await choose(pack.baseModel, {
			role: "base-model",
			select: modelFiles,
			lacks: missingOfModel
		}, options),
		await choose(pack.encoder, {
			role: "encoder",
			select: modelFiles,
			lacks: missingOfModel
		}, options),
		await choose(hypernetwork, {
			role: "hypernetwork",
			select: (paths) => paths.filter((path) => path === hypernetwork.file || path === "LICENSE"),
			lacks: (paths) => paths.includes(hypernetwork.file) ? void 0 : hypernetwork.file
		}, options)
	];
}
/** Throws UsageError when the user names a revision of something that is no part of the pack. */
function checkRevisions({ baseModel, encoder, hypernetwork }, revisions) {
	const known = [
		baseModel,
		encoder,
		hypernetwork
	].map(({ repository }) => repository);
	const unknown = Object.keys(revisions).find((name) => !known.includes(name));
	if (unknown === void 0) return;
	throw new UsageError(`--revision names ${unknown}, which is no part of the pack.\nExpected one of: ${known.join(", ")}.`);
}
async function choose(source, { role, select, lacks }, options) {
	const { repository, digests } = source;
	const asked = options.revisions[repository];
	const pinned = asked === void 0 ? options.pins?.repositories[repository] : void 0;
	const revision = asked ?? source.revision ?? pinned?.commit;
	const fixedBy = asked ? "user" : source.revision ? "source" : pinned ? "pin" : "first-use";
	const { commit, license, files } = await read(repository, {
		...options,
		revision,
		pinned
	});
	const wanted = new Set(select(files.map(({ path }) => path)));
	const chosen = files.filter(({ path }) => wanted.has(path));
	const missing = lacks([...wanted]);
	if (missing !== void 0) throw incomplete({
		repository,
		commit,
		file: missing
	}, options.settings);
	for (const file of chosen) {
		if (asked === void 0 && digests[file.path]) requireDigest(file, digests[file.path]);
		if (pinned?.commit === commit) requirePinned(pinned, {
			name: repository,
			path: file.path,
			found: file
		});
	}
	const known = pinned?.commit === commit ? pinned : void 0;
	return {
		role,
		repository,
		commit,
		license: license ?? known?.license ?? null,
		fixedBy,
		files: chosen.map((file) => withDigest(file, known, asked === void 0 ? digests : {}))
	};
}
/** Found before gigabytes are downloaded. */
function incomplete({ repository, commit, file }, { isOffline, cacheFolder }) {
	const [place, advice] = isOffline ? [`what ${cacheFolder} has of it`, "Run the command once with a network (without --offline and HF_HUB_OFFLINE)"] : ["it", "Name another revision with --revision, or update code2lora"];
	return new ModelError(`Cannot use ${repository} at ${commit.slice(0, 12)}: ${place} lacks ${file}.\n${advice}.`);
}
/** Small files have no sha256 on the Hub; a pin or the code may know it. */
function withDigest(file, pinned, digests) {
	return {
		...file,
		sha256: file.sha256 ?? pinned?.files[file.path]?.sha256 ?? digests[file.path] ?? null
	};
}
async function read(name, { settings, network, revision, pinned }) {
	if (!settings.isOffline) return await readRepository(name, {
		settings,
		network,
		revision
	});
	if (pinned !== void 0 && (revision === void 0 || revision === pinned.commit)) return fromPins(name, pinned);
	const cached = readCachedRepository(name, {
		revision,
		cacheFolder: settings.cacheFolder
	});
	if (cached !== void 0) return cached;
	throw new UsageError(`Cannot get ${name}${revision ? ` at ${revision}` : ""} offline: it was not pulled before, and it is not in ${settings.cacheFolder}.\nRun the command once with a network (without --offline and HF_HUB_OFFLINE), or bring the files here and use "code2lora models import".`);
}
function fromPins(name, { commit, license, files }) {
	return {
		name,
		commit,
		license,
		files: Object.entries(files).map(([path, { bytes, sha256 }]) => ({
			repository: name,
			commit,
			path,
			bytes,
			sha256,
			blob: null
		}))
	};
}
function requireDigest({ repository, commit, path, sha256 }, expected) {
	if (sha256 === null || sha256 === expected) return;
	throw new ModelError(`Cannot use ${path} of ${repository} at ${commit.slice(0, 12)}: its sha256 is ${sha256}, this version of code2lora expects ${expected}.\nIs HF_ENDPOINT an honest mirror? To use the file all the same, name the revision with --revision.`);
}
// src/packs/pull.ts
/**
* The story of a pull: the published files, once, into a pack that is checked.
*
*   revisions and digests → which files are here, is there room → the rest → pins → build
*
* In: what the pack is made of. Out: a pack. Hold the lock of the home: two pulls would write the same files. A pull
* that is killed leaves what it has of each file; the next one goes on from there.
*/
/** Throws UsageError, ModelError; see the parts. */
async function pullPack(official, options) {
	checkRevisions(official, options.revisions ?? {});
	const there = findPulled(official, options);
	if (there !== void 0) return {
		pack: there,
		wasThere: true,
		downloadedBytes: 0
	};
	const { home, precision, revisions = {} } = options;
	const pins = readPins(home, official.name);
	const sources = await chooseSources(official, {
		...options,
		pins,
		revisions
	});
	const commits = Object.fromEntries(sources.map(({ repository, commit }) => [repository, commit]));
	const same = findPulled(official, {
		...options,
		revisions: commits
	});
	if (same !== void 0) return {
		pack: same,
		wasThere: true,
		downloadedBytes: 0
	};
	const plan = planPull(sources, {
		name: official.name,
		precision,
		home,
		cacheFolder: options.settings.cacheFolder
	});
	options.onPlan?.(plan);
	requireSpace(home.root, {
		bytes: plan.diskBytes,
		purpose: `pull ${official.name} in ${precision}`
	});
	const fetched = await fetchAll(sources.flatMap(({ files }) => files), options);
	const found = pinsOf(sources, fetched, pins);
	checkPins(sources, found, {
		pins,
		revisions
	});
	const pack = await build(official, {
		sources,
		fetched,
		pins: found,
		options
	});
	writePins(home, official.name, found);
	for (const { path, isPart } of fetched.values()) if (isPart) removePart(path);
	return {
		pack,
		wasThere: false,
		downloadedBytes: plan.downloadBytes
	};
}
/** The pack, when it is there in this precision and from the revisions that are wanted. */
function findPulled(official, { home, precision, revisions = {} }) {
	const dir = cachedPackFolder(home, official.name);
	if (dir === void 0) return void 0;
	try {
		const pack = openModelPack(dir);
		const pins = readSources(pack);
		const { baseModel, encoder, hypernetwork } = official;
		return [
			baseModel,
			encoder,
			hypernetwork
		].every(({ repository, revision }) => {
			const wanted = revisions[repository] ?? revision;
			return wanted === null || pins?.repositories[repository]?.commit === wanted;
		}) && pack.manifest.precision.baseModel === precision ? pack : void 0;
	} catch (error) {
		if (error instanceof ModelError) return void 0;
		throw error;
	}
}
const SOURCES_FILE = "sources.json";
/** What a pulled pack says about where its files come from; undefined for one that was not pulled. */
function readSources({ manifest, path }) {
	if (!Object.hasOwn(manifest.files, "sources.json")) return void 0;
	return parsePins(readFileSync(path(SOURCES_FILE), "utf8"), path(SOURCES_FILE));
}
function pinsOf(sources, fetched, before) {
	const repositories = Object.fromEntries(sources.map(({ repository, commit, license, files }) => {
		const entries = files.map((file) => [file.path, {
			bytes: file.bytes,
			sha256: fetched.get(file).sha256
		}]);
		return [repository, {
			commit,
			license,
			files: Object.fromEntries(entries)
		}];
	}));
	return {
		schema: PINS_SCHEMA,
		repositories: {
			...before?.repositories,
			...repositories
		}
	};
}
/** Once more, now that every file has been hashed: also those for which the Hub gives no sha256. */
function checkPins(sources, found, { pins, revisions }) {
	for (const { repository: name, commit } of sources) {
		const before = pins?.repositories[name];
		if (before?.commit !== commit || revisions[name] !== void 0) continue;
		for (const [path, file] of Object.entries(found.repositories[name]?.files ?? {})) requirePinned(before, {
			name,
			path,
			found: file
		});
	}
}
async function build(official, { sources, fetched, pins, options }) {
	const sha256ByPath = new Map([...fetched.values()].map(({ path, sha256 }) => [path, sha256]));
	const { name, version } = official;
	const license = sources.map(({ repository, license }) => `${repository}: ${license ?? "unknown"}`).join("; ");
	try {
		return await buildPack(name, planReleased({
			name,
			version,
			license
		}, modelsOf(sources, fetched), {
			texts: { [SOURCES_FILE]: pinsText(pins) },
			digestOf: (path) => sha256ByPath.get(path)
		}), options);
	} catch (error) {
		const names = [...fetched].map(([file, { path }]) => [path, `${file.repository}/${file.path}`]);
		throw inSourceNames(error, new Map(names));
	}
}
function modelsOf(sources, fetched) {
	const placesOf = (role) => {
		const files = sources.find((source) => source.role === role)?.files ?? [];
		return new Map(files.map((file) => [file.path, fetched.get(file).path]));
	};
	const [checkpoint] = [...placesOf("hypernetwork")].filter(([name]) => name.endsWith(".pt"));
	return {
		baseModel: modelOf(placesOf("base-model"), "the base model"),
		encoder: modelOf(placesOf("encoder"), "the encoder"),
		checkpoint: named(checkpoint, "the hypernetwork: a .pt file")
	};
}
function modelOf(places, what) {
	const place = (name) => named([name, places.get(name)], `${what}: ${name}`).path;
	const weights = [...places].filter(([name]) => name.endsWith(".safetensors"));
	return {
		config: place("config.json"),
		tokenizer: place("tokenizer.json"),
		weights: [named(weights[0], `${what}: model.safetensors`), ...weights.slice(1).map((entry) => named(entry, what))],
		license: places.get("LICENSE")
	};
}
function named(entry, what) {
	const [name, path] = entry ?? [];
	if (name !== void 0 && path !== void 0) return {
		name,
		path
	};
	throw new ModelError(`Cannot build the pack: the repository lacks a file of ${what}.\nName another revision with --revision, or update code2lora.`);
}
// src/packs/inspect.ts
/**
* A pack in the cache, looked at: what it says about itself, and whether it is still what it was.
*
* In: a folder. Out: facts and problems in words. Throws nothing for a damaged pack: that is what it is asked for.
*/
/** Reads the manifest and looks at the size of each file. */
function describePack({ name, dir: path }) {
	const nothing = {
		version: null,
		license: null,
		precision: null,
		precisionLoss: null,
		bytes: null
	};
	try {
		const { version, license, precision, precisionLoss, files } = openModelPack(path).manifest;
		return {
			name,
			path,
			version,
			license,
			precision,
			precisionLoss,
			bytes: Object.values(files).reduce((sum, file) => sum + file.bytes, 0),
			problem: null
		};
	} catch (error) {
		return {
			name,
			path,
			...nothing,
			problem: reasonOf(error)
		};
	}
}
/** Hashes every file. */
async function verifyPack({ name, dir: path }, { home, onProgress }) {
	try {
		const pack = openModelPack(path);
		const entries = Object.entries(pack.manifest.files);
		const bytes = entries.reduce((sum, [, file]) => sum + file.bytes, 0);
		const count = countBytes(onProgress, {
			stage: "read",
			what: name,
			total: bytes
		});
		const problems = [];
		for (const [file, { sha256, bytes: size }] of entries) {
			const found = await digestFile(pack.path(file), size, count);
			if (found.sha256 !== sha256) problems.push(`${file}: its sha256 is ${found.sha256}, expected ${sha256}`);
		}
		problems.push(...pinProblems(pack, name, home));
		return {
			name,
			path,
			files: entries.length,
			bytes,
			problems
		};
	} catch (error) {
		return {
			name,
			path,
			files: 0,
			bytes: 0,
			problems: [reasonOf(error)]
		};
	}
}
/** What the pack says about its sources must be what the first pull found. */
function pinProblems(pack, name, home) {
	const [own, pinned] = [readSources(pack), readPins(home, name)];
	if (own === void 0 || pinned === void 0) return [];
	return Object.entries(own.repositories).filter(([repository, source]) => !isSame(source, pinned.repositories[repository])).map(([repository]) => `${repository} is not at the revision, or has not the files, of ${home.pins}/${name}.json`);
}
function isSame(a, b) {
	const filesOf = ({ files }) => JSON.stringify(Object.entries(files).sort(([x], [y]) => x < y ? -1 : 1));
	return b !== void 0 && a.commit === b.commit && filesOf(a) === filesOf(b);
}
function reasonOf(error) {
	if (error instanceof ModelError) return error.message;
	const { code, message } = error;
	if (code !== void 0) return message;
	throw error;
}
// src/commands/pack-lock.ts
/** One process at a time changes the cache of model packs: the second one waits, and says so. */
const POLL_MS = 200;
/** A pull of some gigabytes over a slow line takes hours. */
const MAX_WAIT_MS = 432e5;
/** Runs `work` while holding the lock of the cache. Throws UsageError when it cannot be written. */
async function withPackLock(home, { onProgress, maxWaitMs = MAX_WAIT_MS }, work) {
	const path = join(home.root, "lock");
	const begun = Date.now();
	for (;;) try {
		var _usingCtx$1 = _usingCtx();
		if (_usingCtx$1.a(acquire(path)) !== null) return await work();
		const waited = Date.now() - begun;
		const owner = readLock(path)?.owner;
		const who = owner ? `process ${owner.pid}` : "another process";
		if (waited > maxWaitMs) throw new UsageError(`Cannot change the model packs in ${home.root}: ${who} has been doing so for ${Math.round(waited / 1e3)} seconds.\nWait until it is done, or end it; what it has downloaded is kept.`);
		onProgress?.({
			stage: "wait",
			what: who,
			done: waited,
			total: maxWaitMs
		});
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
function acquire(path) {
	try {
		return acquireLockFile(path);
	} catch (error) {
		throw explainWrite(error, path);
	}
}
// src/commands/models.ts
/**
* The model packs of this machine: what there is, getting more, checking them, removing them.
*
* In: names, paths, the environment. Out: results that can be printed. The only commands that download models: every
* other one, and every hook, works with what is here or says which of these to run.
*/
/** Everything that can be named with --model, and what could be pulled. Damaged packs are listed with their problem. */
function listModels(home = packHome()) {
	const cached = cachedPacks(home);
	const isHere = new Set(cached.map(({ name }) => name));
	return {
		schema: "code2lora/models@1",
		home: home.root,
		packs: [...shippedPacks().map((pack) => ({
			...describePack(pack),
			origin: "shipped"
		})), ...cached.map((pack) => ({
			...describePack(pack),
			origin: "cached"
		}))],
		available: OFFICIAL_PACKS.filter(({ name }) => !isHere.has(name)).map(({ name, summary, downloadBytes }) => ({
			name,
			summary,
			downloadBytes
		}))
	};
}
/** Downloads a published pack and builds it. Throws UsageError, ModelError. */
async function pullModel(name, options = {}) {
	const { offline, onPlan, onProgress, onNote, measure = true } = options;
	const official = findOfficial(name, options.packs ?? OFFICIAL_PACKS);
	const home = packHome();
	const precision = parsePrecision(options.precision);
	const revisions = parseRevisions(options.revisions ?? [], official);
	const network = {
		...NETWORK,
		...options.network,
		onPause: (reason, ms) => onNote?.(`${reason}; trying again in ${Math.ceil(ms / 1e3)} s`)
	};
	const asked = {
		home,
		settings: hubSettings(process.env, { offline }),
		network,
		precision,
		measure,
		revisions,
		onPlan,
		onProgress,
		onNote
	};
	const { pack, wasThere, downloadedBytes } = await withPackLock(home, options, () => pullPack(official, asked));
	return {
		schema: "code2lora/models-pull@1",
		pack: describePack({
			name,
			dir: pack.dir
		}),
		outcome: wasThere ? "unchanged" : "pulled",
		downloadedBytes
	};
}
/** Makes a pack of local files. Throws UsageError, ModelError. */
async function importModel(path, options) {
	const name = checkPackName(options.name);
	if ([...shippedPacks(), ...OFFICIAL_PACKS].find((pack) => pack.name === name) !== void 0) throw new UsageError(`"${name}" is the name of a pack of code2lora's own.\nChoose another one with --name.`);
	const home = packHome();
	const precision = parsePrecision(options.precision);
	const { baseModel, encoder, license, onProgress, onNote, measure = true } = options;
	const asked = {
		home,
		name,
		precision,
		measure,
		baseModel,
		encoder,
		license,
		onProgress,
		onNote
	};
	return {
		schema: "code2lora/models-import@1",
		pack: describePack({
			name,
			dir: (await withPackLock(home, options, () => importPack(path, asked))).dir
		})
	};
}
/** Hashes every file of one pack, or of all. Throws UsageError for a name that is not there. */
async function verifyModels(options = {}) {
	const { name, onProgress } = options;
	const home = packHome();
	const all = [...shippedPacks(), ...cachedPacks(home)];
	const wanted = name === void 0 ? all : all.filter((pack) => pack.name === name);
	if (wanted.length === 0) throw notHere(name, home);
	const packs = [];
	for (const pack of wanted) packs.push(await verifyPack(pack, {
		home,
		onProgress
	}));
	return {
		schema: "code2lora/models-verify@1",
		packs
	};
}
/** Removes a pack from the cache, and what it was pinned to. Throws UsageError. */
async function removeModel(name, options = {}) {
	if (shippedPacks().some((pack) => pack.name === name)) throw new UsageError(`"${name}" is a part of the installed package.\nIt goes when the package is uninstalled.`);
	const home = packHome();
	return await withPackLock(home, options, async () => {
		const dir = cachedPackFolder(home, name);
		if (dir === void 0) throw notHere(name, home);
		const { bytes } = describePack({
			name,
			dir
		});
		removePackFolder(home, name);
		if (options.forget) removePins(home, name);
		return {
			schema: "code2lora/models-remove@1",
			name,
			path: dir,
			bytes
		};
	});
}
function shippedPacks() {
	const folder = packageFile("models");
	if (folder === void 0) return [];
	return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => ({
		name,
		dir: `${folder}/${name}`
	}));
}
function findOfficial(name, packs) {
	const found = packs.find((pack) => pack.name === name);
	if (found) return found;
	const known = packs.map((pack) => pack.name).join(", ");
	throw new UsageError(`There is no published model pack "${name}".\nExpected one of: ${known}. Files on this machine: code2lora models import.`);
}
function parsePrecision(text = DEFAULT_PRECISION) {
	const precision = PRECISIONS.find((value) => value === text);
	if (precision) return precision;
	throw new UsageError(`Unknown precision "${text}".\nExpected one of: ${PRECISIONS.join(", ")}.`);
}
/** `owner/name@revision`, or a revision alone: of the repository with the authors' weights. */
function parseRevisions(texts, { hypernetwork }) {
	return Object.fromEntries(texts.map((text) => {
		const [, repository = hypernetwork.repository, revision] = /^(?:([\w.-]+\/[\w.-]+)@)?([\w.-]{1,100})$/.exec(text) ?? [];
		if (revision !== void 0) return [repository, revision];
		throw new UsageError(`"${text}" names no revision.\nExpected owner/name@commit, or a commit.`);
	}));
}
function notHere(name, home) {
	const names = cachedPacks(home).map((pack) => pack.name);
	return new UsageError(`There is no model pack "${name}" in ${home.packs}.\n` + (names.length > 0 ? `There are: ${names.join(", ")}.` : "There is none yet: \"code2lora models pull official\"."));
}
export { importModel, listModels, pullModel, removeModel, verifyModels };
