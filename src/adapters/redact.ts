// The last line of defence for secrets on their way to a log: nothing should bring one here, and
// what looks like one all the same is blotted out. Bounded, so that a line stays a line.

/** A value fit for a log line: plain data, errors spelled out, nothing that looks like a secret. */
export function redacted(value: unknown): unknown {
  return visit(value, 0, { left: LINE_LIMIT });
}

export function redactedText(text: string): string {
  // Cut after redacting: half a URL no longer shows that it holds a password.
  let clean = text.slice(0, 2 * TEXT_LIMIT);
  for (const [pattern, replacement] of SECRET_TEXTS) clean = clean.replace(pattern, replacement);
  return clean.length > TEXT_LIMIT ? `${clean.slice(0, TEXT_LIMIT)}…` : clean;
}

/** Characters that the line may still grow by. */
interface Budget {
  left: number;
}

function visit(value: unknown, depth: number, budget: Budget): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  budget.left -= VALUE_COST;
  if (depth > DEPTH_LIMIT || budget.left < 0) return '[more]';
  if (typeof value === 'string') return spend(redactedText(value), budget);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return plainError(value, (part) => visit(part, depth + 1, budget));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) {
    // A header as a pair keeps its name outside the value's own object.
    const [name] = value as readonly unknown[];
    if (value.length === 2 && typeof name === 'string' && SECRET_NAME.test(name)) {
      return [redactedText(name), REDACTED];
    }
    return value.slice(0, ITEM_LIMIT).map((item: unknown) => visit(item, depth + 1, budget));
  }
  const entries = Object.entries(value).slice(0, ITEM_LIMIT);
  return Object.fromEntries(
    entries.map(([name, item]) => [
      name,
      SECRET_NAME.test(name) && !isHarmless(item) ? REDACTED : visit(item, depth + 1, budget),
    ]),
  );
}

function spend(text: string, budget: Budget): string {
  budget.left -= text.length;
  return text;
}

const REDACTED = '[redacted]';

/** Objects within objects: an error, its cause, and what caused that. */
const DEPTH_LIMIT = 6;

/** Characters of a line's fields, give or take one text; log shippers cut lines not far above it. */
const LINE_LIMIT = 65_536;

/** What a value costs besides its text: its name and punctuation. */
const VALUE_COST = 16;

/** Items of a list and names of an object. */
const ITEM_LIMIT = 100;

/** Characters: a stack trace fits. */
const TEXT_LIMIT = 8192;

const SECRET_NAME =
  /token|authori[sz]ation|cookie|passw|secret|credential|signature|hmac|api[-_]?key|private[-_]?key/i;

const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  // Keystone's Fernet tokens always begin with the version byte 0x80 and a high timestamp.
  [/\bgAAAA[\w-]{16,}=*/g, REDACTED],
  // JSON Web Tokens, Keystone's other kind: two base64url objects and a signature.
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g, REDACTED],
  [/\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/gi, `$1 ${REDACTED}`],
  [/(token["']?\s*[:=]\s*["']?)[^\s"',;&]{8,}/gi, `$1${REDACTED}`],
  // Credentials in a URL, as Glance's store locations carry them.
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@?#]+@/gi, `$1${REDACTED}@`],
];

/** `tokens: 3` or `token: null` tell nothing that must be hidden. */
function isHarmless(value: unknown): boolean {
  return value === null || value === undefined || ['number', 'boolean'].includes(typeof value);
}

function plainError(error: Error, visitPart: (part: unknown) => unknown): unknown {
  const { name, message, stack, cause } = error;
  const code: unknown = Reflect.get(error, 'code');
  return {
    type: name,
    message: visitPart(message),
    ...(typeof code === 'string' ? { code: visitPart(code) } : {}),
    ...(stack === undefined ? {} : { stack: visitPart(stack) }),
    ...(cause === undefined ? {} : { cause: visitPart(cause) }),
  };
}
