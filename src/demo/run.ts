// The demo: two small Glance regions behind an artificial WAN, the gateway with its disk cache in
// front, cold and warm downloads with their times; then it stays up for people to try things.
import { readDemoOptions } from './demo-options.ts';
import { type DownloadReport, type DownloadTarget, download } from './download.ts';
import { createProgressBar } from './progress-bar.ts';
import { downloadLines, headline, introduction, invitation } from './say.ts';
import { DEMO_TOKEN, type Stage, setStage } from './stage.ts';

/** Exit status after arguments that nobody understands. */
const WRONG_USAGE = 2;

/**
 * Runs the demo with the arguments that follow `demo`; resolves when it is over, with everything
 * that it started ended and its temporary folder removed. Ctrl-C ends it early, and in order.
 */
export async function runDemo(args: readonly string[]): Promise<void> {
  const options = readDemoOptions(args);
  if (options.kind === 'wrong') {
    process.stderr.write(`${options.message}\n`);
    process.exit(WRONG_USAGE);
  }
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await perform(options, interrupt.signal);
  } catch (cause) {
    if (!interrupt.signal.aborted) throw cause;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function perform(
  options: { readonly sizeBytes: number; readonly folder: string | null; readonly once: boolean },
  signal: AbortSignal,
): Promise<void> {
  print(introduction(options.sizeBytes));
  const stage = await setStage(options);
  try {
    await showDownloads(stage, signal);
    if (options.once) return;
    print(invitation(stage));
    await aborted(signal);
    print(['', 'Ending.']);
  } finally {
    await stage.close();
  }
}

async function showDownloads(stage: Stage, signal: AbortSignal): Promise<void> {
  const { one, two, gateway } = stage;
  const byUri = `/v2/images/${encodeURIComponent(`${two.url}/v2/images/${two.image.id}`)}/file`;
  const shows = [
    { title: 'RegionOne by image id', region: one, path: `/v2/images/${one.image.id}/file` },
    { title: 'RegionTwo by image URI', region: two, path: byUri },
  ];
  for (const { title, region, path } of shows) {
    print(['', headline(title)]);
    const target = { url: `${gateway.apiUrl}${path}`, token: DEMO_TOKEN, ...region.image };
    for (const word of ['cold', 'warm']) {
      const before = region.imageBytesSent();
      const report = await withProgress(word, target, signal);
      print(downloadLines(word, report, region.imageBytesSent() - before));
      if (!report.isRight) throw new Error(`${title}, ${word}: the data is not the image's`);
    }
  }
}

async function withProgress(
  word: string,
  target: DownloadTarget,
  signal: AbortSignal,
): Promise<DownloadReport> {
  const bar = createProgressBar(process.stdout, word, target.size);
  try {
    return await download(target, signal, bar.show);
  } finally {
    bar.clear();
  }
}

const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
