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
  /** What was seen since it was last taken, as if nothing had been seen before; it is forgotten here. */
  take(): readonly EndpointNews[];
  /** Adds what was seen elsewhere. */
  add(news: EndpointNews): void;
}

/** How one endpoint has answered for a while. */
export interface EndpointNews extends EndpointHealth {
  readonly region: string;
  /** Answers that moved the average. */
  readonly timed: number;
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
      new Map(endpoints.map((url) => [url, untried(name, url)])),
    ]),
  );
  return {
    answered(region, endpoint, latencyMs) {
      const health = regions.get(region)?.get(endpoint);
      if (health === undefined) return;
      health.state = 'up';
      health.answers += 1;
      health.lastAnswerAt = clock.now();
      if (latencyMs !== null) average(health, latencyMs, 1);
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
        endpoints: [...endpoints.values()].map(({ region: _region, timed: _timed, ...health }) => {
          return health;
        }),
      })),
    take() {
      const taken: EndpointNews[] = [];
      for (const [name, endpoints] of regions) {
        for (const [url, health] of endpoints) {
          if (health.state === 'untried') continue;
          taken.push(health);
          endpoints.set(url, untried(name, url));
        }
      }
      return taken;
    },
    add(news) {
      const health = regions.get(news.region)?.get(news.url);
      if (health === undefined) return;
      if (heardAt(news) >= heardAt(health)) health.state = news.state;
      health.answers += news.answers;
      health.failures += news.failures;
      health.lastAnswerAt = latest(health.lastAnswerAt, news.lastAnswerAt);
      if ((news.lastFailure?.at ?? 0) >= (health.lastFailure?.at ?? 0)) {
        health.lastFailure = news.lastFailure ?? health.lastFailure;
      }
      if (news.latencyMs !== null) average(health, news.latencyMs, news.timed);
    },
  };
}

type Counted = { -readonly [Name in keyof EndpointNews]: EndpointNews[Name] };

function untried(region: string, url: string): Counted {
  return {
    region,
    url,
    state: 'untried',
    answers: 0,
    failures: 0,
    lastAnswerAt: null,
    lastFailure: null,
    latencyMs: null,
    timed: 0,
  };
}

/** So many answers, each of which took so long or did on the average, move the average. */
function average(health: Counted, latencyMs: number, answers: number): void {
  const before = health.latencyMs ?? latencyMs;
  health.latencyMs = latencyMs + (1 - WEIGHT) ** answers * (before - latencyMs);
  health.timed += answers;
}

function heardAt({ lastAnswerAt, lastFailure }: EndpointHealth): number {
  return Math.max(lastAnswerAt ?? 0, lastFailure?.at ?? 0);
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
