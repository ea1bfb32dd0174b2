// Files of this machine, as far as the library face reads and writes them.

/** A file that is being written from its start. */
export interface WritableFile {
  /** Writes all of it after what was written so far; the bytes must not change until then. */
  write(bytes: Uint8Array): Promise<void>;
  /** Empties it; nothing happens where it is not regular. */
  truncate(): Promise<void>;
  /** Resolves when everything is on the disk; at once for pipes and sockets, which have none. */
  sync(): Promise<void>;
  /** Repeating it is fine. */
  close(): Promise<void>;
}

/** Every method rejects with the runtime's own error, which names the path. */
export interface Files {
  /** Opens it for writing; what it held is gone. */
  create(path: string): Promise<WritableFile>;
  /** In bytes; null for what has no size of its own, such as a pipe. */
  size(path: string): Promise<number | null>;
  /** Its content, read as it is pulled. */
  read(path: string): ReadableStream<Uint8Array>;
  /** Removes a regular file; nothing happens where there is none, or a pipe or device. */
  removeIfRegular(path: string): Promise<void>;
}
