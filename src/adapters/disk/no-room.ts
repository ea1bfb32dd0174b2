// The disk itself has no more room to give, whatever the books say.
import { codeOf } from './entry-files.ts';

const NO_ROOM_CODES: ReadonlySet<string | null> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export function isNoRoom(thrown: unknown): boolean {
  return NO_ROOM_CODES.has(codeOf(thrown));
}
