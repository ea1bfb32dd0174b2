// What each command of `glance-edge cache` asks the gateway for and prints of the answer.
import { cleaned, jsonText } from '../admin-cli/plain-text.ts';
import { type CommandEnd, failure, nothing, type Session, stranger } from '../admin-cli/session.ts';
import type { CacheArguments } from './cache-arguments.ts';
import { imageTable } from './image-table.ts';
import { readImages, readStatus } from './read-activity.ts';
import { hourOf, shares } from './shares.ts';
import { statusView } from './status-view.ts';

type StatusWanted = Extract<CacheArguments, { readonly kind: 'status' }>;
type ImagesWanted = Extract<CacheArguments, { readonly kind: 'images' }>;

export async function showStatus(session: Session, wanted: StatusWanted): Promise<CommandEnd> {
  const { client, paper, print } = session;
  const answer = await client.json('/api/overview', new URLSearchParams());
  if (answer.kind !== 'answer') return failure(session, answer);
  const status = readStatus(wanted.json ? answer.value : cleaned(answer.value));
  if (status === null) return stranger(session);
  if (wanted.json) {
    const { version, startedAt, ready, tiers, fills, minutes, totals } = status;
    const [lastHour, sinceStart] = [shares(hourOf(minutes)), shares(totals)];
    print(jsonText({ version, startedAt, ready, tiers, fills, lastHour, sinceStart }, 2));
  } else for (const line of statusView(status, client.url, paper)) print(line);
  return { kind: 'done' };
}

export async function listImages(session: Session, wanted: ImagesWanted): Promise<CommandEnd> {
  const { image, region, limit, json } = wanted;
  const query = new URLSearchParams(region === null ? {} : { region });
  if (image === null) query.set('limit', String(limit ?? DEFAULT_IMAGES));
  const path = image === null ? '/api/images' : `/api/images/${encodeURIComponent(image)}`;
  const answer = await session.client.json(path, query);
  if (answer.kind === 'refused' && answer.status === 404 && image !== null) {
    return nothing(`Nothing is known of the image ${image}.`);
  }
  if (answer.kind !== 'answer') return failure(session, answer);
  const images = readImages(json ? answer.value : cleaned(answer.value));
  if (images === null) return stranger(session);
  const shown = images.slice(0, limit ?? images.length);
  if (json) session.print(jsonText({ images: shown }, 2));
  if (shown.length === 0) return nothing('Nothing is known of any such image.');
  if (!json) for (const line of imageTable(shown, session.paper)) session.print(line);
  return { kind: 'done' };
}

/** A screenful. */
const DEFAULT_IMAGES = 20;
