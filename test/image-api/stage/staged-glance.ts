// An ImageApi over a fetch that a test sees into: an embedded Glance in this process answers, except
// where the test does, and every request is written down with its body.
import { onTestFinished } from 'vitest';
import type { ImageApi, ImageApiOptions } from '../../../src/index.ts';
import { type GlanceUnderTest, glanceUnderTest } from '../../demo/glance-under-test.ts';
import { openApi } from './stage.ts';

export interface SeenRequest {
  /** `METHOD /path?query`. */
  readonly line: string;
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
}

export interface StagedGlance {
  readonly api: ImageApi;
  readonly glance: GlanceUnderTest;
  readonly seen: readonly SeenRequest[];
  /** The lines of what was seen since they were asked for last. */
  readonly lines: () => readonly string[];
}

/** Answers instead of Glance; null leaves it to Glance. */
export type Answering = (request: SeenRequest) => Response | null;

export function stagedGlance(
  answering: Answering = () => null,
  options: Partial<ImageApiOptions> = {},
): StagedGlance {
  const glance = glanceUnderTest();
  onTestFinished(() => glance.end());
  const seen: SeenRequest[] = [];
  let told = 0;
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const body = request.body === null ? null : await request.bytes();
    const { method, headers, url } = request;
    const line = `${method} ${pathname}${search}`;
    const noted = { line, url, headers, text: new TextDecoder().decode(body ?? undefined) };
    seen.push(noted);
    return answering(noted) ?? glance.glance.fetch(new Request(url, { method, headers, body }));
  };
  const pause = async (): Promise<void> => {};
  return {
    api: openApi({ endpoints: ['http://glance.example:9292'], fetch, pause, ...options }),
    glance,
    seen,
    lines() {
      const lines = seen.slice(told).map(({ line }) => line);
      told = seen.length;
      return lines;
    },
  };
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': 'application/json' },
  });
}
