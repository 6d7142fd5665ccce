import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openEncoder } from '../../src/embedding/encoder.ts';
import { ModelError, UsageError } from '../../src/errors.ts';
import { openUpdater } from '../../src/gru/rollout.ts';
import { openGenerator } from '../../src/lora/generate.ts';
import { DEVICES, type Device, parseDevice } from '../../src/runtime/device.ts';
import { chooseDevice, compareTimes, noGpuReason } from '../../src/runtime/device-choice.ts';
import {
  deviceFailure,
  isDeviceFailure,
  type Machine,
  missingPart,
  requireParts,
} from '../../src/runtime/device-failure.ts';
import { timeProbe } from '../../src/runtime/device-probe.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { findVulkan } from '../../src/runtime/vulkan.ts';
import { openLanguageModel } from '../../src/scoring/language-model.ts';
import { withEnvironment } from '../helpers/environment.ts';
import { runScript, softwareGpu } from '../helpers/software-gpu.ts';
import { type StageValues, stageValues } from '../helpers/stage-values.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('runtime/device');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-devices-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const LOADER = 'usr/lib64/libvulkan.so.1';
const DRIVER = 'usr/share/vulkan/icd.d/nvidia_icd.json';
const CUDA = ['shared', 'cuda'].map(
  (name) => `ort/bin/napi-v6/linux/x64/libonnxruntime_providers_${name}.so`,
);

let machines = 0;
/** A Linux machine whose whole file system is these files. */
function machine(files: readonly string[], changes: Partial<Machine> = {}): Machine & { root: string } {
  const root = join(folder, String(machines++));
  for (const file of ['home/.keep', ...files]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  const env = { HOME: join(root, 'home') };
  return { platform: 'linux', arch: 'x64', env, runtimeFolder: join(root, 'ort'), root, ...changes };
}

/** The message that a user sees. */
function messageOf(device: Device, on: Machine): string {
  try {
    requireParts(device, on);
  } catch (error) {
    assert.instance(error, ModelError);
    return (error as Error).message;
  }
  throw new Error(`${device} was not refused`);
}

test('knows the devices by name, and lists them for an unknown one', () => {
  for (const name of ['auto', ...DEVICES]) assert.is(parseDevice(name, '--device'), name);
  for (const name of ['gpu', 'CPU', '', 'toString']) {
    assert.throws(
      () => parseDevice(name, '--device'),
      (error: Error) =>
        error instanceof UsageError &&
        error.message.startsWith(`--device: unknown device "${name}"`) &&
        error.message.endsWith('auto, cpu, webgpu, cuda, coreml, dml.'),
    );
  }
});

test('sees from the files of a Linux machine that there is no GPU to try', () => {
  assert.match(noGpuReason(machine([DRIVER])) ?? '', /no Vulkan loader \(libvulkan\.so\.1\)/);
  assert.match(noGpuReason(machine([LOADER])) ?? '', /no Vulkan driver/);
  assert.match(noGpuReason(machine([LOADER, DRIVER, 'dev/dri/card0'])) ?? '', /no GPU is visible/);
  for (const gpu of ['dri/renderD128', 'nvidia0', 'dxg', 'kgsl-3d0', 'mali0']) {
    assert.is(noGpuReason(machine([LOADER, DRIVER, `dev/${gpu}`])), undefined, gpu);
  }
  assert.is(noGpuReason({ platform: 'darwin', env: {} }), undefined);
  assert.is(noGpuReason({ platform: 'win32', env: {} }), undefined);
});

test('takes drivers that the environment names as they are, with or without a GPU', () => {
  const { root } = machine([LOADER, 'drivers/a.json', 'drivers/readme.txt', DRIVER]);
  const named = (list: string) => findVulkan({ VK_DRIVER_FILES: list }, root);
  assert.equal(named(`${root}/drivers/a.json`).drivers, ['a.json']);
  assert.equal(named(`${root}/drivers`).drivers, ['a.json']);
  assert.equal(named(`${root}/absent.json`).drivers, []);
  assert.is(named(`${root}/drivers`).driversAreNamed, true);
  assert.equal(findVulkan({ VK_ADD_DRIVER_FILES: `${root}/drivers/a.json` }, root).drivers, [
    'a.json',
    'nvidia_icd.json',
  ]);
  const on = machine([LOADER]);
  assert.is(noGpuReason({ ...on, env: { VK_ICD_FILENAMES: `${root}/drivers/a.json` } }), undefined);
});

test("finds the loader in the linker's cache and search path too, and drivers of a home folder", () => {
  const { root } = machine([
    'etc/ld.so.cache',
    'opt/libvulkan.so.1',
    'home/.local/share/vulkan/icd.d/own.json',
  ]);
  assert.is(findVulkan({}, root).hasLoader, false);
  assert.is(findVulkan({ LD_LIBRARY_PATH: `/nowhere:${root}/opt` }, root).hasLoader, true);
  assert.equal(findVulkan({ HOME: `${root}/home` }, root).drivers, ['own.json']);
  writeFileSync(join(root, 'etc/ld.so.cache'), 'libvulkan.so.1\0/somewhere/libvulkan.so.1\0');
  assert.is(findVulkan({}, root).hasLoader, true);
});

test('says for each device what is missing and what to do', () => {
  const nothing = machine([]);
  assert.match(
    messageOf('webgpu', nothing),
    /libvulkan\.so\.1\) is not installed\.\nInstall libvulkan1 \(Debian/,
  );
  assert.match(
    messageOf('webgpu', machine([LOADER])),
    /no Vulkan driver[\s\S]*mesa-vulkan-drivers[\s\S]*--gpus all/,
  );
  assert.match(messageOf('cuda', nothing), /providers_shared\.so and [\s\S]*_cuda\.so not in .*napi-v6/);
  assert.match(
    messageOf('cuda', nothing),
    /ONNXRUNTIME_NODE_INSTALL=cuda12 node .*script.install\.js[\s\S]*cuDNN 9/,
  );
  assert.match(messageOf('cuda', machine(CUDA.slice(0, 1))), /: libonnxruntime_providers_cuda\.so not in/);
  assert.match(
    messageOf('cuda', machine([], { arch: 'arm64' })),
    /on Linux x64 only, and this is linux-arm64/,
  );
  assert.match(messageOf('coreml', nothing), /on macOS only, and this is linux-x64/);
  assert.match(
    messageOf('dml', machine([], { platform: 'darwin' })),
    /on Windows only, and this is darwin-x64/,
  );
  for (const device of ['webgpu', 'cuda', 'coreml', 'dml'] as const) {
    assert.ok(messageOf(device, nothing).startsWith(`Cannot run the models on "${device}": `));
    assert.ok(messageOf(device, nothing).endsWith('\n"--device cpu" runs everywhere.'));
  }
});

test('finds nothing missing where every part is there', () => {
  assert.is(missingPart('cpu', machine([])), undefined);
  assert.is(missingPart('webgpu', machine([LOADER, DRIVER])), undefined);
  assert.is(missingPart('webgpu', machine([], { platform: 'darwin' })), undefined);
  assert.is(missingPart('cuda', machine(CUDA)), undefined);
  assert.is(missingPart('coreml', machine([], { platform: 'darwin' })), undefined);
  assert.is(missingPart('dml', machine([], { platform: 'win32' })), undefined);
});

test('explains what ONNX Runtime says when a device with all its parts does not open', () => {
  const cause = new Error(
    '/src/webgpu_context.cc:136 onnxruntime::X::<lambda()> status == Y was false. Failed to get a WebGPU adapter: No supported adapters',
  );
  assert.ok(isDeviceFailure(cause));
  const webgpu = deviceFailure('webgpu', machine([LOADER, DRIVER]), cause);
  assert.match(
    webgpu.message,
    /usable GPU \(nvidia_icd\.json\): Failed to get a WebGPU adapter: No supported adapters\.\n/,
  );
  assert.not.match(webgpu.message, /webgpu_context/);
  assert.is(webgpu.cause, cause);
  const refused = new Error('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library');
  assert.ok(isDeviceFailure(refused));
  assert.match(
    deviceFailure('cuda', machine(CUDA), refused).message,
    /nvidia-smi[\s\S]*CUDA 12 and cuDNN 9[\s\S]*ldd .*_cuda\.so/,
  );
  assert.not.ok(isDeviceFailure(new Error('GetFileLength for /x/model.safetensors failed')));
});

test('every stage opens the device it is given, and no other one', async () => {
  const pack = openModelPack((await tinyPack()).dir);
  const absent = process.platform === 'win32' ? 'coreml' : 'dml';
  for (const open of [openEncoder, openUpdater, openGenerator, openLanguageModel]) {
    await rejects(open(pack, { device: absent }), ModelError, new RegExp(`"${absent}"`));
  }
});

test('obeys a wish, and refuses one that cannot work before anything is opened', async () => {
  assert.equal(await chooseDevice('cpu', { width: 7 }), { device: 'cpu', reason: 'as asked for' });
  const absent = process.platform === 'win32' ? 'coreml' : 'dml';
  await rejects(chooseDevice(absent, { width: 7 }), ModelError, /only, and this is/);
});

test('settles on the CPU within 100 ms where no driver is, and remembers it', async () => {
  if (process.platform !== 'linux') return;
  await withEnvironment({ VK_DRIVER_FILES: join(folder, 'absent.json') }, async () => {
    const begun = performance.now();
    const choice = await chooseDevice('auto', { width: 11 });
    assert.ok(performance.now() - begun < 100);
    assert.is(choice.device, 'cpu');
    assert.match(choice.reason, /no Vulkan/);
    assert.is(await chooseDevice('auto', { width: 11 }), choice);
  });
});

test('takes the faster one of two measured devices', () => {
  assert.is(compareTimes('webgpu', { gpuMs: 1.5, cpuMs: 4 }).device, 'webgpu');
  assert.equal(compareTimes('webgpu', { gpuMs: 92.4, cpuMs: 1.24 }), {
    device: 'cpu',
    reason: 'it is faster: 92 ms on "webgpu", 1.2 ms on the CPU for the same products',
  });
});

test('measures products of the width of a model, and stops at a limit', async () => {
  const whole = await timeProbe('cpu', { width: 512 });
  const part = await timeProbe('cpu', { width: 512, limitMs: 0 });
  assert.ok(part > 0 && part < whole, `${part} ms of ${whole} ms`);
});

test.slow('computes on a GPU what it computes on the CPU, in every stage', async () => {
  const ended = await runScript('test/helpers/stage-values.ts', ['webgpu'], softwareGpu());
  assert.is(ended.code, 0, ended.stderr);
  assert.is(ended.stderr, '');
  const onGpu = JSON.parse(ended.stdout) as StageValues;
  const onCpu = await stageValues('cpu');
  assert.equal(Object.keys(onGpu), Object.keys(onCpu));
  for (const [name, values] of Object.entries(onCpu)) {
    const difference = Math.max(
      ...values.map((value, i) => Math.abs(value - (onGpu[name]?.[i] ?? Number.NaN))),
    );
    assert.ok(difference < 1e-4, `${name}: largest difference ${difference}`);
  }
  // The last bits differ: these numbers do not come from the CPU.
  for (const name of ['window', 'initial', 'next', 'lora_A.q_proj', 'base score', 'adapted score']) {
    assert.not.equal(onGpu[name], onCpu[name], name);
  }
});

test.run();
