// The admin face on its own address: of a gateway that is one process, or of several workers' primary.
import { hostname } from 'node:os';
import { nextTurn, systemTimers } from '../adapters/node/runtime.ts';
import type { Config } from '../config/config.ts';
import { type AdminApp, type AdminSources, createAdminApp } from '../http/admin.ts';
import { listen } from './listener.ts';
import { loadPageAssets } from './page-assets.ts';

export interface AdminFace {
  readonly url: string;
  /** Ends the answers that would go on for ever: no call will end any more. */
  endTails(): void;
  close(): Promise<void>;
}

export type AdminFaceSources = Omit<AdminSources, 'assets' | 'hosts' | 'timers' | 'turn'>;

/** Scrapers, and people with the page open: more is a mistake somewhere. */
const CONNECTIONS = 256;

/**
 * Rejects when the address can't be listened on.
 *
 * @param around puts something between the listener and the face
 */
export async function openAdminFace(
  config: Config,
  sources: AdminFaceSources,
  around: (admin: AdminApp) => AdminApp = (admin) => admin,
): Promise<AdminFace> {
  const admin = around(
    createAdminApp({
      ...sources,
      assets: loadPageAssets(),
      hosts: adminNames(config),
      timers: systemTimers,
      turn: nextTurn,
    }),
  );
  const listener = await listen({
    address: config.admin,
    tls: null,
    headerBytes: config.limits.headerBytes,
    connections: CONNECTIONS,
    idleMs: config.timeouts.idleMs,
    workers: 1,
    fetch: (request) => admin.fetch(request),
  });
  return {
    url: listener.url,
    endTails: () => admin.close(),
    close: () => listener.close(),
  };
}

/** The names that operators may know the admin face by: as configured, as links say, the machine's. */
function adminNames({ admin, publicUrl }: Config): ReadonlySet<string> {
  const linked = publicUrl === null ? [] : [new URL(publicUrl).hostname];
  return new Set([admin.host, hostname().toLowerCase(), ...linked]);
}
