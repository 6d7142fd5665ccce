/**
 * The session of a decoder: on weights as they lie in their files, and after many runs on packed ones.
 *
 * In: a model. Out: a session for each run. Knows nothing about tokens. Packing copies weights in fp32 into the
 * layout of the CPU's kernels: a run over one token takes two thirds of the time from then on, but the copy takes as
 * long as some tens of runs save, and the memory of the weights once more. How many runs will come nobody knows, so
 * it is done when as many have been as would have paid for it: never more than twice what knowing would have cost
 * (the ski rental problem; Karlin et al. 1988). The numbers differ in their last bits.
 */
import type { Device } from '../runtime/device.ts';
import { openSession, type Session } from '../runtime/session.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';
import { buildDecoderGraph } from './decoder-graph.ts';

export interface DecoderSessionOptions {
  maxPositions: number;
  device: Device;
  /** Runs after which weights in fp32 are packed; Infinity: never. Has no effect on a GPU or on quantised weights. */
  packAfter: number;
  /** Adapters may change single layers. */
  layerAdapters: boolean;
}

export interface DecoderSession {
  /** The session for the next run. */
  next(): Promise<Session>;
  readonly isPacked: boolean;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the first one. Throws ModelError. */
export async function openDecoderSession(
  model: TransformerModel,
  { maxPositions, device, packAfter, layerAdapters }: DecoderSessionOptions,
): Promise<DecoderSession> {
  const { precision, weightsFolder } = model;
  const graph = buildDecoderGraph(model, { maxPositions, layerAdapters });
  const open = (prepack: boolean) => openSession(graph, { weightsFolder, device, prepack });
  const canWait = precision === 'fp32' && device === 'cpu';
  let isPacked = canWait ? packAfter <= 0 : precision !== 'fp32';
  let packsAt = canWait && !isPacked ? packAfter : Number.POSITIVE_INFINITY;
  let runs = 0;
  let session = await open(isPacked);
  return {
    async next() {
      if (runs >= packsAt) {
        packsAt = Number.POSITIVE_INFINITY;
        const mapped = session;
        // Where it fails, the first one still works.
        session = await open(true).catch(() => mapped);
        isPacked = session !== mapped;
        if (isPacked) await mapped[Symbol.asyncDispose]();
      }
      runs += 1;
      return session;
    },
    get isPacked() {
      return isPacked;
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
