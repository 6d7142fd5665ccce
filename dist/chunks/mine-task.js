// src/commands/mine-task.ts
/** Characters before the value; 0 keeps the whole file above it. */
const DEFAULT_MAX_PREFIX = 8192;
function toTask(assertion, { commit, maxPrefix, origin }) {
	const { path, line, column, language, family, test, prefix, target } = assertion;
	const { position, ...repository } = origin ?? {};
	return {
		schema: "code2lora/task@1",
		...repository,
		commit: commit.sha,
		committedAt: commit.committedAt,
		...position === void 0 ? {} : { position },
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
export { toTask as n, DEFAULT_MAX_PREFIX as t };
