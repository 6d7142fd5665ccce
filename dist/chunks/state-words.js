import { t as count } from "./visible.js";
// src/report/state-words.ts
/** `331 steps`, or without the GRU the commits that were walked: `446 commits`. */
const stateLength = ({ steps, parts, commits = 0 }) => parts && !parts.includes("gru") ? count(commits, "commit") : count(steps, "step");
/** `after 331 steps of the GRU`, `after 446 commits, with memory and refinement`, `the mean one`. */
function describeState(state) {
	const { parts = ["gru"] } = state;
	if (parts.length === 0) return "is the mean one of the model pack";
	const length = `after ${stateLength(state)}${parts.includes("gru") ? " of the GRU" : ""}`;
	const learned = parts.filter((part) => part !== "gru");
	return learned.length === 0 ? length : `${length}, with ${learned.join(" and ")}`;
}
export { describeState as t };
