// Reads HTTP/1.1 answers off a connection and throws their bodies away: as little work for each byte
// as there can be. It understands Content-Length only; whatever else comes is an error of the row.

export interface AnswerReader {
  /** Takes what arrived; every answer that it completes is told through `onEnd`. */
  take(bytes: Buffer): void;
}

export interface AnswerEvents {
  /** The first byte of a body is here. */
  onBody?(): void;
  onEnd(status: number, length: number): void;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

export function createAnswerReader(events: AnswerEvents): AnswerReader {
  let head: Buffer = Buffer.alloc(0);
  let status = 0;
  let length = 0;
  /** Bytes of the body that are still to come; -1 while the head is. */
  let left = -1;

  function take(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (left < 0) at = takeHead(bytes, at);
      else {
        const here = Math.min(left, bytes.length - at);
        if (left === length && here > 0) events.onBody?.();
        left -= here;
        at += here;
      }
      if (left === 0) {
        left = -1;
        events.onEnd(status, length);
      }
    }
  }

  /** Where the body begins in `bytes`, or their end. */
  function takeHead(bytes: Buffer, at: number): number {
    const known = head.length;
    head = Buffer.concat([head, bytes.subarray(at)]);
    const end = head.indexOf(END_OF_HEAD);
    if (end < 0) return bytes.length;
    const text = head.toString('latin1', 0, end);
    head = Buffer.alloc(0);
    status = Number(text.slice(9, 12));
    const told = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    if (told === undefined) throw new Error(`an answer without Content-Length: ${text}`);
    length = Number(told);
    left = length;
    return at + end + END_OF_HEAD.length - known;
  }

  return { take };
}
