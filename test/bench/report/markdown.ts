// The report as Markdown: one table of all rows, then the pairs of each.
import { type Comparison, isMet, median, type Target } from '../measure/comparison.ts';
import type { Fact, RowResult } from '../row.ts';
import type { Report, ReportedRow } from './report.ts';

export function markdown(report: Report): string {
  const { machine, startedAt, seconds } = report;
  return `# Benchmark

${new Date(startedAt).toISOString()}, ${Math.round(seconds)} s; ${machine.processor}, ${machine.cores} cores, ${machine.memoryGib} GiB; Node ${machine.node}, nginx ${machine.nginx}, Varnish ${machine.varnish}; commit ${machine.commit}; load of the machine before it: ${machine.loadAtStart.toFixed(2)}.

All over loopback. The sides of a row take turns; a ratio is the median of the pairs' ratios, ours over theirs. Every body is hashed in a separate pass, and a pair with a wrong one is left out.

| work | figure | ours | theirs | ratio | target | |
|---|---|---|---|---|---|---|
${report.rows.flatMap(lines).join('\n')}

${report.rows.map(section).join('\n')}`;
}

function lines({ title, result }: ReportedRow): string[] {
  if (result.kind !== 'measured') return [`| ${title} | ${result.kind}: ${result.why} | | | | | |`];
  return [
    ...result.comparisons.map((comparison) => comparisonLine(title, comparison)),
    ...result.facts.map((fact) => factLine(title, fact)),
  ];
}

function comparisonLine(title: string, comparison: Comparison): string {
  const { name, unit, ours, theirs, pairs, ratio, target } = comparison;
  const one = `${ours} ${figure(median(pairs.map((pair) => pair.ours)))} ${unit}`;
  const other = `${theirs} ${figure(median(pairs.map((pair) => pair.theirs)))} ${unit}`;
  const bound = target ? boundOf(target) : '';
  const verdict = target ? verdictOf(pairs.length > 0 && isMet(ratio, target)) : '';
  return `| ${title} | ${name} | ${one} | ${other} | ${figure(ratio)} | ${bound} | ${verdict} |`;
}

function factLine(title: string, { name, value, unit, atMost }: Fact): string {
  const bound = atMost === null ? '' : `≤ ${atMost} ${unit}`;
  // A byte more than one image is an image of headers, not a second fetch.
  const verdict = atMost === null ? '' : verdictOf(Number(value.toFixed(3)) <= atMost);
  return `| ${title} | ${name} | ${figure(value)} ${unit} | | | ${bound} | ${verdict} |`;
}

function section({ name, title, result, seconds }: ReportedRow): string {
  if (result.kind !== 'measured') {
    return `## ${title} (\`${name}\`)\n\n${capital(result.kind)}: ${result.why}.\n`;
  }
  const discarded = result.discarded.map((why) => `Left out: ${why}.\n`);
  const tables = result.comparisons.map(pairTable);
  return `## ${title} (\`${name}\`)\n\n${told(result)} Took ${Math.round(seconds)} s.\n\n${[...discarded, ...tables].join('\n')}`;
}

const told = ({ how }: Extract<RowResult, { kind: 'measured' }>): string => `${capital(how)}.`;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function pairTable({ name, unit, ours, theirs, pairs }: Comparison): string {
  const rows = pairs.map(
    (pair, at) =>
      `| ${at + 1} | ${figure(pair.theirs)} | ${figure(pair.ours)} | ${figure(pair.ratio)} |`,
  );
  const head = `| pair | ${theirs} (${unit}) | ${ours} (${unit}) | ratio |\n|---|---|---|---|`;
  return `${name}:\n\n${head}\n${rows.join('\n')}\n`;
}

const boundOf = (target: Target): string =>
  'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;

const verdictOf = (met: boolean): string => (met ? 'met' : '**missed**');

/** Three digits that count, more where the number has them. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 3);
}
