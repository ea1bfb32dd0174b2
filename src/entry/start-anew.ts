// What Node and the C library read only when a process starts. However the gateway is started, it starts
// itself once more with that: the same process, with other words on its command line.

/**
 * The young generation may take 24 MiB instead of 96: its collections get no dearer, since what outlives
 * them is the same, and none takes tens of milliseconds.
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=8'];

/**
 * Of glibc, other libraries ignore it. Chunks given up go back to the system, where by default the first
 * that does teaches it to keep all others (1 MiB is more than the parts that come and go); and threads
 * that need little memory of their own share two heaps.
 */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(8 * 1024 * 1024),
};

/**
 * Does not return where it starts the program anew. Who names the size of the young generation, in
 * `NODE_OPTIONS` or before the program, has chosen: then nothing is started. Where no program may be
 * started at all, that is the way to run this one.
 */
export function startAnew(): void {
  const { execPath, execArgv, argv, env, platform } = process;
  const told = [...execArgv, env.NODE_OPTIONS ?? ''].join(' ');
  if (platform !== 'linux' || !process.execve || /semi[-_]space/.test(told)) return;
  const args = [execPath, ...NODE_FLAGS, ...execArgv, ...argv.slice(1)];
  process.execve(execPath, args, { ...ENVIRONMENT, ...env });
}
