// Server-Sent Events out of a stream of text (WHATWG HTML, section 9.2.6), as far as the live tail
// uses them: events with a name and data. Ids and retry times are not sent and not read.

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Longer events are not from a gateway; it ends the connection rather than the memory. */
export const MAX_EVENT_LENGTH = 2 ** 20;

/**
 * Takes the pieces of a stream as they come; gives the events that each of them completes. Throws a
 * RangeError for an event beyond `MAX_EVENT_LENGTH` characters.
 */
export function createEventReader(): (piece: string) => readonly ServerEvent[] {
  let rest = '';
  let name = '';
  let data: string[] = [];
  let length = 0;

  return function read(piece) {
    const events: ServerEvent[] = [];
    // A carriage return at the end may be the first half of a line break.
    const text = rest + piece;
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) take(line, events);
    if (length + rest.length > MAX_EVENT_LENGTH) {
      throw new RangeError('The gateway sent an event that is too long.');
    }
    return events;
  };

  function take(line: string, events: ServerEvent[]): void {
    if (line === '') {
      if (data.length > 0) events.push({ name: name || 'message', data: data.join('\n') });
      [name, data, length] = ['', [], 0];
      return;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?)?(.*)$/.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') {
      data.push(value);
      // Empty ones take room as well.
      length += value.length + 1;
    }
  }
}
