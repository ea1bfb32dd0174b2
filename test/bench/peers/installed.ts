// Which peers this machine has.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** The program's path, or null. Servers often lie outside of a user's PATH. */
export function installed(program: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return join(folder, program);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
