// `GET /api/traces/tail`: each call that ends, as it ends, as Server-Sent Events. A listener that does
// not read loses events, and is told how many: it costs no memory and holds nobody up.
import type { Timers } from '../../ports/runtime.ts';
import type {
  TraceListener,
  TraceMatch,
  TraceStore,
  TraceSummary,
} from '../../ports/trace-store.ts';

export interface TraceTail {
  /** The body of an answer that goes on until its reader leaves; null when too many listen. */
  open(match: TraceMatch): ReadableStream<Uint8Array> | null;
  /** Ends every listener's answer. */
  close(): void;
}

export interface TraceTailOptions {
  readonly traces: TraceStore;
  readonly timers: Timers;
  /** Answers at once; default 16: a few people with the page open, and a terminal or two. */
  readonly listeners?: number;
  /** Events that wait for one reader; default 256: some hundred KiB, and seconds of a busy gateway. */
  readonly waiting?: number;
}

/** Below the 30 s or so after which proxies take a silent connection for dead. */
const HEARTBEAT_MS = 15_000;

export function createTraceTail(options: TraceTailOptions): TraceTail {
  const { traces, timers, listeners = 16, waiting = 256 } = options;
  const open = new Set<Listener>();
  return {
    open(match) {
      if (open.size >= listeners) return null;
      const listener = createListener(waiting, timers, () => {
        unwatch();
        open.delete(listener);
      });
      const unwatch = traces.watch(match, listener);
      open.add(listener);
      return listener.body;
    },
    close() {
      for (const listener of open) listener.end();
    },
  };
}

interface Listener extends TraceListener {
  readonly body: ReadableStream<Uint8Array>;
  readonly end: () => void;
}

function createListener(limit: number, timers: Timers, ended: () => void): Listener {
  const encoder = new TextEncoder();
  let queue = ': listening\n\n';
  let events = 0;
  let missed = 0;
  let over = false;
  let left = false;
  let wanted: (() => void) | null = null;
  let cancelHeartbeat = beat();

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (queue === '' && !over) await somethingToSay();
        if (left) return;
        if (queue !== '') controller.enqueue(encoder.encode(take()));
        if (over) controller.close();
      },
      cancel() {
        left = true;
        end();
      },
    },
    // Nothing is made ahead of its reader.
    { highWaterMark: 0 },
  );
  return { body, ended: tell, lost, end };

  function lost(calls: number): void {
    missed += calls;
  }

  function tell(call: TraceSummary): void {
    if (events >= limit) {
      lost(1);
      return;
    }
    events += 1;
    say(`event: trace\ndata: ${JSON.stringify(call)}\n\n`);
  }

  function say(text: string): void {
    queue += text;
    wanted?.();
  }

  function take(): string {
    const gap = missed > 0 ? `event: lost\ndata: ${JSON.stringify({ count: missed })}\n\n` : '';
    const text = queue + gap;
    [queue, events, missed] = ['', 0, 0];
    return text;
  }

  function somethingToSay(): Promise<void> {
    return new Promise((resolve) => {
      wanted = () => {
        wanted = null;
        resolve();
      };
    });
  }

  function beat(): () => void {
    return timers.after(HEARTBEAT_MS, () => {
      // Who has not read what there is needs no sign of life.
      if (queue === '') say(': still here\n\n');
      cancelHeartbeat = beat();
    });
  }

  function end(): void {
    if (over) return;
    over = true;
    cancelHeartbeat();
    ended();
    wanted?.();
  }
}
