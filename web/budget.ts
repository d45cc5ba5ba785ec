// Fails the build when guests would load more code than the site allows itself.
import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** Bytes of JavaScript after gzip that a guest loads from the first page to the order's, in one language. */
const MOST_BYTES = 60_000;
/** Modules that a guest's visit loads, beside what the page itself imports. */
const VISITED = ["/src/orders/pages.ts", "/src/graphql/live-client.ts"];
/** One of these, the largest. */
const LANGUAGES = /\/src\/(i18n|orders\/texts)\/[a-z]{2}\.ts$/;

/** The chunks that a chunk needs before it runs, with itself. */
function withImports(
  name: string,
  bundle: Rolldown.OutputBundle,
  found = new Set<string>(),
): ReadonlySet<string> {
  const chunk = bundle[name];
  if (chunk?.type !== "chunk" || found.has(name)) return found;
  found.add(name);
  for (const other of chunk.imports) withImports(other, bundle, found);
  return found;
}

export function guestsBudget(): Plugin {
  return {
    name: "carte-budget",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((one) => one.type === "chunk");
      const bytesOf = (name: string): number => {
        const chunk = bundle[name];
        return chunk?.type === "chunk" ? gzipSync(chunk.code, { level: 9 }).length : 0;
      };
      const entries = chunks.filter(
        ({ name, isEntry, facadeModuleId }) =>
          (isEntry && name === "site") || VISITED.some((one) => facadeModuleId?.endsWith(one)),
      );
      if (entries.length !== 1 + VISITED.length) {
        this.error(`the budget finds ${entries.length} parts of the site, update web/budget.ts`);
      }
      const loaded = new Set(entries.flatMap(({ fileName }) => [...withImports(fileName, bundle)]));
      const languages = new Map<string, number>();
      for (const { facadeModuleId, fileName } of chunks) {
        const folder = LANGUAGES.exec(facadeModuleId ?? "")?.[1];
        if (!folder || loaded.has(fileName)) continue;
        languages.set(folder, Math.max(languages.get(folder) ?? 0, bytesOf(fileName)));
      }
      const sizes = [...[...loaded].map(bytesOf), ...languages.values()];
      const bytes = sizes.reduce((sum, one) => sum + one, 0);
      const sentence = `guests load ${bytes.toLocaleString("en")} bytes of JavaScript after gzip`;
      if (bytes > MOST_BYTES) {
        this.error(`${sentence}, more than ${MOST_BYTES.toLocaleString("en")} (web/budget.ts)`);
      }
      console.log(`${sentence}; the limit is ${MOST_BYTES.toLocaleString("en")}`);
    },
  };
}
