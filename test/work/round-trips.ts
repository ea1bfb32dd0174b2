// A link to the origin that a test can close: what is asked then is answered when the test says so, and
// each time that it has to say so is a round trip.

export interface RoundTrips {
  /** Each answer of the origin waits for this. */
  readonly beforeAnswer: () => Promise<void>;
  /** Resolves when so many requests wait for their answers. */
  waiting(requests: number): Promise<void>;
  /** Answers those that wait. */
  answer(): void;
  /** Requests that were answered in that way. */
  answered(): number;
  close(): void;
  /** Answers those that wait, and all that follow at once. */
  open(): void;
}

export function createRoundTrips(): RoundTrips {
  const held: (() => void)[] = [];
  let isOpen = true;
  let answered = 0;
  let expected: { readonly requests: number; readonly reached: () => void } | null = null;

  function tell(): void {
    if (expected && held.length >= expected.requests) expected.reached();
  }

  function answer(): void {
    answered += held.length;
    for (const go of held.splice(0)) go();
  }

  return {
    beforeAnswer() {
      if (isOpen) return Promise.resolve();
      return new Promise((resolve) => {
        held.push(resolve);
        tell();
      });
    },
    waiting: (requests) =>
      new Promise((reached) => {
        expected = { requests, reached };
        tell();
      }),
    answer,
    answered: () => answered,
    close() {
      isOpen = false;
    },
    open() {
      isOpen = true;
      answer();
    },
  };
}
