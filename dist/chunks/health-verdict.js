/** `harmful` comes first: an adapter can be this repository's own and do harm. */
function healthVerdict({ sample, gains }) {
	const { overBase, overMean, overPanel } = gains;
	if (sample.assertions < 10 || sample.commits < 3) return "not-enough-assertions";
	if (isWorse(overMean) || isWorse(overBase)) return "harmful";
	const controls = [overMean, overPanel].filter((gain) => gain !== null);
	if (controls.length === 0) return "not-comparable";
	return controls.every(isBetter) ? "repository-specific" : "generic";
}
/** Whether a freshly started state does better beyond doubt; null: there was none, or too little to see it on. */
function hasDrifted({ sample, gains }) {
	if (gains.overFresh === null || sample.commits < 3) return null;
	return sample.assertions < 10 ? null : isWorse(gains.overFresh);
}
/** Beyond doubt, and by an amount that matters. */
const isBetter = (gain) => gain !== null && gain.low > 0 && gain.mean >= .005;
const isWorse = (gain) => gain !== null && gain.high < 0 && gain.mean <= -.005;
/** One sentence, or two where the state has drifted. */
function healthAdvice(verdict, { drifted }) {
	const drift = "The state has drifted, a fresh start does better: run \"code2lora health --re-anchor\".";
	if (drifted) return verdict === "harmful" ? drift : `${ADVICE[verdict].replace(": there is nothing to do", "")} ${drift}`;
	return ADVICE[verdict];
}
const ADVICE = {
	"repository-specific": "The adapter knows this repository: there is nothing to do.",
	generic: "The adapter does what that of any repository does: read its findings as those of a general model, or choose other parts (\"adaptation.parts\").",
	harmful: "The adapter makes it worse and is not used: choose other parts (\"adaptation.parts\"), or another model pack.",
	"not-enough-assertions": `Run it again when there is more to see: it takes 10 assertions from 3 commits.`,
	"not-comparable": "The model pack has no mean adapter and no panel, so nobody can tell whose the adapter is; it does no harm."
};
export { isWorse as a, isBetter as i, healthAdvice as n, healthVerdict as r, hasDrifted as t };
