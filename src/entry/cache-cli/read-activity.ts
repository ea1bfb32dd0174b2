// The admin face's answers about its cache: what is none, or can't be shown, is told apart.
import type { Overview } from '../../http/admin/activity-routes.ts';
import type { TierReport } from '../../http/admin/tier-report.ts';
import type { ImageActivity, RunningFill } from '../../ports/activity.ts';
import { areNumbers, areTexts, isObject } from '../admin-cli/read-answer.ts';
import type { Sums } from './shares.ts';

/** Of the overview what there is to say about the cache. */
export interface CacheStatus
  extends Pick<Overview, 'version' | 'startedAt' | 'ready' | 'tiers' | 'fills'> {
  readonly minutes: readonly Sums[];
  readonly totals: Sums;
}

/** Of `/api/overview`; null when it is no such answer. */
export function readStatus(value: unknown): CacheStatus | null {
  return isStatus(value) ? value : null;
}

/** Of `/api/images` and `/api/images/{id}`; null when it is no such answer. */
export function readImages(value: unknown): readonly ImageActivity[] | null {
  if (!isObject(value) || !Array.isArray(value.images)) return null;
  const images: readonly unknown[] = value.images;
  return images.every(isImage) ? images : null;
}

function isStatus(value: unknown): value is CacheStatus {
  return (
    isObject(value) &&
    areTexts(value, ['version']) &&
    areNumbers(value, ['startedAt']) &&
    isReadiness(value.ready) &&
    isListOf(value.tiers, isTier) &&
    isListOf(value.fills, isFill) &&
    isListOf(value.minutes, isSums) &&
    isSums(value.totals)
  );
}

function isReadiness(value: unknown): value is Overview['ready'] {
  return (
    isObject(value) &&
    typeof value.ready === 'boolean' &&
    isListOf(value.reasons, (reason): reason is string => typeof reason === 'string')
  );
}

function isTier(value: unknown): value is TierReport {
  return (
    isObject(value) &&
    areTexts(value, ['name']) &&
    areNumbers(value, ['bytes', 'entries']) &&
    isNumberOrNull(value.maxBytes) &&
    isNumberOrNull(value.fullness)
  );
}

function isFill(value: unknown): value is RunningFill {
  return (
    isObject(value) &&
    areTexts(value, ['region', 'imageId', 'kind', 'traceId']) &&
    areNumbers(value, ['size', 'filledBytes', 'readers', 'bytesPerSecond']) &&
    isNumberOrNull(value.etaMs)
  );
}

function isSums(value: unknown): value is Sums {
  return (
    isObject(value) &&
    areNumbers(value, ['calls', 'errors', 'hits', 'misses', 'fetchedBytes']) &&
    isBytes(value.imageBytes)
  );
}

function isImage(value: unknown): value is ImageActivity {
  return (
    isObject(value) &&
    areTexts(value, ['region', 'imageId']) &&
    areNumbers(value, ['downloads', 'fills', 'failedFills', 'fetchedBytes', 'lastSeen']) &&
    isBytes(value.imageBytes)
  );
}

function isBytes(value: unknown): value is ImageActivity['imageBytes'] {
  return isObject(value) && areNumbers(value, ['memory', 'disk', 'redis', 'origin']);
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || Number.isFinite(value);
}

function isListOf<Item>(
  value: unknown,
  isItem: (each: unknown) => each is Item,
): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem);
}
