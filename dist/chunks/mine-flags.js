import { o as UsageError } from "./errors.js";
// src/commands/mine-flags.ts
/**
* What the flags of `mine` ask for: one repository, a list of them, or the workflow for a list. Pure.
*
* In: flags. Out: one of the three, or a UsageError that names the flags that do not go together.
*/
const OF_LIST = [
	"track",
	"perCommit",
	"perFile",
	"shard",
	"clones",
	"dryRun"
];
function readMineFlags(flags) {
	const { repo, out, after, maxPrefix, repositories, workflow, force, ...rest } = flags;
	if (repositories === void 0) {
		refuse(flags, {
			names: [
				...OF_LIST,
				"workflow",
				"force"
			],
			text: "goes with --repositories LIST: give both, or neither"
		});
		return {
			kind: "one",
			out: required(out),
			after,
			maxPrefix
		};
	}
	refuse(flags, {
		names: ["after"],
		text: "goes with one repository: leave it out, or --repositories"
	});
	if (workflow) {
		refuse(flags, {
			names: ["out", ...OF_LIST],
			text: "does not go with --workflow: leave one of them out"
		});
		return {
			kind: "workflow",
			options: {
				repo,
				repositories,
				force
			}
		};
	}
	refuse(flags, {
		names: ["force"],
		text: "goes with --workflow: give both, or neither"
	});
	if (out === "-") throw new UsageError("A list is mined into a folder, not to standard output: give --out FOLDER.");
	const { track, perCommit, perFile, shard, clones, dryRun } = rest;
	return {
		kind: "list",
		options: {
			repositories,
			out: required(out),
			maxPrefix,
			track,
			perCommit,
			perFile,
			shard,
			clones,
			dryRun
		}
	};
}
function refuse(flags, { names, text }) {
	const name = names.find((given) => flags[given] !== void 0);
	if (name === void 0) return;
	const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
	throw new UsageError(`--${flag} ${text}.`);
}
function required(out) {
	if (out !== void 0) return out;
	throw new UsageError("Nowhere to write to: give --out, a file (- for standard output), or of a list a folder.");
}
export { readMineFlags };
