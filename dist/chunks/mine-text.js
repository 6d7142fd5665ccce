// src/commands/mine-text.ts
function renderMined(report) {
	const { repositories, mined, unchanged, missing, broken, splits, forks, strays } = report;
	return [
		`mined     ${[
			`${mined} of ${count(repositories, "repository", "repositories")} mined`,
			...unchanged > 0 ? [`${unchanged} finished before`] : [],
			...missing.length > 0 ? [`${missing.length} missing`] : [],
			...broken.length > 0 ? [`${broken.length} broken`] : []
		].join(", ")}`,
		...splits.map(({ split, repositories: own, ...tasks }) => `${"tasks".padEnd(9)} ${split}: ${tasks.static} static, ${tasks.evolution} evolution, of ${count(own, "repository", "repositories")}`),
		...missing.map((name) => `missing   ${name}`),
		...broken.map(({ repository, reason }) => `broken    ${repository}: ${reason}`),
		...forks.map(({ repositories: own }) => `forks     ${describeForks(own)}`),
		...strays.map((name) => `stray     ${name} is not in the list, but its tasks are in the folder`)
	].join("\n");
}
function describeForks(forks) {
	return `${forks.map(({ repository, split }) => `${repository} (${split})`).join(", ")} begin with the same commit${new Set(forks.map(({ split }) => split)).size > 1 ? ": give them one split, or keep one of them" : ""}`;
}
function renderMineWorkflow({ list, file }) {
	const { path, outcome, diff } = file;
	return [
		`workflow  mines the repositories of ${list}`,
		`${outcome.padEnd(9)} ${path}`,
		...outcome === "differs" ? [`\n${diff}\n`, "It was left as it is; --force replaces it as shown."] : [],
		...outcome === "written" ? ["", "next      commit it with the list to the default branch, then: gh workflow run code2lora-mine.yml"] : []
	].join("\n");
}
const count = (number, one, more) => `${number} ${number === 1 ? one : more}`;
export { renderMineWorkflow, renderMined };
