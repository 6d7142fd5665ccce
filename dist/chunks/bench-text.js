// src/commands/bench-text.ts
function renderBench({ pack, rows, ...report }) {
	const { repositories, measured, unchanged, assertions, broken, left, files } = report;
	const width = Math.max(0, ...rows.map(({ label }) => label.length));
	return [
		`measured  ${[
			`${measured} of ${repositories} repositories`,
			...unchanged > 0 ? [`${unchanged} finished before`] : [],
			...broken.length > 0 ? [`${broken.length} broken`] : []
		].join(", ")}; ${assertions} assertions, model pack ${pack}`,
		...rows.map(({ label, exactMatch, nll }) => `          ${label.padEnd(width)}  ${percent(exactMatch)}  ${nll === null ? "    –" : nll.toFixed(3)}`),
		...left.map(({ method, reason }) => `left out  ${method}: ${reason}`),
		...broken.map(({ repository, reason }) => `broken    ${repository}: ${reason}`),
		...files.map((file) => `written   ${file}`)
	].join("\n");
}
const percent = (share) => `${(100 * share).toFixed(1).padStart(5)} %`;
export { renderBench };
