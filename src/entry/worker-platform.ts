// The pieces of the Workers platform that the entry meets, as far as it uses them: first and last
// stop of a request there.

/** A `[vars]` entry is text (or JSON); a binding is an object. */
export type WorkerVariables = Readonly<Record<string, unknown>>;

/** `DurableObjectNamespace`: the objects of one class, each known by a name. */
export interface ObjectNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

/** `DurableObjectState`, handed to an object's constructor. */
export interface ObjectState {
  /** Objects live while they have work; this only says what is work. */
  waitUntil(work: Promise<unknown>): void;
}

/** A transform that lets exactly so many bytes through, and fails when there are fewer. */
declare const FixedLengthStream: new (length: number) => TransformStream<Uint8Array, Uint8Array>;

/**
 * The response with its `Content-Length` on the wire: for the body of any other stream the platform
 * drops that header and sends chunks. A body that breaks off breaks the connection.
 */
export function answerOfItsLength(response: Response): Response {
  const length = response.headers.get('content-length');
  if (response.body === null || length === null) return response;
  return new Response(ofLength(response.body, length), response);
}

/** The same for a request on its way out. */
export function uploadOfItsLength(init: RequestInit): RequestInit {
  const length = new Headers(init.headers).get('content-length');
  if (!(init.body instanceof ReadableStream) || length === null) return init;
  return { ...init, body: ofLength(init.body, length) };
}

function ofLength(body: ReadableStream<Uint8Array>, length: string): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(Number(length));
  // Either end may give up; the other one is told through the pipe, and nobody waits for it here.
  body.pipeTo(writable).catch(() => undefined);
  return readable;
}
