// Errors in the shape of Glance's own (WebOb's error pages): HTML, JSON or plain text, as Accept asks.
import { acceptedErrorFormat } from './error-format.ts';

export interface GlanceError {
  readonly status: number;
  /** The reason phrase: `Not Found`. */
  readonly reason: string;
  /** The text with its variable parts passed through `encode`; `<br />` stands between its parts. */
  readonly text: (encode: (part: string) => string) => string;
}

export interface ErrorBody {
  readonly contentType: string;
  readonly body: string;
}

/** An explanation and perhaps a detail, laid out as Glance does. */
export function errorText(explanation: string, detail = ''): GlanceError['text'] {
  return (encode) => `${encode(explanation)}<br /><br />\n${encode(detail)}\n\n`;
}

/** @param accept the client's `Accept`, null when it sent none */
export function errorBody(error: GlanceError, accept: string | null): ErrorBody {
  const code = `${error.status} ${error.reason}`;
  switch (acceptedErrorFormat(accept)) {
    case 'json': {
      const message = asciiJson(error.text((part) => part));
      const members = `"message": ${message}, "code": ${asciiJson(code)}, "title": ${asciiJson(error.reason)}`;
      return { contentType: 'application/json', body: `{${members}}` };
    }
    case 'html':
      return { contentType: 'text/html; charset=UTF-8', body: page(code, error.text(htmlEscaped)) };
    case 'plain': {
      const text = error.text((part) => part).replaceAll('\n', ' ');
      const body = `${code}\n\n${text.replaceAll('<br />', '\n')}`;
      return { contentType: 'text/plain; charset=UTF-8', body };
    }
  }
}

function page(code: string, text: string): string {
  return [
    '<html>',
    ' <head>',
    `  <title>${code}</title>`,
    ' </head>',
    ' <body>',
    `  <h1>${code}</h1>`,
    `  ${text}`,
    ' </body>',
    '</html>',
  ].join('\n');
}

function htmlEscaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#x27;');
}

/** A JSON string in ASCII, as Python writes it. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
