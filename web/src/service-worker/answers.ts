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
export const CACHES = { "carte-page-1": 1, "carte-menus-1": 12, "carte-files-1": 160 } as const;
type CacheName = keyof typeof CACHES;

const PAGE = "/index.html";
const PAGES = /^\/(?:|index\.html|privacy|store\/.*|order\/.*)$/;
/** As `graphql/answer.ts` reads it. */
const KEPT_HEADER = "x-carte-kept";
/** How long a page that exists may be waited for while an older one is there, in milliseconds. */
const PATIENCE_MS = 4000;

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
  if (/^\/(pictures\/|favicon\.svg$|site\.webmanifest$|icon-)/.test(url.pathname)) {
    return file(request, around);
  }
  return undefined;
}

/** Keep a file that was loaded before this worker ran. */
export async function keepFile(address: string, around: Surroundings): Promise<void> {
  const request = new Request(address);
  const files = await around.caches.open("carte-files-1");
  if (await files.match(request)) return;
  const response = await around.fetch(request);
  if (response.ok) await keep("carte-files-1", request, response, around);
}

/** Keep the site's page, which is the same for all addresses. */
export async function keepPage(around: Surroundings): Promise<void> {
  const response = await around.fetch(new Request(PAGE, { cache: "no-cache" }));
  if (response.ok) await keep("carte-page-1", new Request(PAGE), response, around);
}

/** A page of the site: always that of the network, unless it does not answer. */
async function page(request: Request, around: Surroundings): Promise<Response> {
  const pages = await around.caches.open("carte-page-1");
  const kept = await pages.match(PAGE);
  const fresh = around.fetch(request).then(async (response) => {
    if (response.status === 200) {
      await keep("carte-page-1", new Request(PAGE), response.clone(), around);
    }
    return response;
  });
  if (!kept) return fresh;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  return Promise.race([fresh.catch(() => kept), late]);
}

/** An answer of the API: that of the network; without one the latest, marked with its time. */
async function data(request: Request, around: Surroundings): Promise<Response> {
  try {
    const response = await around.fetch(request);
    if (response.status === 200) {
      const text = await response.clone().text();
      // An answer with errors is nothing to come back to.
      if (!text.includes('"errors"')) {
        const headers = new Headers(response.headers);
        headers.set(KEPT_HEADER, String(around.now()));
        // The text is decoded already.
        headers.delete("content-encoding");
        await keep("carte-menus-1", request, new Response(text, { headers }), around);
      }
    }
    return response;
  } catch (error) {
    const menus = await around.caches.open("carte-menus-1");
    const kept = await menus.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

/** A file whose name changes with its content. */
async function named(request: Request, around: Surroundings): Promise<Response> {
  const files = await around.caches.open("carte-files-1");
  const kept = await files.match(request, { ignoreVary: true });
  return kept ?? file(request, around);
}

/** A file: that of the network, else what was kept. */
async function file(request: Request, around: Surroundings): Promise<Response> {
  const files = await around.caches.open("carte-files-1");
  try {
    const response = await around.fetch(request);
    if (response.status === 200) await keep("carte-files-1", request, response.clone(), around);
    return response;
  } catch (error) {
    const kept = await files.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

/** Keep an answer as the newest of its cache; the oldest ones go. */
async function keep(
  name: CacheName,
  request: Request,
  response: Response,
  around: Surroundings,
): Promise<void> {
  try {
    const cache = await around.caches.open(name);
    await cache.delete(request, { ignoreVary: true });
    await cache.put(request, response);
    const all = await cache.keys();
    for (const old of all.slice(0, Math.max(0, all.length - CACHES[name]))) await cache.delete(old);
  } catch {
    // The device's storage is full: the page works without.
  }
}
