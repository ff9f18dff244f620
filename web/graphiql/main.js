// GraphiQL for the API of the same origin. Everything comes from the binary: no other host is asked.

import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const url = new URL('/graphql', window.location.href);
const socket = new URL(url);
socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

const send = createGraphiQLFetcher({
  url: url.href,
  // Opened by the first subscription, closed after the last.
  wsClient: createClient({ url: socket.href, lazy: true, retryAttempts: 5 }),
});

/// The editor hands over the document as it was parsed some moments ago; whether it is a subscription must
/// be told from what is sent.
function fetcher(params, options) {
  let documentAST;
  try {
    documentAST = parse(params.query);
  } catch {
    // The server says what is wrong with it.
  }
  return send(params, { ...options, documentAST });
}

const welcome = `# The API of Consentry. Write a query and press Ctrl-Enter.
# Types and fields are described in the book icon on the left.

{
  __typename
}
`;

createRoot(document.getElementById('graphiql')).render(
  createElement(GraphiQL, { fetcher, defaultQuery: welcome, shouldPersistHeaders: false }),
);
