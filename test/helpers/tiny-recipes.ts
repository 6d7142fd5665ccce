/** Tiny packs with the recipe of the released models, in small: the one that follows the history, and the static one. */
import type { PackManifest } from '../../src/runtime/manifest.ts';
import type { Tensor } from '../../src/runtime/safetensors.ts';
import { TINY, type TinyPack, tinyHypernetwork, writeTinyPack } from './tiny-pack.ts';

type History = PackManifest['recipe']['history'];

/** Sets everything of the released recipe but the sizes of windows. */
export function useReleasedRecipe({ recipe }: PackManifest, history: Partial<History> = {}): void {
  Object.assign(recipe.repository, { emptyItem: 'zero', normalize: 'l2', files: 'all-python' });
  Object.assign(recipe.diff, { files: 'authors', maxWindows: 100 });
  recipe.history = {
    ...{ steps: 'assertion-commits', newAssertions: 'full-prefix', base: 'previous-step' },
    ...{ startCommit: 'step', contextLines: 3, ...history },
  };
  recipe.retokenize = true;
  recipe.rounding = 'float16';
}

/** Steps with the commits that bring an assertion. */
export function evolvingPack(history: Partial<History> = {}): TinyPack {
  return writeTinyPack({ change: (manifest) => useReleasedRecipe(manifest, history) });
}

/** Has no GRU: the newest commit alone decides. */
export function staticPack(): TinyPack {
  const whole = tinyHypernetwork({ contextSize: TINY.embeddingSize });
  const head = [...whole].filter(([name]) => name.startsWith('head_state.'));
  const rename = ([name, tensor]: [string, Tensor]): [string, Tensor] => [
    name.replace('head_state', 'state_dict'),
    tensor,
  ];
  return writeTinyPack({
    hypernetwork: new Map(head.map(rename)),
    change: (manifest) => {
      useReleasedRecipe(manifest);
      Object.assign(manifest.hypernetwork, { kind: 'static', hiddenSize: TINY.embeddingSize });
    },
  });
}
