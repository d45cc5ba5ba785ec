// Subscriptions over a WebSocket: against a real server of the protocol, and when it fails.
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { LiveClient, type LiveOptions } from "../src/graphql/live-client.ts";
import { pretendBrowser } from "./support/browser.ts";

let server: WebSocketServer;
let received: { type: string; id?: string; payload?: unknown }[];
let sockets: WebSocket[];
/** The path of each handshake. */
let paths: string[];
/** What the server does with a subscription. */
let onSubscribe: (send: (message: object) => void, id: string) => void;
let silent: boolean;

beforeEach(async () => {
  pretendBrowser();
  received = [];
  sockets = [];
  paths = [];
  silent = false;
  onSubscribe = (send, id) => send({ type: "next", id, payload: { data: { n: sockets.length } } });
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket, { url }) => {
    sockets.push(socket);
    paths.push(url ?? "");
    const send = (message: object) => socket.send(JSON.stringify(message));
    socket.on("message", (data) => {
      const message = JSON.parse(String(data));
      received.push(message);
      if (silent) return;
      if (message.type === "connection_init") send({ type: "connection_ack" });
      if (message.type === "subscribe") onSubscribe(send, message.id);
      if (message.type === "ping") send({ type: "pong" });
    });
  });
  await new Promise((listening) => server.on("listening", listening));
});

afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await new Promise((closed) => server.close(closed));
  vi.unstubAllGlobals();
});

function follow(options: LiveOptions = {}) {
  const { port } = server.address() as AddressInfo;
  const client = new LiveClient(`ws://127.0.0.1:${port}/graphql`, {
    open: (url, protocol) => new WebSocket(url, protocol) as unknown as globalThis.WebSocket,
    pauseMs: () => 1,
    ...options,
  });
  const seen: unknown[] = [];
  const stop = client.subscribe({
    query: "subscription { n }",
    variables: { id: 1 },
    onNext: (data) => seen.push(data),
    onConnected: (connected) => seen.push(connected),
  });
  return { client, seen, stop };
}

it("gets the state at once, and says that it is connected", async () => {
  const { seen, stop } = follow();
  await vi.waitFor(() => expect(seen).toEqual([true, { n: 1 }]));
  const subscribe = received.find(({ type }) => type === "subscribe");
  expect(subscribe?.payload).toEqual({ query: "subscription { n }", variables: { id: 1 } });
  stop();
  await vi.waitFor(() => expect(sockets[0]?.readyState).toBe(WebSocket.CLOSED));
  expect(received.at(-1)?.type).toBe("complete");
});

it("connects again after the connection is lost, and gets the state again", async () => {
  const { seen, stop } = follow();
  await vi.waitFor(() => expect(seen).toHaveLength(2));
  sockets[0]?.terminate();
  await vi.waitFor(() => expect(seen).toEqual([true, { n: 1 }, false, true, { n: 2 }]));
  stop();
});

it("comes back past the nearest region, and there again after the next loss", async () => {
  const { seen, stop } = follow();
  for (const losses of [1, 2]) {
    await vi.waitFor(() => expect(seen.at(-1)).toEqual({ n: losses }));
    if (losses === 2) onSubscribe = () => undefined;
    sockets.at(-1)?.terminate();
    await vi.waitFor(() => expect(paths).toHaveLength(losses + 1));
  }
  // A region that sent no state is followed by the third.
  await vi.waitFor(() =>
    expect(received.filter(({ type }) => type === "subscribe")).toHaveLength(3),
  );
  sockets.at(-1)?.terminate();
  await vi.waitFor(() => expect(paths).toHaveLength(4));
  expect(paths).toEqual(["/graphql", "/graphql/next", "/graphql/next", "/graphql/third"]);
  stop();
});

it("notices a connection that is dead without a word", async () => {
  const { seen, stop } = follow({ pingMs: 5, pongMs: 20 });
  await vi.waitFor(() => expect(received.some(({ type }) => type === "ping")).toBe(true));
  silent = true;
  await vi.waitFor(() => expect(seen).toContain(false));
  silent = false;
  await vi.waitFor(() => expect(seen.at(-1)).toEqual({ n: sockets.length }));
  expect(sockets.length).toBeGreaterThan(1);
  stop();
});

it.each(["connection_init", "subscribe"])(
  "connects again when API Gateway answers %s by a frame of its own",
  async (type) => {
    server.on("connection", (socket) => {
      socket.removeAllListeners("message");
      socket.on("message", (data) => {
        const { type: kind, id } = JSON.parse(String(data));
        if (kind === type && sockets.length === 1) {
          socket.send('{"message":"Internal server error","connectionId":"c","requestId":"r"}');
        } else if (kind === "connection_init") socket.send('{"type":"connection_ack"}');
        else if (kind === "subscribe") {
          socket.send(JSON.stringify({ type: "next", id, payload: { data: { n: 2 } } }));
        }
      });
    });
    const { seen, stop } = follow();
    await vi.waitFor(() => expect(seen).toEqual([false, true, { n: 2 }]));
    stop();
  },
);

it.each(["connection_init", "subscribe"])(
  "connects again when nothing answers %s, whatever else comes",
  async (type) => {
    server.on("connection", (socket) => {
      socket.removeAllListeners("message");
      socket.on("message", (data) => {
        const { type: kind, id } = JSON.parse(String(data));
        if (kind === type && sockets.length === 1) socket.send('{"type":"ping"}');
        else if (kind === "connection_init") socket.send('{"type":"connection_ack"}');
        else if (kind === "subscribe") {
          socket.send(JSON.stringify({ type: "next", id, payload: { data: { n: 2 } } }));
        }
      });
    });
    const { seen, stop } = follow({ pongMs: 100, firstMs: 100 });
    await vi.waitFor(() => expect(seen).toEqual([false, true, { n: 2 }]));
    stop();
  },
);

it("says that a subscription which is refused is not connected", async () => {
  onSubscribe = (send, id) => send({ type: "error", id, payload: [{ message: "no" }] });
  const { seen, stop } = follow();
  await vi.waitFor(() => expect(seen).toEqual([false]));
  stop();
});

it("subscribes again after a fault of the service, and not after a refusal", async () => {
  const errors = [{ extensions: { retryable: true } }, { extensions: { code: "FORBIDDEN" } }];
  onSubscribe = (send, id) => send({ type: "error", id, payload: [errors.shift()] });
  const pauseMs = vi.fn(() => 1);
  const { seen, stop } = follow({ pauseMs });
  await vi.waitFor(() => expect(seen).toEqual([false, false]));
  expect(pauseMs).toHaveBeenCalledTimes(1);
  const subscribed = received.filter(({ type }) => type === "subscribe").map(({ id }) => id);
  expect(subscribed).toEqual(["1", "1"]);
  stop();
});

it("closes the connection of a page that was never looked at", async () => {
  Object.assign(document, { visibilityState: "hidden" });
  const { seen, stop } = follow({ hiddenMs: 100 });
  await vi.waitFor(() => expect(sockets[0]?.readyState).toBe(WebSocket.CLOSED));
  expect(seen.at(-1)).toBe(false);
  expect(sockets).toHaveLength(1);
  stop();
});

it("answers the pings of the server, and takes no notice of what it does not know", async () => {
  onSubscribe = (send, id) => {
    send({ type: "ping", payload: { closing: { code: 4400 } } });
    send({ type: "unheard-of" });
    send({ type: "next", id, payload: { data: { n: 7 } } });
  };
  const { seen, stop } = follow();
  await vi.waitFor(() => expect(seen.at(-1)).toEqual({ n: 7 }));
  await vi.waitFor(() => expect(received.some(({ type }) => type === "pong")).toBe(true));
  stop();
});
