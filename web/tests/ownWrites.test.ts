// A client's own writes, in regions between which nothing is replicated.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { carteSender } from "../clients/carte.ts";
import { Memory, TIMING } from "../clients/failover.ts";
import { isDone, KEPT_MS, MOST, OwnWrites } from "../clients/ownWrites.ts";
import { type Edge, type Mode, type Received, startEdge } from "./support/edge.ts";

const FOLDER = new URL("../../graphql_schema/", import.meta.url);
const documents = JSON.parse(readFileSync(new URL("persisted.json", FOLDER), "utf8"));
const READ = Object.values<{ document: string }>(documents)[0]?.document ?? "";
const SALE = `mutation Sell($input: RecordSaleInput!) { recordSale(input: $input) { errors { message } } }`;

/** The operations that each region took; a read shows those of its region. */
let taken: string[][];
let refuses: boolean;
/** What other regions than the first one answer to an operation. */
let refused: Record<string, { __typename: string }>;
/** What is answered last, and what all regions do from then on. */
let fails: { after: (body: Received["body"]) => boolean; mode: Mode } | undefined;
let edge: Edge;

const BUSY: Mode = { status: 503 };
const BLOCKED: Mode = { status: 403, body: "<h1>Request blocked</h1>" };

const data = ({ region, body }: Received): unknown => {
  if (fails?.after(body)) edge.behave(fails.mode, fails.mode, fails.mode);
  if (!body.query?.includes("mutation")) return { taken: [...(taken[region] ?? [])] };
  const { operationId } = body.variables.input as { operationId: string };
  const refusal = region > 0 && refused[operationId];
  if (refusal) return { recordSale: { errors: [refusal] } };
  if (!refuses && !taken[region]?.includes(operationId)) taken[region]?.push(operationId);
  return { recordSale: { errors: refuses ? [{ message: "busy" }] : [] } };
};

beforeEach(async () => {
  taken = [[], [], []];
  refuses = false;
  refused = {};
  fails = undefined;
  edge = await startEdge(data);
});
afterEach(() => edge.stop());

const sender = (ownWrites: boolean) => {
  // No attempt beside another: on a busy machine a second region might take a mutation.
  const memory = new Memory({ ...TIMING, hedgeAfterMs: 9000, pauseMs: [10, 20] });
  return carteSender({ url: edge.url, documents, memory, ownWrites });
};

describe("a client that reads its own writes", () => {
  it("reads them also in another region, in their order, and brings them once", async () => {
    const send = sender(true);
    for (const operationId of ["op-1", "op-2"]) {
      await send({ query: SALE, variables: { input: { operationId } } });
    }
    edge.behave("broken");
    const { body } = await send({ query: READ });
    expect(body?.data).toEqual({ taken: ["op-1", "op-2"] });
    expect(taken).toEqual([["op-1", "op-2"], ["op-1", "op-2"], []]);
    edge.received.length = 0;
    expect((await send({ query: READ })).body?.data).toEqual(body?.data);
    expect(edge.received.map(({ method, region }) => [method, region])).toEqual([["POST", 1]]);
  });

  it("repeats nothing that was refused", async () => {
    const send = sender(true);
    refuses = true;
    await send({ query: SALE, variables: { input: { operationId: "op-1" } } });
    refuses = false;
    edge.behave("broken");
    await send({ query: READ });
    edge.behave("broken", "broken");
    await send({ query: READ });
    expect(taken).toEqual([[], [], []]);
  });

  it.each([
    ["RequestTimeTooSkewedError", ["op-2"], 1],
    ["TooBusyError", [], 2],
  ])("brings writes after one that is refused for %s", async (__typename, shown, times) => {
    const send = sender(true);
    for (const operationId of ["op-1", "op-2"]) {
      await send({ query: SALE, variables: { input: { operationId } } });
    }
    refused["op-1"] = { __typename };
    edge.behave("broken");
    for (const _ of ["once", "twice"]) {
      expect((await send({ query: READ })).body?.data).toEqual({ taken: shown });
    }
    const inputs = edge.received.filter(({ region }) => region === 1).map((one) => one.body);
    const repeated = inputs.map(({ variables }) => variables.input as { operationId: string });
    expect(repeated.filter((input) => input?.operationId === "op-1")).toHaveLength(times);
  });

  it.each([
    ["the repeated write", (body: Received["body"]) => !body.query?.includes("mutation"), "broken"],
    ["the read after it", (body: Received["body"]) => body.query?.includes("mutation"), "broken"],
    ["the read after it", (body: Received["body"]) => body.query?.includes("mutation"), BUSY],
    ["the read after it", (body: Received["body"]) => body.query?.includes("mutation"), BLOCKED],
  ] as const)("shows what was read where no region answers %s", async (_, isLast, mode) => {
    const send = sender(true);
    await send({ query: SALE, variables: { input: { operationId: "op-1" } } });
    edge.behave("broken");
    fails = { after: (body) => isLast(body) === true, mode };
    expect((await send({ query: READ }, { timeoutMs: 1000 })).body?.data).toEqual({ taken: [] });
    fails = undefined;
    edge.behave("broken", "well", "well");
    expect((await send({ query: READ })).body?.data).toEqual({ taken: ["op-1"] });
  });

  it("reads past the caches after a write, and from them otherwise", async () => {
    const send = sender(true);
    await send({ query: READ });
    await send({ query: SALE, variables: { input: { operationId: "op-1" } } });
    await send({ query: READ });
    expect(edge.received.map(({ method }) => method)).toEqual(["GET", "POST", "POST"]);
  });

  it("is one that wants to be: others wait for replication", async () => {
    const send = sender(false);
    await send({ query: SALE, variables: { input: { operationId: "op-1" } } });
    edge.behave("broken");
    await send({ query: SALE, variables: { input: { operationId: "op-2" } } });
    expect(taken).toEqual([["op-1"], ["op-2"], []]);
  });
});

it("forgets writes after ten minutes, and more than twenty", () => {
  let now = 0;
  const writes = new OwnWrites(() => now);
  for (let number = 0; number < MOST + 5; number++) writes.acknowledged(`${number}`, "us");
  writes.acknowledged("not known where", null);
  expect(writes.missingIn("eu").map(({ body }) => body)).toEqual(
    Array.from({ length: MOST }, (_, number) => `${number + 5}`),
  );
  expect([writes.missingIn("us"), writes.missingIn(null)]).toEqual([[], []]);
  now = KEPT_MS + 1;
  expect(writes.missingIn("eu")).toEqual([]);
});

it("takes an answer with errors for one of a mutation that was not done", () => {
  expect(isDone({ data: { recordSale: { errors: [] } } })).toBe(true);
  expect(isDone({ data: { recordSale: {} } })).toBe(true);
  expect(isDone({ data: { recordSale: { errors: [{}] } } })).toBe(false);
  expect(isDone({ data: { recordSale: null }, errors: [{}] })).toBe(false);
  expect(isDone(undefined)).toBe(false);
});
