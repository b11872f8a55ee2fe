// Refuses a build that is larger than it may be, or that the page's Content-Security-Policy would not run.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT = 150 * 1024;
const out = process.env.CODEB_DASHBOARD_OUT ?? 'dist';
const files = readdirSync(out, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const problems = [];
let total = 0;
for (const file of files) {
  const bytes = readFileSync(file);
  const zipped = gzipSync(bytes, { level: 9 }).length;
  total += zipped;
  console.log(`${String(zipped).padStart(7)}  ${file.slice(out.length + 1)}`);
  const text = bytes.toString('utf8');
  if (file.endsWith('.html') && (/<style|\sstyle=|\son[a-z]+=/.test(text) || /<script(?![^>]*\ssrc=)/.test(text))) {
    problems.push(`${file}: has an inline script or style`);
  }
  if (/\b(eval|Function)\(/.test(text) && /\.js$/.test(file)) {
    problems.push(`${file}: evaluates text`);
  }
  for (const [address] of text.matchAll(/(https?:)?\/\/[a-z0-9-]+(\.[a-z0-9-]+)+/g)) {
    if (!/^http:\/\/www\.w3\.org$/.test(address)) {
      problems.push(`${file}: names ${address}`);
    }
  }
}
console.log(`${String(total).padStart(7)}  bytes with gzip, of ${LIMIT}`);
if (total > LIMIT) {
  problems.push(`${total} bytes with gzip are more than ${LIMIT}`);
}
if (!files.some((file) => /assets\/.*-[\w-]{8}\.js$/.test(file))) {
  problems.push('no script with a hash in its name was built');
}
for (const problem of problems) {
  console.error(problem);
}
process.exit(problems.length === 0 ? 0 : 1);
