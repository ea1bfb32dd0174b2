// An admin face for the page's tests: the page's own files under its policy, and the JSON API over
// traces that a test hands in, which may also end while somebody listens, go, or stop answering.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadPageAssets } from '../../../src/entry/page-assets.ts';
import { PAGE_POLICY } from '../../../src/http/admin/assets.ts';
import type { StoredTrace, TraceSummary } from '../../../src/ports/trace-store.ts';
import { IMAGES, overview } from './overview.ts';

export interface GatewayStub {
  readonly url: string;
  traces: readonly StoredTrace[];
  overview: ReturnType<typeof overview>;
  /** Whether another listener of the tail is let in. */
  tailOpen: boolean;
  /** How many listen now. */
  listening(): number;
  /** Calls that just ended. */
  end(traces: readonly StoredTrace[]): void;
  /** The gateway goes away; its address is kept for `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function openGatewayStub(traces: readonly StoredTrace[]): Promise<GatewayStub> {
  const assets = loadPageAssets();
  const tails = new Set<ServerResponse>();
  let server: Server = createServer(answer);
  const port = await listenOn(server, 0);

  const stub: GatewayStub = {
    url: `http://127.0.0.1:${port}`,
    traces,
    overview: overview(),
    tailOpen: true,
    listening: () => tails.size,
    end(ended) {
      stub.traces = [...ended.toReversed(), ...stub.traces];
      for (const { tree: _tree, ...summary } of ended) {
        for (const tail of tails) tail.write(`event: trace\ndata: ${JSON.stringify(summary)}\n\n`);
      }
    },
    async goAway() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    async comeBack() {
      server = createServer(answer);
      await listenOn(server, port);
    },
  };
  return stub;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://stub');
    const asset = assets.get(url.pathname);
    if (asset !== undefined) {
      response.writeHead(200, {
        'Content-Type': asset.contentType,
        'Content-Security-Policy': PAGE_POLICY,
      });
      response.end(asset.body);
    } else if (url.pathname === '/api/traces/tail') tail(response);
    else {
      const { status, body } = data(url);
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    }
  }

  function tail(response: ServerResponse): void {
    if (!stub.tailOpen) {
      response.writeHead(503, { 'Content-Type': 'application/json' });
      response.end('{"error":"Too many listeners."}');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(':\n\n');
    tails.add(response);
    response.on('close', () => tails.delete(response));
  }

  function data({ pathname, searchParams }: URL): { status: number; body: unknown } {
    const [, api, kind, id = ''] = pathname.split('/');
    if (pathname === '/livez') return { status: 200, body: { alive: true } };
    if (pathname === '/api/overview') return { status: 200, body: stub.overview };
    if (api === 'api' && kind === 'traces' && id === '') return list(searchParams);
    if (api === 'api' && kind === 'traces') {
      const found = stub.traces.find(({ traceId }) => traceId === id);
      return found ? { status: 200, body: found } : absent('No trace of that id is held.');
    }
    const images = IMAGES.filter(({ imageId }) => imageId === id);
    if (kind !== 'images' || images.length === 0) return absent('Nothing is known of that image.');
    const of = stub.traces.filter(({ image }) => image === id).slice(0, 50);
    return { status: 200, body: { images, traces: of.map(summaryOf) } };
  }

  function list(query: URLSearchParams): { status: number; body: unknown } {
    const status = query.get('status');
    if (status !== null && !/^[1-5]\d\d$/.test(status)) {
      return {
        status: 400,
        body: { error: 'The parameter "status" must be an HTTP status, 100 to 599.' },
      };
    }
    const limit = Number(query.get('limit') ?? 50);
    const found = stub.traces.filter((trace) => matches(trace, query)).slice(0, limit);
    return { status: 200, body: { traces: found.map(summaryOf) } };
  }
}

function matches(trace: StoredTrace, query: URLSearchParams): boolean {
  const is = (name: string, value: string | number | null): boolean =>
    !query.has(name) || query.get(name) === String(value);
  const text = query.get('q')?.toLowerCase() ?? '';
  const ids = [trace.traceId, trace.requestId, trace.image].map((id) => id?.toLowerCase() ?? '');
  return (
    is('region', trace.region) &&
    is('route', trace.route) &&
    is('image', trace.image) &&
    is('status', trace.status) &&
    is('outcome', outcomeOf(trace)) &&
    trace.durationMs >= Number(query.get('min_ms') ?? 0) &&
    ids.some((id) => id.includes(text))
  );
}

function outcomeOf({ outcome, error }: TraceSummary): string {
  if (error !== null) return 'error';
  if (outcome?.includes('; hit')) return 'hit';
  if (outcome?.includes('collapsed')) return 'collapsed';
  return /fwd=([a-z-]+)/.exec(outcome ?? '')?.[1] ?? 'none';
}

function summaryOf({ tree: _tree, ...summary }: StoredTrace): TraceSummary {
  return summary;
}

function absent(error: string): { status: number; body: unknown } {
  return { status: 404, body: { error } };
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
