// Requests whose answers are small: JSON, or nothing. Anything but success is a GlanceAnswerError.
import { headerValue } from '../../core/headers.ts';
import type { OriginBody } from '../../ports/origin.ts';
import { GlanceAnswerError } from '../errors.ts';
import type { Scope } from '../scope.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { GlanceAnswer, GlanceRequest, RequestBody, Session } from './session.ts';

/** A request with a JSON body, if any. */
export interface JsonRequest extends Omit<GlanceRequest, 'body'> {
  readonly json?: unknown;
  /** Of the JSON; `application/json` unless given. */
  readonly contentType?: string;
}

/** The answer's JSON object; an empty one for an answer without a body. */
export function askJson(scope: Scope, session: Session, request: JsonRequest): Promise<JsonObject> {
  return ask(scope, session, request, async (answer) => {
    const text = new TextDecoder().decode(await readAll(answer.body, MAX_JSON_BYTES));
    const json = text === '' ? {} : parsed(text);
    if (isJsonObject(json)) return json;
    throw new GlanceAnswerError(`Glance answered ${request.method} with what is no JSON object.`, {
      status: answer.status,
      requestId: headerValue(answer.headers, 'x-openstack-request-id'),
    });
  });
}

/** Sends it and reads nothing of the answer. */
export async function tell(
  scope: Scope,
  session: Session,
  request: JsonRequest | GlanceRequest,
): Promise<void> {
  await ask(scope, session, request, async ({ body }) => body.cancel());
}

/** Reads the answer when it is a success; throws GlanceAnswerError when it is none. */
export function ask<T>(
  scope: Scope,
  session: Session,
  request: JsonRequest | GlanceRequest,
  read: (answer: GlanceAnswer) => Promise<T>,
): Promise<T> {
  return session.send(scope, wholeRequest(request), async (answer) => {
    if (answer.status >= 200 && answer.status < 300) return read(answer);
    throw await answerError(scope, answer, request.method);
  });
}

function wholeRequest(request: JsonRequest | GlanceRequest): GlanceRequest {
  const { method, target } = request;
  const json = 'json' in request && request.json !== undefined;
  const headers = [
    ['Accept', 'application/json'] as const,
    ...(json ? [['Content-Type', request.contentType ?? 'application/json'] as const] : []),
    ...(request.headers ?? []),
  ];
  if (json) return { method, target, headers, body: jsonBody(request.json) };
  return 'body' in request
    ? { method, target, headers, body: request.body }
    : { method, target, headers };
}

/** A page of 1,000 images with all their properties takes some MiB. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;
/** What an error says is for people. */
const MAX_WORDS_BYTES = 16 * 1024;

/** An answer that is no success, with what Glance says about it. */
export async function answerError(
  { context }: Scope,
  { status, headers, body }: GlanceAnswer,
  method: string,
): Promise<GlanceAnswerError> {
  const requestId = headerValue(headers, 'x-openstack-request-id');
  const words = await readAll(body, MAX_WORDS_BYTES).then(
    (bytes) => explanation(new TextDecoder().decode(bytes)),
    () => '',
  );
  const told = [context.authToken, context.serviceToken].reduce<string>(
    (text, token) => (token ? text.replaceAll(token, '***') : text),
    words,
  );
  const where = requestId === null ? '' : ` (${requestId})`;
  const text = `Glance answered ${method} with ${status}${told === '' ? '' : `: ${told}`}${where}`;
  return new GlanceAnswerError(text, { status, requestId });
}

/** Plain text out of Glance's JSON or HTML. */
function explanation(text: string): string {
  const json = parsed(text);
  const words = isJsonObject(json) && typeof json.message === 'string' ? json.message : text;
  const plain = words
    .replace(/<(style|script|title)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
  return plain.trim().slice(0, 300);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function jsonBody(json: unknown): RequestBody {
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  return {
    size: bytes.byteLength,
    rewindable: true,
    open: () => ReadableStream.from([bytes]),
  };
}

async function readAll(body: OriginBody, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (let piece = await body.read(); piece !== null; piece = await body.read()) {
    size += piece.byteLength;
    if (size > limit) {
      body.cancel();
      throw new GlanceAnswerError(`Glance answered with more than ${limit} bytes.`, {
        status: 200,
      });
    }
    pieces.push(piece);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
