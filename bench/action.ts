/**
 * How long the GitHub Action takes on a pull request, and what it asks of GitHub:
 *
 *   npm run build && node --import tsx bench/action.ts [REPO_DIR]
 *
 * The bundle runs as a process of its own, with nano, against the tests' stand-in for GitHub on loopback; the network
 * is the part that is not measured. Without an argument: an invented repository of 2,000 files and 30 commits, and
 * pull requests of 10 commits and 40 assertions. With a clone: its last 10 commits are the pull request.
 */
import { dirname, resolve } from 'node:path';
import type { StepResult } from '../test/helpers/fake-runner.ts';
import { type GitRepo, repoAt, temporaryFolder } from '../test/helpers/git-repo.ts';
import { addPullRequest, type FakePullRequest } from '../test/helpers/github/pull-request-state.ts';
import { startWorkflow, type Workflow } from '../test/helpers/workflow-runs.ts';
import { inventSources } from './sources.ts';

const FILES = 2000;
const COMMITS_BEFORE = 29;
const COMMITS = 10;
const ASSERTIONS_PER_COMMIT = 4;
const REPETITIONS = 3;
/** A long history takes its time on the first push. */
const DEADLINE_MS = 3_600_000;

/** What GitHub is asked for in order to comment; the rest is for state and report. */
const FOR_COMMENT = /\/graphql$|\/(issues|pulls)\//;

async function inventWorkflow(): Promise<Workflow> {
  const started = await startWorkflow(inventSources(FILES));
  started.repo.bulk(COMMITS_BEFORE, (index) => ({
    files: { ...inventSources(5, 100 + index), [`shop/cart_${index}.py`]: cart(index) },
  }));
  return started;
}

/** Ten commits, each with three changed modules and four assertions: three with a value and one that is open. */
function openInvented(it: Workflow, number: number): FakePullRequest {
  it.repo.git('checkout', '--quiet', '-b', `branch-${number}`);
  const shas = it.repo.bulk(COMMITS, (index) => {
    const seed = 1000 * number + index;
    const tests = Array.from({ length: ASSERTIONS_PER_COMMIT }, (_, at) => test(seed, at)).join('');
    return {
      files: {
        ...inventSources(3, seed),
        [`shop/cart_${index}.py`]: cart(seed),
        [`tests/test_cart_${number}_${index}.py`]: `from shop.cart_${index} import Cart\n${tests}`,
      },
    };
  });
  it.repo.git('checkout', '--quiet', 'main');
  return openBranch(it, { head: shas.at(-1) as string, number });
}

const cart = (seed: number): string =>
  `class Cart:\n    """Cart number ${seed}."""\n\n    def __init__(self, limit=${seed}):\n` +
  `        self.items = []\n        self.limit = limit\n\n    def add(self, item, count=1):\n` +
  `        self.items.extend([item] * count)\n        return len(self.items)\n`;

/** What is left open stands in the lines above it, so that there is something to comment on. */
const test = (seed: number, at: number): string =>
  `\n\ndef test_limit_${at}():\n    cart = Cart(limit=${(seed % 83) + 11})\n` +
  `    assert cart.limit == ${at === 3 ? '' : (seed % 83) + 11}\n`;

/** `main` of the clone ends before its last commits, which hang on it as a pull request. */
async function openClone(folder: string): Promise<Workflow> {
  const repo = cloneOf(folder);
  repo.git('branch', '--force', 'last', 'HEAD');
  repo.git('checkout', '--quiet', '-B', 'main', `HEAD~${COMMITS}`);
  return startWorkflow({}, { repo });
}

function cloneOf(folder: string): GitRepo {
  const clone = temporaryFolder();
  repoAt(dirname(clone)).git('clone', '--quiet', '--no-hardlinks', resolve(folder), clone);
  return repoAt(clone);
}

function openBranch(it: Workflow, { head, number }: { head: string; number: number }): FakePullRequest {
  const { server, repo, repository } = it;
  const base = repo.git('rev-parse', 'main');
  repo.git('update-ref', `refs/pull/${number}/head`, head);
  return addPullRequest(server, { repository, git: repo, base, head, from: repository, number });
}

function report(name: string, { status, ms, report: found, log, stdout, stderr }: StepResult): void {
  if (status !== 0 || !found) throw new Error(`${name} failed:\n${stdout}${stderr}`);
  const { timings, summary, model } = found.check;
  const { assertions, surprising, open } = summary;
  const { total = 0, ...parts } = timings;
  const done = /^Done in ([\d.]+) s/.exec(log.find((line) => line.startsWith('Done in')) ?? '')?.[1];
  console.log(`${name}: ${seconds(ms)}`);
  console.log(
    `  ${assertions} assertions (${surprising} surprising, ${open} open), ${found.adapter.advancedBy} commits read, ` +
      `${model.pack} on ${model.device}`,
  );
  console.log(
    `  ${Object.entries(parts)
      .map(([part, time]) => `${part} ${seconds(time)}`)
      .join(', ')}; ` +
      `the rest ${seconds(Number(done) * 1000 - total)}, start and end of the process ${seconds(ms - Number(done) * 1000)}`,
  );
}

function reportRequests(requests: readonly string[]): void {
  const forComment = requests.filter((line) => FOR_COMMENT.test(line));
  console.log(
    `  requests: ${requests.length} in all, ${forComment.length} for the comment: ${forComment.join(', ')}`,
  );
}

const last = ({ repo }: Workflow): string => repo.git('rev-parse', 'last');

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const source = process.argv[2];
await using workflow = source ? await openClone(source) : await inventWorkflow();
const push = await workflow.push({ deadlineMs: DEADLINE_MS });
report('push, nothing stored yet', push.step);
for (let number = 1; number <= REPETITIONS; number += 1) {
  const pull = source
    ? openBranch(workflow, { head: last(workflow), number })
    : openInvented(workflow, number);
  workflow.newRequests();
  const { step } = await workflow.check(pull, { deadlineMs: DEADLINE_MS });
  report(`pull request ${number}, state restored, cold process`, step);
  reportRequests(workflow.newRequests());
  console.log(`  ${step.log.find((line) => line.startsWith('Comment: '))}`);
}
