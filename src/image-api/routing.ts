// Which Glance a call goes to: Nova's `_get_session` and `_get_session_and_image_id` in one place.
import { normalizeEndpoint } from '../core/endpoint.ts';
import { parseImageId } from '../core/image-id.ts';
import { parseImageUri } from '../core/image-uri.ts';
import { EndpointNotAllowed, ImageNotFound, Invalid, InvalidImageRef } from './errors.ts';
import { createApiServers } from './glance/api-servers.ts';
import { createSession, type Session, type SessionParts } from './glance/session.ts';

export interface RoutingOptions {
  /** Glance endpoints of the default session, at least one; a trailing `/v2` is taken off. */
  readonly endpoints: readonly string[];
  /** Endpoints besides those that image URIs may name; `any` lets them name every address there is. */
  readonly allowedEndpoints: readonly string[] | 'any';
  /**
   * The endpoints are gateways, which pick the region of an image URI themselves: URIs of other
   * addresses go to the default session whole, and no connection is opened to what they name.
   */
  readonly throughGateway: boolean;
  /** Numbers from 0 up to, not including, 1. */
  readonly random: () => number;
}

/** One image and where to ask about it. */
export interface RoutedImage {
  readonly session: Session;
  readonly imageId: string;
  /** The image's path there, from `/v2` on. */
  readonly path: string;
}

export interface Routing {
  /** The default session: endpoints in turn. Lists and new images always go here. */
  getSession(): Session;
  /**
   * A UUID leads to the default session, an image URI to a session bound to its endpoint.
   *
   * Throws ImageNotFound for a plain id that no image can have, InvalidImageRef for what looks like a
   * URI and is none, EndpointNotAllowed for a URI of an address that is not allowed.
   */
  getSessionAndImageId(idOrUri: string): RoutedImage;
  /** The URI of an image: one given comes back in its normal form. */
  imageUrl(imageRef: string): string;
}

export function createRouting(parts: SessionParts, options: RoutingOptions): Routing {
  const endpoints = normalized(options.endpoints);
  if (endpoints.length === 0) throw new Invalid('There is no endpoint.');
  const { allowedEndpoints: further } = options;
  const allowed = further === 'any' ? null : [...endpoints, ...normalized(further)];
  const servers = createApiServers(endpoints, options.random);
  const main = createSession(parts, 'default', servers);

  function getSessionAndImageId(idOrUri: string): RoutedImage {
    if (!idOrUri.includes('/')) {
      const imageId = parseImageId(idOrUri);
      if (imageId === null) throw new ImageNotFound(`No image can have the id ${shown(idOrUri)}.`);
      return { session: main, imageId, path: `/v2/images/${imageId}` };
    }
    const uri = parseImageUri(idOrUri);
    if (uri === null) throw new InvalidImageRef('That is no id and no URI of an image.');
    const { base, imageId } = uri;
    const ownAddress = endpoints.some((endpoint) => covers(endpoint, base));
    if (options.throughGateway && !ownAddress) {
      const whole = encodeURIComponent(`${base}/v2/images/${imageId}`);
      return { session: main, imageId, path: `/v2/images/${whole}` };
    }
    if (allowed !== null && !allowed.some((endpoint) => covers(endpoint, base))) {
      throw new EndpointNotAllowed(
        `The image URI names ${base}, which is not an allowed endpoint.`,
      );
    }
    const session = createSession(parts, base, { next: () => base });
    return { session, imageId, path: `/v2/images/${imageId}` };
  }

  return {
    getSession: () => main,
    getSessionAndImageId,
    imageUrl(imageRef) {
      const uri = imageRef.includes('/') ? parseImageUri(imageRef) : null;
      if (uri !== null) return `${uri.base}/v2/images/${uri.imageId}`;
      const { imageId } = getSessionAndImageId(imageRef);
      return `${servers.next()}/v2/images/${imageId}`;
    },
  };
}

/** An endpoint covers what lies below it too, such as a gateway's `/regions/{name}`. */
function covers(endpoint: string, base: string): boolean {
  return base === endpoint || base.startsWith(`${endpoint}/`);
}

function normalized(endpoints: readonly string[]): readonly string[] {
  return endpoints.map((endpoint) => {
    const base = normalizeEndpoint(endpoint);
    if (base === null)
      throw new Invalid('An endpoint is no http or https URL without user and query.');
    return base;
  });
}

/** Ids that are none may be anything; the text stays short and on one line. */
const shown = (id: string): string => JSON.stringify(id.slice(0, 64));
