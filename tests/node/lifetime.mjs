// What the servers in this folder share: a life bound to their parent's, one JSON line when ready, and a
// small HTTP door for tests to look through.

import { createServer } from 'node:http';
import { fstatSync } from 'node:fs';

/// Ends this process when standard input closes, which is when the parent has ended, however it ended.
/// Without a pipe (started by hand from a terminal or with /dev/null) it lives until it is stopped.
export function endWithStdin() {
  const stat = fstatSync(0);
  if (!stat.isFIFO() && !stat.isSocket()) return;
  const end = () => process.exit(0);
  process.stdin.on('end', end).on('close', end).on('error', end);
  process.stdin.resume();
}

/// The single line that tells the parent that all ports listen.
export function ready(facts) {
  console.log(JSON.stringify(facts));
}

/// Listens on a free port of the loopback interface.
export async function listen(server) {
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server.address().port;
}

export async function readJson(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

export function sendJson(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/// A door with routes `{'GET /mails': async (body) => answer}`.
export function control(routes) {
  return createServer(async (request, response) => {
    try {
      const route = routes[`${request.method} ${request.url.split('?')[0]}`];
      if (!route) return sendJson(response, 404, { error: 'no such route' });
      sendJson(response, 200, await route(await readJson(request)));
    } catch (error) {
      sendJson(response, 400, { error: String(error) });
    }
  });
}
