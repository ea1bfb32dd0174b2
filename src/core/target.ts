// Where a request goes: its region and what to ask there, from the raw request target and Host.
// First decision in the life of a request; whatever is not configured ends here.
import { normalizeEndpoint } from './endpoint.ts';
import { GatewayFailure } from './failure.ts';
import { parseImageId } from './image-id.ts';
import { type ImageUri, parseImageUri } from './image-uri.ts';
import type { Region } from './region.ts';
import { isVersion2, type Route, routeOf } from './route.ts';

/** What routing knows of the gateway: all that is configured, and the address it goes by. */
export interface RoutingTable {
  readonly regions: readonly Region[];
  readonly defaultRegion: string;
  /** Normalized, or null when links are built from the request's Host. */
  readonly publicUrl: string | null;
}

export interface RequestHead {
  readonly method: string;
  /** The raw request target: path and query as they came. */
  readonly target: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
}

/** What in a request chose its region, the strongest first. */
export type RegionSource = 'image-uri' | 'path' | 'host' | 'default';

export interface Target {
  readonly region: string;
  readonly regionFrom: RegionSource;
  /** Raw path and query below the region's endpoint. */
  readonly target: string;
  readonly route: Route;
  /** The gateway's own URL of that region: what `Location` and version links start with. */
  readonly publicBase: string;
}

/**
 * Finds the region and the route of a request.
 *
 * Throws GatewayFailure: `bad-uri`, `endpoint-not-configured`, `unknown-region`, `unknown-image`.
 */
export function resolveTarget(table: RoutingTable, head: RequestHead): Target {
  const { path, query } = split(head.target);
  refuseMethodInQuery(query);
  const below = regionPath(table, path);
  const rawSegments = below.path.split('/').slice(1);
  const segments = rawSegments.map(decodeSegment);
  refuseDotSegments(segments);
  const byHost = regionOfHost(table, head.host);
  const region = below.region ?? byHost ?? table.defaultRegion;
  const base = (chosen: string): string => publicBase(table, head, chosen, byHost);

  const named = segments[2];
  if (isVersion2(segments[0]) && segments[1] === 'images' && named !== undefined && named !== '') {
    if (/^https?:/i.test(named)) {
      const uri = parseImageUri(named);
      if (!uri) throw new GatewayFailure('bad-uri', 'That is not the URI of an image.');
      const chosen = regionOfUri(table, ownBases(table, head), uri);
      if (below.region !== null && below.region !== chosen) {
        throw new GatewayFailure('bad-uri', 'The path and the image URI name different regions.');
      }
      const rest = [uri.imageId, ...(uri.data ? ['file'] : []), ...rawSegments.slice(3)];
      const target = `/${rawSegments[0]}/images/${rest.join('/')}`;
      const route = routeOf(head.method, target.split('/').slice(1).map(decodeSegment));
      return {
        region: chosen,
        regionFrom: 'image-uri',
        target: target + query,
        route,
        publicBase: base(chosen),
      };
    }
    if (parseImageId(named) === null) {
      throw new GatewayFailure('unknown-image', 'No image found with that id: it is not a UUID.');
    }
  }
  const route = routeOf(head.method, segments.length === 1 && segments[0] === '' ? [] : segments);
  const regionFrom = below.region ? 'path' : byHost ? 'host' : 'default';
  return { region, regionFrom, target: below.path + query, route, publicBase: base(region) };
}

function split(target: string): { path: string; query: string } {
  if (!target.startsWith('/')) {
    throw new GatewayFailure('bad-uri', 'The request target does not start with a slash.');
  }
  const at = target.indexOf('?');
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at) };
}

/** Takes `/regions/{name}` off the front of a path. */
function regionPath(table: RoutingTable, path: string): { region: string | null; path: string } {
  const parts = /^\/regions(?:\/([^/]*))?(\/.*)?$/.exec(path);
  if (!parts) return { region: null, path };
  const name = decodeSegment(parts[1] ?? '');
  if (!table.regions.some((region) => region.name === name)) {
    throw new GatewayFailure('unknown-region', 'No region of that name is configured here.');
  }
  return { region: name, path: parts[2] ?? '/' };
}

/**
 * Glance's routing (Python's Routes) takes `GET …?_method=DELETE` for a DELETE: what the gateway
 * would keep, coalesce and send again as a read would be a write.
 */
function refuseMethodInQuery(query: string): void {
  if (query === '') return;
  for (const parameter of query.slice(1).split(/[&;]/)) {
    if (new URLSearchParams(parameter).has('_method')) {
      throw new GatewayFailure(
        'bad-uri',
        'The method of a request stands in front of its URI only.',
      );
    }
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new GatewayFailure('bad-uri', 'The path has a broken percent-encoding.', { cause });
  }
}

const DOT_SEGMENT = /(^|\/)\.{1,2}(\/|$)/;

/** Proxies and servers resolve dot segments differently: a path that needs it has no one meaning. */
function refuseDotSegments(segments: readonly string[]): void {
  // An encoded slash separates too, to servers that decode a path before they take it apart.
  if (segments.some((segment) => DOT_SEGMENT.test(segment) || hasControls(segment))) {
    throw new GatewayFailure('bad-uri', 'The path has dot segments or control characters.');
  }
}

function hasControls(segment: string): boolean {
  for (let at = 0; at < segment.length; at += 1) {
    if (segment.charCodeAt(at) < 0x20 || segment[at] === '\\') return true;
  }
  return false;
}

function regionOfHost(table: RoutingTable, host: string): string | null {
  const name = host.toLowerCase();
  const bare = name.replace(/:\d+$/, '');
  const found =
    table.regions.find((region) => region.hosts.includes(name)) ??
    table.regions.find((region) => region.hosts.includes(bare));
  return found?.name ?? null;
}

/** The URLs under which the client may know this gateway; naming one opens no connection. */
function ownBases(table: RoutingTable, head: RequestHead): readonly string[] {
  const own = [table.publicUrl, normalizeEndpoint(`${head.scheme}://${head.host}`)];
  return own.filter((base) => base !== null);
}

function regionOfUri(table: RoutingTable, own: readonly string[], uri: ImageUri): string {
  const byEndpoint = table.regions.find((region) => region.endpoints.includes(uri.base));
  if (byEndpoint) return byEndpoint.name;
  for (const base of own) {
    if (uri.base === base) return regionOfHost(table, new URL(base).host) ?? table.defaultRegion;
    const name = uri.base.startsWith(`${base}/regions/`)
      ? decodeSegment(uri.base.slice(base.length + '/regions/'.length))
      : null;
    const found = table.regions.find((region) => region.name === name);
    if (found) return found.name;
    if (name !== null) {
      throw new GatewayFailure('unknown-region', 'The image URI names a region that is not here.');
    }
  }
  throw new GatewayFailure(
    'endpoint-not-configured',
    'The image URI names an endpoint that is not configured here.',
  );
}

function publicBase(
  table: RoutingTable,
  head: RequestHead,
  region: string,
  byHost: string | null,
): string {
  const host = `${head.scheme}://${head.host}`;
  if (byHost === region) return host;
  const base = table.publicUrl ?? host;
  return region === table.defaultRegion && byHost === null ? base : `${base}/regions/${region}`;
}
