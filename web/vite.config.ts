// Builds the site and GraphiQL; while developing, passes API calls to the local edge.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { guestsBudget } from "./budget.ts";
import { pictures } from "./pictures/plugin.ts";

const edge = process.env.CARTE_EDGE ?? "http://localhost:8080";
const API = ["/graphql", "/_edge", "/_region", "/health"];
const SIGN_IN = ["/signin.json", "/signin/service", "/oauth2", "/login", "/logout"];
/** The oldest browsers that the site is built for; docs/site.md says so. */
const BROWSERS = ["chrome120", "edge120", "firefox128", "safari17"];
const entry = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Copies the site's page to the name under which the edge sends it with the status 404. */
const notFoundPage = {
  name: "carte-not-found",
  writeBundle: ({ dir = "" }) => copyFileSync(join(dir, "index.html"), join(dir, "not-found.html")),
};

/** Has a heading keep the font it was first drawn in: another one later would move the page below it. */
const stillFonts: Plugin = {
  name: "carte-still-fonts",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("@fontsource-variable")
      ? code.replaceAll("font-display: swap", "font-display: optional")
      : undefined,
};

export default defineConfig({
  plugins: [pictures(), stillFonts, notFoundPage, guestsBudget()],
  // It imports workers by Vite's own `?worker`, which the bundler of dependencies does not support.
  optimizeDeps: { exclude: ["graphiql/setup-workers/vite"] },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries([...API, ...SIGN_IN].map((path) => [path, { target: edge }])),
  },
  build: {
    target: BROWSERS,
    // All of them know `modulepreload`: guests load no stand-in for it.
    modulePreload: { polyfill: false },
    // Monaco, the editor inside GraphiQL, is one large chunk; the site never loads it.
    chunkSizeWarningLimit: 6000,
    rolldownOptions: {
      // GraphiQL's packages are marked "use client" for frameworks that render on servers.
      onLog: (level, log, handle) => log.code !== "MODULE_LEVEL_DIRECTIVE" && handle(level, log),
      input: {
        site: entry("index.html"),
        graphiql: entry("graphiql.html"),
        "service-worker": entry("src/service-worker/worker.ts"),
      },
      output: {
        // Browsers look for a newer worker under the address of the old one.
        entryFileNames: ({ name }) =>
          name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js",
      },
    },
  },
  test: { include: ["tests/**/*.test.{ts,tsx}"] },
});
