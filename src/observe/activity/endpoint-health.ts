// How the endpoints of each region answer, from the gateway's own requests: nothing is probed.
import type { FailureCode } from '../../core/failure.ts';
import type { EndpointHealth, RegionHealth } from '../../ports/activity.ts';
import type { Clock } from '../../ports/runtime.ts';

export interface ConfiguredRegion {
  readonly name: string;
  /** Base URLs, which carry no credentials: `normalizeEndpoint` refuses them. */
  readonly endpoints: readonly string[];
}

export interface EndpointHealths {
  /** @param latencyMs to the head of the answer; null when that also says how long an upload took */
  answered(region: string, endpoint: string, latencyMs: number | null): void;
  failed(region: string, endpoint: string, code: FailureCode): void;
  regions(): readonly RegionHealth[];
}

/** Weight of the newest answer: the last ten or so make up the average. */
const WEIGHT = 0.2;

export function createEndpointHealths(
  configured: readonly ConfiguredRegion[],
  defaultRegion: string,
  clock: Clock,
): EndpointHealths {
  const regions = new Map(
    configured.map(({ name, endpoints }) => [
      name,
      new Map(endpoints.map((url) => [url, untried(url)])),
    ]),
  );
  return {
    answered(region, endpoint, latencyMs) {
      const health = regions.get(region)?.get(endpoint);
      if (health === undefined) return;
      health.state = 'up';
      health.answers += 1;
      health.lastAnswerAt = clock.now();
      if (latencyMs === null) return;
      const before = health.latencyMs ?? latencyMs;
      health.latencyMs = before + WEIGHT * (latencyMs - before);
    },
    failed(region, endpoint, code) {
      const health = regions.get(region)?.get(endpoint);
      if (health === undefined) return;
      health.state = 'failing';
      health.failures += 1;
      health.lastFailure = { code, at: clock.now() };
    },
    regions: () =>
      [...regions].map(([name, endpoints]) => ({
        name,
        isDefault: name === defaultRegion,
        endpoints: [...endpoints.values()].map((health) => ({ ...health })),
      })),
  };
}

type Counted = { -readonly [Name in keyof EndpointHealth]: EndpointHealth[Name] };

function untried(url: string): Counted {
  return {
    url,
    state: 'untried',
    answers: 0,
    failures: 0,
    lastAnswerAt: null,
    lastFailure: null,
    latencyMs: null,
  };
}
