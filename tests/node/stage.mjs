// A stage for tests in a real browser: the program itself as a child process, an installed Chromium, and the
// pages of an attacker on two other origins.

import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { listen } from './lifetime.mjs';

/// The browser's own build without windows comes first: it takes a fifth less to open a page than one that could show it.
const NAMES = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];
const MAC = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/// The installed browser. `CHROMIUM` names another one.
export function browserPath() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = process.env.CHROMIUM
    ? [process.env.CHROMIUM]
    : [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...MAC];
  const path = found.find(runs);
  if (path) return path;
  throw new Error('Chromium is missing: run `make setup`, or install Chromium or Chrome, or set CHROMIUM to its path.');
}

/// The last line that a command prints at its start.
const LAST = { demo: /Ctrl-C/, serve: /Set-up code/ };

/// Starts the program, its demo where nothing else is said; its log is this process's. `LISTEN_ADDR` gives it another
/// place than a free port. What it prints at its start comes back too.
export async function startProgram(command = 'demo', env = {}) {
  const program = process.env.CONSENTRY;
  if (!program || !runs(program)) {
    throw new Error('The program is missing: run `make test`, or set CONSENTRY to the path of a built one.');
  }
  const folder = mkdtempSync(join(tmpdir(), 'consentry-'));
  const place = { DATA_DIR: join(folder, 'data'), LISTEN_ADDR: process.env.LISTEN_ADDR ?? '127.0.0.1:0' };
  const child = spawn(program, [command], {
    cwd: folder,
    env: { ...place, RUST_LOG: 'error', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const said = [];
  await new Promise((resolve, reject) => {
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => {
      said.push(line);
      if (LAST[command].test(line)) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}`)));
  });
  const base = said.join('\n').match(/http:\/\/[^/\s]+/)[0];
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  return { base, said: said.join('\n'), stop };
}

/// Serves an empty page, and a script that tells that it ran.
async function startAttacker() {
  const server = createServer((request, response) => {
    const script = request.url === '/evil.js';
    response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html', 'access-control-allow-origin': '*' });
    response.end(script ? 'window.injected = "from elsewhere";' : '<!doctype html><title>Prizes</title><body>You won.');
  });
  const port = await listen(server);
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  // Another host is another site; another port is another origin of the same site, to which SameSite cookies go.
  return { origins: { 'another site': `http://localhost:${port}`, 'the same site': `http://127.0.0.1:${port}` }, stop };
}

/// Everything at once; `stop` ends it in turn.
export async function setStage(command, env) {
  const executablePath = browserPath();
  const stops = [];
  const stop = async () => {
    while (stops.length > 0) await stops.pop()();
  };
  try {
    const program = await startProgram(command, env);
    stops.push(program.stop);
    const attacker = await startAttacker();
    stops.push(attacker.stop);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    stops.push(() => browser.close());
    return { base: program.base, said: program.said, origins: attacker.origins, browser, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
