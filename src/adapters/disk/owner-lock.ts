// One owner per folder: two processes that each keep their own books would together pass the limit.
// Advisory: it stops mistakes, not malice.
import { randomUUID } from 'node:crypto';
import { link, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './entry-files.ts';

/** Releases the folder. Repeating it is fine. */
export type ReleaseLock = () => Promise<void>;

/**
 * Takes the folder for this process.
 *
 * A lock whose process is gone (`kill -9`, a reboot) is taken over. Rejects with a message for the
 * operator when another process holds it.
 */
export async function lockFolder(path: string): Promise<ReleaseLock> {
  const lock = join(path, 'lock');
  const mine: Owner = { id: randomUUID(), pid: process.pid, ...(await identityOf(process.pid)) };
  const draft = join(path, `lock.${mine.id}`);
  try {
    await writeFile(draft, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
    while (!(await linked(draft, lock))) {
      const holder = await readOwner(lock);
      if (holder !== null && (await isAlive(holder))) throw heldBy(path, holder);
      await takeOver(draft, lock, holder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    if ((await readOwner(lock))?.id === mine.id) await rm(lock, { force: true });
  };
}

interface Owner {
  /** Tells apart two locks of the same process. */
  readonly id: string;
  readonly pid: number;
  /** When the process started, in ticks since boot: pids are used again. Null without /proc. */
  readonly startTicks: string | null;
  /** Boot and pid namespace: elsewhere the pid means another process. Null without /proc. */
  readonly realm: string | null;
}

/** A hard link appears with its content or not at all. False when there is a lock already. */
async function linked(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw cause;
  }
}

/**
 * Removes a stale lock. Whoever links the claim may do so, after a second look: the lock may have
 * been taken over, and be alive, since it was judged.
 */
async function takeOver(draft: string, lock: string, stale: Owner | null): Promise<void> {
  const claim = `${lock}.claim`;
  if (await linked(draft, claim)) {
    try {
      if ((await readOwner(lock))?.id === stale?.id) await rm(lock, { force: true });
    } finally {
      await rm(claim, { force: true });
    }
    return;
  }
  const claimant = await readOwner(claim);
  if (claimant === null || !(await isAlive(claimant))) await removeDeadClaim(claim);
}

/** Killed in the middle of a take-over: moved away first, so that a fresh claim is not hit twice. */
async function removeDeadClaim(claim: string): Promise<void> {
  const aside = `${claim}.${randomUUID()}`;
  await rename(claim, aside).catch((cause: unknown) => {
    if (codeOf(cause) !== 'ENOENT') throw cause;
  });
  await rm(aside, { force: true });
}

/** Null when there is none, or one that can't be read: nobody alive wrote it. */
async function readOwner(lock: string): Promise<Owner | null> {
  const text = await readFile(lock, 'utf8').catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return '';
    throw cause;
  });
  try {
    const { id, pid, startTicks = null, realm = null } = JSON.parse(text) as Partial<Owner>;
    return id === undefined || pid === undefined ? null : { id, pid, startTicks, realm };
  } catch {
    return null;
  }
}

/**
 * Another boot, or another container's pid namespace, can't be asked: taken for dead, because a
 * restarted container must come up, and two owners cost only the limit, never wrong bytes.
 */
async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.realm === null) return answersSignals(owner.pid);
  const now = await identityOf(owner.pid);
  return now.realm === owner.realm && now.startTicks === owner.startTicks;
}

async function identityOf(pid: number): Promise<Pick<Owner, 'startTicks' | 'realm'>> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const realm = `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
    return { realm, startTicks: await startTicksOf(pid) };
  } catch {
    return { realm: null, startTicks: null };
  }
}

/** Field 22 of /proc/PID/stat, counted after the command's closing parenthesis: it may hold spaces. */
async function startTicksOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'gone';
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === 'EPERM';
  }
}

function heldBy(path: string, holder: Owner): Error {
  return new Error(
    `The disk cache ${path} is in use by process ${holder.pid}. Stop that process or choose another path.`,
  );
}
