// A real HTTP server in place of an edge with three regions, each of which can be made to fail.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers well, breaks the connection off, stays silent, or gives an answer of this status. */
export type Mode =
  | "well"
  | "broken"
  | "silent"
  | { status: number; headers?: object; body?: unknown };

export interface Received {
  region: number;
  method: string;
  path: string;
  /** The body of a POST, or the variables of a GET. */
  body: { query?: string; variables: Record<string, unknown> };
}

const PATHS = ["/graphql", "/graphql/next", "/graphql/third"];

export async function startEdge(data: (received: Received) => unknown) {
  const modes: Mode[] = ["well", "well", "well"];
  /** What the edge answers to a GET of a registered document; else the first region does. */
  let persisted: Mode = "well";
  const received: Received[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "", "http://localhost");
    let text = "";
    for await (const chunk of request) text += chunk;
    const region = Math.max(0, PATHS.indexOf(url.pathname));
    const get = url.pathname.startsWith("/graphql/persisted/");
    const body = get
      ? { variables: JSON.parse(url.searchParams.get("variables") ?? "{}") }
      : JSON.parse(text);
    const one = { region, method: request.method ?? "", path: url.pathname, body };
    received.push(one);
    const mode = get ? persisted : (modes[region] ?? "well");
    if (mode === "silent") return;
    if (mode === "broken") {
      request.socket.destroy();
      return;
    }
    const {
      status,
      headers,
      body: reply,
    } = mode === "well" ? { status: 200, headers: {}, body: undefined } : mode;
    const own = { "content-type": "application/json", "x-carte-region": `region-${region}` };
    response.writeHead(status, { ...own, ...headers });
    response.end(JSON.stringify(reply ?? (status === 200 ? { data: data(one) } : {})));
  }

  const server = createServer(respond);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    behave: (...wanted: Mode[]) => modes.splice(0, 3, ...wanted, ...modes.slice(wanted.length)),
    behavePersisted: (mode: Mode) => {
      persisted = mode;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((stopped) => server.close(stopped));
    },
  };
}

export type Edge = Awaited<ReturnType<typeof startEdge>>;
