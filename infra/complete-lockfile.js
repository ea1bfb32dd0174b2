// Adds to package-lock.json the optional packages of other platforms that the registry at hand does
// not have. `npm install` leaves them out there, and `npm ci` then refuses the lockfile everywhere.
// Run it after every `npm install`; on a registry that has them all it changes nothing.
import { readFileSync, writeFileSync } from 'node:fs';

const LOCKFILE = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(LOCKFILE, 'utf8'));
const missing = {};

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] || lock.packages[`${path}/${key}`] || path === '') continue;
    missing[key] = { version, ...platformOf(name), optional: true };
  }
}

lock.packages = Object.fromEntries(
  Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1)),
);
writeFileSync(LOCKFILE, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${Object.keys(missing).length} optional packages added\n`);

/** What a platform package is for, as its name says: npm then skips it on every other platform. */
function platformOf(name) {
  const os = /android|darwin|freebsd|openharmony|win32|windows|linux|aix|netbsd|openbsd|sunos|wasm/;
  const cpu = /arm64|arm(?=-)|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el|(?<=-)64$/;
  const system = os.exec(name)?.[0].replace('windows', 'win32') ?? 'none';
  const processor = cpu.exec(name)?.[0].replace(/^64$/, 'x64') ?? 'none';
  const musl = name.includes('musl');
  const glibc = system === 'linux' && name.includes('gnu');
  return {
    cpu: [processor],
    ...(musl ? { libc: ['musl'] } : glibc ? { libc: ['glibc'] } : {}),
    os: [system],
  };
}
