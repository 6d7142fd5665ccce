/** Every audit finds a violation planted into a workflow that is otherwise clean, and nothing else does. */
import { assert, suite } from '../helpers/suite.ts';
import { AUDITS, audit } from './audit.ts';

const test = suite('workflows/audit');
const SHA = '0123456789abcdef0123456789abcdef01234567';

/** Two jobs, so that a rule that looks at the first one only is found out. */
const CLEAN = `name: clean
on:
  push:
    branches: [main]
  pull_request:
permissions: {}
concurrency:
  group: x
  cancel-in-progress: true
jobs:
  first:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {}
    steps:
      - run: echo hello
  second:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: read
      pull-requests: write # the comment
    steps:
      - uses: actions/checkout@${SHA} # v7.0.1
        with:
          persist-credentials: false
      - run: npm ci
        env:
          TITLE: \${{ github.event.pull_request.title }}
`;
/** Runs with a token that can write, at somebody else's wish. */
const PRIVILEGED = `name: privileged
on:
  workflow_run: # zizmor: ignore[dangerous-triggers] planted
    workflows: [clean]
permissions: {}
concurrency:
  group: x
  cancel-in-progress: true
jobs:
  only:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {}
    steps:
      - uses: octo/code2lora@${SHA} # v1.0.0
`;
const IGNORED = '  workflow_run: # zizmor: ignore[dangerous-triggers] planted';
const LAST = `          TITLE: \${{ github.event.pull_request.title }}\n`;

interface Planted {
  into?: string;
  from: string;
  to: string;
}

/** Name of the audit → ways to break it, each one change to a clean file. */
const PLANTED: Record<string, Planted[]> = {
  'excessive-permissions': [
    { from: 'permissions: {}\nconcurrency', to: 'concurrency' },
    { from: 'permissions: {}\nconcurrency', to: 'permissions: write-all\nconcurrency' },
    { from: 'permissions: {}\nconcurrency', to: 'permissions:\n  contents: read\nconcurrency' },
    { from: '    permissions: {}\n    steps', to: '    steps' },
    { from: '    permissions: {}\n    steps', to: '    permissions: write-all\n    steps' },
  ],
  'undocumented-permissions': [{ from: ' # the comment', to: '' }],
  artipacked: [
    { from: '        with:\n          persist-credentials: false\n', to: '' },
    { from: 'persist-credentials: false', to: 'persist-credentials: true' },
  ],
  'dangerous-triggers': [
    { into: PRIVILEGED, from: IGNORED, to: '  workflow_run:' },
    { into: PRIVILEGED, from: IGNORED, to: '  pull_request_target:' },
    {
      into: PRIVILEGED,
      from: `on:\n${IGNORED}\n    workflows: [clean]`,
      to: 'on: [push, pull_request_target]',
    },
    { into: PRIVILEGED, from: `on:\n${IGNORED}\n    workflows: [clean]`, to: 'on: pull_request_target' },
    { into: PRIVILEGED, from: ' planted', to: '' },
    { into: PRIVILEGED, from: 'dangerous-triggers', to: 'something-else' },
  ],
  'untrusted-code': [
    { into: PRIVILEGED, from: '    steps:\n', to: '    steps:\n      - run: ./build\n' },
    {
      into: PRIVILEGED,
      from: '    steps:\n',
      to: `    steps:\n      - uses: actions/checkout@${SHA} # v7.0.1\n        with: { persist-credentials: false }\n`,
    },
  ],
  'self-hosted-runner': [
    {
      from: "github.event_name == 'push'\n    runs-on: ubuntu-latest",
      to: "github.event_name == 'push'\n    runs-on: [self-hosted, gpu]",
    },
    {
      from: "github.event_name == 'push'\n    runs-on: ubuntu-latest",
      to: "github.event_name == 'push'\n    runs-on: { group: ours }",
    },
  ],
  'self-hosted-pull-request': [
    {
      from: 'runs-on: ubuntu-latest',
      to: 'runs-on: gpu-t4 # zizmor: ignore[self-hosted-runner,self-hosted-pull-request] no use',
    },
    {
      from: "if: github.event_name == 'push'\n    runs-on: ubuntu-latest",
      to: "if: github.event_name != 'pull_request_target'\n    runs-on: [self-hosted] # zizmor: ignore[self-hosted-runner] x",
    },
    {
      from: "if: github.event_name == 'push'\n    runs-on: ubuntu-latest",
      to: "if: github.event_name == 'push' || true\n    runs-on: [self-hosted] # zizmor: ignore[self-hosted-runner] x",
    },
  ],
  'secrets-inherit': [
    {
      from: '  second:\n',
      to: `  called:\n    uses: o/r/.github/workflows/x.yml@${SHA} # v1\n    permissions: {}\n    secrets: inherit\n  second:\n`,
    },
  ],
  'overprovisioned-secrets': [{ from: LAST, to: `          ALL: \${{ toJSON(secrets) }}\n` }],
  'hardcoded-container-credentials': [
    {
      from: '    steps:\n',
      to: `    container:\n      image: x@sha256:${'0'.repeat(64)}\n      credentials: { username: a, password: b }\n    steps:\n`,
    },
  ],
  'unpinned-uses': [
    { from: `@${SHA} # v7.0.1`, to: '@v7' },
    { from: `@${SHA} # v7.0.1`, to: `@${SHA.slice(0, 12)}` },
    { from: '      - run: npm ci', to: '      - uses: docker://alpine:3\n      - run: npm ci' },
  ],
  'ref-version-mismatch': [{ from: ' # v7.0.1', to: '' }],
  'self-repository': [{ from: '      - run: npm ci', to: '      - uses: ./\n      - run: npm ci' }],
  'unpinned-images': [
    { from: '    steps:\n', to: '    container: node:24\n    steps:\n' },
    { from: '    steps:\n', to: '    services:\n      db: { image: postgres }\n    steps:\n' },
  ],
  'template-injection': [
    { from: 'echo hello', to: `echo \${{ github.head_ref }}` },
    {
      from: '      - run: npm ci',
      to: `      - uses: actions/github-script@${SHA} # v8\n        with:\n          script: log('\${{ github.head_ref }}')\n      - run: npm ci`,
    },
  ],
  'insecure-commands': [{ from: '          TITLE:', to: '          ACTIONS_ALLOW_UNSECURE_COMMANDS:' }],
  'cache-poisoning': [
    {
      from: '    branches: [main]\n  pull_request:',
      to: "    tags: ['v*']\n  pull_request:",
    },
    { from: '  pull_request:', to: '  release:' },
  ].map(({ from, to }) => ({
    into: CLEAN.replace(
      '      - run: npm ci',
      `      - uses: actions/setup-node@${SHA} # v7.0.0\n        with: { cache: npm }\n      - run: npm ci`,
    ),
    from,
    to,
  })),
  'adhoc-packages': [
    { from: 'npm ci', to: 'npm install left-pad' },
    { from: 'npm ci', to: 'npm ci && pip install --quiet requests' },
    { from: 'npm ci', to: 'gem install rake' },
  ],
  'anonymous-definition': [{ from: 'name: clean\n', to: '' }],
  'concurrency-limits': [
    { from: 'concurrency:\n  group: x\n  cancel-in-progress: true\n', to: 'concurrency: x\n' },
    { from: 'concurrency:\n  group: x\n  cancel-in-progress: true\n', to: '' },
  ],
  'bot-conditions': [
    { from: "if: github.event_name == 'push'", to: "if: github.actor == 'dependabot[bot]'" },
  ],
  'unsound-condition': [
    { from: "if: github.event_name == 'push'", to: `if: |\n      \${{ false }}` },
    { from: "if: github.event_name == 'push'", to: `if: \${{ false }} && \${{ true }}` },
  ],
  'unsound-contains': [
    { from: "if: github.event_name == 'push'", to: "if: contains('main next', github.head_ref)" },
  ],
  'missing-timeout': [{ from: '    timeout-minutes: 5\n', to: '' }],
};

const names = (text: string, path = '.github/workflows/x.yml') => [
  ...new Set(audit(path, text).map((found) => found.audit)),
];

test('nothing is found in clean workflows', () => {
  assert.equal(names(CLEAN), []);
  assert.equal(names(PRIVILEGED), []);
  const cached = `      - uses: actions/setup-node@${SHA} # v7.0.0\n        with: { cache: npm }\n`;
  assert.equal(names(CLEAN.replace('      - run: npm ci', `${cached}      - run: npm ci`)), []);
});

test.slow('every planted violation is found, and by its own audit alone', () => {
  for (const [name, plants] of Object.entries(PLANTED))
    for (const { into = CLEAN, from, to } of plants) {
      const text = into.replace(from, () => to);
      assert.is.not(text, into, `${name}: nothing to replace`);
      assert.equal(names(text), [name], text);
    }
});

test('an audit that writes the environment is found beside the script that it stands in', () => {
  const step = '    steps:\n      - run: echo "A=$B" >> "$GITHUB_ENV"\n';
  assert.equal(names(PRIVILEGED.replace('    steps:\n', () => step)), ['untrusted-code', 'github-env']);
});

test('no audit is without a planted violation', () => {
  assert.equal(Object.keys(AUDITS).sort(), [...Object.keys(PLANTED), 'github-env'].sort());
});

test('says where: the line of the key', () => {
  const [found] = audit(
    'x.yml',
    CLEAN.replace('echo hello', () => `echo \${{ github.head_ref }}`),
  );
  assert.is(found?.line, 16);
});

test("an action's steps are audited too", () => {
  const action = `name: x\ndescription: x\nruns:\n  using: composite\n  steps:\n    - run: echo \${{ inputs.a }}\n      shell: bash\n    - uses: a/b@v1\n`;
  const found = audit('action.yml', action).map((one) => [one.audit, one.line]);
  assert.equal(found, [
    ['unpinned-uses', 8],
    ['template-injection', 6],
  ]);
  const writing = action.replace(/echo.*/, 'echo "A=1" >> "$GITHUB_PATH"').replace('v1', `${SHA} # v1`);
  assert.equal(names(writing, 'action.yml'), ['github-env']);
});

test.run();
