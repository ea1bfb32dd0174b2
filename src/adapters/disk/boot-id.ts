// Which start of the machine this is: what was not flushed to the disk is believed only within it.
import { readFile } from 'node:fs/promises';

/** A UUID that changes with every boot; null where the system does not tell. */
export async function readBootId(): Promise<string | null> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null);
  return text?.trim() ?? null;
}
