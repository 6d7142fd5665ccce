import { n as InternalError, t as GitError } from "./errors.js";
import { _ as DEFAULT_PATH_RULES, b as productionPathspecs, v as classifyPath } from "./workspace.js";
import { _ as readFields, d as rangeArguments, g as Splitter, h as shallowError, l as parseCommit, m as shallowBoundary, o as COMMIT_FORMAT } from "./ancestry.js";
// src/git/blobs.ts
/**
* Files at a commit: their list, and their contents through one `git cat-file --batch`.
*
* In: a commit, or the id of a blob. Out: entries, bytes. Knows nothing about languages or tests.
*/
const DEFAULT_MAX_BLOB_BYTES = 4194304;
/** As git looks for a NUL byte: buffer_is_binary in xdiff-interface.c. */
const BINARY_PROBE_BYTES = 8e3;
const LFS_POINTER = "version https://git-lfs.github.com/spec/v1\n";
/** Every file and symbolic link at a commit, in git's order (by bytes); submodules are left out. */
async function listTree(repo, sha) {
	if (repo.isPartial) await fetchTree(repo, sha);
	const entries = [];
	for await (const field of readFields(repo.stream([
		"ls-tree",
		"-r",
		"-z",
		"-l",
		"--full-tree",
		sha
	]))) {
		const match = /^(\d+) blob ([0-9a-f]+) +(\d+)\t([\s\S]+)$/.exec(field);
		if (!match) continue;
		const [, mode = "", blob = "", size = "", path = ""] = match;
		entries.push({
			path,
			blob,
			sizeBytes: Number(size),
			mode
		});
	}
	return entries;
}
/** In a partial clone, git asks the remote for each file on its own, except for a diff: there it asks once. */
async function fetchTree(repo, sha) {
	await repo.bytes([
		"diff-tree",
		"-r",
		"--shortstat",
		"--no-renames",
		repo.emptyTree,
		sha
	]);
}
function isBinary(content) {
	return content.subarray(0, BINARY_PROBE_BYTES).includes(0);
}
function isLfsPointer(content) {
	return content.length < 1024 && content.toString("latin1").startsWith(LFS_POINTER);
}
/**
* Reads blobs, any number at a time, in one git process that ends with the reader:
* `await using blobs = new BlobReader(repo)`.
*/
var BlobReader = class {
	#git;
	#maxBytes;
	#waiting = [];
	#closed;
	constructor(repo, { maxBytes = DEFAULT_MAX_BLOB_BYTES } = {}) {
		this.#maxBytes = maxBytes;
		this.#git = repo.start(["cat-file", "--batch"]);
		this.#answer();
	}
	/**
	* The bytes of a blob; `null` when it has more than `maxBytes`. Throws a GitError when it is not there: the
	* repository is damaged, or the id is not one of its blobs.
	*/
	read(blob) {
		if (this.#closed !== void 0) return Promise.reject(this.#closed);
		if (!/^[0-9a-f]{40,64}$/.test(blob)) return Promise.reject(notThere(blob, "not an object id"));
		return new Promise((resolve, reject) => {
			this.#waiting.push({
				resolve,
				reject
			});
			this.#git.stdin.write(`${blob}\n`);
		});
	}
	async [Symbol.asyncDispose]() {
		this.#closed ??= new GitError(["cat-file"], "the blob reader is closed");
		this.#git.stdin.end();
		this.#git.kill();
		await this.#git.ended.catch(() => {});
	}
	async #answer() {
		const input = new ByteReader(this.#git.stdout);
		try {
			for (let header = await input.line(); header !== null; header = await input.line()) await this.#answerOne(header, input);
			await this.#git.ended;
			throw new GitError(["cat-file"], "it ended before every blob was read");
		} catch (error) {
			this.#closed ??= error;
			for (const request of this.#waiting.splice(0)) request.reject(this.#closed);
		}
	}
	/** `<id> blob <size>\n<bytes>\n`, or `<id> missing\n`. */
	async #answerOne(header, input) {
		const [id = "", type = "", size = ""] = header.split(" ");
		const bytes = Number(size);
		const content = size === "" ? null : await input.bytes(bytes, { keep: type === "blob" && bytes <= this.#maxBytes });
		if (size !== "") await input.bytes(1, { keep: false });
		const request = this.#waiting.shift();
		if (type === "blob") request?.resolve(content);
		else request?.reject(notThere(id, size === "" ? "not in the repository" : `a ${type}, not a blob`));
	}
};
function notThere(blob, found) {
	return new GitError(["cat-file"], `blob ${blob} is ${found}; run "git fsck" if it should be there`);
}
/** Takes lines and counted bytes off a stream. */
var ByteReader = class {
	#chunks;
	#buffer = Buffer.alloc(0);
	constructor(stream) {
		this.#chunks = stream[Symbol.asyncIterator]();
	}
	/** Without its newline; `null` at the end. */
	async line() {
		for (let end = this.#buffer.indexOf(10);; end = this.#buffer.indexOf(10)) {
			if (end >= 0) return this.#cut(end + 1).toString("latin1", 0, end);
			const chunk = await this.#next();
			if (chunk === null) return null;
			this.#buffer = Buffer.concat([this.#buffer, chunk]);
		}
	}
	/** `null` when not kept: then they never pile up. */
	async bytes(count, { keep }) {
		const parts = [];
		for (let left = count; left > 0;) {
			if (this.#buffer.length === 0) this.#buffer = await this.#next() ?? tooShort();
			const part = this.#cut(Math.min(left, this.#buffer.length));
			left -= part.length;
			if (keep) parts.push(part);
		}
		return keep ? Buffer.concat(parts) : null;
	}
	#cut(count) {
		const part = this.#buffer.subarray(0, count);
		this.#buffer = this.#buffer.subarray(count);
		return part;
	}
	async #next() {
		const { value, done } = await this.#chunks.next();
		return done ? null : value;
	}
};
function tooShort() {
	throw new GitError(["cat-file"], "its output ended in the middle of a blob");
}
/** For anything that compares two trees. */
const TREE_DIFF_ARGUMENTS = [
	"-r",
	"--find-renames=50%",
	`-l1000`,
	"--no-rename-empty",
	"-O/dev/null",
	"--no-relative",
	"--no-abbrev",
	"--no-color"
];
/** For a diff as text. */
function patchArguments(contextLines) {
	return [
		"-p",
		...TREE_DIFF_ARGUMENTS,
		`-U${contextLines}`,
		"--inter-hunk-context=0",
		"--diff-algorithm=myers",
		"--indent-heuristic",
		"--no-ext-diff",
		"--no-textconv",
		"--text",
		"--ignore-cr-at-eol",
		"--src-prefix=a/",
		"--dst-prefix=b/",
		"--ignore-submodules=all",
		"--submodule=short",
		"--ws-error-highlight=none",
		"--no-color-moved",
		"--output-indicator-new=+",
		"--output-indicator-old=-",
		"--output-indicator-context= "
	];
}
// node_modules/diff/libesm/diff/base.js
var Diff = class {
	diff(oldStr, newStr, options = {}) {
		let callback;
		if (typeof options === "function") {
			callback = options;
			options = {};
		} else if ("callback" in options) callback = options.callback;
		const oldString = this.castInput(oldStr, options);
		const newString = this.castInput(newStr, options);
		const oldTokens = this.removeEmpty(this.tokenize(oldString, options));
		const newTokens = this.removeEmpty(this.tokenize(newString, options));
		return this.diffWithOptionsObj(oldTokens, newTokens, options, callback);
	}
	diffWithOptionsObj(oldTokens, newTokens, options, callback) {
		var _a;
		const done = (value) => {
			value = this.postProcess(value, options);
			if (callback) {
				setTimeout(function() {
					callback(value);
				}, 0);
				return;
			} else return value;
		};
		const newLen = newTokens.length, oldLen = oldTokens.length;
		let editLength = 1;
		let maxEditLength = newLen + oldLen;
		if (options.maxEditLength != null) maxEditLength = Math.min(maxEditLength, options.maxEditLength);
		const maxExecutionTime = (_a = options.timeout) !== null && _a !== void 0 ? _a : 1e400;
		const abortAfterTimestamp = Date.now() + maxExecutionTime;
		const bestPath = [{
			oldPos: -1,
			lastComponent: void 0
		}];
		let newPos = this.extractCommon(bestPath[0], newTokens, oldTokens, 0, options);
		if (bestPath[0].oldPos + 1 >= oldLen && newPos + 1 >= newLen) return done(this.buildValues(bestPath[0].lastComponent, newTokens, oldTokens));
		let minDiagonalToConsider = -1e400, maxDiagonalToConsider = 1e400;
		const execEditLength = () => {
			for (let diagonalPath = Math.max(minDiagonalToConsider, -editLength); diagonalPath <= Math.min(maxDiagonalToConsider, editLength); diagonalPath += 2) {
				let basePath;
				const removePath = bestPath[diagonalPath - 1], addPath = bestPath[diagonalPath + 1];
				if (removePath) bestPath[diagonalPath - 1] = void 0;
				let canAdd = false;
				if (addPath) {
					const addPathNewPos = addPath.oldPos - diagonalPath;
					canAdd = addPath && 0 <= addPathNewPos && addPathNewPos < newLen;
				}
				const canRemove = removePath && removePath.oldPos + 1 < oldLen;
				if (!canAdd && !canRemove) {
					bestPath[diagonalPath] = void 0;
					continue;
				}
				if (!canRemove || canAdd && removePath.oldPos < addPath.oldPos) basePath = this.addToPath(addPath, true, false, 0, options);
				else basePath = this.addToPath(removePath, false, true, 1, options);
				newPos = this.extractCommon(basePath, newTokens, oldTokens, diagonalPath, options);
				if (basePath.oldPos + 1 >= oldLen && newPos + 1 >= newLen) return done(this.buildValues(basePath.lastComponent, newTokens, oldTokens)) || true;
				else {
					bestPath[diagonalPath] = basePath;
					if (basePath.oldPos + 1 >= oldLen) maxDiagonalToConsider = Math.min(maxDiagonalToConsider, diagonalPath - 1);
					if (newPos + 1 >= newLen) minDiagonalToConsider = Math.max(minDiagonalToConsider, diagonalPath + 1);
				}
			}
			editLength++;
		};
		if (callback) (function exec() {
			setTimeout(function() {
				if (editLength > maxEditLength || Date.now() > abortAfterTimestamp) return callback(void 0);
				if (!execEditLength()) exec();
			}, 0);
		})();
		else while (editLength <= maxEditLength && Date.now() <= abortAfterTimestamp) {
			const ret = execEditLength();
			if (ret) return ret;
		}
	}
	addToPath(path, added, removed, oldPosInc, options) {
		const last = path.lastComponent;
		if (last && !options.oneChangePerToken && last.added === added && last.removed === removed) return {
			oldPos: path.oldPos + oldPosInc,
			lastComponent: {
				count: last.count + 1,
				added,
				removed,
				previousComponent: last.previousComponent
			}
		};
		else return {
			oldPos: path.oldPos + oldPosInc,
			lastComponent: {
				count: 1,
				added,
				removed,
				previousComponent: last
			}
		};
	}
	extractCommon(basePath, newTokens, oldTokens, diagonalPath, options) {
		const newLen = newTokens.length, oldLen = oldTokens.length;
		let oldPos = basePath.oldPos, newPos = oldPos - diagonalPath, commonCount = 0;
		while (newPos + 1 < newLen && oldPos + 1 < oldLen && this.equals(oldTokens[oldPos + 1], newTokens[newPos + 1], options)) {
			newPos++;
			oldPos++;
			commonCount++;
			if (options.oneChangePerToken) basePath.lastComponent = {
				count: 1,
				previousComponent: basePath.lastComponent,
				added: false,
				removed: false
			};
		}
		if (commonCount && !options.oneChangePerToken) basePath.lastComponent = {
			count: commonCount,
			previousComponent: basePath.lastComponent,
			added: false,
			removed: false
		};
		basePath.oldPos = oldPos;
		return newPos;
	}
	equals(left, right, options) {
		if (options.comparator) return options.comparator(left, right);
		else return left === right || !!options.ignoreCase && left.toLowerCase() === right.toLowerCase();
	}
	removeEmpty(array) {
		const ret = [];
		for (let i = 0; i < array.length; i++) if (array[i]) ret.push(array[i]);
		return ret;
	}
	castInput(value, options) {
		return value;
	}
	tokenize(value, options) {
		return Array.from(value);
	}
	join(chars) {
		return chars.join("");
	}
	postProcess(changeObjects, options) {
		return changeObjects;
	}
	get useLongestToken() {
		return false;
	}
	buildValues(lastComponent, newTokens, oldTokens) {
		const components = [];
		let nextComponent;
		while (lastComponent) {
			components.push(lastComponent);
			nextComponent = lastComponent.previousComponent;
			delete lastComponent.previousComponent;
			lastComponent = nextComponent;
		}
		components.reverse();
		const componentLen = components.length;
		let componentPos = 0, newPos = 0, oldPos = 0;
		for (; componentPos < componentLen; componentPos++) {
			const component = components[componentPos];
			if (!component.removed) {
				if (!component.added && this.useLongestToken) {
					let value = newTokens.slice(newPos, newPos + component.count);
					value = value.map(function(value, i) {
						const oldValue = oldTokens[oldPos + i];
						return oldValue.length > value.length ? oldValue : value;
					});
					component.value = this.join(value);
				} else component.value = this.join(newTokens.slice(newPos, newPos + component.count));
				newPos += component.count;
				if (!component.added) oldPos += component.count;
			} else {
				component.value = this.join(oldTokens.slice(oldPos, oldPos + component.count));
				oldPos += component.count;
			}
		}
		return components;
	}
};
// node_modules/diff/libesm/diff/character.js
var CharacterDiff = class extends Diff {};
new CharacterDiff();
// node_modules/diff/libesm/util/string.js
function longestCommonPrefix(str1, str2) {
	let i = 0;
	for (; i < str1.length && i < str2.length; i++) if (str1[i] != str2[i]) return str1.slice(0, i);
	return str1.slice(0, i);
}
function longestCommonSuffix(str1, str2) {
	let i;
	if (!str1 || !str2 || str1[str1.length - 1] != str2[str2.length - 1]) return "";
	for (i = 0; i < str1.length && i < str2.length; i++) if (str1[str1.length - (i + 1)] != str2[str2.length - (i + 1)]) return str1.slice(-i);
	return str1.slice(-i);
}
function replacePrefix(string, oldPrefix, newPrefix) {
	if (string.slice(0, oldPrefix.length) != oldPrefix) throw Error(`string ${JSON.stringify(string)} doesn't start with prefix ${JSON.stringify(oldPrefix)}; this is a bug`);
	return newPrefix + string.slice(oldPrefix.length);
}
function replaceSuffix(string, oldSuffix, newSuffix) {
	if (!oldSuffix) return string + newSuffix;
	if (string.slice(-oldSuffix.length) != oldSuffix) throw Error(`string ${JSON.stringify(string)} doesn't end with suffix ${JSON.stringify(oldSuffix)}; this is a bug`);
	return string.slice(0, -oldSuffix.length) + newSuffix;
}
function removePrefix(string, oldPrefix) {
	return replacePrefix(string, oldPrefix, "");
}
function removeSuffix(string, oldSuffix) {
	return replaceSuffix(string, oldSuffix, "");
}
function maximumOverlap(string1, string2) {
	return string2.slice(0, overlapCount(string1, string2));
}
function overlapCount(a, b) {
	let startA = 0;
	if (a.length > b.length) startA = a.length - b.length;
	let endB = b.length;
	if (a.length < b.length) endB = a.length;
	const map = Array(endB);
	let k = 0;
	map[0] = 0;
	for (let j = 1; j < endB; j++) {
		if (b[j] == b[k]) map[j] = map[k];
		else map[j] = k;
		while (k > 0 && b[j] != b[k]) k = map[k];
		if (b[j] == b[k]) k++;
	}
	k = 0;
	for (let i = startA; i < a.length; i++) {
		while (k > 0 && a[i] != b[k]) k = map[k];
		if (a[i] == b[k]) k++;
	}
	return k;
}
/**
* Split a string into segments using a word segmenter, merging consecutive
* segments if they are both whitespace segments. Whitespace segments can
* appear adjacent to one another for two reasons:
* - newlines always get their own segment
* - where a diacritic is attached to a whitespace character in the text, the
*   segment ends after the diacritic, so e.g. " \u0300 " becomes two segments.
* This function therefore runs the segmenter's .segment() method and then
* merges consecutive segments of whitespace into a single part.
*/
function segment(string, segmenter) {
	const parts = [];
	for (const segmentObj of Array.from(segmenter.segment(string))) {
		const segment = segmentObj.segment;
		if (parts.length && /\s/.test(parts[parts.length - 1]) && /\s/.test(segment)) parts[parts.length - 1] += segment;
		else parts.push(segment);
	}
	return parts;
}
function trailingWs(string, segmenter) {
	if (segmenter) return leadingAndTrailingWs(string, segmenter)[1];
	let i;
	for (i = string.length - 1; i >= 0; i--) if (!string[i].match(/\s/)) break;
	return string.substring(i + 1);
}
function leadingWs(string, segmenter) {
	if (segmenter) return leadingAndTrailingWs(string, segmenter)[0];
	const match = string.match(/^\s*/);
	return match ? match[0] : "";
}
function leadingAndTrailingWs(string, segmenter) {
	if (!segmenter) return [leadingWs(string), trailingWs(string)];
	if (segmenter.resolvedOptions().granularity != "word") throw new Error("The segmenter passed must have a granularity of \"word\"");
	const segments = segment(string, segmenter);
	const firstSeg = segments[0];
	const lastSeg = segments[segments.length - 1];
	return [/\s/.test(firstSeg) ? firstSeg : "", /\s/.test(lastSeg) ? lastSeg : ""];
}
// node_modules/diff/libesm/diff/word.js
const extendedWordChars = "a-zA-Z0-9_\\u{AD}\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2C6}\\u{2C8}-\\u{2D7}\\u{2DE}-\\u{2FF}\\u{1E00}-\\u{1EFF}";
const tokenizeIncludingWhitespace = new RegExp(`[${extendedWordChars}]+|\\s+|[^${extendedWordChars}]`, "ug");
var WordDiff = class extends Diff {
	equals(left, right, options) {
		if (options.ignoreCase) {
			left = left.toLowerCase();
			right = right.toLowerCase();
		}
		return left.trim() === right.trim();
	}
	tokenize(value, options = {}) {
		let parts;
		if (options.intlSegmenter) {
			const segmenter = options.intlSegmenter;
			if (segmenter.resolvedOptions().granularity != "word") throw new Error("The segmenter passed must have a granularity of \"word\"");
			parts = segment(value, segmenter);
		} else parts = value.match(tokenizeIncludingWhitespace) || [];
		const tokens = [];
		let prevPart = null;
		parts.forEach((part) => {
			if (/\s/.test(part)) {
				if (prevPart == null) tokens.push(part);
				else tokens.push(tokens.pop() + part);
			} else if (prevPart != null && /\s/.test(prevPart)) {
				if (tokens[tokens.length - 1] == prevPart) tokens.push(tokens.pop() + part);
				else tokens.push(prevPart + part);
			} else tokens.push(part);
			prevPart = part;
		});
		return tokens;
	}
	join(tokens) {
		return tokens.map((token, i) => {
			if (i == 0) return token;
			else return token.replace(/^\s+/, "");
		}).join("");
	}
	postProcess(changes, options) {
		if (!changes || options.oneChangePerToken) return changes;
		let lastKeep = null;
		let insertion = null;
		let deletion = null;
		changes.forEach((change) => {
			if (change.added) insertion = change;
			else if (change.removed) deletion = change;
			else {
				if (insertion || deletion) dedupeWhitespaceInChangeObjects(lastKeep, deletion, insertion, change, options.intlSegmenter);
				lastKeep = change;
				insertion = null;
				deletion = null;
			}
		});
		if (insertion || deletion) dedupeWhitespaceInChangeObjects(lastKeep, deletion, insertion, null, options.intlSegmenter);
		return changes;
	}
};
new WordDiff();
function dedupeWhitespaceInChangeObjects(startKeep, deletion, insertion, endKeep, segmenter) {
	if (deletion && insertion) {
		const [oldWsPrefix, oldWsSuffix] = leadingAndTrailingWs(deletion.value, segmenter);
		const [newWsPrefix, newWsSuffix] = leadingAndTrailingWs(insertion.value, segmenter);
		if (startKeep) {
			const commonWsPrefix = longestCommonPrefix(oldWsPrefix, newWsPrefix);
			startKeep.value = replaceSuffix(startKeep.value, newWsPrefix, commonWsPrefix);
			deletion.value = removePrefix(deletion.value, commonWsPrefix);
			insertion.value = removePrefix(insertion.value, commonWsPrefix);
		}
		if (endKeep) {
			const commonWsSuffix = longestCommonSuffix(oldWsSuffix, newWsSuffix);
			endKeep.value = replacePrefix(endKeep.value, newWsSuffix, commonWsSuffix);
			deletion.value = removeSuffix(deletion.value, commonWsSuffix);
			insertion.value = removeSuffix(insertion.value, commonWsSuffix);
		}
	} else if (insertion) {
		if (startKeep) {
			const ws = leadingWs(insertion.value, segmenter);
			insertion.value = insertion.value.substring(ws.length);
		}
		if (endKeep) {
			const ws = leadingWs(endKeep.value, segmenter);
			endKeep.value = endKeep.value.substring(ws.length);
		}
	} else if (startKeep && endKeep) {
		const newWsFull = leadingWs(endKeep.value, segmenter), [delWsStart, delWsEnd] = leadingAndTrailingWs(deletion.value, segmenter);
		const newWsStart = longestCommonPrefix(newWsFull, delWsStart);
		deletion.value = removePrefix(deletion.value, newWsStart);
		const newWsEnd = longestCommonSuffix(removePrefix(newWsFull, newWsStart), delWsEnd);
		deletion.value = removeSuffix(deletion.value, newWsEnd);
		endKeep.value = replacePrefix(endKeep.value, newWsFull, newWsEnd);
		startKeep.value = replaceSuffix(startKeep.value, newWsFull, newWsFull.slice(0, newWsFull.length - newWsEnd.length));
	} else if (endKeep) {
		const endKeepWsPrefix = leadingWs(endKeep.value, segmenter);
		const overlap = maximumOverlap(trailingWs(deletion.value, segmenter), endKeepWsPrefix);
		deletion.value = removeSuffix(deletion.value, overlap);
	} else if (startKeep) {
		const overlap = maximumOverlap(trailingWs(startKeep.value, segmenter), leadingWs(deletion.value, segmenter));
		deletion.value = removePrefix(deletion.value, overlap);
	}
}
var WordsWithSpaceDiff = class extends Diff {
	tokenize(value) {
		const regex = new RegExp(`(\\r?\\n)|[${extendedWordChars}]+|[^\\S\\n\\r]+|[^${extendedWordChars}]`, "ug");
		return value.match(regex) || [];
	}
};
new WordsWithSpaceDiff();
// node_modules/diff/libesm/diff/line.js
var LineDiff = class extends Diff {
	constructor() {
		super(...arguments);
		this.tokenize = tokenize;
	}
	equals(left, right, options) {
		if (options.ignoreWhitespace) {
			if (!options.newlineIsToken || !left.includes("\n")) left = left.trim();
			if (!options.newlineIsToken || !right.includes("\n")) right = right.trim();
		} else if (options.ignoreNewlineAtEof && !options.newlineIsToken) {
			if (left.endsWith("\n")) left = left.slice(0, -1);
			if (right.endsWith("\n")) right = right.slice(0, -1);
		}
		return super.equals(left, right, options);
	}
};
new LineDiff();
function tokenize(value, options) {
	if (options.stripTrailingCr) value = value.replace(/\r\n/g, "\n");
	const retLines = [], linesAndNewlines = value.split(/(\n|\r\n)/);
	if (!linesAndNewlines[linesAndNewlines.length - 1]) linesAndNewlines.pop();
	for (let i = 0; i < linesAndNewlines.length; i++) {
		const line = linesAndNewlines[i];
		if (i % 2 && !options.newlineIsToken) retLines[retLines.length - 1] += line;
		else retLines.push(line);
	}
	return retLines;
}
// node_modules/diff/libesm/diff/sentence.js
function isSentenceEndPunct(char) {
	return char == "." || char == "!" || char == "?";
}
var SentenceDiff = class extends Diff {
	tokenize(value) {
		var _a;
		const result = [];
		let tokenStartI = 0;
		for (let i = 0; i < value.length; i++) {
			if (i == value.length - 1) {
				result.push(value.slice(tokenStartI));
				break;
			}
			if (isSentenceEndPunct(value[i]) && value[i + 1].match(/\s/)) {
				result.push(value.slice(tokenStartI, i + 1));
				i = tokenStartI = i + 1;
				while ((_a = value[i + 1]) === null || _a === void 0 ? void 0 : _a.match(/\s/)) i++;
				result.push(value.slice(tokenStartI, i + 1));
				tokenStartI = i + 1;
			}
		}
		return result;
	}
};
new SentenceDiff();
// node_modules/diff/libesm/diff/css.js
var CssDiff = class extends Diff {
	tokenize(value) {
		return value.split(/([{}:;,]|\s+)/);
	}
};
new CssDiff();
// node_modules/diff/libesm/diff/json.js
var JsonDiff = class extends Diff {
	constructor() {
		super(...arguments);
		this.tokenize = tokenize;
	}
	get useLongestToken() {
		return true;
	}
	castInput(value, options) {
		const { undefinedReplacement, stringifyReplacer = (k, v) => typeof v === "undefined" ? undefinedReplacement : v } = options;
		return typeof value === "string" ? value : JSON.stringify(canonicalize(value, null, null, stringifyReplacer), null, "  ");
	}
	equals(left, right, options) {
		return super.equals(left.replace(/,([\r\n])/g, "$1"), right.replace(/,([\r\n])/g, "$1"), options);
	}
};
new JsonDiff();
function canonicalize(obj, stack, replacementStack, replacer, key) {
	stack = stack || [];
	replacementStack = replacementStack || [];
	if (replacer) obj = replacer(key === void 0 ? "" : key, obj);
	let i = 0;
	for (; i < stack.length; i += 1) if (stack[i] === obj) return replacementStack[i];
	let canonicalizedObj;
	if ("[object Array]" === Object.prototype.toString.call(obj)) {
		stack.push(obj);
		canonicalizedObj = new Array(obj.length);
		replacementStack.push(canonicalizedObj);
		for (i = 0; i < obj.length; i += 1) canonicalizedObj[i] = canonicalize(obj[i], stack, replacementStack, replacer, String(i));
		stack.pop();
		replacementStack.pop();
		return canonicalizedObj;
	}
	if (obj && obj.toJSON) obj = obj.toJSON();
	if (typeof obj === "object" && obj !== null) {
		stack.push(obj);
		canonicalizedObj = {};
		replacementStack.push(canonicalizedObj);
		const sortedKeys = [];
		let key;
		for (key in obj)
 /* istanbul ignore else */
		if (Object.prototype.hasOwnProperty.call(obj, key)) sortedKeys.push(key);
		sortedKeys.sort();
		for (i = 0; i < sortedKeys.length; i += 1) {
			key = sortedKeys[i];
			canonicalizedObj[key] = canonicalize(obj[key], stack, replacementStack, replacer, key);
		}
		stack.pop();
		replacementStack.pop();
	} else canonicalizedObj = obj;
	return canonicalizedObj;
}
// node_modules/diff/libesm/diff/array.js
var ArrayDiff = class extends Diff {
	tokenize(value) {
		return value.slice();
	}
	join(value) {
		return value;
	}
	removeEmpty(value) {
		return value;
	}
};
new ArrayDiff();
// node_modules/diff/libesm/patch/parse.js
/**
* Parses a unified diff format patch into a structured patch object.
*
* `parsePatch` has some understanding of Git's particular dialect of unified diff format.
* When parsing a Git patch, each index in the result may contain additional
* fields (`isRename`, `isBinary`, etc) not included in the data structure returned by
* `structuredPatch`; see the `StructuredPatch` interface for a full list.
*
* @return a JSON object representation of the patch, suitable for use with the `applyPatch`
* method. This parses to the same structure returned by `structuredPatch`, except that
* `oldFileName` and `newFileName` may be `undefined` if the patch doesn't contain enough
* information to determine them (e.g. a hunk-only patch with no file headers).
*/
function parsePatch(uniDiff) {
	const diffstr = uniDiff.split(/\n/), list = [];
	let i = 0;
	function isGitDiffHeader(line) {
		return /^diff --git /.test(line);
	}
	function isDiffHeader(line) {
		return isGitDiffHeader(line) || /^Index:\s/.test(line) || /^diff(?: -r \w+)+\s/.test(line);
	}
	function isFileHeader(line) {
		return /^(---|\+\+\+)\s/.test(line);
	}
	function isHunkHeader(line) {
		return /^@@\s/.test(line);
	}
	function parseIndex() {
		var _a;
		const index = {};
		index.hunks = [];
		list.push(index);
		let seenDiffHeader = false;
		while (i < diffstr.length) {
			const line = diffstr[i];
			if (isFileHeader(line) || isHunkHeader(line)) break;
			if (isGitDiffHeader(line)) {
				if (seenDiffHeader) return;
				seenDiffHeader = true;
				index.isGit = true;
				const paths = parseGitDiffHeader(line);
				if (paths) {
					index.oldFileName = paths.oldFileName;
					index.newFileName = paths.newFileName;
				}
				i++;
				while (i < diffstr.length) {
					const extLine = diffstr[i];
					if (isFileHeader(extLine) || isHunkHeader(extLine) || isDiffHeader(extLine)) break;
					const renameFromMatch = /^rename from (.*)/.exec(extLine);
					if (renameFromMatch) {
						index.oldFileName = "a/" + unquoteIfQuoted(renameFromMatch[1]);
						index.isRename = true;
					}
					const renameToMatch = /^rename to (.*)/.exec(extLine);
					if (renameToMatch) {
						index.newFileName = "b/" + unquoteIfQuoted(renameToMatch[1]);
						index.isRename = true;
					}
					const copyFromMatch = /^copy from (.*)/.exec(extLine);
					if (copyFromMatch) {
						index.oldFileName = "a/" + unquoteIfQuoted(copyFromMatch[1]);
						index.isCopy = true;
					}
					const copyToMatch = /^copy to (.*)/.exec(extLine);
					if (copyToMatch) {
						index.newFileName = "b/" + unquoteIfQuoted(copyToMatch[1]);
						index.isCopy = true;
					}
					const newFileModeMatch = /^new file mode (\d+)/.exec(extLine);
					if (newFileModeMatch) {
						index.isCreate = true;
						index.newMode = newFileModeMatch[1];
					}
					const deletedFileModeMatch = /^deleted file mode (\d+)/.exec(extLine);
					if (deletedFileModeMatch) {
						index.isDelete = true;
						index.oldMode = deletedFileModeMatch[1];
					}
					const oldModeMatch = /^old mode (\d+)/.exec(extLine);
					if (oldModeMatch) index.oldMode = oldModeMatch[1];
					const newModeMatch = /^new mode (\d+)/.exec(extLine);
					if (newModeMatch) index.newMode = newModeMatch[1];
					if (/^Binary files /.test(extLine)) index.isBinary = true;
					i++;
				}
				continue;
			} else if (isDiffHeader(line)) {
				if (seenDiffHeader) return;
				seenDiffHeader = true;
				const headerMatch = /^(?:Index:|diff(?: -r \w+)+)\s+/.exec(line);
				if (headerMatch) index.index = line.substring(headerMatch[0].length).trim();
			}
			i++;
		}
		parseFileHeader(index);
		parseFileHeader(index);
		if (index.oldFileName === void 0 !== (index.newFileName === void 0)) throw new Error("Missing " + (index.oldFileName !== void 0 ? "\"+++ ...\"" : "\"--- ...\"") + " file header for " + ((_a = index.oldFileName) !== null && _a !== void 0 ? _a : index.newFileName));
		while (i < diffstr.length) {
			const line = diffstr[i];
			if (isDiffHeader(line) || isFileHeader(line) || /^===================================================================/.test(line)) break;
			else if (isHunkHeader(line)) index.hunks.push(parseHunk());
			else i++;
		}
	}
	/**
	* Parses the old and new filenames from a `diff --git` header line.
	*
	* The format is:
	*     diff --git a/<old-path> b/<new-path>
	*
	* When filenames contain special characters (including newlines, tabs,
	* backslashes, or double quotes), Git quotes them with C-style escaping:
	*     diff --git "a/file\twith\ttabs.txt" "b/file\twith\ttabs.txt"
	*
	* When filenames don't contain special characters and the old and new names
	* are the same, we can unambiguously split on ` b/` by finding where the
	* two halves (including their a/ and b/ prefixes) yield matching bare names.
	*
	* A pathological case exists in which we cannot reliably determine the paths
	* from the `diff --git` header. This case is when the following are true:
	* - the old and new file paths differ
	* - they are both unquoted (i.e. contain no special characters)
	* - at least one of the underlying file paths includes the substring ` b/`
	* In this scenario, we do not know which occurrence of ` b/` indicates the
	* start of the new file path, so the header is inherently ambiguous. We thus
	* select a possible interpretation arbitrarily and return that.
	*
	* Fortunately, this ambiguity should never matter, because in any patch
	* genuinely output by Git in which this pathological scenario occurs, there
	* must also be `rename from`/`rename to` or `copy from`/`copy to` extended
	* headers present below the `diff --git` header. `parseIndex` will parse
	* THOSE headers, from which we CAN unambiguously determine the filenames,
	* and will discard the result returned by this function.
	*
	* Returns null if the header can't be parsed at all — e.g. a quoted filename
	* has an unterminated quote, or if the unquoted header doesn't match the
	* expected `a/... b/...` format. In that case, the caller (parseIndex)
	* skips setting oldFileName/newFileName from this header, but they may
	* still be set later from `---`/`+++` lines or `rename from`/`rename to`
	* extended headers; if none of those are present either, they'll remain
	* undefined in the output.
	*/
	function parseGitDiffHeader(line) {
		const rest = line.substring(11);
		if (rest.startsWith("\"")) {
			const oldPath = parseQuotedFileName(rest);
			if (oldPath === null) return null;
			const afterOld = rest.substring(oldPath.rawLength + 1);
			let newFileName;
			if (afterOld.startsWith("\"")) {
				const newPath = parseQuotedFileName(afterOld);
				if (newPath === null) return null;
				newFileName = newPath.fileName;
			} else newFileName = afterOld;
			return {
				oldFileName: oldPath.fileName,
				newFileName
			};
		}
		const quoteIdx = rest.indexOf("\"");
		if (quoteIdx > 0) {
			const oldFileName = rest.substring(0, quoteIdx - 1);
			const newPath = parseQuotedFileName(rest.substring(quoteIdx));
			if (newPath === null) return null;
			return {
				oldFileName,
				newFileName: newPath.fileName
			};
		}
		if (rest.startsWith("a/")) {
			const splits = [];
			let idx = 0;
			while (true) {
				idx = rest.indexOf(" b/", idx + 1);
				if (idx === -1) break;
				splits.push(idx);
			}
			if (splits.length > 0) {
				const mid = splits[Math.floor(splits.length / 2)];
				return {
					oldFileName: rest.substring(0, mid),
					newFileName: rest.substring(mid + 1)
				};
			}
		}
		return null;
	}
	/**
	* If `s` starts with a double quote, unquotes it using C-style escape
	* rules (as used by Git). Otherwise returns `s` as-is.
	*/
	function unquoteIfQuoted(s) {
		if (s.startsWith("\"")) {
			const parsed = parseQuotedFileName(s);
			if (parsed) return parsed.fileName;
		}
		return s;
	}
	/**
	* Parses a C-style quoted filename as used by Git or GNU `diff -u`.
	* Returns the unescaped filename and the raw length consumed (including quotes).
	*/
	function parseQuotedFileName(s) {
		if (!s.startsWith("\"")) return null;
		let result = "";
		let j = 1;
		while (j < s.length) {
			if (s[j] === "\"") return {
				fileName: result,
				rawLength: j + 1
			};
			if (s[j] === "\\" && j + 1 < s.length) {
				j++;
				switch (s[j]) {
					case "a":
						result += "\x07";
						break;
					case "b":
						result += "\b";
						break;
					case "f":
						result += "\f";
						break;
					case "n":
						result += "\n";
						break;
					case "r":
						result += "\r";
						break;
					case "t":
						result += "	";
						break;
					case "v":
						result += "\v";
						break;
					case "\\":
						result += "\\";
						break;
					case "\"":
						result += "\"";
						break;
					case "0":
					case "1":
					case "2":
					case "3":
					case "4":
					case "5":
					case "6":
					case "7": {
						if (j + 2 >= s.length || s[j + 1] < "0" || s[j + 1] > "7" || s[j + 2] < "0" || s[j + 2] > "7") return null;
						const bytes = [parseInt(s.substring(j, j + 3), 8)];
						j += 3;
						while (s[j] === "\\" && s[j + 1] >= "0" && s[j + 1] <= "7") {
							if (j + 3 >= s.length || s[j + 2] < "0" || s[j + 2] > "7" || s[j + 3] < "0" || s[j + 3] > "7") return null;
							bytes.push(parseInt(s.substring(j + 1, j + 4), 8));
							j += 4;
						}
						result += new TextDecoder("utf-8").decode(new Uint8Array(bytes));
						continue;
					}
					default: return null;
				}
			} else result += s[j];
			j++;
		}
		return null;
	}
	function parseFileHeader(index) {
		const fileHeaderMatch = /^(---|\+\+\+)\s+/.exec(diffstr[i]);
		if (fileHeaderMatch) {
			const prefix = fileHeaderMatch[1], data = diffstr[i].substring(3).trim().split("	", 2), header = (data[1] || "").trim();
			let fileName = data[0];
			if (fileName.startsWith("\"")) fileName = unquoteIfQuoted(fileName);
			else fileName = fileName.replace(/\\\\/g, "\\");
			if (prefix === "---") {
				index.oldFileName = fileName;
				index.oldHeader = header;
			} else {
				index.newFileName = fileName;
				index.newHeader = header;
			}
			i++;
		}
	}
	function parseHunk() {
		var _a;
		const chunkHeaderIndex = i, chunkHeader = diffstr[i++].split(/@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/);
		const hunk = {
			oldStart: +chunkHeader[1],
			oldLines: typeof chunkHeader[2] === "undefined" ? 1 : +chunkHeader[2],
			newStart: +chunkHeader[3],
			newLines: typeof chunkHeader[4] === "undefined" ? 1 : +chunkHeader[4],
			lines: []
		};
		if (hunk.oldLines === 0) hunk.oldStart += 1;
		if (hunk.newLines === 0) hunk.newStart += 1;
		let addCount = 0, removeCount = 0;
		for (; i < diffstr.length && (removeCount < hunk.oldLines || addCount < hunk.newLines || ((_a = diffstr[i]) === null || _a === void 0 ? void 0 : _a.startsWith("\\"))); i++) {
			const operation = diffstr[i].length == 0 && i != diffstr.length - 1 ? " " : diffstr[i][0];
			if (operation === "+" || operation === "-" || operation === " " || operation === "\\") {
				hunk.lines.push(diffstr[i]);
				if (operation === "+") addCount++;
				else if (operation === "-") removeCount++;
				else if (operation === " ") {
					addCount++;
					removeCount++;
				}
			} else throw new Error(`Hunk at line ${chunkHeaderIndex + 1} contained invalid line ${diffstr[i]}`);
		}
		if (!addCount && hunk.newLines === 1) hunk.newLines = 0;
		if (!removeCount && hunk.oldLines === 1) hunk.oldLines = 0;
		if (addCount !== hunk.newLines) throw new Error("Added line count did not match for hunk at line " + (chunkHeaderIndex + 1));
		if (removeCount !== hunk.oldLines) throw new Error("Removed line count did not match for hunk at line " + (chunkHeaderIndex + 1));
		if (i < diffstr.length && diffstr[i] && /^[+ -]/.test(diffstr[i]) && !isFileHeader(diffstr[i])) throw new Error("Hunk at line " + (chunkHeaderIndex + 1) + " has more lines than expected (expected " + hunk.oldLines + " old lines and " + hunk.newLines + " new lines)");
		return hunk;
	}
	while (i < diffstr.length) parseIndex();
	return list;
}
// src/git/file-patch.ts
/**
* The patch of one file, from git's lines to the compact text (its form is frozen, see docs/history.md):
*
*   --- a/src/old.py
*   +++ b/src/new.py
*   @@ -1,3 +1,4 @@
*    context, -removed and +added lines
*
* Out go mode, index and similarity lines, the function name behind `@@`, `\ No newline at end of file` and the
* carriage return of a line. Holds no more than `maxBytes`.
*/
/** A longer line is minified code or data: its beginning says as much as all of it. */
const MAX_LINE_BYTES = 2e3;
/** What is read of a line at all. The longest that matters names two paths, quoted, of PATH_MAX bytes each. */
const MAX_READ_BYTES = 65536;
const [BACKSLASH, AT, CARRIAGE_RETURN] = [
	92,
	64,
	13
];
const LFS_LINE = /^[ +-]version https:\/\/git-lfs\.github\.com\/spec\/v1$/;
const LINK_MODE = /^(index|(new|old|deleted file|new file) mode) .*\b120000$/;
var FilePatch = class {
	notices = [];
	isTruncated = false;
	#maxBytes;
	#isWanted;
	#header;
	#body = [];
	#names = null;
	#bytes = 0;
	#state = "header";
	constructor(firstLine, maxBytes, isWanted) {
		this.#header = [firstLine.bytes.toString()];
		this.#maxBytes = maxBytes;
		this.#isWanted = isWanted;
	}
	push(line) {
		if (this.#state === "full" || this.#state === "left out") return;
		if (line.bytes[0] === AT) this.#pushRange(line);
		else if (this.#state === "header") this.#header.push(line.bytes.toString());
		else if (line.bytes[0] !== BACKSLASH) this.#pushContent(line);
	}
	/** `null`: nothing of this file belongs in the text. */
	finish() {
		this.#endHeader();
		const names = this.#names;
		const isModeOnly = this.#body.length === 0 && names?.old === names?.new;
		if (names === null || this.#state === "left out" || isModeOnly) return null;
		const heads = [`--- ${shown("a/", names.old)}`, `+++ ${shown("b/", names.new)}`];
		return {
			path: names.new ?? names.old ?? "",
			text: `${[...heads, ...this.#body].join("\n")}\n`
		};
	}
	get #shownPath() {
		return shown("", this.#names?.new ?? this.#names?.old ?? "");
	}
	#pushRange(line) {
		this.#endHeader();
		const range = /^@@ [^@]+ @@/.exec(line.bytes.toString("latin1"))?.[0];
		if (range !== void 0 && this.#state === "hunks") this.#add(range);
	}
	#pushContent(line) {
		const text = contentOf(line);
		if (line.bytes.includes(0)) this.#leaveOut("binary");
		else if (this.#body.length < 3 && LFS_LINE.test(text)) this.#leaveOut("a Git LFS pointer");
		else this.#add(text);
		if (isTooLong(line) && this.#state === "hunks") this.#cut(`lines cut after ${MAX_LINE_BYTES} bytes`);
	}
	#add(line) {
		this.#bytes += Buffer.byteLength(line) + 1;
		if (this.#bytes <= this.#maxBytes) {
			this.#body.push(line);
			return;
		}
		this.#state = "full";
		this.#cut(`cut after ${this.#maxBytes} bytes`);
	}
	#endHeader() {
		if (this.#names !== null) return;
		this.#names = parseNames(this.#header);
		const isOurs = [this.#names.old, this.#names.new].filter((path) => path !== null).every(this.#isWanted) && !this.#header.some((line) => LINK_MODE.test(line));
		this.#state = isOurs ? "hunks" : "left out";
	}
	#cut(what) {
		const notice = `${this.#shownPath}: ${what}`;
		this.isTruncated = true;
		if (!this.notices.includes(notice)) this.notices.push(notice);
	}
	#leaveOut(what) {
		this.#state = "left out";
		this.isTruncated = false;
		this.notices.splice(0, Number.POSITIVE_INFINITY, `${this.#shownPath}: left out, ${what}`);
	}
};
/** Paths with a quote, backslash or control character come quoted; `diff` reads that and names with spaces. */
function parseNames(header) {
	const [patch] = parsePatch(`${header.join("\n")}\n`);
	return {
		old: patch?.isCreate ? null : withoutPrefix(patch?.oldFileName),
		new: patch?.isDelete ? null : withoutPrefix(patch?.newFileName)
	};
}
function withoutPrefix(name) {
	return name === void 0 || name === "/dev/null" ? null : name.slice(2);
}
/** A path that would break the line is written as a JSON string. */
function shown(prefix, path) {
	if (path === null) return "/dev/null";
	const name = prefix + path;
	return JSON.stringify(name) === `"${name}"` ? name : JSON.stringify(name);
}
const isTooLong = ({ bytes }) => bytes.length > MAX_LINE_BYTES;
/** UTF-8, or U+FFFD for what is not. */
function contentOf(line) {
	if (isTooLong(line)) return line.bytes.subarray(0, MAX_LINE_BYTES).toString("utf8").replace(/\uFFFD+$/, "");
	const { bytes } = line;
	return bytes.toString("utf8", 0, bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length);
}
// src/git/changes.ts
/**
* Which files a commit changed, with the blobs before and after; no text.
*
* In: git's raw format (`--raw -z`). Out: Change[] for two trees, or for each commit of the mainline. Every file
* is here, tests too: what to do with them is the caller's rule.
*/
const STATUS = {
	A: "added",
	M: "modified",
	D: "deleted",
	R: "renamed",
	C: "copied",
	T: "type"
};
const SUBMODULE = "160000";
const RAW_ARGUMENTS = [
	"-z",
	"--raw",
	...TREE_DIFF_ARGUMENTS,
	"--ignore-submodules=none"
];
/** What differs between two commits (or trees); `null` as base: everything is added. */
async function readChanges(repo, baseSha, headSha) {
	const ends = [baseSha ?? repo.emptyTree, headSha];
	const reader = new RawReader();
	const args = [
		"diff-tree",
		...RAW_ARGUMENTS,
		"--end-of-options",
		...ends,
		"--"
	];
	const changes = [];
	for await (const field of readFields(repo.stream(args))) {
		const change = reader.push(field);
		if (change) changes.push(change);
	}
	return changes;
}
/**
* The changes of each mainline commit against its first parent, oldest first, in one git process. Throws a
* UsageError at the edge of a shallow clone.
*/
async function* historyChanges(repo, range) {
	const edge = new Set(shallowBoundary(repo));
	const args = [
		...[
			"log",
			"--first-parent",
			"--reverse",
			"--diff-merges=first-parent",
			"--root"
		],
		...RAW_ARGUMENTS,
		`--format=${COMMIT_FORMAT}`,
		...rangeArguments(range)
	];
	for await (const item of groupByCommit(readFields(repo.stream(args)))) {
		if (edge.has(item.commit.sha)) throw shallowError(repo);
		yield item;
	}
}
/** A commit's four fields, then raw entries (which start with a colon) up to the next commit. */
async function* groupByCommit(fields) {
	const reader = new RawReader();
	let header = [];
	let current = null;
	for await (const field of fields) if (header.length === 0 && (reader.isInside || isRawEntry(field))) {
		const change = reader.push(field);
		if (change) current?.changes.push(change);
	} else if (header.length > 0 || field !== "") {
		if (header.push(field) < 4) continue;
		if (current) yield current;
		current = {
			commit: parseCommit(header),
			changes: []
		};
		header = [];
	}
	if (current) yield current;
}
const isRawEntry = (field) => /^\n?:/.test(field);
/** `:<mode> <mode> <id> <id> <status><score>`, a path, and for a rename or copy a second path. */
var RawReader = class {
	#entry = null;
	#previousPath = null;
	get isInside() {
		return this.#entry !== null;
	}
	/** The change that this field completes. */
	push(field) {
		if (this.#entry === null) {
			this.#entry = field.trimStart().slice(1).split(" ");
			return null;
		}
		const [oldMode = "", newMode = "", oldId = "", newId = "", letter = ""] = this.#entry;
		const status = STATUS[letter.charAt(0)] ?? "modified";
		if ((status === "renamed" || status === "copied") && this.#previousPath === null) {
			this.#previousPath = field;
			return null;
		}
		const blobs = {
			oldBlob: blobOf(oldMode, oldId),
			newBlob: blobOf(newMode, newId)
		};
		const change = {
			status,
			path: field,
			previousPath: this.#previousPath,
			...blobs,
			oldMode,
			newMode
		};
		this.#entry = null;
		this.#previousPath = null;
		return change;
	}
};
function blobOf(mode, id) {
	return mode === SUBMODULE || /^0+$/.test(id) ? null : id;
}
const NEWLINE = 10;
const COMMIT_LINE = Buffer.from("commit ");
const FILE_LINE = Buffer.from("diff --git ");
/** Throws a UsageError for the commit at the edge of a shallow clone: its diff would be the whole repository. */
async function* readProductionDiffs(repo, commits, options = {}) {
	const { rules = DEFAULT_PATH_RULES, contextLines = 3 } = options;
	const asked = [];
	const input = askFor(repo, commits, asked);
	const command = [
		"diff-tree",
		"--stdin",
		"--root",
		"--always",
		"--format=commit %H",
		...patchArguments(contextLines)
	];
	const splitter = new Splitter(NEWLINE, MAX_READ_BYTES);
	let writer = null;
	for await (const chunk of repo.stream([
		...command,
		"--",
		...productionPathspecs(rules)
	], { input })) for (const line of splitter.push(chunk)) {
		if (!isCommitLine(line)) {
			writer?.push(line);
			continue;
		}
		if (writer) yield writer.finish();
		writer = new DiffWriter(nextAsked(asked, line), rules, options);
	}
	if (writer) yield writer.finish();
}
/** Writes `<sha> <parent>` lines for git, and remembers the commits: the answers come in the same order. */
async function* askFor(repo, commits, asked) {
	const edge = new Set(shallowBoundary(repo));
	for await (const commit of commits) {
		if (edge.has(commit.sha)) throw shallowError(repo);
		asked.push(commit);
		yield commit.parentSha === null ? `${commit.sha}\n` : `${commit.sha} ${commit.parentSha}\n`;
	}
}
function nextAsked(asked, line) {
	const commit = asked.shift();
	const sha = line.bytes.toString("latin1", COMMIT_LINE.length);
	if (commit?.sha === sha) return commit;
	throw new InternalError(`git answered for commit ${sha}, expected ${commit?.sha ?? "no more commits"}`);
}
/** Content starts with a space, `+`, `-` or `\`, and no header line of a file starts like this. */
const isCommitLine = ({ bytes }) => startsWith(bytes, COMMIT_LINE);
const isFileLine = ({ bytes }) => startsWith(bytes, FILE_LINE);
function startsWith(bytes, word) {
	return bytes[0] === word[0] && bytes.subarray(0, word.length).equals(word);
}
/** Collects the files of one commit up to the limit. */
var DiffWriter = class {
	#diff;
	#rules;
	#maxBytes;
	#maxFileBytes;
	#texts = [];
	#bytes = 0;
	#leftOut = 0;
	#file = null;
	constructor(commit, rules, { maxBytes, maxFileBytes }) {
		this.#diff = {
			commit,
			text: "",
			paths: [],
			truncated: false,
			notices: []
		};
		this.#rules = rules;
		this.#maxBytes = maxBytes ?? 1048576;
		this.#maxFileBytes = Math.min(maxFileBytes ?? 262144, this.#maxBytes);
	}
	push(line) {
		if (!isFileLine(line)) {
			this.#file?.push(line);
			return;
		}
		this.#closeFile();
		const isProduction = (path) => classifyPath(path, this.#rules) === "production";
		this.#file = new FilePatch(line, this.#maxFileBytes, isProduction);
	}
	finish() {
		this.#closeFile();
		this.#diff.text = this.#texts.join("");
		if (this.#leftOut > 0) {
			this.#diff.truncated = true;
			this.#diff.notices.push(`${this.#leftOut} more files: left out, the diff has more than ${this.#maxBytes} bytes`);
		}
		return this.#diff;
	}
	#closeFile() {
		const patch = this.#file?.finish() ?? null;
		if (patch && this.#bytes + Buffer.byteLength(patch.text) > this.#maxBytes) this.#leftOut += 1;
		else if (patch) {
			this.#bytes += Buffer.byteLength(patch.text);
			this.#texts.push(patch.text);
			this.#diff.paths.push(patch.path);
		}
		this.#diff.notices.push(...this.#file?.notices ?? []);
		this.#diff.truncated ||= this.#file?.isTruncated ?? false;
		this.#file = null;
	}
};
export { isBinary as a, BlobReader as i, historyChanges as n, isLfsPointer as o, readChanges as r, listTree as s, readProductionDiffs as t };
