import { t as describeDuration } from "./progress.js";
// src/commands/time-left.ts
/**
* How long a walk will still take, from the speed that it has had so far.
*
* In: how much is done. Out: seconds, and once, when it is over a minute, a line for people with what they can do
* about it. Pure but for the clock. Commits of tests and documents cost nothing and come in no order, so the speed
* is that of the whole walk and nothing is said before the first few.
*/
const FIRST_MS = 3e3;
const FIRST_COUNT = 5;
const LONG_SECONDS = 60;
/** Begins to count when it is called. */
function timeLeft({ total, stage, advice, now = () => performance.now() }) {
	const begun = now();
	let isSaid = false;
	return (done) => {
		const elapsedMs = now() - begun;
		if (elapsedMs < FIRST_MS || done < FIRST_COUNT) return {
			stage,
			done,
			total
		};
		const secondsLeft = elapsedMs / done * (total - done) / 1e3;
		if (isSaid || secondsLeft <= LONG_SECONDS) return {
			stage,
			done,
			total,
			secondsLeft
		};
		isSaid = true;
		return {
			stage,
			done,
			total,
			secondsLeft,
			notice: `This will take ${describeDuration(secondsLeft)}. ${advice?.(secondsLeft) ?? ""}`.trimEnd()
		};
	};
}
export { timeLeft as t };
