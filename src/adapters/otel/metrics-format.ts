// Which text a scraper wants: OpenMetrics when it likes that as much as Prometheus's own.

/** By the `Accept` header (RFC 9110 section 12.5.1); what does not ask gets what all can read. */
export function wantsOpenMetrics(accept: string | null): boolean {
  const open = weightOf(accept, 'application/openmetrics-text');
  return open > 0 && open >= weightOf(accept, 'text/plain');
}

function weightOf(accept: string | null, type: string): number {
  const weights = (accept ?? '').split(',').flatMap((range) => {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== type) return [];
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return [weight === undefined ? 1 : Number(weight.slice(2)) || 0];
  });
  return Math.max(0, ...weights);
}
