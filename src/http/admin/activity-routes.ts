// What the gateway has done lately, as JSON: the overview of everything, and the history of one image.
import type { Handler } from 'hono';
import { parseImageId } from '../../core/image-id.ts';
import type {
  Activity,
  ImageActivity,
  Minute,
  RegionHealth,
  RunningFill,
} from '../../ports/activity.ts';
import type { MeasuredTier } from '../../ports/tier.ts';
import type { TraceStore } from '../../ports/trace-store.ts';
import {
  isName,
  NAME_RULE,
  type ParseParameter,
  parseLimit,
  readParameters,
} from './parameters.ts';
import { type TierReport, tierReport } from './tier-report.ts';
import { refuse } from './trace-routes.ts';

/** Whether calls should be sent here, and if not why not; draining is one reason. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface Overview {
  readonly version: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly ready: Readiness;
  /** At most 60, oldest first, the current one last. */
  readonly minutes: readonly Minute[];
  /** Since the start. */
  readonly totals: Minute;
  readonly regions: readonly RegionHealth[];
  readonly fills: readonly RunningFill[];
  /** Nearest first. */
  readonly tiers: readonly TierReport[];
  /** Most downloaded first. */
  readonly images: readonly ImageActivity[];
}

export interface ActivitySources {
  readonly activity: Activity;
  readonly traces: TraceStore;
  readonly tiers: readonly MeasuredTier[];
  readonly ready: () => Readiness;
  readonly version: string;
}

export function activityRoutes(sources: ActivitySources): Record<string, Handler> {
  const { activity, traces } = sources;
  return {
    '/api/overview': (c) => c.json(overviewOf(sources)),

    '/api/images'(c) {
      const query = readParameters(new URL(c.req.url).searchParams, IMAGES_QUERY);
      if (query.kind === 'refused') return refuse(c, query);
      const { limit = IMAGES, region } = query.values;
      const known = activity.images(Number.POSITIVE_INFINITY);
      const images = known.filter((image) => region === undefined || image.region === region);
      return c.json({ images: images.slice(0, limit) });
    },

    async '/api/images/:id'(c) {
      const query = readParameters(new URL(c.req.url).searchParams, IMAGE_QUERY);
      if (query.kind === 'refused') return refuse(c, query);
      const { region } = query.values;
      const id = parseImageId(c.req.param('id') ?? '');
      const images = id === null ? [] : activity.image(id, region);
      const ofImage = { limit: TRACES, ...query.values };
      const calls = id === null ? [] : await traces.list({ ...ofImage, image: id });
      if (images.length + calls.length > 0) return c.json({ images, traces: calls });
      return c.json({ error: 'Nothing is known of that image.' }, 404);
    },

    '/api/cache': (c) => c.json({ tiers: sources.tiers.map(tierReport) }),
  };
}

function overviewOf({ activity, tiers, ready, version }: ActivitySources): Overview {
  const totals = activity.totals();
  return {
    version,
    startedAt: totals.time,
    ready: ready(),
    minutes: activity.minutes(),
    totals,
    regions: activity.regions(),
    fills: activity.fills(),
    tiers: tiers.map(tierReport),
    images: activity.images(IMAGES),
  };
}

/** As many as one page shows; the rest can be asked for one by one. */
const IMAGES = 50;
const TRACES = 50;

interface ImagesQuery {
  readonly region: string;
  readonly limit: number;
}

const IMAGE_QUERY: ReadonlyMap<string, ParseParameter<Pick<ImagesQuery, 'region'>>> = new Map([
  ['region', (text) => (isName(text) ? { region: text } : NAME_RULE)],
]);

const IMAGES_QUERY: ReadonlyMap<string, ParseParameter<ImagesQuery>> = new Map<
  string,
  ParseParameter<ImagesQuery>
>([['limit', parseLimit], ...IMAGE_QUERY]);
