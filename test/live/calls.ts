// Calls as users of the lab, and what their answers say.
import { type Answer, type ExchangeOptions, exchange } from './exchange.ts';
import { labToken, type User } from './lab.ts';
import { type Sayings, sayings } from './sayings.ts';

export interface Asked extends ExchangeOptions {
  /** Whose token goes along, demo's unless said; null for none. */
  readonly user?: User | null;
}

export interface Calls {
  readonly tokens: Readonly<Record<User, string>>;
  /** The answer of that base to that call. */
  ask(base: string, path: string, asked?: Asked): Promise<Answer>;
  /** What it says. */
  said(base: string, path: string, asked?: Asked): Promise<Sayings>;
}

/** Signs the users in. */
export async function signIn(): Promise<Calls> {
  const users = ['admin', 'demo', 'other'] as const;
  const [admin, demo, other] = await Promise.all(users.map((user) => labToken(user)));
  const tokens = { admin: admin ?? '', demo: demo ?? '', other: other ?? '' };
  const ask: Calls['ask'] = async (base, path, { user = 'demo', ...options } = {}) => {
    const token = user === null ? {} : { 'X-Auth-Token': tokens[user] };
    return await exchange(base + path, { ...options, headers: { ...token, ...options.headers } });
  };
  return {
    tokens,
    ask,
    said: async (base, path, asked) => sayings(await ask(base, path, asked), base),
  };
}
