// Runs the command-line clients of OpenStack as a user of the lab, pointed at any image endpoint.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { labSetting, type User } from './lab.ts';

const run = promisify(execFile);

/** `openstack ARGS…`; gives what it printed, rejects with what it said when it fails. */
export async function openstack(
  user: User,
  endpoint: string,
  ...args: readonly string[]
): Promise<string> {
  // The client takes an endpoint override from such a file only.
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-live-'));
  const clouds = join(folder, 'clouds.yaml');
  const { auth_url, ...auth } = credentials(user);
  const cloud = { auth: { auth_url, ...auth }, image_endpoint_override: endpoint };
  await writeFile(clouds, JSON.stringify({ clouds: { edge: cloud } }));
  const env = { ...PLAIN, OS_CLIENT_CONFIG_FILE: clouds };
  try {
    return (await run('openstack', ['--os-cloud', 'edge', ...args], { env, ...LARGE })).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `glance ARGS…`, likewise. */
export async function glance(
  user: User,
  endpoint: string,
  ...args: readonly string[]
): Promise<string> {
  const env: Record<string, string> = { ...PLAIN, OS_IMAGE_URL: endpoint };
  for (const [name, value] of Object.entries(credentials(user))) {
    env[`OS_${name.toUpperCase()}`] = value;
  }
  return (await run('glance', args, { env, ...LARGE })).stdout;
}

/** Python code that uses glanceclient the way Nova does; its arguments are in `sys.argv`. */
export async function python(code: string, ...args: readonly string[]): Promise<string> {
  return (await run('/usr/bin/python3', ['-c', code, ...args], { env: PLAIN, ...LARGE })).stdout;
}

/** Nothing of the caller's own settings reaches a client. */
const PLAIN = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: '/nonexistent' };

const LARGE = { maxBuffer: 64 << 20 };

function credentials(user: User) {
  return {
    auth_url: labSetting('LAB_KEYSTONE'),
    username: user,
    password: 'secret',
    project_name: user,
    user_domain_id: 'default',
    project_domain_id: 'default',
  };
}
