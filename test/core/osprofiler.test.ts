// osprofiler's headers as osprofiler itself makes them.
//
// The vectors are the words of osprofiler 3.4.3, made by `osprofiler._utils.signed_pack(DATA, KEY)`,
// that of `glance --profile SECRET_KEY` by `osprofiler.profiler.init(KEY, base_id=BASE)` and
// `osprofiler.web.get_trace_id_headers()`, and those that are no base64 or no JSON by
// `osprofiler._utils.generate_hmac(INFO, KEY)`.
import { describe, expect, test } from 'vitest';
import { hmacSha1 } from '../../src/adapters/hmac-sha1.ts';
import {
  baseIdOf,
  parentIdOf,
  profileHeaders,
  readProfile,
  traceOfProfile,
} from '../../src/core/osprofiler.ts';

const KEY = 'SECRET_KEY';
const BASE = '7d3f2c1a-9b4e-4f60-8a51-0c2d4e6f8091';
const PARENT = '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed';

const INFO =
  'eyJiYXNlX2lkIjogIjdkM2YyYzFhLTliNGUtNGY2MC04YTUxLTBjMmQ0ZTZmODA5MSIsICJwYXJlbnRfaWQiOiAiMWI5ZDZiY2QtYmJmZC00YjJkLTliNWQtYWI4ZGZiYmQ0YmVkIn0=';
const SIGNATURE = '992e7278a5a8f418b855f10b41efb8d70bd2ed9e';
const UMLAUT_KEY = 'schlüssel';
const SIGNED_BY_UMLAUT = '611cea6876b4c569c2984c9d5e32d295f4b87ae8';

const SHELL_INFO =
  'eyJiYXNlX2lkIjogIjdkM2YyYzFhLTliNGUtNGY2MC04YTUxLTBjMmQ0ZTZmODA5MSIsICJwYXJlbnRfaWQiOiAiN2QzZjJjMWEtOWI0ZS00ZjYwLThhNTEtMGMyZDRlNmY4MDkxIn0=';
const SHELL_SIGNATURE = '8a482aa8871cadd3e8ec1cb754012ff59c4dc740';

const NO_PARENT = 'eyJiYXNlX2lkIjogIjdkM2YyYzFhLTliNGUtNGY2MC04YTUxLTBjMmQ0ZTZmODA5MSJ9';
const NO_PARENT_SIGNATURE = 'c09471618f317a340cdf4e2dd32be72fa55985f9';

const read = (info: string, signature: string, keys: readonly string[] = [KEY]) =>
  readProfile(signed(info, signature), keys, hmacSha1);

const signed = (info: string, signature: string) =>
  [
    ['X-Trace-Info', info],
    ['X-Trace-HMAC', signature],
  ] as const;

/** What a client that holds the key could send besides osprofiler's own. */
const packed = (json: string) => {
  const info = Buffer.from(json).toString('base64url');
  return [info, hmacSha1(KEY, info)] as const;
};

describe('what osprofiler has packed', () => {
  test('is packed and signed here to the letter', () => {
    expect(profileHeaders({ baseId: BASE, parentId: PARENT }, KEY, hmacSha1)).toEqual(
      signed(INFO, SIGNATURE),
    );
  });

  test('is read, by whichever of the keys it was signed with', () => {
    const ids = { baseId: BASE, parentId: PARENT };
    const keys = ['newest', KEY, UMLAUT_KEY];
    expect(read(INFO, SIGNATURE, keys)).toEqual({
      kind: 'verified',
      profile: { ...ids, keyIndex: 1 },
    });
    expect(read(INFO, SIGNED_BY_UMLAUT, keys)).toEqual({
      kind: 'verified',
      profile: { ...ids, keyIndex: 2 },
    });
  });

  test.each([
    ['without points of its own', SHELL_INFO, SHELL_SIGNATURE],
    ['without parent_id', NO_PARENT, NO_PARENT_SIGNATURE],
    ['with spaces about the signature', NO_PARENT, ` ${NO_PARENT_SIGNATURE} `],
  ])('hangs under the base, %s', (_, info, signature) => {
    const profile = { baseId: BASE, parentId: BASE, keyIndex: 0 };
    expect(read(info, signature)).toEqual({ kind: 'verified', profile });
  });
});

describe('refused', () => {
  const rewritten = Buffer.from(`{"base_id": "${PARENT}"}`).toString('base64url');
  test.each([
    ['another key', INFO, SIGNED_BY_UMLAUT],
    ['ids that were changed', rewritten, NO_PARENT_SIGNATURE],
    ['a signature that is cut short', INFO, SIGNATURE.slice(0, -1)],
    ['a signature in capitals, as osprofiler refuses it', INFO, SIGNATURE.toUpperCase()],
    ['an empty signature', INFO, ''],
    ['what is not even base64, unsigned', '!!!!', SIGNATURE],
  ])('for its signature: %s', (_, info, signature) => {
    expect(read(info, signature)).toEqual({ kind: 'refused', reason: 'signature' });
  });

  test('for its signature: none at all', () => {
    const headers = [['x-trace-info', INFO]] as const;
    expect(readProfile(headers, [KEY], hmacSha1)).toEqual({ kind: 'refused', reason: 'signature' });
  });

  test.each([
    ['no base64', '!!!!', '8b8367d39adb22fb04a11639da326777e1361578'],
    ['no JSON', 'bm90IGpzb24=', '55e8adf85475730e567c53ee764f690c5f5f8253'],
    ['JSON that breaks off', 'eyJiYXNl', '53395c4ecae0af2df4490aebb9f1aa638e25aa32'],
    ['a list', 'WyJ4Il0=', '39c12f78b65be54c89e06949c199595b4e2cfa52'],
    [
      'no base_id',
      'eyJwYXJlbnRfaWQiOiAiMWI5ZDZiY2QtYmJmZC00YjJkLTliNWQtYWI4ZGZiYmQ0YmVkIn0=',
      'f502147506eff63facff11aa7ed5e4624343b2a0',
    ],
    [
      'a key that osprofiler does not know',
      'eyJiYXNlX2lkIjogIjdkM2YyYzFhLTliNGUtNGY2MC04YTUxLTBjMmQ0ZTZmODA5MSIsICJwcm9qZWN0IjogIngifQ==',
      '8ddfe93b1bdfc294bd06b8345970c21cb12e9eb1',
    ],
    ['null', ...packed('null')],
    ['a number for an id', ...packed('{"base_id": 7}')],
    ['an id that is no UUID', ...packed('{"base_id": "7d3f2c1a"}')],
    ['a parent that is no UUID', ...packed(`{"base_id": "${BASE}", "parent_id": "root"}`)],
    [
      'an id that can name no span',
      ...packed(`{"base_id": "${BASE.slice(0, 18)}-0000-000000000000"}`),
    ],
    ['words beyond the bound', ...packed(`{"base_id": "${BASE}"${' '.repeat(400)}}`)],
  ])('for what it says: %s', (_, info, signature) => {
    expect(read(info, signature)).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  test.each([
    ['told twice', [...signed(INFO, SIGNATURE), ['X-Trace-Info', INFO]]],
    ['signed twice', [...signed(INFO, SIGNATURE), ['x-trace-hmac', SIGNATURE]]],
    ['a signature of nothing', [['X-Trace-HMAC', SIGNATURE]]],
  ] as const)('for what it says: %s', (_, headers) => {
    const refused = { kind: 'refused', reason: 'malformed' };
    expect(readProfile(headers, [KEY], hmacSha1)).toEqual(refused);
  });
});

test('a call without these headers is none of its business', () => {
  expect(readProfile([['traceparent', 'x']], [KEY], hmacSha1)).toEqual({ kind: 'absent' });
});

describe('ids', () => {
  test('are shortened as osprofiler.profiler.get_shorten_id does', () => {
    expect(traceOfProfile({ baseId: BASE, parentId: PARENT, keyIndex: 0 })).toEqual({
      traceId: '7d3f2c1a9b4e4f608a510c2d4e6f8091',
      spanId: '9b5dab8dfbbd4bed',
      sampled: true,
    });
  });

  test('are read without dashes and in capitals, and go on as they came', () => {
    const told = BASE.replaceAll('-', '').toUpperCase();
    const reading = read(...packed(`{"base_id": "${told}", "parent_id": null}`));
    const profile = { baseId: told, parentId: told, keyIndex: 0 };
    expect(reading).toEqual({ kind: 'verified', profile });
    expect(traceOfProfile(profile).traceId).toBe('7d3f2c1a9b4e4f608a510c2d4e6f8091');
  });

  test('of a trace and of a span become UUIDs that lead back to them', () => {
    const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00f067aa0ba902b7' };
    const profile = { baseId: baseIdOf(trace.traceId), parentId: parentIdOf(trace.spanId) };
    expect(profile.parentId).toBe('00000000-0000-0000-00f0-67aa0ba902b7');
    expect(traceOfProfile({ ...profile, keyIndex: 0 })).toEqual({ ...trace, sampled: true });
  });
});
