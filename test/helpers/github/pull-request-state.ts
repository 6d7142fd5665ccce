/**
 * A pull request of the fake server: what is remembered about it, and how a test makes one.
 *
 * It lies over two commits of a real git repository. A push to it is `pull.head.sha = <new sha>`.
 */
import type { GitRepo } from '../git-repo.ts';
import { type FakeFile, listFiles } from './pull-request-files.ts';
import type { FakeGitHub, FakePull } from './server.ts';

export interface FakePullRequest extends FakePull {
  git: GitRepo;
  merged: boolean;
  locked: boolean;
  isArchived: boolean;
  comments: FakeComment[];
  threads: FakeThread[];
  /** Every review that was posted, with what came in it. */
  reviews: { id: number; author: string; event: string; commit: string; comments: number }[];
}

export interface FakeComment {
  id: number;
  author: string;
  body: string;
}

export interface FakeThread {
  id: number;
  path: string;
  line: number;
  /** The head when it was posted. */
  commit: string;
  resolvedBy: string | null;
  /** The first one started it. `hiddenAs`: folded for that reason. */
  comments: (FakeComment & { hiddenAs: string | null })[];
}

export const MAX_BODY = 65_536;
/** An open pull request; from a branch of the same repository unless `from` names a fork. */
export function addPullRequest(
  state: FakeGitHub,
  {
    repository,
    git,
    base,
    head,
    from = repository,
    number = 7,
  }: {
    repository: string;
    git: GitRepo;
    base: string;
    head: string;
    from?: string;
    number?: number;
  },
): FakePullRequest {
  const pull: FakePullRequest = {
    number,
    repository,
    state: 'open',
    base: { ref: 'main', sha: base },
    head: { ref: 'topic', sha: head, repository: from },
    git,
    merged: false,
    locked: false,
    isArchived: false,
    comments: [],
    threads: [],
    reviews: [],
  };
  state.pulls.set(`${repository}#${number}`, pull);
  return pull;
}

/** Comments that are there already, from oldest to newest. */
export function addComments(state: FakeGitHub, pull: FakePullRequest, comments: Omit<FakeComment, 'id'>[]) {
  pull.comments.push(...comments.map((comment) => ({ ...comment, id: state.nextId() })));
}

const filesByDiff = new Map<string, FakeFile[]>();

/** What `GET …/files` lists; made once for each diff. */
export function filesOf({ git, base, head }: FakePullRequest): FakeFile[] {
  const key = `${git.dir} ${base.sha} ${head.sha}`;
  const files = filesByDiff.get(key) ?? listFiles(git, base.sha, head.sha);
  filesByDiff.set(key, files);
  return files;
}

const commitsByRange = new Map<string, string[]>();

/** Oldest first. */
export function commitsOf({ git, base, head }: FakePullRequest): string[] {
  const key = `${git.dir} ${base.sha} ${head.sha}`;
  const list = () => git.git('rev-list', '--reverse', `${base.sha}..${head.sha}`).split('\n').filter(Boolean);
  const commits = commitsByRange.get(key) ?? list();
  commitsByRange.set(key, commits);
  return commits;
}

export const commentUrl = ({ repository, number }: FakePullRequest, { id }: FakeComment): string =>
  `https://github.com/${repository}/pull/${number}#issuecomment-${id}`;
