/**
 * The messages between this process and the one that runs the models.
 *
 * Structured clone carries all data (`serialization: "advanced"`); only errors need a form of their own, so that
 * one of our classes arrives as the same class. Knows nothing about how messages travel.
 */
import { InternalError, ModelError, SnapshotError, UsageError } from '../errors.ts';
import type { Device } from '../runtime/device.ts';
import type { PackManifest } from '../runtime/manifest.ts';
import type { CallName } from './calls.ts';

/** The first message: what to work with. */
export interface Settings {
  /** Folder of the model pack. */
  folder: string;
  precision: PackManifest['precision'];
  device: Device;
  /** Runs of the language model after which its weights are packed (packing.ts). */
  packAfter: number;
  /** Where onnxruntime-node is loaded from; null: as installed with this program. */
  packagesFolder: string | null;
}

export interface Question {
  id: number;
  name: CallName;
  args: readonly unknown[];
}

/** `alive` says that a call is still being worked on. */
export type Reply =
  | { kind: 'alive' }
  | { kind: 'value'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: SentError };

/** Every reply says how much memory the process takes by now. */
export type Answer = Reply & { residentBytes: number };

export interface SentError {
  name: string;
  message: string;
  stack: string;
}

const CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  ModelError,
  UsageError,
  SnapshotError,
  InternalError,
};

export function sendableError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: '' };
  return { name: error.name, message: error.message, stack: error.stack ?? '' };
}

/** An error of ours is of its class again; any other is a bug, and brings its stack. */
export function receivedError({ name, message, stack }: SentError): Error {
  const Class = CLASSES[name];
  if (Class) return new Class(message);
  return new InternalError(`The inference process failed: ${stack || `${name}: ${message}`}`);
}
