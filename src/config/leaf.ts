// The leaves of the schema: one scalar each, with the words that the reference and every complaint
// about it are made of.
import * as z from 'zod';
import { formatDuration, formatSize, parseDuration, parseSize, type Quantity } from './quantity.ts';

/** What an operator has to know about a key. */
export interface About {
  /** What the value does. */
  readonly meaning: string;
  /** What to write: completes "must be …". */
  readonly form: string;
  /** Why there is such a bound and why the default is what it is. */
  readonly reason?: string;
  /** Never shown, not even in a complaint about it. */
  readonly secret?: true;
}

/** A text that `read` makes a value of, or null when it can't. */
export function text<T>(about: About, read: (text: string) => T | null) {
  return written(about, (scalar) => (read(scalar) === null ? undefined : 'put it in quotes'))
    .transform((input, context): T => {
      const value = read(input);
      if (value !== null) return value;
      context.issues.push({ code: 'custom', input, message: complaint(about, input) });
      return z.NEVER;
    })
    .meta(metaOf(about));
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A size in bytes; the form is derived from the bounds. */
export function size(about: Omit<About, 'form'>, { min, max }: Bounds) {
  const form = `a size with its unit, from ${formatSize(min)} to ${formatSize(max)}`;
  return quantity({ ...about, form }, { min, max }, parseSize);
}

/** A duration in milliseconds; the form is derived from the bounds. */
export function duration(about: Omit<About, 'form'>, { min, max }: Bounds) {
  const form = `a duration with its unit, from ${formatDuration(min)} to ${formatDuration(max)}`;
  return quantity({ ...about, form }, { min, max }, parseDuration);
}

/** A whole number. */
export function count(about: Omit<About, 'form'>, { min, max }: Bounds) {
  const form = `a whole number from ${min} to ${max}`;
  return number({ ...about, form }, { min, max }, Number.isSafeInteger);
}

/** A number of any fineness. */
export function ratio(about: Omit<About, 'form'>, { min, max }: Bounds) {
  const form = `a number from ${min} to ${max}`;
  return number({ ...about, form }, { min, max }, Number.isFinite);
}

/** One word of a few. */
export function choice<const Word extends string>(
  about: Omit<About, 'form'>,
  words: readonly Word[],
) {
  const form = `one of ${words.join(', ')}`;
  return text({ ...about, form }, (word) => words.find((known) => known === word) ?? null);
}

/** "must be …, not …": what is wrong with an input and what to write instead. */
export function complaint(about: Pick<About, 'form' | 'secret'>, input: unknown, reason?: string) {
  if (input === undefined) return `is missing; write ${about.form}`;
  if (input === null) return `is empty; write ${about.form}, or take the key out`;
  const shown = about.secret ? '' : `, not ${show(input)}`;
  return `must be ${about.form}${shown}${reason === undefined ? '' : ` (${reason})`}`;
}

function quantity(about: About, { min, max }: Bounds, parse: (text: string) => Quantity) {
  const reasonOf = (input: string) => {
    const parsed = parse(input);
    return parsed.kind === 'mistake' ? parsed.reason : undefined;
  };
  return written(about, reasonOf)
    .transform((input, context): number => {
      const parsed = parse(input);
      if (parsed.kind === 'quantity' && parsed.value >= min && parsed.value <= max) {
        return parsed.value;
      }
      const message = complaint(about, input, reasonOf(input));
      context.issues.push({ code: 'custom', input, message });
      return z.NEVER;
    })
    .meta(metaOf(about));
}

function number(about: About, { min, max }: Bounds, counts: (value: number) => boolean) {
  const error = ({ input }: { input?: unknown }) => complaint(about, input);
  return z
    .number({ error })
    .refine((value) => counts(value) && value >= min && value <= max, { error })
    .meta(metaOf(about));
}

/** A YAML scalar that should have been text; `misread` explains it as the text it was written as. */
function written(about: About, misread: (text: string) => string | undefined) {
  return z.string({
    error: ({ input }) => {
      const scalar = typeof input === 'number' || typeof input === 'boolean';
      return complaint(about, input, scalar ? misread(String(input)) : undefined);
    },
  });
}

function metaOf({ meaning, ...rest }: About) {
  return { description: meaning, ...rest };
}

/** Short, on one line, and without what in a URL, even in a broken one, may be a credential. */
function show(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  const json = JSON.stringify(input)
    .replace(/^".*@/, '"…@')
    .replace(/\?.*"$/, '?…"');
  return json.length <= SHOWN ? json : `${json.slice(0, SHOWN)}…`;
}

const SHOWN = 120;
