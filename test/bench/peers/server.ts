// What is measured: a server in a process tree of its own, in front of the origin or the origin itself.
import { cpuSeconds, type Resident, readCpu, readResident } from '../measure/process-tree.ts';

export interface Server extends AsyncDisposable {
  readonly name: string;
  /** Without a path. */
  readonly url: string;
  readonly pid: number;
}

/** A server, or the words why this machine has none. */
export type Opened<T extends Server> = T | { readonly missing: string };

/** Runs `work` and tells what the server's CPU did meanwhile, in seconds. */
export async function withCpu<T>(
  server: Server,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly cpu: number }> {
  const before = readCpu(server.pid);
  const result = await work();
  return { result, cpu: cpuSeconds(before, readCpu(server.pid)) };
}

export const residentOf = (server: Server): Resident => readResident(server.pid);
