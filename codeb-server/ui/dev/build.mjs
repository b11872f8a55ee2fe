// What Maven calls: node dev/build.mjs DIRECTORY STAMP. Builds the dashboard into DIRECTORY when anything it is made of
// has changed since the file STAMP was written, and installs what that needs when package-lock.json has.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
if (process.argv.length !== 4) fail('node dev/build.mjs DIRECTORY STAMP');
const [out, stamp] = process.argv.slice(2).map((name) => resolve(name));
const [major] = process.versions.node.split('.');
if (Number(major) < 18) fail(`Node ${process.versions.node} is too old: 18 or newer is needed`);

const lock = digest(['package-lock.json', '.npmrc']);
const installed = join(root, 'node_modules', '.codeb-installed');
if (read(installed) !== lock) {
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(installed, lock);
}

const sources = digest([
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'index.html'],
  ...['dev', 'public', 'src', 'test'].flatMap(files),
  '../src/main/resources/io/codeb/server/internal/http/titles_ko.properties',
]);
if (read(stamp) !== sources || !existsSync(join(out, 'index.html'))) {
  const made = `${out}.new`;
  rmSync(made, { recursive: true, force: true });
  run('npm', ['run', 'build', '--silent'], { CODEB_DASHBOARD_OUT: made });
  mkdirSync(join(made, 'licenses'), { recursive: true });
  cpSync(join(root, 'node_modules', 'preact', 'LICENSE'), join(made, 'licenses', 'preact.txt'));
  writeFileSync(join(made, 'files.txt'), names(made).join('\n'));
  rmSync(out, { recursive: true, force: true });
  renameSync(made, out);
  writeFileSync(stamp, sources);
}

function files(directory) {
  return names(join(root, directory)).map((name) => `${directory}/${name}`);
}

function names(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function digest(names) {
  const hash = createHash('sha256').update(process.version);
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function run(command, args, environment = {}) {
  const windows = process.platform === 'win32';
  const done = spawnSync(windows ? `${command}.cmd` : command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
    env: { ...process.env, ...environment },
  });
  if (done.error) fail(`${command} could not be started: ${done.error.message}`);
  if (done.status !== 0) fail(`${command} ${args.join(' ')} ended with ${done.status ?? done.signal}`);
}

function fail(what) {
  console.error(`${what}; -Dcodeb.dashboard.skip=true builds without the dashboard`);
  process.exit(1);
}
