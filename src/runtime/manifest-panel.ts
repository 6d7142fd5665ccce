/**
 * The reference panel of a model pack: adapters of a few other repositories, which a user's own one is held against.
 *
 * In: a value of unknown type. Out: the entries, or a ModelError that names the field. Knows nothing about what the
 * files hold: each is an adapter as `code2lora export --format compact` writes it.
 */
import * as field from './manifest-fields.ts';
import { fileName } from './manifest-models.ts';

export interface PanelEntry {
  /** Of the repository, such as `owner/name`. */
  name: string;
  file: string;
}

/** Each of them costs a run of the model for each assertion. */
const MAX_ENTRIES = 32;

const checkEntry = field.object<PanelEntry>({
  name: field.text(/^[\w.+/-]{1,100}$/, 'a name of letters, digits, ".", "_", "+", "/" and "-"'),
  file: fileName,
});

/** Missing: none. */
export const checkPanel = field.optional(field.items(checkEntry, MAX_ENTRIES), []);

/** What the entries cannot say together; the first one is told. */
export function panelProblems({ panel }: { panel: readonly PanelEntry[] }): string[] {
  return (['name', 'file'] as const).flatMap((key) => {
    const values = panel.map((entry) => entry[key]);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    return twice === undefined ? [] : [`panel has the ${key} "${twice}" twice`];
  });
}
