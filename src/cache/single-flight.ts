// Single flight: concurrent callers of one key share one piece of work. The work belongs to none of
// them: it is given up only when the last one has left.
import { GatewayFailure } from '../core/failure.ts';

export interface Boarding<T> {
  readonly result: Promise<T>;
  /** True when the work was under way already. */
  readonly joined: boolean;
}

export interface SingleFlight<T> {
  /**
   * Joins the running flight of `key`, or starts one.
   *
   * `signal` ends only this caller's wait, with `client-gone`.
   */
  board(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Boarding<T>;
}

interface Flight<T> {
  readonly work: Promise<T>;
  readonly controller: AbortController;
  passengers: number;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  function takeOff(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const work = start(controller.signal).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    const flight: Flight<T> = { work, controller, passengers: 0 };
    flights.set(key, flight);
    return flight;
  }

  return {
    board(key, signal, start) {
      const running = flights.get(key);
      const flight = running ?? takeOff(key, start);
      flight.passengers += 1;
      const result = unlessAborted(flight.work, signal).finally(() => {
        flight.passengers -= 1;
        if (flight.passengers > 0) return;
        // Nobody waits: a late caller must not join work that is being given up.
        if (flights.get(key) === flight) flights.delete(key);
        flight.controller.abort();
      });
      return { result, joined: running !== undefined };
    },
  };
}

/** The promise, or `client-gone` as soon as the signal aborts. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => reject(new GatewayFailure('client-gone', 'The client has left.'));
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
