// Every answer of the embedded Glance that is not the wanted one: thrown where the rule is broken,
// written in the format that the caller's Accept asks for (HTML unless it names another, as Glance).
import { errorBody, errorText } from '../../core/glance-error.ts';

interface RefusalOptions {
  /** Said below the explanation. */
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that Glance refuses: its status, what it says, and headers such as `Allow`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's text with its parts passed through `encode`. */
  readonly text: (encode: (part: string) => string) => string;

  constructor(
    status: number,
    text: (encode: (part: string) => string) => string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(text((part) => part));
    this.status = status;
    this.text = text;
    this.headers = headers;
  }
}

/** The usual refusal: an explanation, and perhaps a detail. */
export function refusal(
  status: number,
  explanation: string,
  { detail = '', headers = {} }: RefusalOptions = {},
): Refusal {
  return new Refusal(status, errorText(explanation, detail), headers);
}

/** 405: the resource exists, the method does not. */
export function methodRefusal(method: string, allowed: readonly string[]): Refusal {
  return new Refusal(
    405,
    (encode) => `The method ${encode(method)} is not allowed for this resource. <br /><br />\n`,
    { Allow: allowed.join(', ') },
  );
}

/** 415: the body has a media type that the resource does not take. */
export function mediaTypeRefusal(type: string, headers: Readonly<Record<string, string>> = {}) {
  return new Refusal(
    415,
    (encode) =>
      `The request media type ${encode(type)} is not supported by this server.\n<br /><br />\n`,
    headers,
  );
}

/** 404 for something that is not an image. */
export const noSuchResource = (): Refusal => refusal(404, 'The resource could not be found.');

/** The refusal as Glance writes it in answer to that request. */
export function refusalResponse(refused: Refusal, request: Request): Response {
  const { status, text } = refused;
  const error = { status, reason: REASONS[status] ?? '', text };
  const { body, contentType } = errorBody(error, request.headers.get('accept'));
  // To HEAD it says that there is nothing, not how much there would have been.
  const bytes = new TextEncoder().encode(request.method === 'HEAD' ? '' : body);
  return new Response(bytes, {
    status,
    statusText: error.reason,
    headers: {
      ...refused.headers,
      'Content-Length': String(bytes.length),
      'Content-Type': contentType,
    },
  });
}

/** Reason phrases that Glance sends; some differ from those of Node. */
export const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  415: 'Unsupported Media Type',
  416: 'Request Range Not Satisfiable',
  500: 'Internal Server Error',
};
