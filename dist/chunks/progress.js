// src/report/progress.ts
const INTERVAL_MS = 100;
const LABELS = {
	embed: "reading files",
	update: "reading history",
	check: "checking assertions",
	mine: "mining history",
	bench: "measuring repositories",
	verify: "rebuilding"
};
let shownAt = 0;
let visible = false;
const progressLine = {
	show(event) {
		if (event.notice) {
			progressLine.clear();
			process.stderr.write(`${event.notice}\n`);
		}
		const now = Date.now();
		if (now - shownAt < INTERVAL_MS) return;
		shownAt = now;
		visible = true;
		process.stderr.write(`\r\u001b[K${describeProgress(event)}`);
	},
	clear() {
		if (visible) process.stderr.write("\r\x1B[K");
		visible = false;
	}
};
function describeProgress({ stage, done, total, secondsLeft }) {
	if (stage === "wait") return "waiting for another code2lora process …";
	const left = secondsLeft === void 0 ? "" : `, ${describeDuration(secondsLeft)} left`;
	return `${LABELS[stage] ?? stage} ${done}/${total}${left}`;
}
/** `about 40 s`, `about 12 min`, `about 3.5 h`. */
function describeDuration(seconds) {
	if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
	if (seconds < 5400) return `about ${Math.round(seconds / 60)} min`;
	return `about ${Number((seconds / 3600).toPrecision(2))} h`;
}
export { progressLine as n, describeDuration as t };
