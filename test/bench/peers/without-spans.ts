// Loaded before a gateway that is to make no spans at all, as the Worker's does: the base that the
// cost of tracing is measured from. No setting does that: `keep: 0` holds none, but makes them.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const isAsked = context.parentURL?.endsWith('/adapters/otel/sdk.ts');
    if (!isAsked || specifier !== './tracing.ts') return next(specifier, context);
    return next(new URL('./no-spans.ts', import.meta.url).href, context);
  },
});
