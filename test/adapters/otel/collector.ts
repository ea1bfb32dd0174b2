// An OTLP/HTTP collector on a port of the system's choice: it keeps what it was sent, decoded just
// far enough to be looked at, and can be told to refuse everything.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Message, messages, text } from './protobuf.ts';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
}

export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** Every span so far. */
  readonly spans: readonly ReceivedSpan[];
  readonly metricNames: readonly string[];
  /** `key=value` of every resource attribute that is a string. */
  readonly resource: ReadonlySet<string>;
  /** Paths asked for, in order. */
  readonly paths: readonly string[];
  /** Bodies of all requests, as they came. */
  readonly bodies: readonly Buffer[];
  /** The status of all answers from now on. */
  answerWith(status: number): void;
}

export async function openCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const metricNames: string[] = [];
  const resource = new Set<string>();
  const paths: string[] = [];
  const bodies: Buffer[] = [];
  let status = 200;

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const path = request.url ?? '';
      paths.push(path);
      bodies.push(body);
      if (status === 200 && path === '/v1/traces') spans.push(...spansIn(body));
      if (status === 200 && path === '/v1/metrics') metricNames.push(...metricNamesIn(body));
      for (const pair of resourceIn(body)) resource.add(pair);
      response.writeHead(status, { connection: 'close' }).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    metricNames,
    resource,
    paths,
    bodies,
    answerWith(next) {
      status = next;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await request.toArray());
}

// Field numbers of opentelemetry-proto: trace/v1/trace.proto, metrics/v1/metrics.proto and
// resource/v1/resource.proto.

function spansIn(body: Buffer): ReceivedSpan[] {
  return scopeItems(body).map((span) => ({
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    name: text(span, 5),
  }));
}

function metricNamesIn(body: Buffer): string[] {
  return scopeItems(body).map((metric) => text(metric, 1));
}

/** Request.resource_*[1] → scope_*[2] → spans or metrics[2]. */
function scopeItems(body: Buffer): Message[] {
  return messages(body, 1)
    .flatMap((ofResource) => messages(ofResource, 2))
    .flatMap((ofScope) => messages(ofScope, 2));
}

/** Request.resource_*[1] → resource[1] → attributes[1]: key[1], value[2].string_value[1]. */
function resourceIn(body: Buffer): string[] {
  return messages(body, 1)
    .flatMap((ofResource) => messages(ofResource, 1))
    .flatMap((resource) => messages(resource, 1))
    .map((pair) => {
      const [value] = messages(pair, 2);
      return `${text(pair, 1)}=${value ? text(value, 1) : ''}`;
    });
}

function hex(message: Message, field: number): string {
  const [bytes] = messages(message, field);
  return bytes?.toString('hex') ?? '';
}
