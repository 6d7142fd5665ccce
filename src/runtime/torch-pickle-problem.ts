/** What is wrong with a pickle; the reader adds which file it is and turns it into a ModelError. */
export class PickleProblem extends Error {
  override name = 'PickleProblem';
}
