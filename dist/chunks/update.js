import { f as requireFullHistory, n as countCommits, s as firstParentCommits } from "./ancestry.js";
import { a as makeSnapshot, c as findStart, l as resumeWalk, r as followCommits, s as beginWalk, t as openWalker } from "./walker.js";
import { t as timeLeft } from "./time-left.js";
import { t as nearestSnapshot } from "./lineage.js";
// src/commands/timer.ts
/** Starts the total at once. */
function createTimer() {
	const begun = performance.now();
	const parts = {};
	return {
		async time(name, work) {
			const start = performance.now();
			const result = await work();
			parts[name] = Math.round(performance.now() - start);
			return result;
		},
		timings: () => ({
			...parts,
			total: Math.round(performance.now() - begun)
		})
	};
}
// src/commands/update.ts
/** Brings the newest snapshot up to a commit. */
async function updateAdapter(workspace, options) {
	const { repository, store, lineage } = workspace;
	const { until, rebuild } = options;
	const known = rebuild ? void 0 : await nearestSnapshot(repository, store, {
		until,
		...lineage
	});
	if (known?.commit === until) return {
		snapshot: store.get(known.id),
		commits: 0,
		notices: [],
		counts: void 0
	};
	requireFullHistory(repository);
	const walker = await openWalker(workspace, options);
	if (known) return await followHistory(workspace, options, {
		walker,
		walk: resumeWalk(workspace, store.get(known.id))
	});
	const start = rebuild ? {
		...rebuild,
		commit: rebuild.startCommit,
		maxHistory: rebuild.maxHistory ?? null
	} : await findStart(workspace, until);
	const walk = await beginWalk(workspace, walker, start);
	if (!rebuild && hasLearned(walk)) await storeWalk(workspace, {
		walker,
		walk
	});
	const updated = await followHistory(workspace, options, {
		walker,
		walk
	});
	return {
		...updated,
		notices: [...startNotices(walk), ...updated.notices]
	};
}
async function followHistory(workspace, { until, rebuild, onProgress }, { walker, walk }) {
	const { repository } = workspace;
	const total = await countCommits(repository, {
		after: walk.commit,
		until
	});
	const begun = walk.position;
	const tell = timeLeft({
		total,
		stage: "update",
		advice: (seconds) => adviceFor(total, seconds)
	});
	const notices = [];
	const options = {
		walker,
		walk,
		commits: firstParentCommits(repository, {
			after: walk.commit,
			until
		}),
		previousStep: walk.previousStep,
		learnUntil: until
	};
	for await (const step of followCommits(workspace, options)) {
		notices.push(...step.notices);
		if (!rebuild && isCheckpoint(walk)) await storeWalk(workspace, {
			walker,
			walk
		});
		onProgress?.(tell(walk.position - begun));
	}
	const { snapshot } = rebuild ? await makeSnapshot(workspace, {
		walker,
		walk
	}) : await storeWalk(workspace, {
		walker,
		walk
	});
	return {
		snapshot,
		commits: walk.position - begun,
		notices,
		counts: walker.embedder.counts
	};
}
/** Puts the snapshot of the commit where the walk stands into the store. */
async function storeWalk(workspace, place) {
	const made = await makeSnapshot(workspace, place);
	workspace.store.put(made.snapshot, made.state);
	return made;
}
/** A state that nothing was stepped or learned into is not worth a stop. */
const isCheckpoint = (walk) => (walk.hiddenState !== null || hasLearned(walk)) && walk.position % 64 === 0;
const hasLearned = ({ learned }) => (learned.memory ?? learned.residual) !== null;
const startNotices = ({ maxHistory, startCommit }) => maxHistory === null ? [] : [`what came before ${startCommit.slice(0, 10)} is read as one state, not commit by commit (--max-history)`];
/** How many commits fit into ten minutes, in round numbers. */
function adviceFor(total, secondsLeft) {
	const count = Math.floor(total * 600 / secondsLeft / 10) * 10;
	return `It can be stopped at any time and goes on where it was.${count > 0 && count < total ? ` "--max-history ${count}" begins that many commits ago instead.` : ""}`;
}
export { createTimer as n, updateAdapter as t };
