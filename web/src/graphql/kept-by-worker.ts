// Answers of the API that the service worker kept, read by the page when no region has a good one.
import { registeredAddress } from "../../clients/carte.ts";
import type { CACHES } from "../service-worker/answers.ts";

const MENUS: keyof typeof CACHES = "carte-menus-1";

/** The latest answer to a registered read; undefined where none was kept, or there is no such storage. */
export async function keptByWorker(id: string, variables: unknown): Promise<Response | undefined> {
  try {
    const menus = await caches.open(MENUS);
    return await menus.match(registeredAddress(id, variables), { ignoreVary: true });
  } catch {
    return undefined;
  }
}
