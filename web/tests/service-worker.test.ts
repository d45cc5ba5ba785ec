// What the service worker answers with and without a network: never an old page while there is a new one.
import { beforeEach, expect, it, vi } from "vitest";
import { KEPT_HEADER, readAnswer } from "../src/graphql/answer.ts";
import { answerTo, CACHES, keepFile, keepPage } from "../src/service-worker/answers.ts";

const ORIGIN = "https://menus.test";
let stored: Map<string, Map<string, Response>>;
let network: (url: string) => Response | Promise<Response>;
/** Whether the device's storage takes nothing more. */
let full: boolean;
let urls: string[];

const urlOf = (request: RequestInfo | URL) =>
  new URL(request instanceof Request ? request.url : String(request), ORIGIN).href;

function openCache(name: string): Cache {
  const all = stored.get(name) ?? new Map<string, Response>();
  stored.set(name, all);
  const cache = {
    match: async (request: RequestInfo) => all.get(urlOf(request))?.clone(),
    put: async (request: RequestInfo, response: Response) => {
      if (full) throw new DOMException("no space", "QuotaExceededError");
      all.delete(urlOf(request));
      all.set(urlOf(request), response);
    },
    delete: async (request: RequestInfo) => all.delete(urlOf(request)),
    keys: async (request?: RequestInfo) =>
      [...all.keys()]
        .filter((url) => !request || url === urlOf(request))
        .map((url) => new Request(url)),
  };
  return cache as unknown as Cache;
}

const around = {
  origin: ORIGIN,
  caches: { open: async (name: string) => openCache(name) },
  fetch: async (request: Request) => {
    urls.push(request.url);
    return network(request.url);
  },
  now: () => 1_700_000_000_000,
};

beforeEach(() => {
  stored = new Map();
  full = false;
  urls = [];
  // The worker's addresses have no origin of their own here.
  const Real = Request;
  vi.stubGlobal(
    "Request",
    class extends Real {
      constructor(input: RequestInfo | URL, init?: RequestInit) {
        super(typeof input === "string" ? new URL(input, ORIGIN) : input, init);
      }
    },
  );
});

const offline = () => {
  throw new TypeError("no network");
};
function get(path: string, mode?: "navigate") {
  const request = new Request(ORIGIN + path);
  if (mode) Object.defineProperty(request, "mode", { value: mode });
  return answerTo(request, around);
}
const textOf = async (answer: Promise<Response> | undefined) => (await answer)?.text();
const MENU = `/graphql/persisted/abc?variables=${encodeURIComponent('{"storeId":"us-1"}')}`;

/** The site's page, in some version. */
const page = (version: string) => `<html><body>${version}<div id="app"></div></body></html>`;
const html = { headers: { "content-type": "text/html; charset=utf-8" } };

it("shows the page of the network, and the latest one without it", async () => {
  network = () => new Response(page("first"));
  await keepPage(around);
  network = () => new Response(page("second"));
  expect(await textOf(get("/store/us-1", "navigate"))).toBe(page("second"));
  network = offline;
  expect(await textOf(get("/store/us-2/cart", "navigate"))).toBe(page("second"));
});

it.each([
  "/staff",
  "/staff/us-1",
  "/staff/us-1/stock",
  "/office",
  "/office/people",
  "/ops",
  "/signin",
])("shows the latest page at %s without a network", async (path) => {
  network = () => new Response(page("good"));
  await keepPage(around);
  network = offline;
  expect(await textOf(get(path, "navigate"))).toBe(page("good"));
});

it.each([401, 403, 407, 408, 429, 451])(
  "shows a kept page and a kept file where something in front of the site answers %i",
  async (status) => {
    network = () => new Response(page("good"));
    await keepPage(around);
    network = () => new Response("picture");
    await get("/pictures/a.svg");
    network = () => new Response("<h1>Blocked</h1>", { status });
    expect(await textOf(get("/", "navigate"))).toBe(page("good"));
    expect(await textOf(get("/pictures/a.svg"))).toBe("picture");
    expect((await get("/pictures/b.svg"))?.status).toBe(status);
  },
);

it("keeps uploaded pictures as it keeps those of the build", async () => {
  const uploaded = "/uploads/us/ring/0123456789abcdef0123456789abcdef-320.webp";
  network = () => new Response("photo");
  await get(uploaded);
  network = offline;
  expect(await textOf(get(uploaded))).toBe("photo");
});

it("keeps nothing that a network answers in place of the site or the service", async () => {
  const good: Record<string, string> = {
    "/": page("good"),
    "/pictures/a.svg": "picture",
    "/favicon.svg": "icon",
    [MENU]: '{"data":1}',
  };
  network = (url) => new Response(good[url.replace(ORIGIN, "")]);
  const ask = (path: string) => get(path, path === "/" ? "navigate" : undefined);
  for (const path of Object.keys(good)) await ask(path);
  network = () => new Response("<h1>Sign in to this network</h1>", html);
  await keepPage(around);
  await keepFile(`${ORIGIN}/assets/site-AbCd1234.js`, around);
  await get("/assets/menu-AbCd1234.js");
  // The sign-in itself must be seen, and what is no page is taken from the device.
  expect(await textOf(ask("/"))).toContain("Sign in");
  expect(await textOf(ask("/pictures/a.svg"))).toBe("picture");
  for (const path of Object.keys(good)) await ask(path);
  network = offline;
  for (const [path, text] of Object.entries(good)) expect(await textOf(ask(path)), path).toBe(text);
  for (const name of ["site", "menu"]) {
    await expect(get(`/assets/${name}-AbCd1234.js`)).rejects.toThrow("no network");
  }
});

it("keeps no page that says that there is none", async () => {
  network = () => new Response(page("kept"));
  await keepPage(around);
  network = () => new Response("none", { status: 404 });
  expect((await get("/store/nowhere", "navigate"))?.status).toBe(404);
  network = offline;
  expect(await textOf(get("/", "navigate"))).toBe(page("kept"));
});

it("marks a kept menu with its time, and prefers a new one", async () => {
  network = () => new Response('{"data":1}');
  const fresh = await get(MENU);
  expect(fresh?.headers.get(KEPT_HEADER)).toBeNull();
  network = offline;
  const kept = await get(MENU);
  expect(kept?.headers.get(KEPT_HEADER)).toBe("1700000000000");
  expect(readAnswer(kept?.headers ?? new Headers(), 1).keptAt).toEqual(new Date(1_700_000_000_000));
  expect(await kept?.text()).toBe('{"data":1}');
  network = () => new Response('{"data":2}');
  expect(await textOf(get(MENU))).toBe('{"data":2}');
});

it("does not keep what failed", async () => {
  network = () => new Response('{"data":null,"errors":[]}');
  await get(MENU);
  network = offline;
  await expect(get(MENU)).rejects.toThrow("no network");
});

it("takes hashed files from the device, and others from the network first", async () => {
  network = () => new Response("old");
  await keepFile(`${ORIGIN}/assets/site-AbCd1234.js`, around);
  await get("/pictures/a.svg");
  network = () => new Response("new");
  expect(await textOf(get("/assets/site-AbCd1234.js"))).toBe("old");
  expect(await textOf(get("/pictures/a.svg"))).toBe("new");
});

it("has no part in anything else", () => {
  const others = [
    "/graphql",
    "/_edge/status",
    "/signin.json",
    "/signin/service",
    "/graphiql",
    "/service-worker.js",
    "/robots.txt",
  ];
  for (const path of others) expect(get(path), path).toBeUndefined();
  expect(get("/graphiql", "navigate")).toBeUndefined();
  const search = encodeURIComponent('{"search":"par"}');
  expect(get(`/graphql/persisted/abc?variables=${search}`)).toBeUndefined();
  expect(answerTo(new Request("https://other.test/assets/a.js"), around)).toBeUndefined();
  const post = new Request(`${ORIGIN}${MENU}`, { method: "POST" });
  expect(answerTo(post, around)).toBeUndefined();
});

it("keeps the newest answers alone", async () => {
  network = () => new Response('{"data":1}');
  const most = CACHES["carte-menus-1"];
  const path = (n: number) => `${MENU}&n=${n}`;
  for (let n = 0; n <= most; n++) await get(path(n));
  network = offline;
  await expect(get(path(0))).rejects.toThrow("no network");
  expect((await get(path(most)))?.status).toBe(200);
  expect(stored.get("carte-menus-1")?.size).toBe(most);
});

const silence = () => new Promise<Response>(() => {});

it.each([
  { what: "menu", path: MENU, patienceMs: 6000 },
  { what: "file", path: "/pictures/a.svg", patienceMs: 4000 },
])("shows the kept $what where the network is silent", async ({ path, patienceMs }) => {
  network = () => new Response('{"data":1}');
  await get(path);
  network = silence;
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    let text: string | undefined;
    void textOf(get(path)).then((body) => {
      text = body;
    });
    await vi.advanceTimersByTimeAsync(patienceMs - 1);
    expect(text).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(text).toBe('{"data":1}');
  } finally {
    vi.useRealTimers();
  }
});

it("shows a kept page and a kept file where the network fails with 5xx", async () => {
  network = () => new Response(page("good"));
  await keepPage(around);
  network = () => new Response("good");
  await get("/pictures/a.svg");
  network = () => new Response("bad", { status: 502 });
  expect(await textOf(get("/", "navigate"))).toBe(page("good"));
  expect(await textOf(get("/pictures/a.svg"))).toBe("good");
  expect((await get("/pictures/b.svg"))?.status).toBe(502);
});

it("passes a region's 5xx on, so that the client tries another region", async () => {
  network = () => new Response('{"data":1}');
  await get(MENU);
  network = () => new Response("bad", { status: 503 });
  expect((await get(MENU))?.status).toBe(503);
});

it("keeps what it has where the device is full", async () => {
  network = () => new Response('{"data":1}');
  await get(MENU);
  full = true;
  network = () => new Response('{"data":2}');
  expect(await textOf(get(MENU))).toBe('{"data":2}');
  network = offline;
  expect(await textOf(get(MENU))).toBe('{"data":1}');
});

it("keeps the site's code however many pictures a guest looks at", async () => {
  network = () => new Response("code");
  await get("/assets/site-AbCd1234.js");
  network = () => new Response("picture");
  for (let n = 0; n < 200; n++) await get(`/pictures/item-${n}.svg`);
  network = offline;
  expect(await textOf(get("/assets/site-AbCd1234.js"))).toBe("code");
  expect(await textOf(get("/pictures/item-199.svg"))).toBe("picture");
  const most = CACHES["carte-pictures-1"];
  expect(stored.get("carte-pictures-1")?.size).toBe(most);
});
