// Measures the page with Lighthouse as a phone loads it: `make lighthouse`. Below the goal it fails.

import { createServer } from 'node:net';
import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';
import { browserPath, startProgram } from '../stage.mjs';

const GOAL = 95;
const RUNS = Number(process.env.RUNS ?? 3);
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const REQUESTS = '{ receivedRequests(first: 50) { edges { node { id name } } } }';

/// Name, who looks, and where.
const PAGES = [
  ['sign in', undefined, '/sign-in'],
  ["recipient's request", 'ben', 'New-customer follow-up'],
  ['sent requests', 'dana', '/requests/sent'],
  ['new request', 'dana', '/requests/new'],
];

/// Chromium is told a port beforehand, so that Lighthouse and this script meet at one browser.
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/// The cookie that the demo's door gives, as a header.
async function signIn(base, who) {
  const answer = await fetch(`${base}/demo/${who}`, { redirect: 'manual' });
  return answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
}

async function addressOf(base, cookie, where) {
  if (where.startsWith('/')) return base + where;
  const answer = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ query: REQUESTS }),
  });
  const { data } = await answer.json();
  const found = data.receivedRequests.edges.find(({ node }) => node.name === where);
  if (!found) throw new Error(`no request “${where}”`);
  return `${base}/requests/${found.node.id}`;
}

/// One visit with an empty cache, in a window of its own.
async function measure(browser, address, cookie) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    const flags = { logLevel: 'error', onlyCategories: CATEGORIES, extraHeaders: cookie ? { cookie } : undefined };
    const { lhr } = await lighthouse(address, flags, undefined, page);
    if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
    return lhr;
  } finally {
    await context.close();
  }
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const program = await startProgram();
let browser;
let failed = false;
try {
  const port = await freePort();
  browser = await puppeteer.launch({
    executablePath: browserPath(),
    args: ['--no-sandbox', `--remote-debugging-port=${port}`],
  });
  console.log(`| page | ${CATEGORIES.join(' | ')} | first paint | largest paint | blocked | shift |`);
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const [name, who, where] of PAGES) {
    const cookie = who && (await signIn(program.base, who));
    const address = await addressOf(program.base, cookie, where);
    const runs = [];
    while (runs.length < RUNS) runs.push(await measure(browser, address, cookie));
    const scores = CATEGORIES.map((id) => median(runs.map(({ categories }) => Math.round(categories[id].score * 100))));
    const figure = (id) => median(runs.map(({ audits }) => audits[id].numericValue));
    const seconds = (id) => `${(figure(id) / 1000).toFixed(1)} s`;
    console.log(
      `| ${name} | ${scores.join(' | ')} | ${seconds('first-contentful-paint')} | ${seconds('largest-contentful-paint')} | ${Math.round(figure('total-blocking-time'))} ms | ${figure('cumulative-layout-shift').toFixed(3)} |`,
    );
    const wrong = runs[0].categories;
    for (const id of CATEGORIES.slice(1)) {
      for (const { id: audit } of wrong[id].auditRefs) {
        const { score, title, details } = runs[0].audits[audit];
        if (score === null || score >= 0.9) continue;
        console.error(`${name}: ${audit}: ${title} ${JSON.stringify(details?.items?.slice(0, 2) ?? '').slice(0, 400)}`);
      }
    }
    failed ||= scores.slice(0, 2).some((score) => score < GOAL);
  }
} finally {
  await browser?.close();
  await program.stop();
}
if (failed) {
  console.error(`Below ${GOAL}.`);
  process.exitCode = 1;
}
