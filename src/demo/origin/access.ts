// Who is calling and what they may do: a token table in place of Keystone, Glance's default rules
// on top. What a caller may not see does not exist for them.
import type { ImageRecord } from './image-record.ts';
import type { ImageShelf } from './image-shelf.ts';
import { refusal } from './refusal.ts';

/** What a token stands for. */
export interface Caller {
  readonly project: string;
  /** `admin` includes `member`, which includes `reader`, as Keystone's default roles do. */
  readonly roles: readonly string[];
  /** Taken only along with an `X-Service-Token` whose roles include `service`. */
  readonly expired?: boolean;
}

/** Token to caller; changes made to it while the origin runs take effect at once. */
export type TokenTable = Readonly<Record<string, Caller>>;

/** The caller of a request with these headers; refuses with 401. */
export function authenticated(headers: Headers, tokens: TokenTable): Caller {
  const caller = lookedUp(headers.get('x-auth-token'), tokens);
  const serviceToken = headers.get('x-service-token');
  const service = lookedUp(serviceToken, tokens);
  if (caller === null || (serviceToken !== null && service === null)) throw unauthorized();
  if (caller.expired && !(service?.roles.includes('service') && !service.expired)) {
    throw unauthorized();
  }
  return caller;
}

function lookedUp(token: string | null, tokens: TokenTable): Caller | null {
  return token !== null && Object.hasOwn(tokens, token) ? (tokens[token] ?? null) : null;
}

function unauthorized() {
  const explanation =
    'This server could not verify that you are authorized to access the document you requested. ' +
    'Either you supplied the wrong credentials (e.g., bad password), or your browser does not ' +
    'understand how to supply the credentials required.';
  return refusal(401, explanation, {
    headers: { 'Www-Authenticate': 'Keystone uri="http://127.0.0.1:5000/v3"' },
  });
}

export const isAdmin = (caller: Caller): boolean => caller.roles.includes('admin');

export const isMember = (caller: Caller): boolean =>
  isAdmin(caller) || caller.roles.includes('member');

/** Whether the caller's project stands behind the image; an admin's always does. */
export const owns = (caller: Caller, image: ImageRecord): boolean =>
  isAdmin(caller) || image.owner === caller.project;

/** Whether the image exists for the caller; a pending member sees it too. */
export function sees(caller: Caller, image: ImageRecord): boolean {
  if (owns(caller, image)) return true;
  switch (image.visibility) {
    case 'public':
    case 'community':
      return true;
    case 'shared':
      return image.members.some(({ id }) => id === caller.project);
    case 'private':
      return false;
  }
}

/** The image, or 404 in the words of `explanation` (Glance's differ by resource). */
export function visibleImage(
  shelf: ImageShelf,
  caller: Caller,
  id: string,
  explanation = `No image found with ID ${id}`,
): ImageRecord {
  const image = shelf.find(id);
  if (image === null || !sees(caller, image)) throw refusal(404, explanation);
  return image;
}

/** Refuses with 403 a caller who has no more than the reader's role. */
export function requireMember(caller: Caller, action: string): void {
  if (!isMember(caller)) throw notAuthorizedTo(action);
}

/** Refuses with 403 a caller who may not change the image. */
export function requireOwner(
  caller: Caller,
  image: ImageRecord,
  action: string,
  explanation = 'You do not own this image',
): void {
  if (!owns(caller, image)) throw refusal(403, explanation);
  requireMember(caller, action);
}

/** Refuses with 403 a visibility that the caller may not give. */
export function requireVisibilityRight(caller: Caller, visibility: unknown): void {
  if (visibility === 'public' && !isAdmin(caller)) throw notAuthorizedTo('publicize_image');
}

const notAuthorizedTo = (action: string) =>
  refusal(403, `You are not authorized to complete ${action} action.`);
