// Runs every audit of npm `graphql-http` (the GraphQL-over-HTTP specification) against a server.
//
//   node audits.mjs <url>
//
// Prints each audit that does not pass, with what the server said, and last `N passed, N failed`.
// Exits with 0 when all pass (MUST, SHOULD and MAY alike), 1 when some fail, 2 without a server.
// Ends early when its standard input closes, if that is a pipe.

import { serverAudits } from 'graphql-http';
import { endWithStdin } from './lifetime.mjs';

const [url] = process.argv.slice(2);
if (!url) {
  console.error('usage: node audits.mjs <url>');
  process.exit(2);
}
endWithStdin();

let passed = 0;
let failed = 0;
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const result = await audit.fn().catch((error) => ({ status: 'error', reason: String(error) }));
  if (result.status === 'ok') {
    passed += 1;
    continue;
  }
  failed += 1;
  console.log(`${audit.id} ${audit.name}: ${result.reason}`);
  if (result.response) {
    const { status, headers } = result.response;
    const text = result.response.bodyUsed ? '' : await result.response.text();
    console.log(`    ${status} ${headers.get('content-type')} ${text.slice(0, 300)}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
