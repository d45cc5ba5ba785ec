// The Vite plugin that puts a picture of every catalog item at /pictures/<id>.svg.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { drawPicture, type Looks, lookFor } from "./index.ts";

interface CatalogItem {
  id: string;
  category: string;
  names: Readonly<Record<string, string>>;
}

const CATALOG = fileURLToPath(new URL("../../dataload/chain/catalog.json", import.meta.url));
const LOOKS = fileURLToPath(new URL("./looks.json", import.meta.url));

const read = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;

/** Every catalog item's picture, by id. */
export function allPictures(): Map<string, string> {
  const { items } = read<{ items: readonly CatalogItem[] }>(CATALOG);
  const looks = read<Looks>(LOOKS);
  return new Map(
    items.map(({ id, category, names }) => [
      id,
      drawPicture(id, looks[id] ?? lookFor(id, names.en ?? id, category)),
    ]),
  );
}

/** Emits the pictures at build; in development draws them on request, so an edit shows at once. */
export function pictures(): Plugin {
  return {
    name: "carte-pictures",
    buildStart() {
      this.addWatchFile(CATALOG);
      this.addWatchFile(LOOKS);
    },
    generateBundle() {
      for (const [id, source] of allPictures()) {
        this.emitFile({ type: "asset", fileName: `pictures/${id}.svg`, source });
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const id = /^\/pictures\/([a-z0-9-]+)\.svg(?:\?|$)/.exec(request.url ?? "")?.[1];
        const picture = id === undefined ? undefined : allPictures().get(id);
        if (picture === undefined) {
          next();
          return;
        }
        response.setHeader("content-type", "image/svg+xml");
        response.end(picture);
      });
    },
  };
}
