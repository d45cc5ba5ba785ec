// Subscriptions over a WebSocket: against a real server of the protocol, and when it fails.
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { LiveClient, type LiveOptions } from "../src/graphql/live-client.ts";
import { pretendBrowser } from "./support/browser.ts";

let server: WebSocketServer;
let received: { type: string; id?: string; payload?: unknown }[];
let sockets: WebSocket[];
/** What the server does with a subscription. */
let onSubscribe: (send: (message: object) => void, id: string) => void;
let silent: boolean;

beforeEach(async () => {
  pretendBrowser();
  received = [];
  sockets = [];
  silent = false;
  onSubscribe = (send, id) => send({ type: "next", id, payload: { data: { n: sockets.length } } });
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    sockets.push(socket);
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
  const client = new LiveClient(`ws://127.0.0.1:${port}`, {
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

it("says that a subscription which is refused is not connected", async () => {
  onSubscribe = (send, id) => send({ type: "error", id, payload: [{ message: "no" }] });
  const { seen, stop } = follow();
  await vi.waitFor(() => expect(seen).toEqual([false]));
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
