// Hands TCP connections on to several ports in turn, leaving out those that do not answer.
//
//   node scripts/proxy.mjs [--with-stdin] <port> <backend port>…
//
// For `make cluster` and the tests: a stand-in for the load balancer of a real set-up. With the flag it ends when its
// standard input does, so that it does not outlive a test.
import net from "node:net";

const words = process.argv.slice(2);
const ends = words[0] === "--with-stdin";
const [port, ...backends] = words.slice(ends ? 1 : 0).map(Number);
let turn = 0;

function connect(client, left) {
  if (left === 0) return client.destroy();
  const backend = net.connect({ host: "127.0.0.1", port: backends[turn++ % backends.length], noDelay: true });
  backend.once("error", () => connect(client, left - 1));
  backend.once("connect", () => {
    backend.removeAllListeners("error");
    for (const [from, to] of [[client, backend], [backend, client]]) {
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.pipe(to);
    }
  });
}

const server = net.createServer({ noDelay: true, pauseOnConnect: true }, (client) => {
  client.on("error", () => client.destroy());
  connect(client, backends.length);
});
server.listen(port, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
if (ends) process.stdin.on("end", () => process.exit()).resume();
