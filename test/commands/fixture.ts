/** A small repository with production code and tests, and the schema check that every report goes through. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as reportSchemas from '../../src/report/schema.ts';
import { StatusReportSchema } from '../../src/report/status-schema.ts';
import { type GitRepo, gitRepo } from '../helpers/git-repo.ts';
import { assert } from '../helpers/suite.ts';

let made: ReturnType<typeof makeCartRepo> | undefined;

/** Root, three production commits, one of tests only. Returns the shas, oldest first. Each call gives its own. */
export function cartRepo(): { repo: GitRepo; shas: string[] } {
  made ??= makeCartRepo();
  return { repo: made.repo.copy(), shas: [...made.shas] };
}

function makeCartRepo() {
  const repo = gitRepo();
  const shas = [
    repo.commit('start', {
      // one candidate is enough where the numbers do not matter, and much faster
      'code2lora.config.json': '{"check": {"candidates": 1}}',
      'cart.py': 'class Cart:\n    def __init__(self):\n        self.items = []\n',
    }),
    repo.commit('total', {
      'cart.py':
        'class Cart:\n    def __init__(self):\n        self.items = []\n\n    def total(self):\n        return sum(self.items)\n',
    }),
    repo.commit('tests', {
      'tests/test_cart.py':
        'from cart import Cart\n\n\ndef test_empty():\n    assert Cart().total() == 0\n\n\ndef test_items():\n    assert len(Cart().items) == 0\n',
    }),
    repo.commit('discount', {
      'discount.py': 'def discount(price, percent):\n    return price * (100 - percent) // 100\n',
    }),
    repo.commit('js', {
      'src/sum.ts': 'export const sum = (a: number, b: number): number => a + b;\n',
      'test/sum.test.ts':
        "import { sum } from '../src/sum';\ntest('adds', () => {\n  expect(sum(1, 2)).toBe(3);\n});\n",
    }),
  ];
  return { repo, shas };
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const compiled = new Map<object, ValidateFunction>();

/** Fails unless the report is valid against the published schema of its own "schema" field. */
export function assertValid(report: { schema: string }, schema: object): void {
  const { $id, ...rest } = schema as { $id?: string };
  const validate = compiled.get(schema) ?? ajv.compile(rest);
  compiled.set(schema, validate);
  // Through JSON, as another program sees it.
  const ok = validate(JSON.parse(JSON.stringify(report)));
  assert.ok(ok, `${$id}: ${ajv.errorsText(validate.errors)}`);
}

export const schemas = { ...reportSchemas, StatusReportSchema };
