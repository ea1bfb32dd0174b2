// What the demo says, as lines.
import { styleText } from 'node:util';
import type { DownloadReport } from './download.ts';
import { mebibytes } from './mebibytes.ts';
import { DEMO_TOKEN, OTHER_TOKEN, type Stage, WAN } from './stage.ts';

export const headline = (text: string): string => styleText('bold', text);

export const introduction = (sizeBytes: number): readonly string[] => [
  headline('Glance Edge: an image fetched over the WAN once'),
  `Two Glance regions start, each with an image of ${mebibytes(sizeBytes)}, behind a WAN of ` +
    `${mebibytes(WAN.bytesPerSecond)}/s and ${WAN.delayMs} ms; the gateway stands in front.`,
];

/** What a download was like; `originBytes` is what the origin had to send for it. */
export function downloadLines(
  word: string,
  report: DownloadReport,
  originBytes: number,
): readonly string[] {
  const seconds = report.durationMs / 1000;
  const rate = mebibytes(report.bytes / seconds);
  return [
    `  ${word}  ${mebibytes(report.bytes)} in ${seconds.toFixed(2)} s (${rate}/s), first byte ` +
      `after ${report.firstByteMs.toFixed(0)} ms`,
    `        ${originBytes} bytes from the origin; sha512 ${report.isRight ? 'right' : 'WRONG'}`,
    `        Cache-Status: ${report.cacheStatus}`,
  ];
}

/** The addresses, and a command for each thing to try. */
export function invitation({ one, two, gateway, folder }: Stage): readonly string[] {
  const { apiUrl, adminUrl } = gateway;
  const image = `${apiUrl}/v2/images/${one.image.id}`;
  const byUri = encodeURIComponent(`${two.url}/v2/images/${two.image.id}`);
  const tries = [
    ['the images of RegionOne', curl(`${apiUrl}/v2/images`)],
    ['one image', curl(image)],
    ['its data, whole', `${curl(`${image}/file`)} -o image.raw -D -`],
    ['its first 16 bytes', `${curl(`${image}/file`)} -r 0-15 | od -c`],
    ['RegionTwo by name', curl(`${apiUrl}/regions/RegionTwo/v2/images/${two.image.id}`)],
    ['RegionTwo by image URI', curl(`${apiUrl}/v2/images/${byUri}`)],
    ["a stranger's token: 404, cached or not", `${curl(`${image}/file`, OTHER_TOKEN)} -i`],
    ['what happened, call by call', `curl -s '${adminUrl}/api/traces?limit=5'`],
    ['counters', `curl -s ${adminUrl}/metrics`],
  ] as const;
  return [
    '',
    headline('It stays up. Ctrl-C ends it.'),
    `  Glance API  ${apiUrl}   (X-Auth-Token: ${DEMO_TOKEN})`,
    `  Trace page  ${adminUrl}/`,
    `  Origins     ${one.url} (RegionOne), ${two.url} (RegionTwo)`,
    `  Files       ${folder}`,
    '',
    headline('Try'),
    ...tries.flatMap(([what, command]) => [`  # ${what}`, `  ${command}`]),
  ];
}

const curl = (url: string, token: string = DEMO_TOKEN): string =>
  `curl -s -H 'X-Auth-Token: ${token}' ${url}`;
