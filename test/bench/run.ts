// `npm run bench`: figures for people. Never part of the tests: only ratios from one run mean
// anything, and nothing passes or fails by them.
import { parseArgs } from 'node:util';
import { type HerdFigures, measureHerd } from './herd.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'mib-per-second': { type: 'string', default: '50' },
  },
});
const { quick } = values;
const settings = {
  pairs: quick ? 2 : 7,
  clients: 32,
  imageMib: 256,
  mibPerSecond: Number(values['mib-per-second']),
  delayMs: 40,
};

const figures = await measureHerd(settings);
const ratios = figures.map(({ aloneSeconds, lastSeconds }) => lastSeconds / aloneSeconds);
const row = (figure: HerdFigures, at: number): string =>
  `| ${at + 1} | ${figure.aloneSeconds.toFixed(2)} | ${figure.lastSeconds.toFixed(2)} | ` +
  `${ratios[at]?.toFixed(3)} | ${figure.originImages.toFixed(3)} | ${figure.cpuSeconds.toFixed(2)} | ${figure.residentMib} |`;

process.stdout.write(`Cold herd: ${settings.clients} clients, ${settings.imageMib} MiB, origin behind \
${settings.mibPerSecond} MiB/s and ${settings.delayMs} ms; memory: 256MiB

| pair | one client alone (s) | last of ${settings.clients} (s) | ratio | images from the origin | CPU of the gateway (s) | highest resident (MiB) |
|---|---|---|---|---|---|---|
${figures.map(row).join('\n')}

median ratio ${median(ratios).toFixed(3)}
`);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
