/**
 * The devices that models run on, by the names that users write and reports show.
 *
 * In: a name. Out: a device, or a UsageError that lists the known ones. Knows nothing about what this machine has.
 */
import { UsageError } from '../errors.ts';

/** What a session can run on; ONNX Runtime's execution providers by their own names. */
export const DEVICES = ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const;
export type Device = (typeof DEVICES)[number];

/** What a user can ask for; `auto` is settled once for the process, before anything is opened. */
export const WANTED_DEVICES = ['auto', ...DEVICES] as const;
export type WantedDevice = (typeof WANTED_DEVICES)[number];

export interface DeviceChoice {
  device: Device;
  /** One line for people: why this one. */
  reason: string;
}

/** `place` says where the name was written, such as `--device`. Throws UsageError. */
export function parseDevice(name: string, place: string): WantedDevice {
  const known = WANTED_DEVICES.find((device) => device === name);
  if (known) return known;
  throw new UsageError(`${place}: unknown device "${name}".\nKnown devices: ${WANTED_DEVICES.join(', ')}.`);
}
