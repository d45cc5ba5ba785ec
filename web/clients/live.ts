// Options of npm's graphql-ws for live updates: for graphql-ws itself, Apollo Client and urql.
import type { ClientOptions } from "graphql-ws";

/** The paths of the edge; the later ones lead past the nearest region. */
const PATHS = ["/graphql", "/graphql/next", "/graphql/third"];
const PING_MS = 60_000;
const PONG_MS = 5_000;
const LONGEST_WAIT_MS = 8_000;
/** API Gateway's code for a connection that is idle or two hours old; its region is well. */
const AGED = 1001;

export interface LiveOptions {
  /** Of the edge, such as `https://menus.example.com`; the page's own origin where it is left out. */
  url?: string;
  /** The token of staff; guests have none. */
  token?: () => string | null;
  /** Milliseconds between pings, and those after which a missing answer means a dead connection. */
  pingMs?: number;
  pongMs?: number;
}

/**
 * Make the options. A connection that ends, or that does not answer a ping, is opened anew by the next
 * path, which leads to another region; waits are random and double with each failure, so that the
 * clients of a lost region do not come in one rush.
 */
export function liveOptions({
  url = globalThis.location?.origin ?? "",
  token = () => null,
  pingMs = PING_MS,
  pongMs = PONG_MS,
}: LiveOptions = {}): ClientOptions {
  const base = url.replace(/^http/, "ws").replace(/\/$/, "");
  let failures = 0;
  let socket: WebSocket | undefined;
  let silent: ReturnType<typeof setTimeout> | undefined;
  return {
    url: () => `${base}${PATHS[failures % PATHS.length]}`,
    connectionParams: () => {
      const held = token();
      return held ? { authorization: `Bearer ${held}` } : {};
    },
    keepAlive: pingMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: async (retries) => {
      const longest = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** retries);
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * longest));
    },
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      connected: () => {
        failures = 0;
      },
      ping: (received) => {
        if (!received) silent = setTimeout(() => socket?.close(4408, "no pong"), pongMs);
      },
      pong: (received) => {
        if (received) clearTimeout(silent);
      },
      closed: (event) => {
        clearTimeout(silent);
        if ((event as CloseEvent).code !== AGED) failures += 1;
      },
    },
  };
}
