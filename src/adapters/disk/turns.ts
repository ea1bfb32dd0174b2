// Order among the changes of one entry: they happen one at a time, and the one that was asked for
// last wins, even over an earlier one that was so slow that its caller gave up on it.

export interface Turn {
  /** Runs `work` while no other change of the same name runs. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Whether a change that was asked for later has taken effect already. */
  overtaken(): boolean;
  /** This change takes effect. */
  settle(): void;
  /** Must be called once when the change is over; afterwards the turn is of no use. */
  end(): void;
}

export interface Turns {
  begin(name: string): Turn;
}

interface Line {
  last: Promise<unknown>;
  settled: number;
  changes: number;
}

/** Remembers only names that are being changed right now. */
export function createTurns(): Turns {
  const lines = new Map<string, Line>();
  let tickets = 0;
  return {
    begin(name) {
      const line = lines.get(name) ?? { last: Promise.resolve(), settled: 0, changes: 0 };
      lines.set(name, line);
      line.changes += 1;
      tickets += 1;
      const ticket = tickets;
      return {
        alone(work) {
          const result = line.last.then(work);
          line.last = result.catch(() => undefined);
          return result;
        },
        overtaken: () => line.settled > ticket,
        settle() {
          line.settled = Math.max(line.settled, ticket);
        },
        end() {
          line.changes -= 1;
          if (line.changes === 0) lines.delete(name);
        },
      };
    },
  };
}
