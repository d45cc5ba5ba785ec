// Runs Lighthouse on the guests' pages of a running site: npm run lighthouse -- http://localhost:8080 us-00001 glazed-ring
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";

// Not a dependency: it brings 150 packages, and only this command uses it.
const LIGHTHOUSE = "lighthouse@12.2.3";
const LEAST = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const VITALS = ["largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"];
const PORT = Number(process.env.CARTE_DEBUGGING_PORT ?? 9889);
const DEADLINE_MS = 20_000;
const [site = "http://localhost:8080", store = "us-00001", item = "glazed-ring"] =
  process.argv.slice(2);
const cart = `/store/${store}/cart`;
const pages = ["/", `/store/${store}`, `/store/${store}/item/${item}`, cart];

const folder = mkdtempSync(join(tmpdir(), "carte-lighthouse-"));
const chromium = spawn(
  process.env.CARTE_CHROMIUM ?? "chromium",
  [
    ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    ...[`--remote-debugging-port=${PORT}`, `--user-data-dir=${join(folder, "profile")}`],
    "about:blank",
  ],
  { stdio: "ignore" },
);
try {
  await debuggable();
  await fillCart();
  process.exitCode = pages.map(judge).every(Boolean) ? 0 : 1;
} finally {
  chromium.kill();
  await new Promise((ended) => chromium.once("exit", ended));
  // Its other processes end a moment later, and write until then.
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

async function debuggable() {
  const until = Date.now() + DEADLINE_MS;
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${PORT}/json/version`);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((passed) => setTimeout(passed, 100));
    }
  }
}

/** The checkout is judged with an item in the cart, as a guest sees it. */
async function fillCart() {
  const address = encodeURIComponent(`${site}/robots.txt`);
  const tab = await fetch(`http://127.0.0.1:${PORT}/json/new?${address}`, { method: "PUT" });
  const { webSocketDebuggerUrl } = await tab.json();
  const lines = [{ itemId: item, name: item, quantity: 2, priceMinor: 199, note: "" }];
  const kept = {
    operationId: crypto.randomUUID(),
    storeId: store,
    storeName: "",
    currency: "USD",
    lines,
  };
  const write = `localStorage.setItem('carte.cart.${store}', ${JSON.stringify(JSON.stringify(kept))})`;
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((opened) => socket.once("open", opened));
  for (;;) {
    socket.send(
      JSON.stringify({
        id: 1,
        method: "Runtime.evaluate",
        params: { expression: `${write}; location.origin` },
      }),
    );
    const answer = await new Promise((resolve) => socket.once("message", resolve));
    // Until the tab has left about:blank.
    if (JSON.parse(String(answer)).result?.result?.value === new URL(site).origin) break;
    await new Promise((passed) => setTimeout(passed, 100));
  }
  socket.close();
}

/** Print the scores of a page; returns whether they are good enough. */
function judge(path) {
  const report = join(folder, "report.json");
  const { status, stderr } = spawnSync(
    "npx",
    [
      ...["--yes", LIGHTHOUSE, site + path, "--output=json", `--output-path=${report}`, "--quiet"],
      ...[`--only-categories=${CATEGORIES.join(",")}`, `--port=${PORT}`, "--disable-storage-reset"],
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  const { categories, audits } = JSON.parse(readFileSync(report, "utf8"));
  const scores = CATEGORIES.map((name) => Math.round(categories[name].score * 100));
  const vitals = VITALS.map((name) => audits[name].displayValue);
  console.log(
    `${path}: ${CATEGORIES.map((name, at) => `${name} ${scores[at]}`).join(", ")}; ${vitals.join(", ")}`,
  );
  for (const { id, title, score, scoreDisplayMode } of Object.values(audits)) {
    if (score !== null && score < 1 && scoreDisplayMode === "binary")
      console.log(`  ${id}: ${title}`);
  }
  // Carts belong to their guests: search engines are kept out of them.
  return scores.every((score, at) => score >= LEAST || (path === cart && CATEGORIES[at] === "seo"));
}
