// Has the service worker keep the code that a till needs to come back without a network, whatever page was opened.
import type { LanguageCode } from "../i18n/language.ts";
import { loadPartTexts } from "../i18n/loaded-texts.ts";

/** Load the board and the stock in a language, and have all that this page has loaded kept. */
export async function keepStaffCode(code: LanguageCode): Promise<void> {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const { active } = await navigator.serviceWorker.ready;
  await Promise.all([import("./board-page.tsx"), import("./stock/stock-page.tsx")]);
  await loadPartTexts(code);
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  active?.postMessage([...new Set(loaded)]);
}
