// The service worker: the site without a connection. Vite builds it as /service-worker.js, in one file.
import { answerTo, CACHES, keepFile, keepPage, type Surroundings } from "./answers.ts";

/** The part of ServiceWorkerGlobalScope that is used; the types of DOM and of workers exclude each other. */
interface Worker {
  location: Location;
  caches: CacheStorage;
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: string, listener: (event: WorkerEvent) => void): void;
}

interface WorkerEvent {
  request: Request;
  data: unknown;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const worker = self as unknown as Worker;
const around: Surroundings = {
  origin: worker.location.origin,
  caches: worker.caches,
  fetch: (request) => fetch(request),
  now: Date.now,
};

worker.addEventListener("install", (event) => {
  // A newer worker takes over at once: pages come from the network anyway.
  event.waitUntil(Promise.all([keepPage(around), worker.skipWaiting()]));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([forgetOldCaches(), worker.clients.claim()]));
});

worker.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request, around);
  if (answer) event.respondWith(answer);
});

// Files that a page loaded before it had this worker.
worker.addEventListener("message", (event) => {
  const files = Array.isArray(event.data)
    ? event.data.filter((one) => typeof one === "string")
    : [];
  const own = files.filter((one) => one.startsWith(`${around.origin}/assets/`)).slice(0, 100);
  event.waitUntil(Promise.allSettled(own.map((one) => keepFile(one, around))));
});

async function forgetOldCaches(): Promise<void> {
  const names = await worker.caches.keys();
  const old = names.filter((name) => name.startsWith("carte-") && !(name in CACHES));
  await Promise.all(old.map((name) => worker.caches.delete(name)));
}
