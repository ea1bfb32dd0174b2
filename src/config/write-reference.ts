// Run by hand after a change of the schema: `node src/config/write-reference.ts` rewrites the
// configuration reference in README.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { EMPTY_README, withReference } from './reference.ts';

const file = new URL('../../README.md', import.meta.url);
const written = withReference(existsSync(file) ? readFileSync(file, 'utf8') : EMPTY_README);
if (written === null) throw new Error('README.md has no place for the configuration reference.');
writeFileSync(file, written);
