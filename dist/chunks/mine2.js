import { f as BlobReader, g as newAssertions, l as historyChanges, n as isTestFile, t as extractBlob } from "./selection.js";
import { M as _usingCtx, a as requireHead, x as resolveConfig, y as openRepository } from "./workspace.js";
import { f as requireFullHistory, p as resolveCommit } from "./ancestry.js";
// src/commands/mine.ts
const DEFAULT_MAX_PREFIX = 8192;
/** Hands every task to `emit`, oldest commit first. Waits when `emit` returns a promise. */
async function mine(emit, options = {}) {
	try {
		var _usingCtx$1 = _usingCtx();
		const repository = await openRepository(options.repo ?? ".");
		const until = requireHead(repository);
		const after = options.after === void 0 ? void 0 : await resolveCommit(repository, options.after);
		requireFullHistory(repository);
		const { paths: rules } = resolveConfig(repository.root, process.env);
		const extract = memoizedExtract(_usingCtx$1.a(new BlobReader(repository)));
		const maxPrefix = options.maxPrefix ?? DEFAULT_MAX_PREFIX;
		const summary = {
			commits: 0,
			tasks: 0,
			notices: []
		};
		for await (const { commit, changes } of historyChanges(repository, {
			after,
			until
		})) {
			summary.commits += 1;
			for (const change of changes.filter(({ path }) => isTestFile(path, rules))) {
				const { fresh, notices } = await freshAssertions(extract, change);
				summary.notices.push(...notices.map((notice) => `${commit.sha.slice(0, 10)}: ${notice}`));
				for (const assertion of fresh.filter(({ open }) => !open)) {
					summary.tasks += 1;
					await emit(toTask(commit, assertion, maxPrefix));
				}
			}
			options.onProgress?.({
				stage: "mine",
				done: summary.commits,
				total: summary.commits
			});
		}
		return summary;
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function freshAssertions(extract, change) {
	if (change.newBlob === null) return {
		fresh: [],
		notices: []
	};
	const before = change.oldBlob ? await extract(change.previousPath ?? change.path, change.oldBlob) : null;
	const after = await extract(change.path, change.newBlob);
	return {
		fresh: newAssertions(before?.assertions ?? null, after.assertions),
		notices: after.notices
	};
}
/** The last version of each path is what the next change compares with: one entry a path is enough. */
function memoizedExtract(reader) {
	const last = /* @__PURE__ */ new Map();
	return (path, blob) => {
		const known = last.get(path);
		if (known?.blob === blob) return known.result;
		const result = extractBlob(reader, path, blob);
		last.set(path, {
			blob,
			result
		});
		return result;
	};
}
function toTask(commit, assertion, maxPrefix) {
	const { path, line, column, language, family, test, prefix, target } = assertion;
	return {
		schema: "code2lora/task@1",
		commit: commit.sha,
		committedAt: commit.committedAt,
		path,
		line,
		column,
		language,
		family,
		test,
		prefix: maxPrefix === 0 ? prefix : prefix.slice(-maxPrefix),
		target
	};
}
export { mine as t };
