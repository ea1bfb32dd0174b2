// The primary's questions to its workers for reports: in turns, and at once when somebody looks. One
// that does not answer in time is not waited for again until it does.
import type { Log } from '../../ports/log.ts';
import type { Timers } from '../../ports/runtime.ts';
import type { Channel } from './channel.ts';
import {
  LAST_REPORT,
  REPORT,
  type ReportQuestion,
  type WorkerReading,
  type WorkerReport,
} from './report.ts';

export interface ReportsOptions {
  readonly timers: Timers;
  readonly question: () => ReportQuestion;
  readonly take: (report: WorkerReport) => void;
  readonly log: Log;
}

export interface Reports {
  /** Asks that worker too from here on, until it has gone. */
  from(worker: number, channel: Channel): void;
  /** Asks for all that was not told yet. Settles with the last answer or after a second; never rejects. */
  fresh(): Promise<void>;
  /** The question has changed: asks it, and goes on in the turns that it wants. */
  soon(): void;
  /** What each worker has told last, of those that live. */
  readings(): readonly WorkerReading[];
  /** Workers that have answered before, and not the last question within a second. */
  silent(): readonly number[];
  /** Asks no more. */
  close(): void;
}

/** What a worker has counted for so long goes along with it when it is killed. */
const TURN_MS = 1_000;
/** While somebody watches calls end: soon enough to look alive. */
const WATCHED_TURN_MS = 200;
/** Scrapers wait ten seconds or so, people less; a worker's longest stall is a fraction of this. */
const PATIENCE_MS = 1_000;

export function createReports(options: ReportsOptions): Reports {
  const { timers, question, take } = options;
  const lines = new Map<number, Line>();
  let cancelTurn = nextTurn();

  function nextTurn(): () => void {
    return timers.after(question().watches.length > 0 ? WATCHED_TURN_MS : TURN_MS, turn);
  }

  function turn(): void {
    cancelTurn();
    for (const line of lines.values()) void line.ask();
    cancelTurn = nextTurn();
  }

  return {
    from(worker, channel) {
      const line = createLine(channel, options);
      lines.set(worker, line);
      channel.on(LAST_REPORT, take);
      channel.onGone(() => {
        if (lines.get(worker) === line) lines.delete(worker);
      });
    },
    async fresh() {
      const deadline = Promise.withResolvers<void>();
      let over = false;
      const cancel = timers.after(PATIENCE_MS, deadline.resolve);
      const all = [...lines.values()].map((line) => line.askAll(() => over));
      await Promise.race([Promise.all(all), deadline.promise]);
      over = true;
      cancel();
    },
    soon: turn,
    readings: () => [...lines.values()].flatMap((line) => line.reading() ?? []),
    silent: () => [...lines].filter(([, line]) => line.isSilent()).map(([worker]) => worker),
    close() {
      cancelTurn();
      lines.clear();
    },
  };
}

interface Line {
  /** Settles with the answer, or when it is overdue. While a question is open it is the same one. */
  ask(): Promise<void>;
  /** Asks from now on, and again until all is told or it is over. At once for one that is silent. */
  askAll(isOver: () => boolean): Promise<void>;
  reading(): WorkerReading | null;
  isSilent(): boolean;
}

function createLine(channel: Channel, { timers, question, take, log }: ReportsOptions): Line {
  let open: Promise<void> | null = null;
  // One that starts has its own reasons for not answering yet: it is not up.
  let begun = false;
  let silent = false;
  let more = false;
  let reading: WorkerReading | null = null;

  function begin(): Promise<void> {
    const settled = Promise.withResolvers<void>();
    const cancel = timers.after(PATIENCE_MS, () => {
      silent = begun;
      settled.resolve();
    });
    void answer()
      // All workers end with this process: no fault of the face may be its end.
      .catch((cause: unknown) => log.error({ err: cause }, 'A report could not be taken in.'))
      .finally(() => {
        cancel();
        open = null;
        settled.resolve();
      });
    return settled.promise;
  }

  async function answer(): Promise<void> {
    // That of a worker that has gone; or it is going, and has closed its books.
    const report = await channel.ask(REPORT, question()).catch(() => null);
    begun ||= report !== null;
    silent = false;
    more = report?.more ?? false;
    reading = report?.reading ?? null;
    if (report !== null) take(report);
  }

  function ask(): Promise<void> {
    open ??= begin();
    return open;
  }

  return {
    ask,
    async askAll(isOver) {
      if (silent) return;
      // The answer to a question that is open may have been made already.
      if (open) await open;
      do await ask();
      while (more && !silent && !isOver());
    },
    reading: () => reading,
    isSilent: () => silent,
  };
}
