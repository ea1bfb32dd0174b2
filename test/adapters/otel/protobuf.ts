// Just enough of the protobuf wire format to look at OTLP messages without the code that made
// them: https://protobuf.dev/programming-guides/encoding

export type Message = Buffer;

/** The length-delimited values of a field: messages, strings or bytes. */
export function messages(message: Message, field: number): Message[] {
  const found: Message[] = [];
  let at = 0;

  function varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('The message ends inside a number.');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  while (at < message.length) {
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = varint();
      if (at + length > message.length) throw new RangeError('The message ends inside a value.');
      if (Math.floor(tag / 8) === field) found.push(message.subarray(at, at + length));
      at += length;
    } else throw new TypeError(`Wire type ${wireType} is not in use.`);
  }
  return found;
}

/** The last value of a string field, or ''. */
export function text(message: Message, field: number): string {
  return messages(message, field).at(-1)?.toString('utf8') ?? '';
}
