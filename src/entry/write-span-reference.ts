// Run by hand after a change of the tables: `node src/entry/write-span-reference.ts` rewrites the
// reference in infra/spans.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { withSpanReference } from '../core/span-reference.ts';

const file = new URL('../../infra/spans.md', import.meta.url);
const written = withSpanReference(readFileSync(file, 'utf8'));
if (written === null) throw new Error('infra/spans.md has no place for the reference.');
writeFileSync(file, written);
