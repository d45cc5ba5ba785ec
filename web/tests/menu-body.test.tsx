// @vitest-environment happy-dom
// A menu is drawn in slices: some items at once, the others in the frames after, all at once within a page.
import { render } from "preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MenuBody } from "../src/menu/menu-body.tsx";
import type { Menu } from "../src/menu/menu-data.ts";
import { openPage } from "./support/page.ts";

const CATEGORIES = ["donuts", "coffee", "tea"];
const ITEMS = 20;
const MENU = {
  locale: "en-US",
  currency: "USD",
  store: { id: "us-00001", name: "Ring Street", market: { id: "us" } },
  categories: CATEGORIES.map((id) => ({
    id,
    name: id,
    items: Array.from({ length: ITEMS }, (_, at) => ({
      id: `${id}-${at}`,
      name: `${id} ${at}`,
      description: null,
      price: { amountMinor: 199, currency: "USD" },
      availability: "AVAILABLE",
      allergens: [],
      calories: 250,
      diet: null,
      imageUrl: "/pictures/ring.svg",
    })),
  })),
} as unknown as Menu;

let page: ReturnType<typeof openPage>;
const listens = vi.spyOn(globalThis, "addEventListener");
beforeEach(() => {
  page = openPage();
  listens.mockReset();
  history.replaceState(null, "", "/store/us-00001");
});
afterEach(() => {
  page.close();
});

const cards = () => page.all("[data-testid=menu-item]");
const body = () => page.one(".menu");

it("shows some items at first, with room for the others, and all of them in the end", async () => {
  // Not within `act`, which runs what later frames bring.
  render(<MenuBody menu={MENU} />, page.root);
  const first = cards().length;
  expect(first).toBeGreaterThan(3);
  expect(first).toBeLessThan(ITEMS);
  expect(cards().map((card) => card.dataset.item)).toEqual(
    Array.from({ length: first }, (_, at) => `donuts-${at}`),
  );
  // What addresses with a # lead to is there.
  expect(page.all("section").map(({ id }) => id)).toEqual(CATEGORIES);
  expect(page.all(".item-to-come")).toHaveLength(CATEGORIES.length * ITEMS - first);
  expect(body().getAttribute("aria-busy")).toBe("true");
  const drawn = cards();
  await vi.waitFor(() => expect(cards()).toHaveLength(CATEGORIES.length * ITEMS), 5000);
  expect(page.all(".item-to-come")).toEqual([]);
  expect(body().getAttribute("aria-busy")).toBe("false");
  // The same elements: nothing that a guest touched meanwhile is replaced.
  expect(cards().slice(0, first)).toEqual(drawn);
});

it.each([
  ["at an address with a #", () => history.replaceState(null, "", "/store/us-00001#tea")],
  ["after Back", () => history.replaceState({ scroll: 900 }, "", "/store/us-00001")],
])("shows all at once %s", (_, arrive) => {
  arrive();
  page.show(<MenuBody menu={MENU} />);
  expect(cards()).toHaveLength(CATEGORIES.length * ITEMS);
  expect(body().getAttribute("aria-busy")).toBe("false");
});

it("shows all at once where a link to a place within it is followed, and goes there", async () => {
  const gone: string[] = [];
  // Followed as soon as the page listens: a moment later all might be drawn.
  listens.mockImplementation((kind: string, follow: unknown) => {
    if (kind !== "hashchange") return;
    queueMicrotask(() => {
      history.replaceState(null, "", "/store/us-00001#tea");
      (follow as () => void)();
    });
  });
  render(<MenuBody menu={MENU} />, page.root);
  page.one("#tea").scrollIntoView = () => gone.push(`tea ${cards().length}`);
  await vi.waitFor(() => expect(gone).toEqual([`tea ${CATEGORIES.length * ITEMS}`]));
});

it("finds items that are not drawn yet", () => {
  render(<MenuBody menu={MENU} />, page.root);
  page.write("[data-testid=menu-search]", "tea 17");
  expect(cards().map((card) => card.dataset.item)).toEqual(["tea-17"]);
});
