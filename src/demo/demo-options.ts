// The demo's arguments.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export type DemoOptions =
  | {
      readonly kind: 'options';
      /** Size of each region's image. */
      readonly sizeBytes: number;
      /** Where everything is kept; null for a temporary folder that is removed at the end. */
      readonly folder: string | null;
      /** Ends after the downloads. */
      readonly once: boolean;
    }
  | { readonly kind: 'wrong'; readonly message: string };

const MIB = 1024 * 1024;

/** Large enough that cold and warm differ by seconds, small enough for any temporary folder. */
const DEFAULT_SIZE_MIB = 96;

/** The demo's images and cache take four times this much disk. */
const MAX_SIZE_MIB = 16 * 1024;

const USAGE = `Usage: glance-edge demo [OPTIONS]

  --once        end after the downloads
  --size MIB    size of each image in MiB, 1 to ${MAX_SIZE_MIB} (default: ${DEFAULT_SIZE_MIB})
  --folder DIR  keep the images there (default: a temporary folder that is removed at the end)`;

export function readDemoOptions(args: readonly string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        size: { type: 'string', default: String(DEFAULT_SIZE_MIB) },
        folder: { type: 'string' },
      },
    });
    const size = /^\d+$/.test(values.size) ? Number(values.size) : 0;
    if (size < 1 || size > MAX_SIZE_MIB) return wrong(`--size ${values.size} is out of bounds`);
    const folder = values.folder === undefined ? null : resolve(values.folder);
    return { kind: 'options', sizeBytes: size * MIB, folder, once: values.once };
  } catch (cause) {
    return wrong(cause instanceof Error ? cause.message : String(cause));
  }
}

const wrong = (problem: string): DemoOptions => ({
  kind: 'wrong',
  message: `glance-edge demo: ${problem}\n\n${USAGE}`,
});
