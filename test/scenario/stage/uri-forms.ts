// The four ways in which a client can name an image of one region to the gateway.
import type { TroubleOrigin } from '../../support/trouble-origin.ts';
import type { Edge } from './edge.ts';

export interface UriForm {
  readonly name: string;
  /** The URL of the image's record; `/file` goes behind it. */
  readonly url: string;
}

/** @param region the default region, which alone has the plain form */
export function uriForms(
  edge: Edge,
  origin: TroubleOrigin,
  image: { readonly id: string },
  region = 'RegionOne',
): readonly UriForm[] {
  const below = `/v2/images/${image.id}`;
  const named = (uri: string): string => `${edge.url}/v2/images/${encodeURIComponent(uri)}`;
  return [
    { name: 'plain', url: edge.url + below },
    { name: 'region', url: `${edge.url}/regions/${region}${below}` },
    { name: 'endpoint URI', url: named(origin.url + below) },
    { name: 'region URI', url: named(`${edge.url}/regions/${region}${below}`) },
  ];
}
