// Clients of a gateway with several workers that know which worker they talk to: the system tells which
// process has the other end of a connection.
import { readdir, readFile, readlink } from 'node:fs/promises';
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { type Asking, ask, type Reply, startAsking, type Transfer } from './client.ts';
import type { EdgeProcess } from './edge-process.ts';

/** A connection that stays with one worker. */
export interface WorkerClient {
  readonly pid: number;
  ask(path: string, asking?: Asking): Promise<Reply>;
  startAsking(path: string, asking?: Asking): Transfer;
  close(): void;
}

/** The processes of the workers that live, by their ids. */
export async function workersOf({ pid }: EdgeProcess): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children.split(' ').filter(Boolean).map(Number);
}

/** So many clients of each worker; connects until it has them. */
export async function clientsOfAll(
  edge: EdgeProcess,
  each: number,
): Promise<readonly (readonly WorkerClient[])[]> {
  const workers = await workersOf(edge);
  const found = new Map(workers.map((pid) => [pid, [] as WorkerClient[]]));
  const isShort = (): boolean => [...found.values()].some((clients) => clients.length < each);
  while (isShort()) {
    const client = await connect(edge, workers);
    const clients = found.get(client.pid);
    if (clients && clients.length < each) clients.push(client);
    else client.close();
  }
  return [...found.values()];
}

/** One client of each of two workers. */
export async function clientsOfTwo(edge: EdgeProcess): Promise<[WorkerClient, WorkerClient]> {
  const [[one] = [], [other] = []] = await clientsOfAll(edge, 1);
  if (!one || !other) throw new Error('There are no two workers.');
  return [one, other];
}

async function connect(edge: EdgeProcess, workers: readonly number[]): Promise<WorkerClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets: Socket[] = [];
  agent.on('free', (socket: Socket) => sockets.push(socket));
  // Answered by the worker itself: no such region.
  await ask(`${edge.url}/regions/none/v2/images`, { agent });
  const pid = await ownerOf(Number(new URL(edge.url).port), sockets[0]?.localPort ?? 0, workers);
  return {
    pid,
    ask: (path, asking) => ask(edge.url + path, { ...asking, agent }),
    startAsking: (path, asking) => startAsking(edge.url + path, { ...asking, agent }),
    close: () => agent.destroy(),
  };
}

/** The process that has the end at `local` of the connection from `remote`. */
async function ownerOf(local: number, remote: number, pids: readonly number[]): Promise<number> {
  const end = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const table = await readFile('/proc/net/tcp', 'utf8');
  const row = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, here = '', there = '']) => here.endsWith(end(local)) && there.endsWith(end(remote)));
  for (const pid of pids) {
    const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const name of names) {
      const target = await readlink(`/proc/${pid}/fd/${name}`).catch(() => '');
      if (target === `socket:[${row?.[9]}]`) return pid;
    }
  }
  throw new Error('No worker has that connection.');
}
