/**
 * The sheet that plots are drawn on. Pure.
 *
 * In: shapes as SVG text. Out: a picture that is read on light and on dark paper: it follows the reader's scheme, and where
 * it cannot, its colours stand out from both. Nothing in it is a script or comes from elsewhere.
 */

export const COLORS = ['#3987e5', '#d95926', '#199e70', '#c98500', '#d55181'] as const;

const STYLE =
  'text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600;font-size:15px}.number{font-variant-numeric:tabular-nums}' +
  '.end{text-anchor:end}.middle{text-anchor:middle}.unit{fill:#59636e}.axis{stroke:#59636e;fill:none}.grid{stroke:#d1d9e0}' +
  '.interval{stroke:#1f2328;stroke-width:1.5;fill:none}.paper{fill:#fff}' +
  '@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.unit{fill:#9198a1}.axis{stroke:#9198a1}.grid{stroke:#3d444d}' +
  '.interval{stroke:#f0f6fc}.paper{fill:#0d1117}}';

export interface Sheet {
  title: string;
  /** What is drawn. */
  unit: string;
  width: number;
  height: number;
}

export function sheet({ title, unit, width, height }: Sheet, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
    text(16, 24, title, 'title'),
    text(16, 43, unit, 'unit'),
    ...content,
    '</svg>',
    '',
  ].join('\n');
}

export const text = (x: number, y: number, content: string, kind: string): string =>
  `<text x="${px(x)}" y="${px(y)}" class="${kind}">${escapeText(content)}</text>`;

/** Without digits that nobody sees. */
export const px = (value: number): string => `${Math.round(value * 10) / 10}`;

/** Also what ends an attribute. */
const escapeText = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
