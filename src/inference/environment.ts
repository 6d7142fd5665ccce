/**
 * The environment of the inference process: what Node, the native library and GPU drivers read, and nothing else.
 * Tokens and other secrets of this process stay here.
 *
 * One thing is added on Linux: memory for weights comes in large pages (2 MB instead of 4 KB) where the C library
 * and the kernel can (glibc 2.35, `transparent_hugepage` not `never`). Every run reads all weights once, and looking
 * up half a million small pages takes a fifth of its time.
 */
const KEPT =
  /^(PATH|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|WINDIR|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ)$|^(LD_|DYLD_|XDG_|VK_|MESA_|LIBGL_|CUDA_|NVIDIA_|ORT_|OMP_|TSX_|GLIBC_)|^(DRI_PRIME|DISPLAY|WAYLAND_DISPLAY)$/i;

/** Name and value of the GNU C Library's manual, section "Memory Allocation Tunables". */
const LARGE_PAGES = 'glibc.malloc.hugetlb';

export const processEnvironment = (
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): NodeJS.ProcessEnv => {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.test(name)));
  return platform === 'linux' ? withLargePages(kept) : kept;
};

/** What the user has set is kept. */
function withLargePages(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { GLIBC_TUNABLES: own = '' } = env;
  if (own.includes(LARGE_PAGES)) return env;
  const all = [...own.split(':').filter(Boolean), `${LARGE_PAGES}=1`];
  return { ...env, GLIBC_TUNABLES: all.join(':') };
}
