// From the text of the configuration file and the environment to a Config, or to every mistake in
// them at once, each with its place.
import type { Config } from './config.ts';
import { crossCheck } from './cross-checks.ts';
import { type Environment, overlayEnvironment } from './environment.ts';
import { problemsOf } from './issues.ts';
import type { Mistake, Problem } from './mistake.ts';
import { formatPath, type Path } from './path.ts';
import { type PemFiles, readPemFiles } from './pem-files.ts';
import { resolveConfig } from './resolve.ts';
import { ConfigSchema } from './schema.ts';
import { readYaml } from './yaml-source.ts';

export interface ConfigSource {
  /** What places in the text begin with. */
  readonly file: string;
  readonly text: string;
  readonly environment: Environment;
  readonly pemFiles: PemFiles;
}

export type LoadedConfig =
  /** Everything is right. */
  | { readonly kind: 'config'; readonly config: Config }
  /** At least one mistake; in the order of the file, then of the variables. */
  | { readonly kind: 'mistakes'; readonly mistakes: readonly Mistake[] };

export function loadConfig({ file, text, environment, pemFiles }: ConfigSource): LoadedConfig {
  const yaml = readYaml(file, text);
  if (!yaml.usable) return { kind: 'mistakes', mistakes: yaml.mistakes };
  const overlay = overlayEnvironment(yaml.data ?? {}, environment);
  const { data } = overlay;
  const parsed = ConfigSchema.safeParse(data);
  const files = readPemFiles(data, pemFiles);
  const problems = [
    ...(parsed.error?.issues.flatMap((issue) => problemsOf(issue, data)) ?? []),
    ...crossCheck(data),
    ...files.problems,
  ];
  const placed = problems.map((problem) => ({
    place: overlay.variableAt(problem.path) ?? yaml.placeOf(problem.path, problem.part),
    message: sentence(problem),
  }));
  const all = [...yaml.mistakes, ...overlay.mistakes, ...placed];
  if (!parsed.success || all.length > 0) return { kind: 'mistakes', mistakes: inOrder(all) };
  const fileText = (...path: Path) => files.texts.get(JSON.stringify(path)) ?? null;
  return { kind: 'config', config: resolveConfig(parsed.data, fileText) };
}

function sentence({ path, message }: Problem): string {
  return path.length === 0 ? `the configuration ${message}` : `${formatPath(path)} ${message}`;
}

/** By line and column; variables, which have none, come last in their order. */
function inOrder(mistakes: readonly Mistake[]): readonly Mistake[] {
  const position = ({ place }: Mistake): readonly [line: number, column: number] => {
    const [, line, column] = /:(\d+):(\d+)$/.exec(place) ?? [];
    return line === undefined ? [Number.MAX_SAFE_INTEGER, 0] : [Number(line), Number(column)];
  };
  return mistakes.toSorted((one, other) => {
    const [[line, column], [otherLine, otherColumn]] = [position(one), position(other)];
    return line - otherLine || column - otherColumn;
  });
}
