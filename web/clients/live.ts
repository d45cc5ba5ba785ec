// Options of npm's graphql-ws for live updates: for graphql-ws itself, Apollo Client and urql.
import type { ClientOptions } from "graphql-ws";

/** The paths of the edge; the later ones lead past the nearest region. */
const PATHS = ["/graphql", "/graphql/next", "/graphql/third"];
const PING_MS = 60_000;
const PONG_MS = 5_000;
const LONGEST_WAIT_MS = 8_000;
/** API Gateway's code for a connection that is idle or two hours old; its region is well. */
const AGED = 1001;
/** The service's code for a token that is not valid (any more). */
const FORBIDDEN = 4403;

export interface LiveOptions {
  /** Of the edge, such as `https://menus.example.com`; the page's own origin where it is left out. */
  url?: string;
  /**
   * The token of staff; guests have none. Where the service refuses a token and this returns the same one
   * again, subscriptions end with an error; a refreshed one is tried.
   */
  token?: () => string | null;
  /**
   * Milliseconds between pings, and those after which a missing answer, to a ping or to the initialisation,
   * means a dead connection.
   */
  pingMs?: number;
  pongMs?: number;
}

/**
 * Make the options. A connection that ends, or that does not answer a ping, is opened anew by the next
 * path, which leads to another region; waits are random and double with each failure, so that the
 * clients of a lost region do not come in one rush. API Gateway closes with 1000 whatever went wrong, which
 * graphql-ws answers by connecting again at once: so the code that the service sends before, in a `ping`,
 * counts instead.
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
  let presented: string | null = null;
  let silent: ReturnType<typeof setTimeout> | undefined;
  return {
    url: () => `${base}${PATHS[failures % PATHS.length]}`,
    connectionParams: () => {
      presented = token();
      return presented ? { authorization: `Bearer ${presented}` } : {};
    },
    keepAlive: pingMs,
    // Without it graphql-ws waits for ever.
    connectionAckWaitTimeout: pongMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => (event as CloseEvent).code !== FORBIDDEN || token() !== presented,
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
      ping: (received, payload) => {
        if (!received) silent = setTimeout(() => socket?.close(4408, "no pong"), pongMs);
        else if (socket && isClosing(payload)) leave(socket, payload.closing);
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

interface Closing {
  code: number;
  reason: string;
}

const isClosing = (payload: unknown): payload is { closing: Closing } =>
  typeof (payload as { closing?: Partial<Closing> } | undefined)?.closing?.code === "number";

/** Close a connection that the service is about to close, and have graphql-ws see the service's code. */
function leave(socket: WebSocket, { code, reason }: Closing): void {
  const seen = socket.onclose;
  // The close frame of API Gateway may come first, and says 1000.
  socket.onclose = null;
  // Browsers let pages send no code below 3000 but 1000.
  socket.close(code < 3000 ? 3000 + (code % 1000) : code, reason.slice(0, 40));
  seen?.call(socket, { code, reason, wasClean: true } as CloseEvent);
}
