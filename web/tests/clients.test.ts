// The published clients, with the real libraries, against a real server whose regions misbehave.
import { readFileSync } from "node:fs";
import { ApolloClient, gql as apolloGql, InMemoryCache } from "@apollo/client";
import { createClient, gql } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { carteLink } from "../clients/apollo.ts";
import { type CarteOptions, carteSender, withOperationIds } from "../clients/carte.ts";
import { Memory, NoAnswerError, TIMING } from "../clients/failover.ts";
import { carteExchange } from "../clients/urql.ts";
import { type Edge, type Mode, type Received, startEdge } from "./support/edge.ts";

const FOLDER = new URL("../../graphql_schema/", import.meta.url);
const documents = JSON.parse(readFileSync(new URL("persisted.json", FOLDER), "utf8"));
const REGION = readFileSync(new URL("operations/Region.graphql", FOLDER), "utf8");
const NEARBY = readFileSync(new URL("operations/NearbyStores.graphql", FOLDER), "utf8");
const SALE = `
  mutation Sell($input: RecordSaleInput!) {
    recordSale(input: $input) { errors { message } }
  }`;
const input = { storeId: "de-1", lines: [{ itemId: "a", pieces: 1 }] };

const lag = { __typename: "RegionLag", region: "eu-west-1", seconds: 0.1 };
const data = ({ body, path }: Received): unknown => {
  if (path.includes("persisted") || body.query?.includes("region")) {
    const region = { __typename: "Region", name: "us-east-1", version: "1", replicationLag: [lag] };
    return { region };
  }
  return { recordSale: { __typename: "RecordSalePayload", errors: [] } };
};

let edge: Edge;
let options: CarteOptions;
beforeEach(async () => {
  edge = await startEdge(data);
  const memory = new Memory({ ...TIMING, hedgeAfterMs: 150, pauseMs: [10, 20] });
  options = { url: edge.url, documents, memory };
});
afterEach(() => edge.stop());

const idsOf = (received: Received[]) =>
  received.map(({ body }) => (body.variables.input as { operationId?: string }).operationId);

interface Result {
  data?: unknown;
  error?: unknown;
}

const libraries: [string, () => { read(): Promise<Result>; write(): Promise<Result> }][] = [
  [
    "Apollo Client",
    () => {
      const client = new ApolloClient({ cache: new InMemoryCache(), link: carteLink(options) });
      const settled = (result: Promise<{ data?: unknown; error?: unknown }>) =>
        result.then(
          ({ data, error }) => ({ data, error }),
          (error) => ({ data: undefined, error }),
        );
      return {
        read: () => settled(client.query({ query: apolloGql(REGION) })),
        write: () => settled(client.mutate({ mutation: apolloGql(SALE), variables: { input } })),
      };
    },
  ],
  [
    "urql",
    () => {
      const exchanges = [
        cacheExchange({
          keys: { Region: ({ name }) => String(name), RegionLag: ({ region }) => String(region) },
        }),
        carteExchange(options),
      ];
      const client = createClient({ url: edge.url, exchanges, preferGetMethod: false });
      return {
        read: () => client.query(gql(REGION), {}).toPromise(),
        write: () => client.mutation(gql(SALE), { input }).toPromise(),
      };
    },
  ],
];

describe.each(libraries)("%s", (_, make) => {
  it("reads a registered document by GET, and its normalized cache keeps it", async () => {
    const client = make();
    const first = await client.read();
    expect(first.error).toBeUndefined();
    expect(first.data).toMatchObject({ region: { name: "us-east-1" } });
    expect((await client.read()).data).toEqual(first.data);
    expect(edge.received.map(({ method, path }) => [method, path])).toEqual([
      ["GET", expect.stringMatching(/^\/graphql\/persisted\/[0-9a-f]{64}$/)],
    ]);
  });

  it("posts a read that no region knows, or that the edge could not fail over", async () => {
    for (const [status, path] of [
      [404, "/graphql"],
      [503, "/graphql/next"],
    ] as const) {
      edge.received.length = 0;
      edge.behavePersisted({ status });
      const { data, error } = await make().read();
      expect(error).toBeUndefined();
      expect(data).toMatchObject({ region: { name: "us-east-1" } });
      expect(edge.received.map((one) => one.path.replace(/persisted.*/, "persisted"))).toEqual([
        "/graphql/persisted",
        path,
      ]);
    }
  });

  it.each([
    ["breaks off", "broken"],
    ["is silent", "silent"],
    ["answers 503", { status: 503 }],
    ["throttles", { status: 429, headers: { "retry-after": "2" } }],
    [
      "has a fault in its answer",
      {
        status: 200,
        body: { data: null, errors: [{ message: "x", extensions: { retryable: true } }] },
      },
    ],
  ] as const)(
    "repeats a mutation elsewhere when a region %s, as the same operation",
    async (_, mode) => {
      edge.behave(mode);
      const { data, error } = await make().write();
      expect(error).toBeUndefined();
      expect(data).toMatchObject({ recordSale: { errors: [] } });
      expect(edge.received.map(({ region }) => region)).toEqual([0, 1]);
      const [first, second] = idsOf(edge.received);
      expect(first).toMatch(/^[0-9a-f-]{36}$/);
      expect(second).toBe(first);
    },
  );

  it("reaches the third region when two are lost", async () => {
    edge.behave("silent", "broken");
    expect((await make().write()).error).toBeUndefined();
    expect(edge.received.map(({ region }) => region)).toEqual([0, 1, 2]);
  });

  it("shows an error that every region would give, after one request", async () => {
    const body = { errors: [{ message: "sign in", extensions: { code: "UNAUTHENTICATED" } }] };
    edge.behave({ status: 200, body });
    const { error } = await make().write();
    expect(String((error as Error).message)).toContain("sign in");
    expect(edge.received).toHaveLength(1);
  });

  it("shows that all regions fail", async () => {
    const down = { status: 502, body: "<h1>Bad gateway</h1>" };
    edge.behave(down, down, down);
    const { error } = await make().write();
    expect(String((error as Error).message)).toContain("502");
    const failure = (error as { networkError?: Error }).networkError ?? error;
    expect((failure as { variables?: unknown }).variables).toEqual(
      edge.received[0]?.body.variables,
    );
    expect(edge.received).toHaveLength(6);
  });
});

describe("carteSender", () => {
  it("asks for headers before each attempt: a token may have been renewed", async () => {
    edge.behave({ status: 503 });
    let tokens = 0;
    const send = carteSender({
      ...options,
      headers: () => ({ authorization: `Bearer ${++tokens}` }),
    });
    expect((await send({ query: SALE, variables: { input } })).status).toBe(200);
    expect(tokens).toBe(2);
  });

  it("gives the variables back with which a mutation can be repeated as the same one", async () => {
    const send = carteSender(options);
    edge.behave("broken", "broken", "broken");
    const error = await send({ query: SALE, variables: { input } }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(NoAnswerError);
    const { variables } = error as NoAnswerError;
    edge.behave({ status: 503 }, { status: 503 }, { status: 503 });
    expect((await send({ query: SALE, variables })).variables).toEqual(variables);
    expect(new Set(idsOf(edge.received)).size).toBe(1);
  });

  it("goes on where an edge of an older version does not know a path", async () => {
    edge.behave("broken", { status: 404 }, "well");
    const { status } = await carteSender(options)({ query: SALE, variables: { input } });
    expect(status).toBe(200);
    expect(edge.received.map(({ region }) => region)).toEqual([0, 1, 2]);
  });

  it.each([
    [403, "<h1>Request blocked</h1>"],
    [403, { message: "Forbidden" }],
    [403, { data: null, errors: [] }],
    [400, "<h1>Bad request</h1>"],
    [404, ""],
    [407, "<h1>Proxy authentication required</h1>"],
    [451, ""],
    [511, "<h1>Sign in to this network</h1>"],
    [200, "<h1>Sign in to this network</h1>"],
    [200, {}],
  ])("takes what is no GraphQL response for no answer (%i %j)", async (status, body) => {
    const front: Mode = { status, body, headers: { "retry-after": "7" } };
    edge.behave(front);
    const send = carteSender(options);
    expect((await send({ query: SALE, variables: { input } })).body).toMatchObject({
      data: { recordSale: { errors: [] } },
    });
    expect(edge.received.map(({ region }) => region)).toEqual([0, 1]);
    expect(new Set(idsOf(edge.received)).size).toBe(1);
    edge.received.length = 0;
    edge.behave("well");
    edge.behavePersisted(front);
    expect((await send({ query: REGION.replace(/^#.*\n/, "") })).status).toBe(200);
    expect(edge.received.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  it.each([
    [413, undefined],
    [414, undefined],
    [431, undefined],
    [403, { errors: [{ message: "no", extensions: { code: "FORBIDDEN" } }] }],
    [413, { errors: [{ message: "long", extensions: { code: "BAD_REQUEST" } }] }],
  ])(
    "repeats nothing that is refused or too long wherever it goes (%i %j)",
    async (status, body) => {
      edge.behave({ status, body });
      expect((await carteSender(options)({ query: SALE, variables: { input } })).status).toBe(
        status,
      );
      expect(edge.received).toHaveLength(1);
    },
  );

  it("leaves the way of registered reads alone after a failure, and books it on no other path", async () => {
    const memory = new Memory({ ...TIMING, pauseMs: [10, 20] });
    memory.failed(0);
    edge.behavePersisted({ status: 503 });
    const send = carteSender({ ...options, memory });
    for (let read = 0; read < 4; read++) {
      expect((await send({ query: REGION.replace(/^#.*\n/, "") })).status).toBe(200);
    }
    expect(edge.received.map(({ path }) => path.replace(/persisted.*/, "persisted"))).toEqual([
      "/graphql/persisted",
      ...Array(4).fill("/graphql/next"),
    ]);
    expect(memory.order()).toEqual([1, 2, 0]);
  });

  it("knows a registered document however it is printed", async () => {
    const send = carteSender(options);
    for (const query of [NEARBY, NEARBY.replace(/#.*\n/g, "").replace(/\s+/g, " ")]) {
      edge.received.length = 0;
      await send({ query: query.replace(/^#.*\n/, ""), variables: { latitude: 1, longitude: 2 } });
      expect(edge.received[0]?.method).toBe("GET");
    }
  });
});

describe("withOperationIds", () => {
  it("leaves an id that the caller chose, and what is no mutation", () => {
    const mine = { input: { ...input, operationId: "mine" } };
    expect(withOperationIds(SALE, mine)).toEqual(mine);
    expect(withOperationIds("query Q($input: SomeInput) { a }", { input })).toEqual({ input });
  });

  it("gives each input one of its own, and changes nothing of the caller's", () => {
    const text = "mutation M($a: RecordSaleInput!, $b: RecordSaleInput!, $at: DateTime) { x }";
    const given = { a: input, b: input, at: "now" };
    const made = withOperationIds(text, given) as Record<"a" | "b", { operationId: string }>;
    expect(made.a.operationId).not.toBe(made.b.operationId);
    expect(given).toEqual({ a: input, b: input, at: "now" });
    expect(input).not.toHaveProperty("operationId");
  });
});
