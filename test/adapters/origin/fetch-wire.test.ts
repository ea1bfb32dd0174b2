// The wire over fetch, here Node's, which is stricter about length than Workers' and as free with headers.
import { describe, expect, it } from 'vitest';
import { createFetchWire } from '../../../src/adapters/origin/fetch-wire.ts';
import { describeWire } from '../../contract/wire-contract.ts';
import { createManualTimers } from '../../support/manual-timers.ts';
import { aCall, answered, aRequest, failed, readAll } from '../../support/wire-calls.ts';

describeWire('the fetch wire', {
  create(timers, deadlineMs) {
    const wire = createFetchWire({ fetch, timers, answerMs: deadlineMs, stallMs: deadlineMs });
    return { wire, close: async () => {} };
  },
  exceptions: {
    'keeps the order, the spelling and the repeats of headers': 'Headers joins repeats',
    'gives status and headers as they came': 'Headers sorts, and writes names in lower case',
    'leaves a coded body as it is': 'fetch undoes codings',
    'leaves the body untouched when nobody listens': 'fetch reads ahead of its connection',
    'says origin-cut for a reset even where only the end ends the body':
      'fetch takes that reset for an end',
  },
});

describe('the fetch wire with what fetch does to a message', () => {
  function wireOver(fetched: typeof fetch): ReturnType<typeof createFetchWire> {
    const timers = createManualTimers();
    return createFetchWire({ fetch: fetched, timers, answerMs: 1_000, stallMs: 1_000 });
  }

  it('refuses a target that URL parsing would lead elsewhere', async () => {
    const wire = wireOver(() => Promise.reject(new Error('nothing may be fetched')));
    for (const target of ['/v2/../v3', '/v2/%2e%2E/v3', '/v2/./images', '/v2/..', '/v2\\x']) {
      const outcome = await wire.send(aCall(), aRequest('http://glance.example', { target }));
      expect(failed(outcome)).toBe('given-up bad-uri');
    }
  });

  it('does not pass on the coding and length of a body that was decoded', async () => {
    const wire = wireOver(async () => {
      const headers = { 'content-encoding': 'gzip', 'content-length': '99', 'x-a': '1' };
      return new Response('decoded', { headers });
    });
    const answer = answered(await wire.send(aCall(), aRequest('http://glance.example')));
    expect(answer.headers.map(([name]) => name)).toEqual(['content-type', 'x-a']);
    expect(await readAll(answer.body)).toBe('decoded');
  });

  it('counts for itself where fetch takes a short body for a whole one', async () => {
    const wire = wireOver(
      async () => new Response('short', { headers: { 'content-length': '9' } }),
    );
    const answer = answered(await wire.send(aCall(), aRequest('http://glance.example')));
    await expect(readAll(answer.body)).rejects.toMatchObject({ code: 'origin-cut' });
  });

  it('aborts the request before its body errors, for runtimes that end an errored body well', async () => {
    const seen: unknown[] = [];
    const wire = wireOver(async (_url, init) => {
      const reader = new Response(init?.body ?? null).body?.getReader();
      await reader?.read().catch(() => seen.push(init?.signal?.aborted));
      // What such a runtime makes of it: an answer to a request that looked whole.
      return new Response(null, { status: 204 });
    });
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('the client broke off')),
    });
    await wire.send(aCall(), aRequest('http://glance.example', { method: 'PUT', body }));
    expect(seen).toEqual([true]);
  });
});
