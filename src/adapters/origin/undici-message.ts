// A message's parts in the forms that undici takes and gives: headers and the body on its way up.
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { HeaderList } from '../../core/headers.ts';
import type { Upload } from './upload.ts';
import { announcedLength, wireHeaders } from './wire-headers.ts';

/** Names and values in turn, as undici takes them; the length where it was announced. */
export function flatHeaders(headers: HeaderList, upload: Upload | null): string[] {
  const flat = wireHeaders(headers).flat();
  const length = announcedLength(headers);
  if (upload !== null && length !== null) flat.push('content-length', String(length));
  return flat;
}

/** Names and values as they came, repeats kept; bytes above ASCII as Latin-1, as Node reads them. */
export function headerList(raw: Dispatcher.DispatchController['rawHeaders']): HeaderList {
  if (!Array.isArray(raw)) return [];
  const list: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) list.push([text(raw[at]), text(raw[at + 1])]);
  return list;
}

function text(part: Buffer | string | undefined): string {
  return typeof part === 'string' ? part : (part?.toString('latin1') ?? '');
}

/** undici destroys a stream that is still open when the exchange ends, so nothing stays behind. */
export function readableUpload(upload: Upload): Readable {
  const readable = new Readable({
    read() {
      upload.next().then(
        (piece) => this.push(piece),
        (failure: Error) => this.destroy(failure),
      );
    },
    destroy(error, done) {
      upload.letGo();
      done(error);
    },
  });
  // The exchange hears of it through its handler; without a listener the event would end the process.
  return readable.on('error', () => {});
}
