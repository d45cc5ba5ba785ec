// Sells in a running carte with a published client, for tests/integration/clients: takes a JSON object as
// its argument, prints a line once the first requests are on their way, and the outcome in the end.
import { ApolloClient, gql as apolloGql, InMemoryCache } from "@apollo/client";
import { createClient, gql } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { carteLink } from "../../clients/apollo.ts";
import { Memory, TIMING } from "../../clients/failover.ts";
import { carteExchange } from "../../clients/urql.ts";

const {
  library,
  url,
  token,
  place,
  storeId,
  itemId,
  documents,
  query,
  operationIds,
  patienceS,
  rounds,
} = JSON.parse(process.argv[2] ?? "{}");
const SALE = `
  mutation Sell($input: RecordSaleInput!) {
    recordSale(input: $input) { errors { __typename message } }
  }`;

const options = {
  url,
  documents,
  memory: new Memory({ ...TIMING, timeoutMs: patienceS * 1000, rounds }),
  headers: () => ({ authorization: `Bearer ${token}`, "x-carte-place": place }),
};

type Run = (document: string, variables: object) => Promise<{ data?: unknown; error?: unknown }>;

function apollo(): { read: Run; write: Run } {
  const client = new ApolloClient({ cache: new InMemoryCache(), link: carteLink(options) });
  return {
    read: (document, variables) => client.query({ query: apolloGql(document), variables }),
    write: (document, variables) => client.mutate({ mutation: apolloGql(document), variables }),
  };
}

function urql(): { read: Run; write: Run } {
  const keys = Object.fromEntries(
    ["Menu", "Money", "Address", "OpeningHours", "MenuItem", "MenuCategory"].map((name) => [
      name,
      () => null,
    ]),
  );
  const client = createClient({
    url,
    exchanges: [cacheExchange({ keys }), carteExchange(options)],
  });
  return {
    read: (document, variables) => client.query(gql(document), variables).toPromise(),
    write: (document, variables) => client.mutation(gql(document), variables).toPromise(),
  };
}

const client = library === "apollo" ? apollo() : urql();
/** An error with all that caused it: "no region answered" alone does not say why. */
const causesOf = (error: unknown): string => {
  const { cause, networkError } = error as { cause?: unknown; networkError?: unknown };
  const inner = cause ?? networkError;
  return inner ? `${error} <- ${causesOf(inner)}` : String(error);
};
const timed = async (work: ReturnType<Run>) => {
  const began = performance.now();
  const { data, error } = await work.catch((error) => ({ data: undefined, error }));
  const ms = Math.round(performance.now() - began);
  return { ms, data, error: error ? causesOf(error) : null };
};
const writes = operationIds.map((operationId: string) =>
  timed(client.write(SALE, { input: { operationId, storeId, lines: [{ itemId, pieces: 1 }] } })),
);
console.log("sent");
const sold = await Promise.all(writes);
const read = await timed(client.read(query, { storeId }));
console.log(JSON.stringify({ sold, read }));
