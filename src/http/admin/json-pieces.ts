// A JSON answer with a long list in it: written down piece by piece as it is read, so that neither the
// whole text nor one long turn is ever needed.

/**
 * `{"<name>":[…],<rest>}` with what `pieces` give in the list. Each piece is JSON of one or several
 * items, with commas between them.
 *
 * @param rest goes after the list; at least one member
 */
export function jsonInPieces(
  name: string,
  pieces: AsyncIterable<string>,
  rest: Readonly<Record<string, unknown>>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const texts = wholeText(name, pieces, rest);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value } = await texts.next();
        if (value === null) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await texts.return(null);
      },
    },
    // Nothing is made ahead of its reader.
    { highWaterMark: 0 },
  );
}

async function* wholeText(
  name: string,
  pieces: AsyncIterable<string>,
  rest: Readonly<Record<string, unknown>>,
): AsyncGenerator<string, null> {
  let before = `{${JSON.stringify(name)}:[`;
  for await (const piece of pieces) {
    yield before + piece;
    before = ',';
  }
  yield `${before === ',' ? '' : before}],${JSON.stringify(rest).slice(1)}`;
  return null;
}
