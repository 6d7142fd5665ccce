import { f as BlobReader, g as newAssertions, l as historyChanges, n as isTestFile, t as extractBlob } from "./selection.js";
import { P as _usingCtx } from "./workspace.js";
// src/commands/mine-history.ts
/** Some 100 MB. What was touched longest ago goes first, and is parsed again when it changes. */
const MAX_REMEMBERED = 2e5;
/** Oldest commit first; a commit that touches no test file comes too, without files. */
async function* historyAssertions(repository, { range, rules, maxRemembered = MAX_REMEMBERED }) {
	try {
		var _usingCtx$1 = _usingCtx();
		const reader = _usingCtx$1.a(new BlobReader(repository));
		const versions = rememberVersions(maxRemembered);
		for await (const { commit, changes } of historyChanges(repository, range)) yield {
			commit,
			files: freshByFile(changes.filter(({ path }) => isTestFile(path, rules)), {
				reader,
				versions
			})
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function* freshByFile(changes, { reader, versions }) {
	for (const { path, previousPath, oldBlob, newBlob } of changes) {
		if (newBlob === null) continue;
		const oldPath = previousPath ?? path;
		const before = oldBlob === null ? null : versions.find(oldPath, oldBlob) ?? (await extractBlob(reader, oldPath, oldBlob)).assertions;
		const { assertions, notices } = await extractBlob(reader, path, newBlob);
		versions.keep(path, newBlob, assertions);
		yield {
			path,
			assertions: newAssertions(before, assertions).filter(({ open }) => !open),
			notices
		};
	}
}
/** The last version of each path is what its next change compares with: one entry a path is enough. */
function rememberVersions(maxRemembered) {
	const versions = /* @__PURE__ */ new Map();
	let size = 0;
	const forget = (path) => {
		size -= 1 + (versions.get(path)?.assertions.length ?? -1);
		versions.delete(path);
	};
	return {
		find(path, blob) {
			const known = versions.get(path);
			return known?.blob === blob ? known.assertions : void 0;
		},
		keep(path, blob, assertions) {
			forget(path);
			versions.set(path, {
				blob,
				assertions: withoutTexts(assertions)
			});
			size += 1 + assertions.length;
			for (const oldest of versions.keys()) {
				if (size <= maxRemembered) break;
				forget(oldest);
			}
		}
	};
}
/** All that newness asks for. Through JSON, because a string cut out of a text would keep the whole text. */
function withoutTexts(assertions) {
	const bare = assertions.map((assertion) => ({
		...assertion,
		prefix: "",
		target: ""
	}));
	return JSON.parse(JSON.stringify(bare));
}
export { historyAssertions as t };
