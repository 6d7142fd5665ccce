/**
 * What the stand-in for GitHub keeps and what its routes exchange. Types only.
 */

export type Permission = 'actions' | 'checks' | 'contents' | 'issues' | 'metadata' | 'pull-requests';
export type Access = 'read' | 'write';
/** What a token may do. A missing permission means: nothing. */
export type Scopes = Partial<Record<Permission, Access>>;

export interface FakeRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: Buffer;
  /** The token of the authorization header; null without one. */
  token: string | null;
  json(): unknown;
}

export interface FakeReply {
  status: number;
  json?: unknown;
  body?: Buffer | string;
  headers?: Record<string, string>;
  /** Cut the connection instead of answering. */
  hangUp?: boolean;
}

/** Undefined: not mine. */
export type Route = (
  request: FakeRequest,
  state: FakeGitHub,
) => FakeReply | undefined | Promise<FakeReply | undefined>;

export interface FakeRepository {
  id: number;
  fullName: string;
  defaultBranch: string;
  isFork: boolean;
  isPrivate: boolean;
  /** Path → text, as the default branch has it: for `GET /repos/o/r/contents/<path>`. */
  contents: Map<string, string>;
}

/** A workflow run. */
export interface FakeRun {
  id: number;
  /** Full name of the repository whose workflow it is. */
  repository: string;
  /** Full name of the repository that the commit comes from: another one for a fork's pull request. */
  headRepository: string;
  event: string;
  headBranch: string;
  headSha: string;
  status: string;
  conclusion: string | null;
}

export interface FakeArtifact {
  id: number;
  run: number;
  name: string;
  /** The zip, as it was uploaded. */
  data: Buffer;
  sizeInBytes: number;
  /** `sha256:<hex>`; null on artifacts of old servers. */
  digest: string | null;
  expired: boolean;
  createdAt: string;
  expiresAt: string | null;
  /** Whether the upload was finished: only then the API lists it. */
  isFinal: boolean;
  /** What the API says about its run where that is not the truth. */
  claims?: Readonly<Record<string, unknown>>;
}

/** A pull request: what every route agrees on. */
export interface FakePull {
  number: number;
  repository: string;
  state: 'open' | 'closed';
  base: { ref: string; sha: string };
  head: { ref: string; sha: string; repository: string };
  [field: string]: unknown;
}

export interface LoggedRequest {
  method: string;
  path: string;
  status: number;
  query: string;
  token: string | null;
  body: Buffer;
}

export type Match = string | RegExp | ((request: FakeRequest) => boolean);

export interface FakeGitHub extends AsyncDisposable {
  /** Base of the REST API; `<url>/graphql` and the artifact service are below it too. */
  url: string;
  /** By full name. */
  repositories: Map<string, FakeRepository>;
  runs: Map<number, FakeRun>;
  artifacts: Map<number, FakeArtifact>;
  /** By `owner/name#number`. */
  pulls: Map<string, FakePull>;
  /** By token; a token that is not in it gets a 401. */
  permissions: Map<string, Scopes>;
  /** Who a token belongs to; others are `github-actions[bot]`. */
  logins: Map<string, string>;
  /** Everything that came, in order, with what was answered. */
  requests: LoggedRequest[];
  /** A number that no other thing has. */
  nextId(): number;
  /**
   * The next requests that match get these replies, one each, before any route sees them. A text matches
   * the start of `METHOD /path`.
   */
  failNext(match: Match, replies: FakeReply | readonly FakeReply[]): void;
}
