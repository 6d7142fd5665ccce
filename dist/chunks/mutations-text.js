import { n as visible } from "./visible.js";
// src/commands/mutations-text.ts
/** The report of a mutation benchmark → text for a terminal. Pure. */
function renderMutations(report) {
	const { pack, repositories, measured, unchanged, pairs, broken, base, adapted, gain, files } = report;
	return [
		`measured  ${measured} of ${repositories} repositories with ${pack}, ${unchanged} were finished before`,
		...broken.map(({ repository, reason }) => `broken    ${visible(repository)}: ${visible(reason)}`),
		...base && adapted && gain ? [
			`values    ${pairs}, each as written and with a mistake`,
			`base      ${separationText(base)}`,
			`adapted   ${separationText(adapted)}`,
			`gain      ${numberText(gain)} of the area`
		] : ["values    none: nothing was measured"],
		...files.map((file) => `wrote     ${file}`)
	].join("\n");
}
function separationText({ area, precisionAt10, precisionAt20, precisionAt50 }) {
	const precisions = [
		precisionAt10,
		precisionAt20,
		precisionAt50
	].map((share) => `${Math.round(share * 100)} %`);
	return `area ${numberText(area)}, precision ${precisions.join(", ")} at 10, 20, 50 % recall`;
}
const numberText = ({ value, low, high }) => low === null || high === null ? value.toFixed(3) : `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
export { renderMutations };
