// What things take on a disk, which is more than their bytes.

/** Disks give out whole blocks; 4 KiB is what ext4 and XFS use unless told otherwise. */
export const BLOCK_BYTES = 4096;

/** An ext4 directory's slot for a name of 32 characters is 40 bytes, and half-full after a split. */
const NAME_BYTES = 96;

/** The record of an entry, in a snapshot and in the one that is being written to replace it. */
const RECORD_BYTES = 2 * 24;

/** The room of an entry whose file is so long, in bytes. */
export function roomFor(length: number): number {
  return blocksFor(length) + NAME_BYTES + RECORD_BYTES;
}

/** So many bytes in whole blocks. */
export function blocksFor(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}
