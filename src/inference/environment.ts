/**
 * The environment of the inference process: what Node, the native library and GPU drivers read, and nothing else.
 * Tokens and other secrets of this process stay here.
 */
const KEPT =
  /^(PATH|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|WINDIR|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ)$|^(LD_|DYLD_|XDG_|VK_|MESA_|LIBGL_|CUDA_|NVIDIA_|ORT_|OMP_|TSX_)|^(DRI_PRIME|DISPLAY|WAYLAND_DISPLAY)$/i;

export const processEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.test(name)));
