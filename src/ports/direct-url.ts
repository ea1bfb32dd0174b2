// What direct-URL downloads need of the machine: its mounted file systems and its programs.

export interface DirectFiles {
  /**
   * The absolute path of a regular file, without symbolic links; rejects for anything else there, and
   * when nothing is.
   */
  realFile(path: string): Promise<string>;
  /** The absolute path of a folder, likewise. */
  realFolder(path: string): Promise<string>;
  /** Copies all bytes; a file at `to` loses its content and keeps its permissions; `from` itself is refused. */
  copy(from: string, to: string): Promise<void>;
  /** Removes a file; one that is not there is fine. */
  remove(path: string): Promise<void>;
}

/**
 * Runs a program without a shell and waits for its end: its arguments reach it as they are. Rejects when
 * it can't be started, fails, or has not ended after `timeoutMs`; then it is killed. The error says how
 * it ended and what it wrote to stderr last.
 */
export type RunProgram = (
  program: string,
  args: readonly string[],
  timeoutMs: number,
) => Promise<void>;
