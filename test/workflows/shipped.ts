/** Every workflow that leaves this repository: what `init` writes, what the docs show, what runs here. */
import { readdirSync, readFileSync } from 'node:fs';
import { renderWorkflow, type TemplateName } from '../../src/commands/workflow-template.ts';

export interface Shipped {
  path: string;
  text: string;
}

/** As in docs/workflows.md. */
export const EXAMPLE = {
  branch: 'main',
  cron: '17 4 * * 1',
  action: 'OWNER/code2lora@0123456789abcdef0123456789abcdef01234567 # v1.0.0',
  runsOn: '[self-hosted, linux, x64, gpu]',
};
const UNUSUAL = { ...EXAMPLE, branch: "it's/c++", runsOn: 'gpu-t4' };

const NAMES: Record<TemplateName, string> = {
  cpu: 'code2lora.yml',
  gpu: 'code2lora-gpu.yml',
  comment: 'code2lora-comment.yml',
};

export const written: Shipped[] = (Object.keys(NAMES) as TemplateName[]).flatMap((name) =>
  [EXAMPLE, UNUSUAL].map((values) => ({
    path: `.github/workflows/${NAMES[name]}`,
    text: renderWorkflow(name, values),
  })),
);

export const own: Shipped[] = readdirSync('.github/workflows')
  .map((name) => `.github/workflows/${name}`)
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** Whole workflows only: a step by itself is not one. */
export const documented: Shipped[] = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
    .map(([, text]) => ({ path, text: text ?? '' }))
    .filter(({ text }) => /^jobs:$/m.test(text)),
);

export const shipped: Shipped[] = [...written, ...own, ...documented];
