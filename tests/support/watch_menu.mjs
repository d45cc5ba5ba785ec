// Watches a store's menu with a client of npm, and prints what happens, a line of JSON each.
// Usage: node watch_menu.mjs graphql-ws|apollo|urql WS_URL STORE ITEM FOLDER_OF_NODE_MODULES
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [library, url, storeId, itemId, folder] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/package.json`));
const { createClient } = require("graphql-ws");
const { WebSocket } = require("ws");

const query = `subscription Menu($id: ID!) { menuChanged(storeId: $id) {
  version menu { categories { items { id price { amountMinor } } } } } }`;
const variables = { id: storeId };
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

function next({ data, error, errors }) {
  if (!data) return say({ kind: "errors", errors: errors ?? String(error) });
  const { version, menu } = data.menuChanged;
  const items = menu.categories.flatMap((category) => category.items);
  const price = items.find((item) => item.id === itemId)?.price.amountMinor ?? null;
  say({ kind: "state", version, price });
}

const live = createClient({
  url,
  webSocketImpl: WebSocket,
  retryAttempts: 20,
  shouldRetry: () => true,
  on: {
    connected: () => say({ kind: "connected" }),
    closed: (event) => say({ kind: "closed", code: event.code }),
  },
});
const sink = {
  next,
  error: (error) => say({ kind: "error", error: String(error?.message ?? error) }),
  complete: () => say({ kind: "complete" }),
};

if (library === "apollo") {
  const { ApolloClient, InMemoryCache } = require("@apollo/client");
  const { GraphQLWsLink } = require("@apollo/client/link/subscriptions");
  const { parse } = require("graphql");
  const client = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(live) });
  client.subscribe({ query: parse(query), variables }).subscribe(sink);
} else if (library === "urql") {
  const { Client, subscriptionExchange } = require("@urql/core");
  const { pipe, subscribe } = require("wonka");
  const exchange = subscriptionExchange({
    forwardSubscription: (request) => ({
      subscribe: (taker) => ({ unsubscribe: live.subscribe(request, taker) }),
    }),
  });
  const client = new Client({ url: url.replace("ws", "http"), exchanges: [exchange] });
  pipe(client.subscription(query, variables), subscribe(next));
} else {
  live.subscribe({ query, variables }, sink);
}
