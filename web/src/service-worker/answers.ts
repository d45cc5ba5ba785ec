// What the service worker answers: the network's answer while there is one, else what was kept of an earlier one.

/** What this code needs of the worker it runs in. */
export interface Surroundings {
  /** Of the site. */
  origin: string;
  caches: Pick<CacheStorage, "open">;
  fetch: (request: Request) => Promise<Response>;
  now: () => number;
}

/** Names of the caches, each with the number of answers that it keeps at most. */
export const CACHES = {
  "carte-page-1": 1,
  "carte-menus-1": 12,
  "carte-files-1": 160,
  // By themselves: the pictures of two menus would take the place of the site's code.
  "carte-pictures-1": 160,
} as const;
type CacheName = keyof typeof CACHES;

const PAGE = "/index.html";
const PAGES =
  /^\/(?:|index\.html|privacy|imprint|signin|ops|(?:store|order)\/.*|(?:staff|office)(?:\/.*)?)$/;
/** As `graphql/answer.ts` reads it. */
const KEPT_HEADER = "x-carte-kept";
/** How long a page or a file may be waited for while an older one is there, in milliseconds. */
const PATIENCE_MS = 4000;
/**
 * The same for an answer of the API: longer than a client waits before it tries another region beside the
 * first (2.5 s), shorter than the time after which it gives up (12 s).
 */
const DATA_PATIENCE_MS = 6000;

/** The answer to a request; undefined where the worker has no part in it. */
export function answerTo(request: Request, around: Surroundings): Promise<Response> | undefined {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== around.origin) return;
  if (request.mode === "navigate") {
    return PAGES.test(url.pathname) ? page(request, around) : undefined;
  }
  if (url.pathname.startsWith("/graphql/persisted/")) {
    // Suggestions and searches are of the moment.
    return url.searchParams.get("variables")?.match(/"(text|search|after)":"/)
      ? undefined
      : data(request, around);
  }
  if (url.pathname.startsWith("/assets/")) return named(request, around);
  if (/^\/(pictures|uploads)\//.test(url.pathname))
    return file(request, around, "carte-pictures-1");
  if (/^\/(favicon\.svg$|site\.webmanifest$|icon-)/.test(url.pathname)) {
    return file(request, around, "carte-files-1");
  }
  return undefined;
}

/** Keep a file that was loaded before this worker ran. */
export async function keepFile(address: string, around: Surroundings): Promise<void> {
  const request = new Request(address);
  const files = await around.caches.open("carte-files-1");
  if (await files.match(request)) return;
  const response = await around.fetch(request);
  if (isFile(response)) await keep("carte-files-1", request, response, around);
}

/** Keep the site's page, which is the same for all addresses. */
export async function keepPage(around: Surroundings): Promise<void> {
  await keepIfPage(await around.fetch(new Request(PAGE, { cache: "no-cache" })), around);
}

/** Keep the site's page, and no other: a network that wants a sign-in answers with a page of its own. */
async function keepIfPage(response: Response, around: Surroundings): Promise<void> {
  if (response.status !== 200 || !(await response.clone().text()).includes('id="app"')) return;
  await keep("carte-page-1", new Request(PAGE), response, around);
}

/** A page of the site: always that of the network, unless it does not answer or fails. */
async function page(request: Request, around: Surroundings): Promise<Response> {
  const kept = await keptOf("carte-page-1", new Request(PAGE), around);
  const fresh = around.fetch(request).then(async (response) => {
    await keepIfPage(response.clone(), around);
    return response;
  });
  return orKept(fresh, kept, PATIENCE_MS, isServed);
}

/**
 * An answer of the API: that of the network; without one the latest, marked with its time.
 *
 * An answer that says that a region fails is passed on, so that the client tries the other regions; the
 * client falls back to what was kept (`graphql/kept-by-worker.ts`).
 */
async function data(request: Request, around: Surroundings): Promise<Response> {
  const kept = await keptOf("carte-menus-1", request, around);
  const fresh = around.fetch(request).then(async (response) => {
    if (response.status === 200) {
      const text = await response.clone().text();
      // An answer with errors is nothing to come back to, nor is what something in front of the service answers.
      if (!text.includes('"errors"') && hasData(text)) {
        const headers = new Headers(response.headers);
        headers.set(KEPT_HEADER, String(around.now()));
        // The text is decoded already.
        headers.delete("content-encoding");
        await keep("carte-menus-1", request, new Response(text, { headers }), around);
      }
    }
    return response;
  });
  return orKept(fresh, kept, DATA_PATIENCE_MS, () => true);
}

/** A file whose name changes with its content. */
async function named(request: Request, around: Surroundings): Promise<Response> {
  return (await keptOf("carte-files-1", request, around)) ?? file(request, around, "carte-files-1");
}

/** A file: that of the network, else what was kept. */
async function file(request: Request, around: Surroundings, name: CacheName): Promise<Response> {
  const kept = await keptOf(name, request, around);
  const fresh = around.fetch(request).then(async (response) => {
    if (isFile(response)) await keep(name, request, response.clone(), around);
    return response;
  });
  return orKept(fresh, kept, PATIENCE_MS, (response) => isServed(response) && !isHtml(response));
}

/** Whether the site answered: with anything but 404 in place of what is wanted, a firewall or a proxy did, or a fault. */
const isServed = ({ status }: Response): boolean => status < 400 || status === 404;

/** No file of the site is HTML, and the sign-in page of a network is. */
const isHtml = ({ headers }: Response): boolean =>
  headers.get("content-type")?.startsWith("text/html") === true;

const isFile = (response: Response): boolean => response.status === 200 && !isHtml(response);

function hasData(text: string): boolean {
  try {
    return (JSON.parse(text)?.data ?? undefined) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The network's answer, or what was kept of an earlier one: where there is no answer, none within
 * `patienceMs`, or none that is usable.
 */
async function orKept(
  fresh: Promise<Response>,
  kept: Response | undefined,
  patienceMs: number,
  isUsable: (response: Response) => boolean,
): Promise<Response> {
  if (!kept) return fresh;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), patienceMs));
  const usable = fresh.then(
    (response) => (isUsable(response) ? response : kept),
    () => kept,
  );
  return Promise.race([usable, late]);
}

/** What was kept for a request; undefined where there is nothing, or the storage cannot be read. */
async function keptOf(
  name: CacheName,
  request: Request,
  around: Surroundings,
): Promise<Response | undefined> {
  try {
    const cache = await around.caches.open(name);
    return await cache.match(request, { ignoreVary: true });
  } catch {
    return undefined;
  }
}

/**
 * Keep an answer as the newest of its cache; the oldest ones go.
 *
 * An earlier answer to the same request goes only when the new one is written: a device whose storage is
 * full keeps what it has.
 */
async function keep(
  name: CacheName,
  request: Request,
  response: Response,
  around: Surroundings,
): Promise<void> {
  try {
    const cache = await around.caches.open(name);
    const others = (await cache.keys()).filter(({ url }) => url !== request.url);
    const over = Math.max(0, others.length + 1 - CACHES[name]);
    for (const old of others.slice(0, over)) await cache.delete(old);
    await cache.put(request, response);
    // Those that differ in a header that the answer varies by.
    const same = await cache.keys(request, { ignoreVary: true });
    for (const old of same.slice(0, -1)) await cache.delete(old);
  } catch {
    // The device's storage is full: the page works without.
  }
}
