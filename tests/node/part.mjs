// Starts the servers of this folder for tests, and ends them.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/// Runs `script` and answers what it said when it was ready.
export const start = async (script, argument) => {
  const child = spawn(process.execPath, [new URL(script, import.meta.url).pathname, JSON.stringify(argument ?? {})], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await new Promise((resolve) => createInterface(child.stdout).once('line', (text) => resolve([text])));
  // A test file that could not begin ends all the same, and its servers with it.
  for (const each of [child, child.stdin, child.stdout]) each.unref();
  return { child, ...JSON.parse(line) };
};

/// Ends it and waits for its end.
export const stop = async ({ child }) => {
  child.ref();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  await ended;
};
