// osprofiler itself, as the clients and Glance use it: what it signs, what it believes, and the points
// that it has stored.
import { python } from './command.ts';

/** A point of a profile, with what hangs under it. */
export interface Point {
  readonly trace_id: string;
  readonly parent_id: string;
  readonly info: { readonly name: string; readonly service: string };
  readonly children: readonly Point[];
}

export interface SignedProfile {
  readonly headers: Readonly<Record<string, string>>;
  readonly baseId: string;
  readonly parentId: string;
}

/** The headers of a service that calls another one from within a point of its own. */
export async function newProfile(key: string): Promise<SignedProfile> {
  return JSON.parse(
    await python(
      `import json, sys
from osprofiler import profiler, web
own = profiler.init(sys.argv[1])
profiler.start('boot')
headers = {name: value if isinstance(value, str) else value.decode()
           for name, value in web.get_trace_id_headers().items()}
print(json.dumps({'headers': headers, 'baseId': own.get_base_id(), 'parentId': own.get_id()}))`,
      key,
    ),
  );
}

export interface Unpacked {
  readonly base_id: string;
  readonly parent_id: string;
  readonly hmac_key: string;
  /** What osprofiler's drivers for Jaeger and OTLP call the parent. */
  readonly short_parent_id: string;
}

/** What osprofiler's middleware makes of these headers; null for what it does not believe. */
export async function unpack(
  headers: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Promise<Unpacked | null> {
  return JSON.parse(
    await python(
      `import json, sys
from osprofiler import _utils, web
info, signature, keys = json.loads(sys.argv[1])
trace = _utils.signed_unpack(info, signature, keys)
if not web.WsgiMiddleware(None)._trace_is_valid(trace):
    trace = None
if trace:
    trace['short_parent_id'] = format(_utils.shorten_id(trace['parent_id']), '016x')
print(json.dumps(trace))`,
      JSON.stringify([headers['x-trace-info'], headers['x-trace-hmac'], keys]),
    ),
  );
}

/** The report of `osprofiler trace show`: the points of that profile that no other one contains. */
export async function storedPoints(storage: string, baseId: string): Promise<readonly Point[]> {
  const report: Pick<Point, 'children'> = JSON.parse(
    await python(
      `import json, sys
from osprofiler import opts  # declares the settings that drivers read
from osprofiler.drivers import base, redis_driver
print(json.dumps(base.get_driver(sys.argv[1]).get_report(sys.argv[2]), default=str))`,
      storage,
      baseId,
    ),
  );
  return report.children;
}
