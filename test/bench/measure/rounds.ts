// Turns: in every round each side is measured once, one after the other, so that whatever the
// machine does meanwhile befalls all of them alike.

export type Sample = Readonly<Record<string, number>>;
/** What each side measured in one round. */
export type Round = Readonly<Record<string, Sample>>;
export type Sides = Readonly<Record<string, (round: number) => Promise<Sample>>>;

export interface Rounds {
  readonly rounds: readonly Round[];
  /** Why rounds were left out. */
  readonly discarded: readonly string[];
}

/** A side answered wrongly: figures of such a round are figures of something else. */
export class WrongAnswer extends Error {}

/** Takes `count` rounds. Throws what a side throws, except WrongAnswer, which costs the round. */
export async function takeTurns(count: number, sides: Sides): Promise<Rounds> {
  const rounds: Round[] = [];
  const discarded: string[] = [];
  for (let round = 0; round < count; round += 1) {
    try {
      const samples: [string, Sample][] = [];
      for (const [name, measure] of Object.entries(sides)) {
        samples.push([name, await measure(round)]);
      }
      rounds.push(Object.fromEntries(samples));
    } catch (thrown) {
      if (!(thrown instanceof WrongAnswer)) throw thrown;
      discarded.push(`pair ${round + 1}: ${thrown.message}`);
    }
  }
  return { rounds, discarded };
}
