// The names of the spans that are held, as Jaeger's search form offers them.
import { newestTraces, type SearchedTraces } from './jaeger-search.ts';

/** Jaeger's `model/json.Operation`. */
export interface JaegerOperation {
  readonly name: string;
  readonly spanKind: string;
}

/** In alphabetical order, each once; of one kind only unless `kind` is empty. */
export async function jaegerOperations(
  sources: SearchedTraces,
  kind: string,
): Promise<readonly JaegerOperation[]> {
  const found = new Map<string, JaegerOperation>();
  for await (const { tree } of newestTraces(sources)) {
    for (const { name, kind: spanKind } of tree) {
      if (kind === '' || spanKind === kind) found.set(`${name} ${spanKind}`, { name, spanKind });
    }
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}
