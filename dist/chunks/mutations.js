import { o as UsageError } from "./errors.js";
import { B as Check, T as _usingCtx, U as openRepository, V as build_default } from "./workspace.js";
import { It as chooseParts, Nt as EVIDENCE, Ot as openModelPack, rt as createRandom } from "./executor.js";
import { c as px, f as quantile, h as followAdapters, l as sheet, n as openListed, o as writeWhole, s as COLORS, t as measuredPack, u as text } from "./bench-workspace.js";
import { a as wantedCommit, l as openChoice, r as presentFolder, t as orBroken } from "./or-broken.js";
import { a as packageVersion, t as readRepositoryList } from "./mine-list.js";
import { a as standsIn, c as readCurve, d as askRivals, f as placeAmong, i as readEvidence, m as VALUE_KINDS, n as doubtOf, p as mutateAssertion, s as fitIsotonic } from "./value-evidence.js";
import { f as requireFullHistory } from "./ancestry.js";
import { t as historyAssertions } from "./mine-history.js";
import { c as findStart } from "./walker.js";
import { t as timeLeft } from "./time-left.js";
import { basename, dirname, join, resolve } from "node:path";
import { existsSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
// src/report/mutation-explanations.ts
/** The parts of docs/calibration.md that are the same whatever was measured. */
const METHOD_TEXT = `When is an expected value surprising, and how sure can one be that it is wrong? Real mistakes are rare and nobody has labelled
them, so they are made: the **mutation benchmark** takes assertions that a history's commits added or changed, scores the
written value, and scores a plausible mistake in its place. Both are asked of the same models after the same text: the
adapter of the assertion's own commit, which has read nothing of that commit's tests, and the base model.

This document is written by \`code2lora bench --mutations\`.`;
const PROBABILITY_TEXT = `What the models say of a value is put together by a logistic regression with few weights, none of which may speak the wrong
way: \`nllPerToken\` (nats per token), \`worstToken\` (nats of the most improbable one), \`excessPerToken\` and \`worstExcess\` (both less
the entropy of the prediction: improbable where the model was sure), \`worstLead\` (log of the likeliest token over the written one,
at the worst place), \`improbability\` (of the whole value), \`ratio\` (log of the best other candidate over the value),
\`confidence\` (probability of that candidate), \`notFirst\` (the value is not the first candidate), \`bestRival\` and \`meanRival\` (how
much more likely are up to six values that could have been meant, the best of them and on average; asked where the value is not the
first candidate), \`baseNllPerToken\` (without the adapter: two opinions are better than one), \`loss\` (the base model finds it
more likely than the adapted one), and an offset for the kind of value. A weight of zero means that the rest says it already.
The rivals are made of the value in hand by the rules below, as the mistakes are. That flatters them here: where somebody is
wrong in another way, what was meant may not be among them. Whether the value stands in the file above is left out on purpose: how often a mistake does is the choice of
whoever makes the mistakes, here of our own mutator.

The regression only ranks. What is promised is read from a curve that never falls (isotonic regression), fitted on the
ranks of repositories that the regression did not see. It does not go beyond what was seen: of right values some look
absurd to any model, and no distance makes them wrong.

**The prior.** In the benchmark half of the values are wrong; in a commit few are. \`check\` prints
\`p·π / (p·π + (1 − p)·(1 − π))\` with the benchmark's p and the prior π of the model pack, the share of newly written values
that is wrong. Nobody has measured that share: π is an **assumption**, it stands in the manifest as \`prior\`, and "33 %
likely wrong" means "if one new value in ten is wrong". Real mistakes may also be harder to see than ours, or easier.

**The threshold** is the one that finds most while at least 80 % of what it finds is wrong (where half of all values are)
and at most 3 % of the right values are called surprising. It never calls the first candidate
surprising, nor a value for which the adapter has nothing else to offer, nor a whole condition.`;
const MUTATION_TEXT = `## Mistakes

| kind of value | becomes |
|---|---|
| number | one more or less (in the last place), another digit, the other sign, twice as much, zero, another number of the file; whole numbers stay whole |
| boolean | the other one |
| null | another value of nothing, \`False\`, \`0\`, \`''\` |
| string | another word, another case, one character off, another string of the file; escapes and templates stay |
| exception | another class of the language or of the file, neither above nor below the written one as far as is known |
| name | another name of the file of the same shape; \`Color.RED\` becomes another member of \`Color\` |
| collection, expression | one part changed by the rules above; keys, members and what is called stay |

The ways of one kind are equally likely. A mistake is never another spelling of the written value (\`1.0\` for \`1\`, \`"a"\` for
\`'a'\`). It follows from the repository's name, the commit and the place alone. Only claims of equality are changed: of
\`x > 3\`, \`assertIn\`, \`.not.toBe\` another value may be right as well. Whole conditions and open assertions are left out.
What cannot be excluded: that a changed name happens to hold the same value.`;
// src/report/mutation-plots.ts
const [SIDE, LEFT, TOP] = [
	340,
	70,
	60
];
const SIZE = {
	width: 560,
	height: TOP + SIDE + 70
};
const x = (share) => LEFT + share * SIDE;
const y = (share) => TOP + (1 - share) * SIDE;
function reliabilityPlot(bins) {
	const most = Math.max(1, ...bins.map(({ count }) => count));
	const points = bins.map(({ promised, observed, count }) => {
		const radius = 3 + 6 * Math.sqrt(count / most);
		const [low, high] = [y(clip(observed.low)), y(clip(observed.high))];
		return [`<path d="M${px(x(promised))} ${px(low)}V${px(high)}" stroke="${COLORS[0]}" stroke-width="2" stroke-opacity="0.5"/>`, `<circle cx="${px(x(promised))}" cy="${px(y(observed.value))}" r="${px(radius)}" fill="${COLORS[0]}"/>`].join("\n");
	});
	return sheet({
		title: "Reliability",
		unit: "share of wrong values (upwards) among those given a probability (to the right)",
		...SIZE
	}, [
		...square(),
		diagonal(),
		...points
	]);
}
function rocPlot(curves) {
	const drawn = curves.flatMap(({ label, points }, index) => {
		const color = COLORS[index % COLORS.length];
		const path = [{
			falseAlarms: 0,
			recall: 0
		}, ...points].map(({ falseAlarms, recall }) => `${px(x(falseAlarms))},${px(y(recall))}`);
		const at = TOP + SIDE - 20 * (curves.length - index);
		return [
			`<polyline fill="none" stroke="${color}" stroke-width="2" points="${thin(path).join(" ")}"/>`,
			`<rect x="${x(.55)}" y="${at - 10}" width="12" height="12" rx="2" fill="${color}"/>`,
			text(x(.55) + 20, at, label, "label")
		];
	});
	return sheet({
		title: "ROC",
		unit: "share of wrong values found (upwards), of right values called wrong (to the right)",
		...SIZE
	}, [
		...square(),
		diagonal(),
		...drawn
	]);
}
/** What differs by less than a tenth of a pixel is one point. */
const thin = (path) => path.filter((point, index) => point !== path[index - 1]);
/** An interval of a single repository has no ends. */
const clip = (share) => Math.min(1, Math.max(0, share));
const diagonal = () => `<path class="axis" stroke-dasharray="4 4" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}"/>`;
function square() {
	return [...[
		0,
		.2,
		.4,
		.6,
		.8,
		1
	].flatMap((share) => [
		`<path class="grid" d="M${x(share)} ${y(0)}V${y(1)}M${x(0)} ${px(y(share))}H${x(1)}"/>`,
		text(x(share), y(0) + 20, `${Math.round(share * 100)} %`, "number middle"),
		text(x(0) - 8, y(share) + 4, `${Math.round(share * 100)} %`, "number end")
	]), `<path class="axis" d="M${x(0)} ${y(1)}V${y(0)}H${x(1)}"/>`];
}
// src/report/logistic.ts
const MAX_STEPS = 50;
const RIDGE = 1;
const CONVERGED = 1e-9;
/** `rows`: (count, features); `truths`: (count). */
function fitLogistic(rows, truths, { bound }) {
	const size = rows[0]?.length ?? 0;
	let used = Array.from({ length: size }, (_, index) => index);
	for (;;) {
		const [intercept = 0, ...weights] = solveLogistic(rows.map((row) => [1, ...used.map((index) => row[index])]), truths);
		const weightOf = (index) => weights[used.indexOf(index)];
		const wrong = used.filter((index) => index < bound && weightOf(index) < 0);
		if (wrong.length === 0) return {
			intercept,
			weights: rows[0]?.map((_, index) => weightOf(index) ?? 0) ?? []
		};
		const worst = wrong.reduce((a, b) => weightOf(b) < weightOf(a) ? b : a);
		used = used.filter((index) => index !== worst);
	}
}
const sigmoid = (logOdds) => 1 / (1 + Math.exp(-logOdds));
/** The first column is the constant, which no ridge pulls. */
function solveLogistic(rows, truths) {
	const size = rows[0]?.length ?? 1;
	let weights = new Array(size).fill(0);
	for (let step = 0; step < MAX_STEPS; step += 1) {
		const gradient = weights.map((weight, index) => index === 0 ? 0 : -1 * weight);
		const hessian = weights.map((_, i) => weights.map((_, j) => i === j && i > 0 ? RIDGE : i === j ? 1e-9 : 0));
		for (const [place, row] of rows.entries()) {
			const share = sigmoid(row.reduce((sum, value, index) => sum + value * weights[index], 0));
			addRow({
				gradient,
				hessian
			}, row, {
				error: (truths[place] ? 1 : 0) - share,
				spread: share * (1 - share)
			});
		}
		const change = solve(hessian, gradient);
		weights = weights.map((weight, index) => weight + change[index]);
		if (Math.max(...change.map(Math.abs)) < CONVERGED) break;
	}
	return weights;
}
function addRow({ gradient, hessian }, row, { error, spread }) {
	for (let i = 0; i < row.length; i += 1) {
		gradient[i] = gradient[i] + error * row[i];
		const line = hessian[i];
		for (let j = 0; j < row.length; j += 1) line[j] = line[j] + spread * row[i] * row[j];
	}
}
/** Gaussian elimination with pivots; a handful of unknowns. */
function solve(matrix, right) {
	const rows = matrix.map((row, index) => [...row, right[index]]);
	const size = right.length;
	for (let column = 0; column < size; column += 1) {
		const below = rows.slice(column).map((row) => Math.abs(row[column]));
		const pivot = column + below.indexOf(Math.max(...below));
		[rows[column], rows[pivot]] = [rows[pivot], rows[column]];
		for (let row = 0; row < size; row += 1) if (row !== column) eliminate(rows[row], rows[column], column);
	}
	return rows.map((row, index) => row[size] / row[index]);
}
function eliminate(row, by, column) {
	const factor = row[column] / by[column];
	for (let index = column; index < row.length; index += 1) row[index] = row[index] - factor * by[index];
}
// src/report/mutation-statistics.ts
/**
* How well a score separates wrong values from right ones, with intervals clustered by repository. Pure, seeded.
*
* In: values with a score (higher: more likely wrong), the truth, and their repository. Out: area under the ROC curve,
* precision at a recall. An interval comes from drawing whole repositories with replacement (Davison & Hinkley 1997,
* section 3.8), because the values of one repository resemble each other.
*/
function rank(judged) {
	const ties = [];
	for (const item of [...judged].sort((a, b) => b.score - a.score)) if (ties.at(-1)?.[0]?.score === item.score) ties.at(-1)?.push(item);
	else ties.push([item]);
	return { ties };
}
/** From the strictest cut to the loosest; wrong and right values must both be there. */
function rocOf({ ties }) {
	let [wrong, right] = [0, 0];
	return ties.map((tie) => {
		const [more, less] = weighTie(tie, void 0);
		wrong += more;
		right += less;
		return {
			falseAlarms: right,
			recall: wrong,
			score: tie[0]?.score ?? 0
		};
	}).map(({ falseAlarms, recall, score }) => ({
		falseAlarms: falseAlarms / right,
		recall: recall / wrong,
		score
	}));
}
/** That a wrong value has a higher score than a right one; equal scores count half. */
function areaUnder({ ties }, weights) {
	let [area, wrong, right] = [
		0,
		0,
		0
	];
	for (const tie of ties) {
		const [more, less] = weighTie(tie, weights);
		area += less * (wrong + more / 2);
		wrong += more;
		right += less;
	}
	return area / (wrong * right);
}
/** Among equally many right and wrong values, where the cut finds at least this share of the wrong ones. */
function precisionAt({ ties }, recall, weights) {
	const weighed = ties.map((tie) => weighTie(tie, weights));
	const total = weighed.reduce(([a, b], [wrong, right]) => [a + wrong, b + right], [0, 0]);
	let [wrong, right] = [0, 0];
	for (const [more, less] of weighed) {
		wrong += more;
		right += less;
		if (wrong >= recall * total[0] - 1e-9) break;
	}
	return precisionOf({
		recall: wrong / total[0],
		falseAlarms: right / total[1]
	}, .5);
}
function weighTie(tie, weights) {
	let [wrong, right] = [0, 0];
	for (const { isWrong, group } of tie) if (isWrong) wrong += weights?.[group] ?? 1;
	else right += weights?.[group] ?? 1;
	return [wrong, right];
}
/** Share of wrong values among those called wrong, where this share of all values is wrong. NaN where none is called so. */
function precisionOf({ recall, falseAlarms }, prior) {
	const found = prior * recall;
	return found / (found + (1 - prior) * falseAlarms);
}
const RESAMPLES = 1e3;
const SEED = "code2lora/mutations";
/** Of fewer repositories the draws say nothing about others. */
const LEAST_GROUPS = 3;
/**
* Of a number that is computed anew for each draw of repositories; of one or two repositories nothing follows for others.
* `groups`: the number of each repository that has a value, some of them more than once.
*/
function clustered(groups, statistic) {
	const present = [...new Set(groups)];
	const value = statistic();
	if (present.length < LEAST_GROUPS) return {
		value,
		low: Number.NEGATIVE_INFINITY,
		high: Number.POSITIVE_INFINITY
	};
	const random = createRandom(SEED);
	const drawn = [];
	for (let sample = 0; sample < RESAMPLES; sample += 1) {
		const weights = new Float64Array(Math.max(...present) + 1);
		for (let draw = 0; draw < present.length; draw += 1) {
			const group = present[Math.floor(random.uniform() * present.length)];
			weights[group] = (weights[group] ?? 0) + 1;
		}
		const found = statistic(weights);
		if (Number.isFinite(found)) drawn.push(found);
	}
	const sorted = Float64Array.from(drawn).sort();
	return {
		value,
		low: quantile(sorted, .025),
		high: quantile(sorted, .975)
	};
}
// src/report/mutation-judging.ts
/**
* Scores of a mutation benchmark → how likely each value is wrong, and the calibration that says so. Pure.
*
* In: repositories with their mutants. Out: judged values, or what goes into a manifest. A value is judged by a fit on the
* other repositories, never by one that has seen its own; the calibration that ships is fitted on all of them.
*/
/** Written and mutated, in turns. */
const valuesOf = (repositories) => repositories.flatMap(({ mutants }, group) => mutants.flatMap((mutant) => [{
	mutant,
	score: mutant.written,
	isWrong: false,
	group
}, {
	mutant,
	score: mutant.mutated,
	isWrong: true,
	group
}]));
function opinionOn({ mutant, score }, side) {
	return {
		...score[side],
		kind: mutant.kind,
		baseNll: score.base.nll,
		tokens: score.tokens
	};
}
/** Right and wrong values count the same: the odds are those of a set in which half are wrong. */
function fitWrongValue(values, side) {
	return namedFit(fitLogistic(values.map((value) => {
		const opinion = opinionOn(value, side);
		return [...readEvidence(opinion), ...VALUE_KINDS.map((kind) => kind === opinion.kind ? 1 : 0)];
	}), values.map(({ isWrong }) => isWrong), { bound: EVIDENCE.length }));
}
function namedFit({ intercept, weights }) {
	const named = (names, from) => Object.fromEntries(names.map((name, index) => [name, round(weights[from + index] ?? 0)]).filter(([, weight]) => weight !== 0));
	return {
		intercept: round(intercept),
		weights: named(EVIDENCE, 0),
		kinds: named(VALUE_KINDS, EVIDENCE.length)
	};
}
/** Enough for a manifest; what is judged is judged by the rounded numbers. */
const round = (value) => Number(value.toFixed(4));
/** In the order of the values: each by a fit and a curve of the other repositories; of a single one by its own. */
function judgeAcross(values, side) {
	const doubted = doubtAcross(values, side);
	const curveBut = leavingOut(doubted, curveOf);
	return doubted.map((item) => ({
		...item,
		wrong: readCurve(curveBut(item.group), item.score)
	}));
}
function doubtAcross(values, side) {
	const fitBut = leavingOut(values, (others) => fitWrongValue(others, side));
	return values.map((value) => {
		const { isWrong, group } = value;
		return {
			value,
			isWrong,
			group,
			score: doubtOf(opinionOn(value, side), fitBut(group))
		};
	});
}
/** What is made of all groups but one, for each. */
function leavingOut(items, make) {
	const madeByGroup = /* @__PURE__ */ new Map();
	return (group) => {
		const others = items.filter((item) => item.group !== group);
		const made = madeByGroup.get(group) ?? make(others.length > 0 ? others : items);
		madeByGroup.set(group, made);
		return made;
	};
}
/** A point of the curve rests on a fiftieth of the values, and on twenty at least. */
const curveOf = (doubted) => fitIsotonic(doubted.map(({ score, isWrong }) => ({
	score,
	isTrue: isWrong
})), { leastCount: Math.max(20, doubted.length / 50) });
/** What a check would call surprising: never a first choice, and never without another value to offer. */
const asVerdicts = (judged) => judged.map(({ value, ...item }) => {
	const { isFirst, other } = value.score.adapted;
	return isFirst || other === 0 ? {
		...item,
		score: Number.NEGATIVE_INFINITY
	} : item;
});
/** The cut that finds most wrong values and keeps both limits, as measured; null when none does. */
function chooseCut(verdicts, { precision, falseAlarms }) {
	return rocOf(rank(verdicts)).filter((point) => Number.isFinite(point.score) && point.falseAlarms <= falseAlarms && precisionOf(point, BALANCED) >= precision).at(-1) ?? null;
}
/** Where half of the values are wrong. */
const BALANCED = .5;
/** What goes into a manifest. Without a cut that keeps the limits nothing is ever surprising. */
function calibrate(repositories, { prior, ...limits }) {
	const values = valuesOf(repositories);
	const judged = judgeAcross(values, "adapted");
	const cut = chooseCut(asVerdicts(judged), limits);
	return {
		falseAlarmRate: round(cut?.falseAlarms ?? 0),
		detectionRate: round(cut?.recall ?? 0),
		wrongValue: {
			...fitWrongValue(values, "adapted"),
			curve: curveOf(judged),
			prior,
			surprisingFrom: cut && round(cut.score),
			balancedPrecision: cut && round(precisionOf(cut, BALANCED)),
			priorPrecision: cut && round(precisionOf(cut, prior))
		}
	};
}
// src/report/mutation-tables.ts
/**
* Judged values → the numbers of the document: how well wrong values are told from right ones, over all and by group, base
* against adapted, and how true the probabilities are. Pure.
*/
function judgeAll(repositories) {
	const values = valuesOf(repositories);
	return {
		base: judgeAcross(values, "base"),
		adapted: judgeAcross(values, "adapted"),
		groups: repositories.length,
		pairs: values.length / 2
	};
}
/** `ofBase` and `ofAdapted` judge the same values. */
function areasOf(ofBase, ofAdapted) {
	const groups = groupsOf(ofBase);
	const [base, adapted] = [rank(ofBase), rank(ofAdapted)];
	return {
		pairs: ofBase.length / 2,
		base: clustered(groups, (weights) => areaUnder(base, weights)),
		adapted: clustered(groups, (weights) => areaUnder(adapted, weights)),
		gain: clustered(groups, (weights) => areaUnder(adapted, weights) - areaUnder(base, weights))
	};
}
/** What an interval is clustered by. */
const groupsOf = (judged) => judged.map(({ group }) => group);
const overallAreas = ({ base, adapted }) => areasOf(base, adapted);
/** By kind, family or way of the mutation; the largest first, small ones left out. */
function areasBy({ base, adapted }, nameOf) {
	const names = [...new Set(base.map(({ value }) => nameOf(value.mutant)))];
	const ofName = (judged, name) => judged.filter(({ value }) => nameOf(value.mutant) === name);
	return names.filter((name) => ofName(base, name).length >= 20).map((name) => [name, areasOf(ofName(base, name), ofName(adapted, name))]).sort(([a, { pairs: many }], [b, { pairs: few }]) => few - many || (a < b ? -1 : 1));
}
/** Numbers that need no fit, and what needs no model at all; higher is more doubtful. */
const PLAIN_SCORES = [
	["probability of the value alone", ({ score }, side) => -Math.log(score[side].probability + 1e-12)],
	["nats per token of the value", ({ score }, side) => score[side].nll / Math.max(1, score.tokens)],
	["best other candidate against the value", ({ score }, side) => Math.log((score[side].other + 1e-6) / (score[side].probability + 1e-12))],
	["no model: the value stands nowhere above", ({ score }) => score.inPrefix ? 0 : 1]
];
function plainAreas({ base }) {
	return PLAIN_SCORES.map(([label, score]) => {
		const judged = (side) => base.map(({ value, isWrong, group }) => ({
			isWrong,
			group,
			score: score(value, side)
		}));
		return [label, areasOf(judged("base"), judged("adapted"))];
	});
}
const RECALLS = [
	.1,
	.2,
	.5
];
/** In the order of RECALLS. */
function precisionsOf(judged) {
	const [ranking, groups] = [rank(judged), groupsOf(judged)];
	return RECALLS.map((recall) => clustered(groups, (weights) => precisionAt(ranking, recall, weights)));
}
/** That the written value gets more than the mistake in its place, whatever it gets; equal ones count half. */
function pairsWon({ base }, side) {
	const won = base.flatMap(({ value, isWrong, group }) => isWrong ? [] : [{
		group,
		share: (1 + Math.sign(probabilityGap(value, side))) / 2
	}]);
	return clustered(groupsOf(won), (weights) => {
		const weightOf = (group) => weights?.[group] ?? 1;
		const total = won.reduce((sum, { group }) => sum + weightOf(group), 0);
		return won.reduce((sum, { group, share }) => sum + share * weightOf(group), 0) / total;
	});
}
const probabilityGap = ({ mutant }, side) => mutant.written[side].probability - mutant.mutated[side].probability;
const BINS = 10;
/** Probabilities in steps of a tenth, against what was true; empty ones are left out. */
const reliabilityOf = ({ adapted }) => binsOf(adapted);
/** Empty ones are left out. */
function binsOf(judged) {
	return Array.from({ length: BINS }, (_, index) => {
		const inside = judged.filter(({ wrong }) => Math.min(9, Math.floor(wrong * BINS)) === index);
		return inside.length === 0 ? [] : [binOf(inside)];
	}).flat();
}
function binOf(inside) {
	return {
		promised: inside.reduce((sum, { wrong }) => sum + wrong, 0) / inside.length,
		observed: clustered(groupsOf(inside), (weights) => {
			const weightOf = (group) => weights?.[group] ?? 1;
			const total = inside.reduce((sum, { group }) => sum + weightOf(group), 0);
			return inside.reduce((sum, { group, isWrong }) => sum + (isWrong ? weightOf(group) : 0), 0) / total;
		}),
		count: inside.length
	};
}
/** Mean distance of promise and truth, by the number of values (expected calibration error). */
function calibrationError(bins) {
	const total = bins.reduce((sum, { count }) => sum + count, 0);
	return bins.reduce((sum, { promised, observed, count }) => sum + count * Math.abs(promised - observed.value), 0) / total;
}
const rocPoints = (judged) => rocOf(rank(judged));
// src/report/mutation-shipped.ts
function shippedRates({ adapted }, wrongValue) {
	const from = wrongValue.surprisingFrom ?? Number.POSITIVE_INFINITY;
	const judged = adapted.map((item) => {
		const score = doubtOf(opinionOn(item.value, "adapted"), wrongValue);
		return {
			...item,
			score,
			wrong: readCurve(wrongValue.curve, score)
		};
	});
	const called = asVerdicts(judged).map(({ score, isWrong, group }) => ({
		isWrong,
		group,
		isCalled: score >= from
	}));
	const of = (wanted) => clustered(groupsOf(called), (weights) => shareCalled(called, {
		weights,
		isCounted: (isWrong) => isWrong === wanted
	}));
	return {
		detected: of(true),
		falseAlarms: of(false),
		precision: clustered(groupsOf(called), (weights) => {
			return precisionOf({
				recall: shareCalled(called, {
					weights,
					isCounted: (isWrong) => isWrong
				}),
				falseAlarms: shareCalled(called, {
					weights,
					isCounted: (isWrong) => !isWrong
				})
			}, .5);
		}),
		error: calibrationError(binsOf(judged))
	};
}
function shareCalled(called, { weights, isCounted }) {
	let [found, all] = [0, 0];
	for (const { isWrong, group, isCalled } of called) {
		if (!isCounted(isWrong)) continue;
		const weight = weights?.[group] ?? 1;
		all += weight;
		if (isCalled) found += weight;
	}
	return found / all;
}
// src/report/mutation-document.ts
function renderMutationDocument({ repositories, settings, calibration, shipped, folder }) {
	const judgement = judgeAll(repositories);
	const bins = reliabilityOf(judgement);
	const markdown = [
		"# Calibration",
		"",
		METHOD_TEXT,
		"",
		...measuredSection(judgement, settings),
		...groupSections(judgement),
		...probabilitySection(bins, {
			calibration,
			folder
		}),
		...shipped ? shippedSection(judgement, shipped) : [],
		MUTATION_TEXT,
		"",
		...reproduceSection(settings, repositories)
	].join("\n");
	const curves = ["adapted", "base"].map((side) => ({
		label: side,
		points: rocPoints(judgement[side])
	}));
	return {
		markdown,
		plots: {
			"reliability.svg": reliabilityPlot(bins),
			"roc.svg": rocPlot(curves)
		}
	};
}
function measuredSection(judgement, { pack, packVersion, parts }) {
	const { base, adapted, groups, pairs } = judgement;
	const own = parts.join(" + ") || "mean adapter";
	const precision = {
		base: precisionsOf(base),
		adapted: precisionsOf(adapted)
	};
	return [
		`## What \`${pack}\` ${packVersion} reaches`,
		"",
		`${pairs} values of ${groups} repositories, each as written and with a mistake; adapter: ${own}. Every value is judged by a`,
		"fit on the *other* repositories. Area: under the ROC curve, 0.5 is chance. 95 % intervals, clustered by repository.",
		"",
		"| | pairs | area: base | area: adapted | adapted less base |",
		"|---|---|---|---|---|",
		areasRow("**fitted evidence**", overallAreas(judgement)),
		...plainAreas(judgement).map(([label, areas]) => areasRow(label, areas)),
		"",
		"| precision among equally many right and wrong values | at 10 % recall | at 20 % | at 50 % |",
		"|---|---|---|---|",
		...["base", "adapted"].map((side) => `| ${side} | ${precision[side].map(shareCell).join(" | ")} |`),
		"",
		`Of a pair, the written value has the higher probability in ${shareCell(pairsWon(judgement, "adapted"))} (adapted) and ${shareCell(pairsWon(judgement, "base"))} (base).`,
		""
	];
}
function groupSections(judgement) {
	const table = (title, rows) => [
		`| ${title} | pairs | area: base | area: adapted | adapted less base |`,
		"|---|---|---|---|---|",
		...rows.map(([name, areas]) => areasRow(name, areas)),
		""
	];
	return [
		...table("kind of value", areasBy(judgement, ({ kind }) => kind)),
		...table("family", areasBy(judgement, ({ family }) => `\`${family}\``)),
		...table("mistake", areasBy(judgement, ({ how }) => how))
	];
}
function probabilitySection(bins, { calibration, folder }) {
	const { wrongValue, falseAlarmRate, detectionRate } = calibration;
	return [
		"## Probabilities",
		"",
		PROBABILITY_TEXT,
		"",
		`![reliability](${folder}/reliability.svg)`,
		`![ROC](${folder}/roc.svg)`,
		"",
		"| given | values | wrong |",
		"|---|---|---|",
		...bins.map(({ promised, observed, count }) => `| ${percent(promised)} | ${count} | ${shareCell(observed)} |`),
		"",
		`Mean distance of what is given and what is true: ${(100 * calibrationError(bins)).toFixed(1)} points.`,
		"",
		...wrongValue ? thresholdLines(wrongValue, {
			falseAlarmRate,
			detectionRate
		}) : []
	];
}
function thresholdLines({ weights, kinds, prior, surprisingFrom, balancedPrecision, priorPrecision }, { falseAlarmRate, detectionRate }) {
	const list = (numbers) => Object.entries(numbers).filter(([, number]) => Math.abs(number) >= .005).map(([name, number]) => `${name} ${number.toFixed(2)}`).join(", ");
	return [
		surprisingFrom === null ? "No cut keeps the limits: **nothing is called surprising**." : `These repositories give: a value is called surprising from log odds of ${surprisingFrom.toFixed(2)} on: ${percent(detectionRate ?? 0)} of the wrong values, ${percent(falseAlarmRate ?? 0)} of the right ones. Of what is called so, **${percent(balancedPrecision ?? 0)}** is wrong where half of all values are, and ${percent(priorPrecision ?? 0)} at the prior of ${percent(prior)}.`,
		"",
		`Weights: ${list(weights)}. By kind: ${list(kinds)}.`,
		""
	];
}
function shippedSection(judgement, shipped) {
	const { detected, falseAlarms, precision, error } = shippedRates(judgement, shipped);
	const called = Number.isFinite(precision.value) ? `Of what it calls surprising ${shareCell(precision)} is wrong where half of all values are.` : "It calls nothing surprising here.";
	return [
		"## The calibration in the pack",
		"",
		"The one that `check` uses, on these values, whether or not it was fitted on them:",
		`it calls ${shareCell(detected)} of the wrong and ${shareCell(falseAlarms)} of the right values surprising. ${called}`,
		`Its probabilities are ${(100 * error).toFixed(1)} points off in the mean.`,
		""
	];
}
const reproduceSection = ({ perRepository, maxHistory }, repositories) => [
	"## Reproduce",
	"",
	"```sh",
	"code2lora bench --mutations --repositories training/repositories.tsv --split validation --calibrate calibration.json",
	"```",
	"",
	`${perRepository} values at most of the newest ${maxHistory} commits of each. Repositories (commit, values): ${repositories.map(({ name, commit, mutants }) => `${name} (\`${commit.slice(0, 10)}\`, ${mutants.length})`).join(", ")}.`,
	""
];
const areasRow = (label, { pairs, base, adapted, gain }) => `| ${label} | ${pairs} | ${areaCell(base)} | ${areaCell(adapted)} | ${gainCell(gain)} |`;
const areaCell = ({ value, low, high }) => `${value.toFixed(3)}${Number.isFinite(low) ? ` [${low.toFixed(3)}, ${high.toFixed(3)}]` : ""}`;
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
const gainCell = ({ value, low, high }) => `${signed(value)}${Number.isFinite(low) ? ` [${signed(low)}, ${signed(high)}]` : ""}`;
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const shareCell = ({ value, low, high }) => `${percent(value)}${Number.isFinite(low) ? ` [${percent(low)}, ${percent(high)}]` : ""}`;
// src/commands/mutations-document.ts
/** Scores of a mutation benchmark → the document, its plots, the calibration for a manifest, and the report's numbers. */
/** One new value in ten: an assumption (docs/calibration.md). */
const PRIOR = .1;
/** Most that may be called surprising while the mistakes are few enough to be worth a look. */
const LIMITS = {
	precision: .8,
	falseAlarms: .03
};
/** Throws UsageError for what is no share. */
function resolvePrior({ prior = PRIOR }) {
	if (prior > 0 && prior < 1) return prior;
	throw new UsageError(`A prior of ${prior} is none.\nExpected a share between 0 and 1, such as 0.1.`);
}
/** Returns what was written. */
function writeMutationFiles({ out, prior, settings, options, pack }, repositories) {
	const folder = basename(out, ".md");
	const calibration = calibrate(repositories, {
		...LIMITS,
		prior
	});
	const { markdown, plots } = renderMutationDocument({
		repositories,
		settings,
		calibration,
		folder,
		shipped: pack.manifest.calibration.wrongValue
	});
	const files = [[out, markdown], ...Object.entries(plots).map(([name, svg]) => [join(dirname(out), folder, name), svg])];
	if (options.calibrate !== void 0) {
		const pairs = repositories.reduce((sum, { mutants }) => sum + mutants.length, 0);
		const whole = {
			...pack.manifest.calibration,
			...calibration,
			measuredOn: `${pairs} values of ${repositories.length} repositories, each as written and with a mistake; see docs/calibration.md`
		};
		files.push([resolve(options.calibrate), `${JSON.stringify(whole, null, 2)}\n`]);
	}
	for (const [file, content] of files) writeWhole(file, content);
	return files.map(([file]) => file);
}
function summarizeMutations(repositories) {
	const judgement = judgeAll(repositories);
	const { pairs, base, adapted, gain } = overallAreas(judgement);
	const separation = (area, side) => {
		const [at10 = 0, at20 = 0, at50 = 0] = precisionsOf(judgement[side]).map(({ value }) => value);
		return {
			area: numberOf(area),
			precisionAt10: at10,
			precisionAt20: at20,
			precisionAt50: at50
		};
	};
	return {
		pairs,
		base: separation(base, "base"),
		adapted: separation(adapted, "adapted"),
		gain: numberOf(gain)
	};
}
/** JSON knows no infinity. */
const numberOf = ({ value, low, high }) => ({
	value,
	low: Number.isFinite(low) ? low : null,
	high: Number.isFinite(high) ? high : null
});
// src/commands/mutations-choose.ts
/** Of one commit at most; as for training tasks. */
const PER_COMMIT = 8;
/** In the order of the history. */
async function chooseMutants(repository, { name, range, perRepository, rules }) {
	const choice = openChoice(name, {
		perCommit: perRepository,
		perFile: PER_COMMIT
	});
	const history = historyAssertions(repository, {
		range,
		rules
	});
	for await (const { commit, files } of history) {
		const found = [];
		for await (const { assertions } of files) found.push(...assertions.flatMap((assertion) => mutantOf(assertion, {
			name,
			commit: commit.sha
		}) ?? []));
		choice.offer(commit.sha, found.map((mutant) => ({
			...mutant,
			...placeOf(mutant.assertion)
		})));
	}
	return choice.take().map(({ commit, assertion, mutation }) => ({
		commit,
		assertion,
		mutation
	}));
}
function mutantOf(assertion, { name, commit }) {
	const { path, line, column } = assertion;
	const mutation = mutateAssertion(assertion, createRandom(`${name}\n${commit}\n${path}\n${line}:${column}`));
	return mutation && {
		commit,
		assertion,
		mutation
	};
}
/** Files of one commit take turns by their tests. */
const placeOf = ({ path, test, line, column }) => ({
	test: `${path} ${test}`,
	line,
	column
});
// src/commands/mutations-score.ts
/** Mutants of commits without an adapter are left out. */
async function scoreMutants(languageModel, mutants, { adapterByCommit, count, onProgress }) {
	const base = languageModel.reader();
	const readers = /* @__PURE__ */ new Map();
	const scored = [];
	for (const [done, mutant] of mutants.entries()) {
		onProgress?.(done);
		const at = adapterByCommit.get(mutant.commit);
		if (at === void 0) continue;
		if (!readers.has(mutant.commit)) readers.clear();
		const adapted = readers.get(mutant.commit) ?? languageModel.reader({ adapter: at.adapter });
		readers.set(mutant.commit, adapted);
		const sides = {
			base: await askSide(base, mutant, count),
			adapted: await askSide(adapted, mutant, count)
		};
		scored.push(describe(mutant, at.position, sides));
	}
	return scored;
}
async function askSide(reader, { assertion, mutation }, count) {
	const { prefix, language } = assertion;
	const mistaken = {
		...assertion,
		target: mutation.value
	};
	const scores = {
		written: await reader.score(assertion),
		mutated: await reader.score(mistaken)
	};
	const completion = await reader.candidates({
		prefix,
		language,
		count
	});
	return {
		written: await describeValue(reader, assertion, {
			score: scores.written,
			completion
		}),
		mutated: await describeValue(reader, mistaken, {
			score: scores.mutated,
			completion
		})
	};
}
async function describeValue(reader, assertion, said) {
	const { nll, probability, tokens, standing } = said.score;
	const place = placeAmong(said.completion, assertion.target);
	const rivals = await askRivals(reader, assertion, said);
	return {
		nll,
		probability,
		tokens,
		...standing,
		...place,
		rivals
	};
}
function describe({ commit, assertion, mutation }, position, { base, adapted }) {
	const { path, line, language, family, target } = assertion;
	const { kind, how, value } = mutation;
	const valueScore = (text, side) => {
		const { tokens, ...ofAdapted } = adapted[side];
		const { tokens: _, ...ofBase } = base[side];
		return {
			tokens,
			inPrefix: standsInPrefix(assertion, text),
			base: ofBase,
			adapted: ofAdapted
		};
	};
	return {
		commit,
		position,
		path,
		line,
		language,
		family,
		kind,
		how,
		written: valueScore(target, "written"),
		mutated: valueScore(value, "mutated")
	};
}
const standsInPrefix = ({ prefix }, text) => standsIn(text, prefix);
// src/commands/mutations-repository.ts
/**
* One repository of the list → the scores of its mutants.
*
*   history → assertions and mistakes → adapters of their commits → scores
*
* Each assertion is judged by the adapter of its own commit, which has read nothing of that commit's tests.
*/
async function measureMutants(workspace, { listed, settings, parts }) {
	const { repository, config } = workspace;
	const { name, split } = listed;
	requireFullHistory(repository);
	const until = await wantedCommit(repository, listed);
	const { commit: after } = await findStart(workspace, until);
	const { perRepository } = settings;
	const chosen = await chooseMutants(repository, {
		name,
		range: {
			after,
			until
		},
		perRepository,
		rules: config.paths
	});
	if (chosen.length === 0) return {
		name,
		split,
		commit: until,
		mutants: []
	};
	const adapterByCommit = await adaptersAt(workspace, {
		until,
		commits: new Set(chosen.map(({ commit }) => commit)),
		parts,
		settings
	});
	const { languageModel } = await workspace.models();
	return {
		name,
		split,
		commit: until,
		mutants: await scoreMutants(languageModel, chosen, {
			adapterByCommit,
			count: config.check.candidates
		})
	};
}
async function adaptersAt(workspace, { until, commits, parts, settings }) {
	const adapters = /* @__PURE__ */ new Map();
	const followed = followAdapters(workspace, {
		until,
		maxHistory: settings.maxHistory,
		combinations: [parts],
		at: (commit) => commits.has(commit)
	});
	for await (const { commit, position, adapters: made } of followed) {
		const [adapter] = made;
		if (adapter && commits.has(commit)) adapters.set(commit, {
			adapter,
			position
		});
	}
	return adapters;
}
// src/report/mutation-scores.ts
/**
* The scores of a mutation benchmark as they lie in its JSON file: what the models say of each value as it is written, and
* of a mistake in its place.
*
* No text of a repository is in it, only places and numbers. What is written here can be read again, fitted and drawn
* without a model. Pure.
*/
const Count = build_default.Integer({ minimum: 0 });
const Text = build_default.String();
const Share = build_default.Number({
	minimum: 0,
	maximum: 1
});
const Nats = build_default.Number({ minimum: 0 });
/** One model on one value: nats of its tokens, how they stand, probability, that of the best other candidate, whether it comes first, its rivals. */
const SideSchema = build_default.Object({
	nll: Nats,
	worst: Nats,
	worstExcess: build_default.Number(),
	worstLead: Nats,
	excess: build_default.Number(),
	probability: Share,
	other: Share,
	isFirst: build_default.Boolean(),
	rivals: build_default.Union([build_default.Null(), build_default.Object({
		best: build_default.Number(),
		mean: build_default.Number()
	})])
});
const ValueSchema = build_default.Object({
	tokens: Count,
	/** The value stands in the file above. */
	inPrefix: build_default.Boolean(),
	base: SideSchema,
	adapted: SideSchema
});
const MutantSchema = build_default.Object({
	commit: Text,
	/** First-parent commits since the start of the walk. */
	position: Count,
	path: Text,
	line: Count,
	language: Text,
	family: Text,
	kind: Text,
	how: Text,
	written: ValueSchema,
	mutated: ValueSchema
});
const RepositorySchema = build_default.Object({
	name: Text,
	split: Text,
	commit: Text,
	mutants: build_default.Array(MutantSchema)
});
const SettingsSchema = build_default.Object({
	version: Text,
	pack: Text,
	packVersion: Text,
	packDigest: Text,
	parts: build_default.Array(Text),
	perRepository: Count,
	maxHistory: Count
});
const RepositoryMutantsSchema = build_default.Object({
	schema: build_default.Literal("code2lora/mutants@1"),
	settings: SettingsSchema,
	repository: RepositorySchema
});
// src/commands/mutations-work.ts
/**
* The scores of each repository in a file of its own, so that an interrupted run goes on where it stopped.
*
*   WORK/mutations/SETTINGS/NAME.json
*
* Settings are part of the path: what was measured with others stays beside it and is never mixed in.
*/
function openMutationScores(work, settings) {
	const digest = createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 16);
	const fileOf = (name) => join(work, "mutations", digest, `${name}.json`);
	return {
		read(name) {
			const file = fileOf(name);
			return existsSync(file) ? parse(readFileSync(file, "utf8"))?.repository : void 0;
		},
		write(repository) {
			const content = {
				schema: "code2lora/mutants@1",
				settings,
				repository
			};
			writeWhole(fileOf(repository.name), `${JSON.stringify(content)}\n`);
		}
	};
}
function parse(text) {
	try {
		const found = JSON.parse(text);
		return Check(RepositoryMutantsSchema, found) ? found : void 0;
	} catch {
		return;
	}
}
// src/commands/mutations.ts
/**
* `bench --mutations`: how well a wrong value is told from a right one, and the calibration that follows from it.
*
*   list → each repository's assertions, as written and with a mistake → scores → document, plots, calibration
*
* What is finished stays; a repository that cannot be read is a line in the report, not the end of the run.
*/
/** Throws UsageError for a list or an option that cannot be understood. */
async function benchMutations(options) {
	const run = openRun(options);
	const report = {
		schema: "code2lora/mutations@1",
		pack: run.settings.pack,
		repositories: run.list.length,
		measured: 0,
		unchanged: 0,
		pairs: 0,
		broken: [],
		base: null,
		adapted: null,
		gain: null,
		files: []
	};
	if (!options.reportOnly) await measureAll(run, report);
	const repositories = finished(run);
	if (repositories.length === 0) return report;
	const files = writeMutationFiles(run, repositories);
	return {
		...report,
		...summarizeMutations(repositories),
		files
	};
}
const PER_REPOSITORY = 60;
const MAX_HISTORY = 120;
function openRun(options) {
	const out = resolve(options.out ?? "docs/calibration.md");
	if (!out.endsWith(".md")) throw new UsageError(`${out} is no document: give --out FILE.md.`);
	const work = resolve(options.work ?? ".code2lora-bench");
	const pack = openModelPack(measuredPack(options));
	const parts = chooseParts(pack.manifest, null);
	const { name, version } = pack.manifest;
	const settings = {
		version: packageVersion(),
		pack: name,
		packVersion: version,
		packDigest: pack.digest,
		parts,
		perRepository: options.perRepository ?? PER_REPOSITORY,
		maxHistory: options.maxHistory ?? MAX_HISTORY
	};
	return {
		list: listOf(options),
		pack,
		parts,
		settings,
		options,
		out,
		work,
		prior: resolvePrior(options),
		clones: options.clones === void 0 ? join(work, "clones") : resolve(options.clones),
		scores: openMutationScores(work, settings)
	};
}
function listOf({ repositories, split }) {
	const list = readRepositoryList(repositories);
	const wanted = list.filter((listed) => split === void 0 || listed.split === split);
	if (wanted.length > 0) return wanted;
	const splits = [...new Set(list.map((listed) => listed.split))].join(", ") || "none";
	throw new UsageError(`${repositories} has no repository of the split "${split}".\nThe list has these: ${splits}.`);
}
async function measureAll(run, report) {
	const { list, options } = run;
	const tell = timeLeft({
		total: list.length,
		stage: "bench",
		advice: () => ADVICE
	});
	for (const [place, listed] of list.entries()) {
		options.onProgress?.(tell(place));
		await orBroken(report, listed, async () => {
			if (await isCurrent(run, listed)) report.unchanged += 1;
			else {
				await measure(run, listed);
				report.measured += 1;
			}
		});
	}
	options.onProgress?.(tell(list.length));
}
const ADVICE = "Interrupted, it goes on where it stopped.";
async function measure(run, listed) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { settings, parts, scores } = run;
		const workspace = _usingCtx$1.a(await openListed(run, listed));
		scores.write(await measureMutants(workspace, {
			listed,
			settings,
			parts
		}));
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** What is not on this machine any more has not changed. */
async function isCurrent({ scores, clones }, listed) {
	const known = scores.read(listed.name);
	const folder = presentFolder(listed, clones);
	if (known === void 0 || folder === null) return known !== void 0;
	return known.commit === await wantedCommit(await openRepository(folder), listed);
}
/** In the order of the list. */
const finished = ({ list, scores }) => list.flatMap(({ name, split }) => {
	const known = scores.read(name);
	return known && known.mutants.length > 0 ? [{
		...known,
		split
	}] : [];
});
export { benchMutations as t };
