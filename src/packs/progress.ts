/** What whoever waits for a pack hears. */

export interface PackProgress {
  stage: 'download' | 'read' | 'convert' | 'measure' | 'wait';
  /** The file or model it is about. */
  what: string;
  /** Bytes, weights or steps: of the same kind as `total`. */
  done: number;
  total: number;
}

export type OnPackProgress = ((progress: PackProgress) => void) | undefined;

/** Turns numbers of bytes that came into events of how many there are. */
export function countBytes(
  onProgress: OnPackProgress,
  { stage, what, total }: Omit<PackProgress, 'done'>,
): (count: number) => void {
  let done = 0;
  return (count) => {
    done += count;
    onProgress?.({ stage, what, done, total });
  };
}
