// Mistakes of an operator: found by path, told by place.
import type { Path } from './path.ts';

/** Something wrong at a path of the configuration. */
export interface Problem {
  readonly path: Path;
  /** What is wrong and what to write instead; follows the name of the key. */
  readonly message: string;
  /** Which part of the path's last step is wrong; the value unless said otherwise. */
  readonly part?: 'key';
}

/** Something wrong, as the operator is told. */
export interface Mistake {
  /** `file:line:column`, or the name of an environment variable. */
  readonly place: string;
  readonly message: string;
}
