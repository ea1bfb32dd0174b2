// The origin, with every byte of image data counted as it comes in: fills and relays alike, the
// resumed and the thrown away too. That is what the WAN carried.
import { asFailure, type FailureCode } from '../../core/failure.ts';
import { parseImageId } from '../../core/image-id.ts';
import type { Origin, OriginAnswer, OriginBody, OriginRequest } from '../../ports/origin.ts';

export interface OriginWatch {
  fetched(region: string, imageId: string, bytes: number): void;
  /** An endpoint broke off in the middle of image data. */
  brokeOff(region: string, endpoint: string, code: FailureCode): void;
}

export function watchOrigin(origin: Origin, watch: OriginWatch): Origin {
  return {
    async send(call, request) {
      const answer = await origin.send(call, request);
      const imageId = imageOf(request, answer);
      if (imageId === null) return answer;
      return { ...answer, body: countedBody(request.region, imageId, answer, watch) };
    },
  };
}

/** The image whose data the answer is; null for any other answer. */
function imageOf({ method, target }: OriginRequest, { status }: OriginAnswer): string | null {
  if (method !== 'GET' || (status !== 200 && status !== 206)) return null;
  const [, id] = /^\/v2(?:\.\d+)?\/images\/([^/?]+)\/file(?:\?|$)/.exec(target) ?? [];
  return id === undefined ? null : parseImageId(decoded(id));
}

/** Relayed as it was written, which may be percent-encoded; an id is ASCII. */
function decoded(id: string): string {
  return id.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function countedBody(
  region: string,
  imageId: string,
  { body, endpoint }: OriginAnswer,
  watch: OriginWatch,
): OriginBody {
  return {
    async read() {
      try {
        const piece = await body.read();
        if (piece !== null) watch.fetched(region, imageId, piece.length);
        return piece;
      } catch (thrown) {
        const { code } = asFailure(thrown);
        if (code !== 'client-gone') watch.brokeOff(region, endpoint, code);
        throw thrown;
      }
    },
    cancel: () => body.cancel(),
  };
}
