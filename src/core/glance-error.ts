// Errors in the shape of Glance's own: HTML, JSON or plain text, as the client's Accept asks for.

export interface ErrorText {
  readonly contentType: string;
  readonly body: string;
}

/**
 * The body of an error answer.
 *
 * @param reason the reason phrase, `Not Found`
 * @param message one sentence that holds no secret
 * @param accept the client's `Accept`; Glance writes HTML unless it prefers another format
 */
export function glanceError(
  status: number,
  reason: string,
  message: string,
  accept: string | null,
): ErrorText {
  const code = `${status} ${reason}`.trim();
  const wanted = (accept ?? '').toLowerCase();
  if (wanted === '' || wanted.includes('text/html')) return html(code, message);
  if (wanted.includes('json')) {
    const text = JSON.stringify({ message: `${message}<br /><br />\n\n\n`, code, title: reason });
    return { contentType: 'application/json', body: text };
  }
  if (wanted.includes('text/plain')) {
    return { contentType: 'text/plain; charset=UTF-8', body: `${code}\n\n${message}\n\n   ` };
  }
  return html(code, message);
}

function html(code: string, message: string): ErrorText {
  const escaped = message
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  const body = `<html>
 <head>
  <title>${code}</title>
 </head>
 <body>
  <h1>${code}</h1>
  ${escaped}<br /><br />


 </body>
</html>`;
  return { contentType: 'text/html; charset=UTF-8', body };
}
