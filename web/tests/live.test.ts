// The examples of docs/clients.md for live updates, against a server in place of the edge whose nearest
// region is lost.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "graphql-ws";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { liveOptions } from "../clients/live.ts";

const page = readFileSync(new URL("../../docs/clients.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```ts live\n(.*?)```/gs)].map(([, code = ""]) => code);
const folder = new URL("./generated-live/", import.meta.url);
const QUERY = "subscription { regionStatus { version } }";

interface Message {
  type: string;
  id?: string | undefined;
  payload?: Record<string, unknown> | undefined;
}

let server: WebSocketServer;
let url: string;
/** Path of each connection, and what it was initialised with. */
let paths: string[];
let initialised: unknown[];
/** Paths whose region answers nothing after the handshake. */
let frozen: string[];
/** Paths whose region does not answer `connection_init`. */
let mute: string[];
/** Close codes that the service sends in a `ping` after `connection_init` in place of its answer, in turn. */
let refusals: number[];

beforeEach(async () => {
  [paths, initialised, frozen, mute, refusals] = [[], [], [], [], []];
  server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    handleProtocols: () => "graphql-transport-ws",
  });
  server.on("connection", (socket, { url: path = "" }) => {
    paths.push(path);
    const say = (message: Message) => socket.send(JSON.stringify(message));
    socket.on("message", (text) => {
      const { type, id, payload } = JSON.parse(text.toString()) as Message;
      if (type === "connection_init" && !mute.includes(path)) {
        initialised.push(payload);
        const code = refusals.shift();
        if (code === undefined) say({ type: "connection_ack" });
        else {
          say({ type: "ping", payload: { closing: { code, reason: "for a reason" } } });
          socket.close(1000);
        }
      } else if (type === "ping" && !frozen.includes(path)) {
        say({ type: "pong" });
      } else if (type === "subscribe") {
        const version = String(paths.length);
        say({ type: "next", id, payload: { data: { regionStatus: { version } } } });
      }
    });
  });
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const one of server.clients) one.terminate();
  await new Promise((resolve) => server.close(resolve));
});

/** Subscribe; the versions that come. */
function watch(client: Client): string[] {
  const seen: string[] = [];
  client.subscribe<{ regionStatus: { version: string } }>(
    { query: QUERY },
    {
      next: ({ data }) => data && seen.push(data.regionStatus.version),
      error: (error) => seen.push(String(error)),
      complete: () => seen.push("complete"),
    },
  );
  return seen;
}

const open = (options: Parameters<typeof liveOptions>[0] = {}) =>
  createClient({ ...liveOptions({ url, ...options }), webSocketImpl: WebSocket });

it("comes by the path of another region when its connection ends, and subscribes again", async () => {
  const client = open({ token: () => "staff" });
  const seen = watch(client);
  await expect.poll(() => seen).toEqual(["1"]);
  for (const one of server.clients) one.close(1012);
  await expect.poll(() => seen, { timeout: 5000 }).toEqual(["1", "2"]);
  expect(paths).toEqual(["/graphql", "/graphql/next"]);
  expect(initialised).toEqual(Array(2).fill({ authorization: "Bearer staff" }));
  await client.dispose();
});

it("leaves a region that answers no ping", async () => {
  frozen = ["/graphql"];
  const client = open({ pingMs: 30, pongMs: 30 });
  const seen = watch(client);
  await expect.poll(() => seen, { timeout: 5000 }).toEqual(["1", "2"]);
  expect(paths).toEqual(["/graphql", "/graphql/next"]);
  await client.dispose();
});

it("leaves a region that answers no initialisation", async () => {
  mute = ["/graphql"];
  const client = open({ pongMs: 100 });
  const seen = watch(client);
  await expect.poll(() => seen, { timeout: 5000 }).toEqual(["2"]);
  expect(paths).toEqual(["/graphql", "/graphql/next"]);
  await client.dispose();
});

it("stays with the nearest region when a connection only became too old", async () => {
  const client = open();
  const seen = watch(client);
  for (const [count, code] of [
    [1, 1001],
    [2, 1012],
    [3, 1001],
  ] as const) {
    await expect.poll(() => seen.length, { timeout: 5000 }).toBe(count);
    for (const one of server.clients) one.close(code);
  }
  await expect.poll(() => seen.length, { timeout: 5000 }).toBe(4);
  expect(paths).toEqual(["/graphql", "/graphql", "/graphql/next", "/graphql"]);
  await client.dispose();
});

it("waits before it comes again to a service that closed its connection", async () => {
  refusals = [1012, 1013];
  const waits: number[] = [];
  const client = createClient({
    ...liveOptions({ url }),
    webSocketImpl: WebSocket,
    retryWait: async (retries) => void waits.push(retries),
  });
  const seen = watch(client);
  await expect.poll(() => seen, { timeout: 5000 }).toEqual(["3"]);
  expect(waits).toEqual([0, 1]);
  expect(paths).toEqual(["/graphql", "/graphql/next", "/graphql/third"]);
  await client.dispose();
});

it.each(["connection_init", "subscribe"])(
  "comes again when API Gateway answers %s by a frame of its own",
  async (type) => {
    server.once("connection", (socket) => {
      const [answer] = socket.listeners("message");
      socket.removeAllListeners("message");
      socket.on("message", (text) => {
        if (JSON.parse(text.toString()).type !== type) answer?.call(socket, text);
        else socket.send('{"message":"Internal server error","connectionId":"c","requestId":"r"}');
      });
    });
    const client = open();
    const seen = watch(client);
    await expect.poll(() => seen, { timeout: 5000 }).toEqual(["2"]);
    expect(paths.slice(0, 2)).toEqual(["/graphql", "/graphql/next"]);
    await client.dispose();
  },
);

it("presents a token that was refused no second time, and tries a refreshed one", async () => {
  refusals = [4403, 4403];
  let token = "old";
  const held = () => {
    const now = token;
    if (initialised.length === 0) token = "new";
    return now;
  };
  const client = open({ token: held });
  const seen = watch(client);
  await expect.poll(() => seen, { timeout: 5000 }).toHaveLength(1);
  expect(initialised).toEqual([{ authorization: "Bearer old" }, { authorization: "Bearer new" }]);
  await client.dispose();
});

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  vi.stubGlobal("sessionStorage", { getItem: () => "token" });
  vi.stubGlobal("WebSocket", WebSocket);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllGlobals();
});

it("has an example for graphql-ws, Apollo Client and urql", () => {
  const names = examples.map((code) => /from "(graphql-ws|@[^"]+)"/.exec(code)?.[1]);
  expect(names).toEqual(["graphql-ws", "@apollo/client", "@urql/core"]);
});

it.each([0, 1, 2])("runs example %i of the page while the nearest region is lost", async (at) => {
  const code = (examples[at] ?? "")
    .replaceAll('"./clients/', '"../../clients/')
    .replaceAll("https://menus.example.com", url);
  const file = new URL(`example${at}.ts`, folder);
  writeFileSync(file, code);
  const { watch: start } = (await import(/* @vite-ignore */ fileURLToPath(file))) as {
    watch: (next: (version: string) => void) => () => void;
  };
  const seen: string[] = [];
  const stop = start((version) => seen.push(version));
  await expect.poll(() => seen.length, { timeout: 5000 }).toBe(1);
  for (const one of server.clients) one.close(1012);
  await expect.poll(() => seen.length, { timeout: 5000 }).toBe(2);
  expect(paths.slice(0, 2)).toEqual(["/graphql", "/graphql/next"]);
  stop();
});
