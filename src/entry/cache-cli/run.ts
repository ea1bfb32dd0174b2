// `glance-edge cache`: asks the admin face of a running gateway about its cache and prints what it says.
import { printUsage, refuse, runCommand } from '../admin-cli/program.ts';
import { CACHE_USAGE, readCacheArguments } from './cache-arguments.ts';
import { listImages, showStatus } from './cache-commands.ts';

/** Resolves with the exit status. */
export async function runCache(args: readonly string[]): Promise<number> {
  const wanted = readCacheArguments(args);
  if (wanted.kind === 'help') return printUsage(CACHE_USAGE);
  if (wanted.kind === 'wrong') return refuse(`${wanted.message}; see glance-edge cache --help`);
  return runCommand({
    place: wanted.place,
    endless: false,
    run: (session) =>
      wanted.kind === 'status' ? showStatus(session, wanted) : listImages(session, wanted),
  });
}
