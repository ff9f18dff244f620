// A mail server that keeps what it is sent and fails when told to (npm `smtp-server`, `mailparser`).
//
//   node smtp.mjs ['{"user": "u", "pass": "p"}']
//
// Prints one line when ready: {"ready":true,"smtp":PORT,"control":PORT}, both on 127.0.0.1.
// With user and pass it demands AUTH PLAIN or LOGIN. Ends when its standard input closes.
//
// The control port:
//   GET  /mails         [{id, message_id, from, to: [..], subject, text, html, headers: {name: value},
//                       envelope: {from, to: [..]}, at}], newest first
//   GET  /stats         {accepted, failed, dropped, connections}
//   POST /script        {"next": ["451", "550", "drop", "ok", "hang"]} what happens to the next mails, in
//                       turn, at the end of DATA; an empty script accepts. Replaces what was left over.
//                       "connect-drop" and "connect-421" act on the next connection instead.
//   POST /clear         forgets all mails and the script

import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { control, endWithStdin, listen, ready } from './lifetime.mjs';

const { user, pass } = JSON.parse(process.argv[2] ?? '{}');
endWithStdin();

let mails = [];
let script = [];
let count = 0;
const sockets = new Map();
const stats = { accepted: 0, failed: 0, dropped: 0, connections: 0 };

function failure(code) {
  const error = new Error(`scripted ${code}`);
  error.responseCode = Number(code);
  return error;
}

async function keep(session, source) {
  const parsed = await simpleParser(source);
  const addresses = (field) => [field].flat().filter(Boolean).flatMap((one) => one.value.map((value) => value.address));
  count += 1;
  mails.unshift({
    id: count,
    message_id: parsed.messageId ?? null,
    from: addresses(parsed.from)[0] ?? null,
    to: addresses(parsed.to),
    to_names: [parsed.to].flat().filter(Boolean).flatMap((one) => one.value.map((value) => value.name)),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    headers: Object.fromEntries(parsed.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()])),
    envelope: {
      from: session.envelope.mailFrom ? session.envelope.mailFrom.address : null,
      to: session.envelope.rcptTo.map(({ address }) => address),
    },
    at: new Date().toISOString(),
  });
}

const smtp = new SMTPServer({
  authOptional: !user,
  allowInsecureAuth: true,
  disabledCommands: user ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
  onAuth(auth, session, done) {
    if (auth.username === user && auth.password === pass) done(null, { user });
    else done(new Error('wrong user or password'));
  },
  onConnect(session, done) {
    stats.connections += 1;
    if (script[0] === 'connect-421') {
      script.shift();
      stats.failed += 1;
      return done(failure(421));
    }
    done();
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', async () => {
      const step = script.shift() ?? 'ok';
      if (step === 'ok') {
        await keep(session, Buffer.concat(chunks));
        stats.accepted += 1;
        return done();
      }
      if (step === 'drop') {
        stats.dropped += 1;
        sockets.get(`${session.remoteAddress}:${session.remotePort}`)?.destroy();
        return;
      }
      if (step === 'hang') return;
      stats.failed += 1;
      done(failure(step));
    });
  },
});
// The library does not hand out the connection, which a dropped one needs.
smtp.server.prependListener('connection', (socket) => {
  const key = `${socket.remoteAddress}:${socket.remotePort}`;
  sockets.set(key, socket);
  socket.on('close', () => sockets.delete(key));
  if (script[0] === 'connect-drop') {
    script.shift();
    stats.dropped += 1;
    socket.destroy();
  }
});
smtp.on('error', () => {});

const door = control({
  'GET /mails': () => mails,
  'GET /stats': () => stats,
  'POST /script': ({ next }) => {
    script = [...next];
    return { next: script };
  },
  'POST /clear': () => {
    mails = [];
    script = [];
    return {};
  },
});

const port = await listen(smtp.server);
ready({ ready: true, smtp: port, control: await listen(door) });
