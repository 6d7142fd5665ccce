/**
 * Source files that no one has written: Python and TypeScript modules of an invented shop, with tests for some.
 *
 * In: how many, and a seed. Out: files by path, the same each time. Names, sizes and shapes vary as they do in real
 * code, so that compressing, diffing and tokenising them costs what it costs there.
 */
import { random } from '../test/helpers/random.ts';

export type Sources = Record<string, string>;

const THINGS = 'order cart price customer invoice stock parcel coupon refund basket label route tariff'.split(
  ' ',
);
const FIELDS = 'total weight count name status owner created limit offset currency rate region'.split(' ');
const VERBS = 'load merge filter update check parse format apply split group rank resolve'.split(' ');

/** About three modules in five are Python's; every fifth file is a test of the one before it. */
export function inventSources(count: number, seed = 1): Sources {
  const { uniform } = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(uniform() * items.length)] as T;
  const files: Sources = {};
  for (let index = 0; index < count; index += 1) {
    const folder = `${pick(THINGS)}s`;
    const names = Array.from(
      { length: 2 + Math.floor(uniform() * 7) },
      () => `${pick(VERBS)}_${pick(FIELDS)}`,
    );
    const isPython = uniform() < 0.6;
    const module = `${pick(THINGS)}_${pick(VERBS)}_${index}`;
    if (index % 5 === 4) files[`tests/${folder}/test_${module}.py`] = pythonTest(module, names, index);
    else if (isPython) files[`shop/${folder}/${module}.py`] = pythonModule(module, names, pick);
    else files[`web/src/${folder}/${module}.ts`] = typescriptModule(module, names, pick);
  }
  return files;
}

type Pick = <T>(items: readonly T[]) => T;

function pythonModule(module: string, names: readonly string[], pick: Pick): string {
  const methods = names.map((name, index) => {
    const [first, second] = [pick(FIELDS), pick(FIELDS)];
    return (
      `    def ${name}(self, ${first}, ${second}=${index}):\n` +
      `        """${name.replace('_', 's the ')} of one ${module.split('_')[0]}."""\n` +
      `        if ${first} is None:\n            raise ValueError("${first} is missing")\n` +
      `        rows = [row for row in self.rows if row.${first} > ${second}]\n` +
      `        return sum(row.${second} for row in rows) * ${index + 2}\n`
    );
  });
  return `from dataclasses import dataclass\n\n\n@dataclass\nclass ${camel(module)}:\n    rows: list\n\n${methods.join('\n')}`;
}

function typescriptModule(module: string, names: readonly string[], pick: Pick): string {
  const functions = names.map((name, index) => {
    const field = pick(FIELDS);
    return (
      `/** ${name.replace('_', 's ')}, at most ${index + 3} at a time. */\n` +
      `export function ${lower(camel(name))}${index}(items: readonly ${camel(module)}[], limit = ${index + 3}): number {\n` +
      `  const found = items.filter((item) => item.${field} !== undefined).slice(0, limit);\n` +
      `  return found.reduce((sum, item) => sum + Number(item.${field}), ${index});\n}\n`
    );
  });
  const fields = FIELDS.map((field) => `  ${field}?: string | number;\n`).join('');
  return `export interface ${camel(module)} {\n${fields}}\n\n${functions.join('\n')}`;
}

function pythonTest(module: string, names: readonly string[], index: number): string {
  const tests = names.map(
    (name, at) =>
      `def test_${name}_${at}():\n    assert ${name}([${at}, ${index % 97}]) == ${(at + 2) * (index % 97)}\n`,
  );
  return `from shop.${module} import ${[...new Set(names)].join(', ')}\n\n\n${tests.join('\n\n')}`;
}

const camel = (name: string): string =>
  name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
