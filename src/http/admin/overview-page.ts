// The page at `GET /` of the admin face: is it well, how full are the tiers, what were the last
// calls. Plain HTML without scripts; it fetches nothing but its own style sheet.
import { html } from 'hono/html';
import type { TraceSummary } from '../../ports/trace-store.ts';
import type { TierReport } from './tier-report.ts';

export interface Overview {
  readonly version: string;
  readonly state: { readonly ready: boolean; readonly reasons: readonly string[] };
  readonly tiers: readonly TierReport[];
  readonly latest: readonly TraceSummary[];
}

/** Nothing but the page's own style sheet may load, and nobody may frame it. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Everything that comes from calls is escaped by `html`. */
export function overviewPage({ version, state, tiers, latest }: Overview): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <title>Glance Edge</title>
    <link rel="stylesheet" href="/overview.css">
  </head>
  <body>
    <header>
      <h1>Glance Edge <small>${version}</small></h1>
      <p>${readiness(state)}</p>
      <nav aria-label="Machine-readable">
        <a href="/metrics">Metrics</a>
        <a href="/api/traces">Traces as JSON</a>
        <a href="/api/cache">Cache as JSON</a>
        <a href="/readyz">Readiness</a>
        <a href="/livez">Liveness</a>
      </nav>
    </header>
    <main>
      <h2 id="tiers">Cache tiers</h2>
      ${tierTable(tiers)}
      <h2 id="calls">Latest calls</h2>
      ${callTable(latest)}
    </main>
  </body>
</html>`;
}

type Html = ReturnType<typeof html>;

function readiness({ ready, reasons }: Overview['state']): Html {
  if (ready) return html`Ready for calls.`;
  return html`<strong>Not ready for calls:</strong> ${reasons.join('; ') || 'no reason given'}.`;
}

function tierTable(tiers: readonly TierReport[]): Html {
  if (tiers.length === 0) return html`<p>No tier is configured: nothing is cached.</p>`;
  return html`<table aria-labelledby="tiers">
        <thead><tr><th scope="col">Tier</th><th scope="col">Fullness</th><th scope="col">Holds</th><th scope="col">Limit</th><th scope="col">Entries</th></tr></thead>
        <tbody>${tiers.map(tierRow)}</tbody>
      </table>`;
}

function tierRow({ name, bytes, maxBytes, entries, fullness }: TierReport): Html {
  return html`
          <tr><th scope="row">${name}</th><td>${fullnessBar(name, fullness)}</td><td>${size(bytes)}</td><td>${maxBytes === null ? 'not ours' : size(maxBytes)}</td><td>${entries}</td></tr>`;
}

function fullnessBar(name: string, fullness: number | null): Html {
  if (fullness === null) return html`unknown`;
  const percent = `${Math.round(fullness * 100)} %`;
  return html`<meter min="0" max="1" value="${fullness}" aria-label="Fullness of ${name}">${percent}</meter> ${percent}`;
}

function callTable(latest: readonly TraceSummary[]): Html {
  if (latest.length === 0) return html`<p>No call has ended yet.</p>`;
  return html`<table aria-labelledby="calls">
        <thead><tr><th scope="col">Began</th><th scope="col">Call</th><th scope="col">Region</th><th scope="col">Image</th><th scope="col">Status</th><th scope="col">Outcome</th><th scope="col">Took</th><th scope="col">Spans</th></tr></thead>
        <tbody>${latest.map(callRow)}</tbody>
      </table>`;
}

function callRow(call: TraceSummary): Html {
  const began = new Date(call.startTime).toISOString();
  return html`
          <tr><td><time datetime="${began}">${began.replace('T', ' ').replace('Z', ' UTC')}</time></td><th scope="row"><a href="/api/traces/${call.traceId}">${call.name}</a></th><td>${call.region ?? '–'}</td><td>${call.image ?? '–'}</td><td>${call.status ?? '–'}</td><td>${call.error ?? call.outcome ?? '–'}</td><td>${milliseconds(call.durationMs)}</td><td>${call.spans}</td></tr>`;
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

function size(bytes: number): string {
  let [value, at] = [bytes, 0];
  for (; value >= 1024 && at < UNITS.length - 1; at += 1) value /= 1024;
  return `${at === 0 ? value : value.toFixed(1)} ${UNITS[at]}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
