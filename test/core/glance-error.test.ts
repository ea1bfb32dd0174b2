import { expect, test } from 'vitest';
import { errorBody, errorText, type GlanceError } from '../../src/core/glance-error.ts';

const ERROR: GlanceError = {
  status: 404,
  reason: 'Not Found',
  text: errorText('No <image> & "none" with l\'id é', 'a\nb'),
};

test.each([
  [null, 'text/plain; charset=UTF-8'],
  ['', 'text/plain; charset=UTF-8'],
  ['*/*', 'text/html; charset=UTF-8'],
  ['text/html', 'text/html; charset=UTF-8'],
  ['text/html, application/json', 'text/html; charset=UTF-8'],
  ['text/html;q=0.5, application/json', 'application/json'],
  ['APPLICATION/JSON', 'application/json'],
  ['application/*', 'application/json'],
  ['application/json;q=0, */*', 'text/html; charset=UTF-8'],
  ['text/plain', 'text/plain; charset=UTF-8'],
  ['image/png', 'text/plain; charset=UTF-8'],
  ['nonsense;;q=,', 'text/plain; charset=UTF-8'],
])('Accept %j is answered in %s', (accept, contentType) => {
  expect(errorBody(ERROR, accept).contentType).toBe(contentType);
});

test('HTML shows the text and runs none of it', () => {
  expect(errorBody(ERROR, 'text/html').body).toBe(`<html>
 <head>
  <title>404 Not Found</title>
 </head>
 <body>
  <h1>404 Not Found</h1>
  No &lt;image&gt; &amp; &quot;none&quot; with l&#x27;id é<br /><br />
a
b


 </body>
</html>`);
});

test('JSON is in ASCII, with the message, the code and the title', () => {
  const { body } = errorBody(ERROR, 'application/json');
  expect(Buffer.byteLength(body)).toBe(body.length);
  expect(JSON.parse(body)).toEqual({
    message: 'No <image> & "none" with l\'id é<br /><br />\na\nb\n\n',
    code: '404 Not Found',
    title: 'Not Found',
  });
});

test('plain text has lines where HTML has breaks, and only there', () => {
  expect(errorBody(ERROR, 'text/plain').body).toBe(
    '404 Not Found\n\nNo <image> & "none" with l\'id é\n\n a b  ',
  );
});
