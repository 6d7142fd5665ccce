/**
 * Checks what we ask of GitHub against what GitHub publishes: `npm run contract [part of a test's path …]`.
 *
 *   tests of src/github and of the action ── recorder ──> every request that Octokit sent
 *   REST     ──> Prism, a server made of GitHub's OpenAPI description, which refuses what the description does not allow
 *   GraphQL  ──> GitHub's published schema
 *
 * Not part of `npm test`: Prism and the descriptions are 600 MB, installed once into node_modules/.cache (or the
 * folder in CODE2LORA_CONTRACT_DIR). Needs the npm registry the first time, and no network after that.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const FOLDER = resolve(process.env.CODE2LORA_CONTRACT_DIR ?? 'node_modules/.cache/code2lora-contract');
const PACKAGES = {
  '@octokit/graphql-schema': '15.26.1',
  '@octokit/openapi': '23.0.2',
  // 5.15 and later need Node 24
  '@stoplight/prism-cli': '5.14.2',
};
const DESCRIPTION = join(FOLDER, 'node_modules/@octokit/openapi/generated/api.github.com.json');
const START_MS = 120_000;
/** So many requests of one shape are enough. */
const SAMPLES = 3;

/** Each must be refused, or the check is worth nothing. */
const PLANTED = [
  { method: 'POST', url: '/repos/o/r/issues/1/comments', body: '{"text": "x"}' },
  { method: 'POST', url: '/repos/o/r/pulls/1/reviews', body: '{"event": "NICE"}' },
  {
    method: 'POST',
    url: '/repos/o/r/pulls/1/reviews',
    body: '{"comments": [{"path": "a", "body": "b", "line": "7"}]}',
  },
  { method: 'GET', url: '/repos/o/r/actions/artifacts?per_page=many' },
  { method: 'GET', url: '/repos/o/r/pulls/one' },
  { method: 'GET', url: '/repos/o/r/artefacts' },
  { method: 'PUT', url: '/repos/o/r/pulls/1/files' },
];

await main(process.argv.slice(2));

async function main(parts) {
  install();
  const requests = unique(record(testFiles(parts)));
  const rest = requests.filter(({ url }) => !isGraphQL(url));
  const queries = requests.filter(({ url }) => isGraphQL(url));
  const problems = [
    ...(await withPrism((address) => checkRest(address, rest))),
    ...(await checkGraphQL(queries)),
  ];
  for (const problem of problems) console.error(problem);
  console.log(
    `${rest.length} shapes of REST requests, ${queries.length} GraphQL documents, ${problems.length} problems`,
  );
  if (rest.length === 0) console.error('No REST request was recorded: that cannot be right.');
  process.exitCode = problems.length > 0 || rest.length === 0 ? 1 : 0;
}

function install() {
  const manifest = JSON.stringify({ private: true, dependencies: PACKAGES });
  const file = join(FOLDER, 'package.json');
  if (existsSync(DESCRIPTION) && existsSync(file) && readFileSync(file, 'utf8') === manifest) return;
  console.log(`installing Prism and GitHub's descriptions into ${FOLDER}`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, manifest);
  const npm = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--prefix',
    FOLDER,
  ];
  const { status } = spawnSync('npm', npm, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error('npm could not install Prism; is the registry within reach?');
}

/** Without the tests of the stand-in and of the client: what those send is made up, or wrong on purpose. */
function testFiles(parts) {
  return readdirSync('test', { recursive: true })
    .map((path) => `test/${String(path).replaceAll('\\', '/')}`)
    .filter((path) => /^test\/(?:github|action)\/(?!fake-|client\.).*\.test\.ts$/.test(path))
    .filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)));
}

/** Runs the tests, and gives back what they sent through Octokit. */
function record(files) {
  const folder = mkdtempSync(join(tmpdir(), 'code2lora-contract-'));
  const log = join(folder, 'requests.jsonl');
  writeFileSync(log, '');
  const recorder = pathToFileURL(resolve('scripts/contract-recorder.js')).href;
  const env = {
    ...process.env,
    CODE2LORA_CONTRACT_LOG: log,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${recorder}`.trim(),
  };
  try {
    const { status } = spawnSync(process.execPath, ['scripts/test.js', ...files], { env, stdio: 'inherit' });
    if (status !== 0) throw new Error('The tests that the requests are taken from failed.');
    const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line)).filter(({ agent }) => /octokit/i.test(agent));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first requests of each shape: same route, same parameters, same fields in the body. */
function unique(requests) {
  const seen = new Map();
  return requests.filter((request) => {
    const shape = shapeOf(request);
    seen.set(shape, (seen.get(shape) ?? 0) + 1);
    return seen.get(shape) <= SAMPLES;
  });
}

function shapeOf({ method, url, body }) {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const path = pathname.replace(/[0-9a-f]{40}/g, 'SHA').replace(/\d+/g, 'N');
  if (isGraphQL(url)) return JSON.parse(body).query;
  return [method, path, ...searchParams.keys(), fieldsOf(body === '' ? null : JSON.parse(body))].join(' ');
}

function fieldsOf(value) {
  if (Array.isArray(value)) return `[${[...new Set(value.map(fieldsOf))].join()}]`;
  if (value === null || typeof value !== 'object') return typeof value;
  return `{${Object.keys(value).map((key) => `${key}: ${fieldsOf(value[key])}`)}}`;
}

function isGraphQL(url) {
  return /\/graphql$/.test(url);
}

async function checkRest(address, requests) {
  const problems = [];
  for (const planted of PLANTED)
    if ((await refusal(address, planted)) === null)
      problems.push(`planted, and not found: ${planted.method} ${planted.url} ${planted.body ?? ''}`);
  for (const request of requests) {
    const reason = await refusal(address, request);
    if (reason !== null) problems.push(`${request.method} ${request.url}\n  ${request.body}\n  ${reason}`);
  }
  return problems;
}

/** What Prism has against a request; null: nothing. */
async function refusal(address, { method, url, accept, body }) {
  // a server of one's own has its API below /api/v3
  const target = `${address}${url.replace(/^\/api\/v3\//, '/')}`;
  // the description knows GitHub's own names for JSON (application/vnd.github.v3+json) as application/json only
  const accepted = accept?.replace(/application\/vnd\.github(?:\.v3)?\+json/, 'application/json') ?? '*/*';
  const headers = { authorization: 'token x', accept: accepted, 'content-type': 'application/json' };
  const options = { method, headers, redirect: 'manual', ...(body ? { body } : {}) };
  const response = await fetch(target, options);
  const text = await response.text();
  if (response.status < 400 || isOwnFault(text)) return null;
  return `${response.status} ${text.slice(0, 600)}`;
}

/** Some of the answers that GitHub gives as examples do not fit its own description; the request was good then. */
function isOwnFault(text) {
  const { validation = [] } = JSON.parse(text);
  return validation.length > 0 && validation.every(({ location }) => location[0] === 'response');
}

async function withPrism(use) {
  const port = await freePort();
  const cli = join(FOLDER, 'node_modules/@stoplight/prism-cli/dist/index.js');
  const args = [cli, 'mock', '--errors', '--port', String(port), '--verboseLevel', 'error', DESCRIPTION];
  const prism = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const address = `http://127.0.0.1:${port}`;
    await untilUp(prism, address);
    return await use(address);
  } finally {
    prism.kill();
  }
}

async function untilUp(prism, address) {
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    if (prism.exitCode !== null) throw new Error(`Prism ended with ${prism.exitCode} before it was up.`);
    const isUp = await fetch(`${address}/zen`, { headers: { authorization: 'token x' } }).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error(`Prism was not up after ${START_MS / 1000} s.`);
}

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

async function checkGraphQL(requests) {
  const require = createRequire(join(FOLDER, 'package.json'));
  const { buildSchema, parse, validate } = require('graphql');
  const text = readFileSync(join(FOLDER, 'node_modules/@octokit/graphql-schema/schema.graphql'), 'utf8');
  const schema = buildSchema(text, { assumeValidSDL: true });
  const check = (query) =>
    validate(schema, parse(query)).map(({ message }) => `GraphQL: ${message}\n${query}`);
  const planted = check('{ viewer { nickname } }').length === 0 ? ['planted, and not found: a field'] : [];
  return [...planted, ...requests.flatMap(({ body }) => check(JSON.parse(body).query))];
}
