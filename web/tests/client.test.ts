// The client sends GraphQL over HTTP and turns every trouble into a named failure.
import { afterEach, describe, expect, it, vi } from "vitest";
import { Memory, TIMING } from "../clients/failover.ts";
import { MenuDocument, persistedIds } from "../src/generated/operations.ts";
import { parseEdgeHeader } from "../src/graphql/answer.ts";
import { operationName, request } from "../src/graphql/client.ts";

interface Sent {
  url: string;
  init: RequestInit;
}

/** A fetch that keeps what was sent and answers with `respond`. */
function fakeFetch(respond: (signal: AbortSignal) => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const fake = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    sent.push({ url: String(url), init });
    return respond(init.signal ?? new AbortController().signal);
  };
  return { sent, fetch: fake as typeof fetch };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

const variables = { storeId: "fr-00001" };
const fresh = () => new Memory({ ...TIMING, rounds: 1 });
const ask = (respond: Parameters<typeof fakeFetch>[0], options = {}) =>
  request(MenuDocument, variables, {
    fetch: fakeFetch(respond).fetch,
    memory: fresh(),
    ...options,
  });

const untilAborted = (signal: AbortSignal): Promise<Response> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("request", () => {
  it("gets the persisted document, so that an edge may cache it and fail it over", async () => {
    const { sent, fetch } = fakeFetch(() => json({ data: { menu: null } }));
    await request(MenuDocument, variables, { fetch, place: "53.35,-6.26", memory: fresh() });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.init.method).toBeUndefined();
    const url = new URL(sent[0]?.url ?? "", "http://localhost");
    expect(url.pathname).toMatch(/^\/graphql\/persisted\/[0-9a-f]{64}$/);
    expect(JSON.parse(url.searchParams.get("variables") ?? "")).toEqual(variables);
    const headers = new Headers(sent[0]?.init.headers);
    expect(headers.get("accept")).toMatch(/^application\/graphql-response\+json, /);
    expect(headers.get("x-carte-place")).toBe("53.35,-6.26");
  });

  it("posts the document itself to a region that does not know it", async () => {
    const answers = [json({ errors: [{ message: "?" }] }, 404), json({ data: { menu: null } })];
    const { sent, fetch } = fakeFetch(() => answers.shift() as Response);
    expect(await request(MenuDocument, variables, { fetch, memory: fresh() })).toMatchObject({
      ok: true,
    });
    expect(sent.map(({ init }) => init.method)).toEqual([undefined, "POST"]);
    expect(sent[1]?.url).toBe("/graphql");
    const headers = new Headers(sent[1]?.init.headers);
    expect(headers.get("content-type")).toBe("application/json");
    const body = JSON.parse(String(sent[1]?.init.body));
    expect(body).toMatchObject({ operationName: "Menu", variables });
    expect(body.query).toContain("menu(storeId: $storeId");
  });

  it("posts it to two other regions where the edge has none that answers", async () => {
    const answers = [json({}, 503), json({}, 503), json({ data: { menu: null } })];
    const { sent, fetch } = fakeFetch(() => answers.shift() as Response);
    const outcome = await request(MenuDocument, variables, { fetch, memory: fresh() });
    expect(outcome).toMatchObject({ ok: true });
    expect(sent.map(({ url }) => url.replace(/persisted.*/, "persisted"))).toEqual([
      "/graphql/persisted",
      "/graphql/next",
      "/graphql/third",
    ]);
  });

  describe("falls back to what the service worker kept", () => {
    afterEach(() => vi.unstubAllGlobals());
    const keepMenu = () => {
      const lookups: string[] = [];
      const match = async (address: string) => {
        lookups.push(address);
        return json({ data: { menu: null } }, 200, { "x-carte-kept": "1700000000000" });
      };
      vi.stubGlobal("caches", { open: async () => ({ match }) });
      return lookups;
    };

    it("after every region failed, with the time of the answer", async () => {
      const lookups = keepMenu();
      const { sent, fetch } = fakeFetch(() => json({}, 503, { "retry-after": "30" }));
      const outcome = await request(MenuDocument, variables, { fetch, memory: fresh() });
      expect(outcome).toMatchObject({ ok: true, answer: { keptAt: new Date(1_700_000_000_000) } });
      expect(outcome.answer).toMatchObject({ keptBecause: { kind: "http", status: 503 } });
      expect(sent).toHaveLength(4);
      expect(lookups).toEqual([sent[0]?.url]);
    });

    it("not where the request itself was refused", async () => {
      const lookups = keepMenu();
      const body = { errors: [{ message: "no", extensions: { code: "BAD_REQUEST" } }] };
      expect(await ask(() => json(body, 400))).toMatchObject({ failure: { code: "BAD_REQUEST" } });
      expect(lookups).toEqual([]);
    });

    it("where something in front of the service refuses or answers", async () => {
      for (const status of [403, 407, 200]) {
        keepMenu();
        const outcome = await ask(() => new Response("<h1>Blocked</h1>", { status }));
        expect(outcome).toMatchObject({
          ok: true,
          answer: { keptBecause: { kind: "http", status } },
        });
      }
    });

    it("and says why where that cannot be read", async () => {
      const match = async () => new Response("<h1>Sign in</h1>");
      vi.stubGlobal("caches", { open: async () => ({ match }) });
      expect(await ask(() => json({}, 503))).toMatchObject({ failure: { status: 503 } });
    });
  });

  it("says nothing of a place unless one is chosen", async () => {
    const { sent, fetch } = fakeFetch(() => json({ data: { menu: null } }));
    await request(MenuDocument, variables, { fetch, memory: fresh() });
    expect(new Headers(sent[0]?.init.headers).has("x-carte-place")).toBe(false);
  });

  it("gives data and who answered", async () => {
    const headers = {
      "x-carte-region": "eu-west-1",
      "x-carte-edge": "region=eu-west-1; why=nearest; cache=miss; attempts=1",
    };
    const outcome = await ask(() => json({ data: { menu: null } }, 200, headers));
    expect(outcome).toMatchObject({
      ok: true,
      data: { menu: null },
      answer: { region: "eu-west-1", edge: { why: "nearest", cache: "miss", attempts: "1" } },
    });
    expect(outcome.answer?.milliseconds).toBeGreaterThanOrEqual(0);
  });

  it("passes on what GraphQL errors say, with any status", async () => {
    const body = { errors: [{ message: "one" }, { message: "two" }] };
    for (const status of [200, 400, 500]) {
      const outcome = await ask(() => json(body, status));
      expect(outcome).toMatchObject({
        ok: false,
        failure: { kind: "graphql", detail: "one · two" },
      });
    }
  });

  it("does not take partial data for a page", async () => {
    const outcome = await ask(() => json({ data: { menu: null }, errors: [{ message: "late" }] }));
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "graphql", detail: "late" } });
  });

  it.each([
    ["a gateway's page", () => new Response("<h1>Bad gateway</h1>", { status: 502 }), 502],
    ["an empty answer", () => new Response("", { status: 200 }), 200],
    ["JSON without data", () => json([]), 200],
  ])("names the status of %s", async (_, respond, status) =>
    expect(await ask(respond)).toMatchObject({ ok: false, failure: { kind: "http", status } }),
  );

  it.each([
    ["120", 120],
    ["86400", 300],
    ["-5", undefined],
    ["Fri, 01 Jan 2027 00:00:00 GMT", undefined],
  ])("says for how long a failure wants no request (%s)", async (header, seconds) => {
    const headers = { "retry-after": header };
    const options = { timeoutMs: 500, memory: new Memory({ ...TIMING, pauseMs: [1, 2] }) };
    const retryable = { errors: [{ message: "x", extensions: { retryable: true } }] };
    for (const body of [{ message: "Forbidden" }, retryable]) {
      const { ok, ...outcome } = await ask(() => json(body, 403, headers), options);
      expect(ok || outcome).toMatchObject({ failure: { retryAfterS: seconds } });
    }
  });

  it.each([
    [504, { code: "ORIGIN_TIMEOUT" }, true],
    [503, undefined, true],
    [429, { code: "THROTTLED" }, true],
    [200, { retryable: true }, true],
    [200, { code: "FORBIDDEN" }, false],
    [400, { code: "BAD_USER_INPUT" }, false],
  ])(
    "knows of errors with the status %s and %o whether it may be sent again: %s",
    async (status, extensions, retryable) => {
      const options = { memory: new Memory({ ...TIMING, rounds: 1, pauseMs: [1, 2] }) };
      const outcome = await ask(
        () => json({ errors: [{ message: "x", extensions }] }, status),
        options,
      );
      expect(outcome).toMatchObject({ ok: false, failure: { kind: "graphql", retryable } });
    },
  );

  it("names a broken connection", async () => {
    const outcome = await ask(() => Promise.reject(new TypeError("fetch failed")));
    expect(outcome).toEqual({ ok: false, failure: { kind: "network" }, answer: undefined });
  });

  it("gives up after its time", async () => {
    const outcome = await ask(untilAborted, { timeoutMs: 1 });
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "timeout" } });
  });

  it("rejects when the caller no longer wants the answer", async () => {
    const abort = new AbortController();
    const answer = ask(untilAborted, { signal: abort.signal });
    abort.abort();
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
  });
});

it("has guests load the ids of the site's own reads alone", () => {
  // The manifest has each of them with __typename everywhere, too, for clients with a cache by types.
  expect(Object.keys(persistedIds)).toContain("Menu");
  expect(Object.keys(persistedIds).filter((name) => !/^\w+$/.test(name))).toEqual([]);
});

it("reads the edge's header and forgives a broken one", () => {
  expect(parseEdgeHeader("region=eu-west-1; why=nearest;cache=hit")).toEqual({
    region: "eu-west-1",
    why: "nearest",
    cache: "hit",
  });
  expect(parseEdgeHeader("")).toEqual({});
  expect(parseEdgeHeader("; =x; nonsense")).toEqual({});
});

it("finds the name of an operation", () => {
  expect(operationName(MenuDocument.toString())).toBe("Menu");
  expect(operationName("{ region { name } }")).toBeUndefined();
});
