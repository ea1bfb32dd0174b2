// What a server and all processes under it have used, from /proc: CPU of every thread in
// nanoseconds, resident memory of every process. Linux only.
import { readdirSync, readFileSync } from 'node:fs';

/** CPU nanoseconds by thread: threads come and go, so only differences of two of these mean much. */
export type CpuReading = ReadonlyMap<string, number>;

export function readCpu(pid: number): CpuReading {
  const threads = new Map<string, number>();
  for (const process of tree(pid)) {
    for (const thread of list(`/proc/${process}/task`)) {
      // The scheduler's own count, user and system; the ticks of /proc/…/stat are 10 ms long.
      const [ran = '0'] = read(`/proc/${process}/task/${thread}/schedstat`).split(' ');
      threads.set(thread, Number(ran));
    }
  }
  return threads;
}

/** CPU seconds between two readings; what a thread used that ended in between is lost. */
export function cpuSeconds(before: CpuReading, after: CpuReading): number {
  let nanoseconds = 0;
  for (const [thread, ran] of after) nanoseconds += ran - (before.get(thread) ?? 0);
  return nanoseconds / 1e9;
}

export interface Resident {
  /** MiB now, all processes of the tree together. */
  readonly nowMib: number;
  /** Sum of the highest that each has had. */
  readonly highestMib: number;
}

export function readResident(pid: number): Resident {
  const of = (name: string): number =>
    tree(pid).reduce((sum, process) => sum + field(read(`/proc/${process}/status`), name), 0);
  return { nowMib: of('VmRSS') / 1024, highestMib: of('VmHWM') / 1024 };
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

function tree(pid: number): number[] {
  const children = list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(tree)];
}

/** A process may end while it is looked at. */
function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
