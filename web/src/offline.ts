// Has the site work without a connection: registers the service worker, and sends orders that were not sent.
import { unsentCarts } from "./orders/cart.ts";

/** Start once the page is there: nothing of this delays it. */
export function startOffline(): void {
  for (const storeId of unsentCarts()) {
    // What was ordered and has no answer is sent on, whatever page is open.
    ordering()
      .then(({ goOn }) => goOn(storeId))
      .catch(() => addEventListener("online", () => location.reload(), { once: true }));
  }
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}

const ordering = () => import("./orders/pages.ts");

function register(): void {
  navigator.serviceWorker
    .register("/service-worker.js")
    .then(() => navigator.serviceWorker.ready)
    .then(async ({ active }) => {
      // The cart works without a connection, too.
      await ordering();
      const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
      active?.postMessage(loaded);
    })
    // Without it the site works as long as there is a connection.
    .catch(() => undefined);
}
