/** The parts of docs/calibration.md that are the same whatever was measured. */

export const METHOD_TEXT = `When is an expected value surprising, and how sure can one be that it is wrong? Real mistakes are rare and nobody has labelled
them, so they are made: the **mutation benchmark** takes assertions that a history's commits added or changed, scores the
written value, and scores a plausible mistake in its place. Both are asked of the same models after the same text: the
adapter of the assertion's own commit, which has read nothing of that commit's tests, and the base model.

This document is written by \`code2lora bench --mutations\`.`;

export const PROBABILITY_TEXT = `What the models say of a value is put together by a logistic regression with few weights, none of which may speak the wrong
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

export const MUTATION_TEXT = `## Mistakes

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
