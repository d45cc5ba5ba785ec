// The examples of docs/clients.md run as they are written, against a server in place of the edge.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ApolloClient } from "@apollo/client";
import type { Client } from "@urql/core";
import { parse } from "graphql";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Edge, startEdge } from "./support/edge.ts";

const page = readFileSync(new URL("../../docs/clients.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
const folder = new URL("./generated/", import.meta.url);
const REGION = readFileSync(
  new URL("../../graphql_schema/operations/Region.graphql", import.meta.url),
  "utf8",
);

let edge: Edge;
beforeAll(async () => {
  const region = { __typename: "Region", name: "here", version: "1", replicationLag: [] };
  edge = await startEdge(() => ({ region }));
  mkdirSync(folder, { recursive: true });
  vi.stubGlobal("sessionStorage", { getItem: () => "token" });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllGlobals();
  await edge.stop();
});

/** Load an example with the places that it names for this test's. */
async function load(example: string): Promise<{ client: unknown }> {
  const name = example.includes("@apollo/client") ? "apollo" : "urql";
  const code = example
    .replaceAll('"./clients/', '"../../clients/')
    .replaceAll('"./persisted.json"', '"../../../graphql_schema/persisted.json"')
    .replaceAll("https://menus.example.com", edge.url);
  const file = new URL(`${name}.ts`, folder);
  writeFileSync(file, code);
  return import(/* @vite-ignore */ fileURLToPath(file));
}

const read = {
  apollo: async (client: ApolloClient) => (await client.query({ query: parse(REGION) })).data,
  urql: async (client: Client) => (await client.query(parse(REGION), {}).toPromise()).data,
};

it("has an example for each library", () => {
  expect(examples.map((code) => /from "(@[^"]+)"/.exec(code)?.[1])).toEqual([
    "@apollo/client",
    "@urql/core",
  ]);
});

it.each(examples)("runs\n%s", async (example) => {
  const { client } = await load(example);
  edge.received.length = 0;
  edge.behavePersisted({ status: 503 });
  const data = example.includes("@apollo/client")
    ? await read.apollo(client as ApolloClient)
    : await read.urql(client as Client);
  expect(data).toMatchObject({ region: { name: "here" } });
  expect(edge.received.map(({ method }) => method)).toEqual(["GET", "POST"]);
});
