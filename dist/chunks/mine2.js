import { U as openRepository, a as requireHead, b as resolveConfig } from "./workspace.js";
import { f as requireFullHistory, p as resolveCommit } from "./ancestry.js";
import { t as historyAssertions } from "./mine-history.js";
import { n as toTask, t as DEFAULT_MAX_PREFIX } from "./mine-task.js";
// src/commands/mine.ts
/**
* Every assertion event of one repository's history, as a data set: one task per assertion that a commit added or
* changed. Of many repositories: mine-all.ts.
*/
/** Hands every task to `emit`, oldest commit first. Waits when `emit` returns a promise. */
async function mine(emit, options = {}) {
	const repository = await openRepository(options.repo ?? ".");
	const until = requireHead(repository);
	const after = options.after === void 0 ? void 0 : await resolveCommit(repository, options.after);
	requireFullHistory(repository);
	const { paths: rules } = resolveConfig(repository.root, process.env);
	const { maxPrefix = DEFAULT_MAX_PREFIX } = options;
	const summary = {
		commits: 0,
		tasks: 0,
		notices: []
	};
	for await (const { commit, files } of historyAssertions(repository, {
		range: {
			after,
			until
		},
		rules
	})) {
		summary.commits += 1;
		for await (const { assertions, notices } of files) {
			summary.notices.push(...notices.map((notice) => `${commit.sha.slice(0, 10)}: ${notice}`));
			for (const assertion of assertions) {
				summary.tasks += 1;
				await emit(toTask(assertion, {
					commit,
					maxPrefix
				}));
			}
		}
		options.onProgress?.({
			stage: "mine",
			done: summary.commits,
			total: summary.commits
		});
	}
	return summary;
}
export { mine as t };
