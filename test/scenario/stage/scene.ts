// One origin, one gateway in front of it, an image in it: what most scenarios begin with. Everything
// ends with the test that opened it.
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import {
  createTroubleOrigin,
  type TroubleOrigin,
  type TroubleOriginOptions,
} from '../../support/trouble-origin.ts';
import { ask, type Reply, type Transfer } from './client.ts';
import { type Edge, type EdgeOptions, openEdge } from './edge.ts';

export const KIB = 1024;
export const MIB = 1024 * KIB;

export type SeededData = Awaited<ReturnType<TroubleOrigin['seed']>>;

export interface Scene {
  readonly origin: TroubleOrigin;
  readonly edge: Edge;
}

export interface SceneOptions extends Omit<EdgeOptions, 'regions'> {
  readonly origin?: TroubleOriginOptions;
}

/** A gateway with one region, for the length of a test. */
export async function openScene({ origin: wanted, ...rest }: SceneOptions = {}): Promise<Scene> {
  const origin = await openOrigin(wanted);
  const edge = await openEdgeOf({ regions: { RegionOne: origin }, ...rest });
  return { origin, edge };
}

/** An origin for the length of a test. */
export async function openOrigin(options: TroubleOriginOptions = {}): Promise<TroubleOrigin> {
  const origin = await createTroubleOrigin(options);
  onTestFinished(() => origin.close());
  return origin;
}

/** A gateway for the length of a test. */
export async function openEdgeOf(options: EdgeOptions): Promise<Edge> {
  const edge = await openEdge(options);
  onTestFinished(() => edge.close());
  return edge;
}

/** What a reply is like to a client that wants these bytes. */
export function verdict(reply: Reply, wanted: Uint8Array): string {
  if (reply.status !== 200 && reply.status !== 206) return `status ${reply.status}`;
  if (!reply.complete) return 'broken off';
  return reply.body.equals(wanted) ? 'right' : 'whole but wrong';
}

/** The verdicts of all, each told once. */
export function verdicts(replies: readonly Reply[], wanted: Uint8Array): readonly string[] {
  return [...new Set(replies.map((reply) => verdict(reply, wanted)))];
}

/** A counter of the gateway as its admin face tells it, summed over all labels that match. */
export async function metric(edge: { readonly admin: string }, name: RegExp): Promise<number> {
  const { body } = await ask(`${edge.admin}/metrics`, { token: null });
  return body
    .toString()
    .split('\n')
    .filter((line) => name.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Resolves when no fill is under way: what was fetched is kept by then, or never will be. */
export function settled(edge: { readonly admin: string }): Promise<void> {
  return eventually(async () => (await metric(edge, /^glance_edge_fills_under_way /)) === 0);
}

/** Asks again and again, each time after the last answer, until the condition holds. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  // A condition that needs no network would else keep everybody else's work from being done.
  while (!(await condition())) await setImmediate();
}

/** The replies of all. */
export const replies = (transfers: readonly Transfer[]): Promise<readonly Reply[]> =>
  Promise.all(transfers.map(({ reply }) => reply));
