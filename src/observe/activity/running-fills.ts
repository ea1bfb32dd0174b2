// The fills under way, with how far they are: asked of each fill when somebody looks.
import {
  type FillKind,
  type FillState,
  isOfOrigin,
  type WatchFill,
} from '../../cache/fill-watch.ts';
import type { Generation } from '../../core/generation.ts';
import type { RunningFill } from '../../ports/activity.ts';
import type { TraceContext } from '../../ports/call.ts';
import type { Clock } from '../../ports/runtime.ts';

export interface RunningFills {
  /** `watch`, and the fill listed while it runs. */
  watched(watch: WatchFill): WatchFill;
  /** Oldest first. */
  list(): readonly RunningFill[];
}

/** @param filled told of each fill that has ended */
export function createRunningFills(
  clock: Clock,
  filled: (region: string, imageId: string, failed: boolean) => void,
): RunningFills {
  const running = new Set<Running>();
  return {
    watched: (watch) => (starter, generation, kind, state) => {
      const told = watch(starter, generation, kind, state);
      const fill = { generation, kind, state, startedAt: clock.now(), trace: told.trace };
      running.add(fill);
      return {
        ...told,
        ended(end, sums) {
          running.delete(fill);
          if (isOfOrigin(end, sums.originBytes)) {
            filled(generation.region, generation.imageId, end.kind === 'failed');
          }
          told.ended(end, sums);
        },
      };
    },
    list: () => [...running].map((fill) => progressOf(fill, clock.now())),
  };
}

interface Running {
  readonly generation: Generation;
  readonly kind: FillKind;
  readonly state: () => FillState;
  readonly startedAt: number;
  readonly trace: TraceContext;
}

function progressOf(fill: Running, now: number): RunningFill {
  const { generation, kind, startedAt, trace } = fill;
  const { region, imageId, size } = generation;
  const { filledBytes, readers } = fill.state();
  const bytesPerMs = filledBytes / Math.max(1, now - startedAt);
  // How much a repair has to bring is not known: it depends on what its readers come to miss.
  const foreseeable = kind === 'whole' && filledBytes > 0;
  return {
    region,
    imageId,
    kind,
    size,
    filledBytes,
    readers,
    startedAt,
    bytesPerSecond: Math.round(bytesPerMs * 1000),
    etaMs: foreseeable ? Math.round((size - filledBytes) / bytesPerMs) : null,
    traceId: trace.traceId,
    spanId: trace.spanId,
  };
}
