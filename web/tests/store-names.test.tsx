// @vitest-environment happy-dom
// Names of stores for pages of staff: each is read once, however many stores are looked at in between.
import { expect, it, vi } from "vitest";
import { useStoreNames } from "../src/staff/store-names.ts";
import { answerOperations, pageOfEachTest, refusal } from "./support/page.ts";

const page = pageOfEachTest();

function Names({ ids }: { ids: readonly string[] }) {
  const nameOf = useStoreNames(ids);
  return <p>{ids.map(nameOf).join(", ")}</p>;
}
/** Open a page anew that names these stores. */
function open(ids: readonly string[]) {
  page.show(null);
  page.show(<Names ids={ids} />);
}
const storesOf = (market: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${market}-${String(at).padStart(5, "0")}`);
/** How long many requests may take on a machine that is busy. */
const MANY = { timeout: 4000 };
/** How many stores of the page are named. */
const named = () => page.root.textContent?.match(/Carte (\S+) \(\1\)/g)?.length ?? 0;
const answered = (variables: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(variables).map(([at, id]) => [
      at,
      { name: `Carte ${id}`, market: { id: String(id).slice(0, 2) } },
    ]),
  );

it("names stores again after so many others that theirs were forgotten", async () => {
  const operations = answerOperations({ StoreNames: answered });
  const first = storesOf("de", 2);
  open(first);
  await vi.waitFor(() => expect(named()).toBe(2));
  open(first);
  expect(named()).toBe(2);
  expect(operations).toHaveLength(1);
  const others = storesOf("us", 1000);
  open(others);
  await vi.waitFor(() => expect(page.root.textContent).toContain("Carte us-00999"), MANY);
  open(first);
  await vi.waitFor(() => expect(named()).toBe(2));
});

it("forgets what was read first, not what is shown, when too many are known", async () => {
  answerOperations({ StoreNames: answered });
  open(storesOf("fr", 500));
  await vi.waitFor(() => expect(named()).toBe(500), MANY);
  open(storesOf("gb", 1000));
  await vi.waitFor(() => expect(named()).toBe(1000), MANY);
});

it("asks for the stores of a long list one request after another", async () => {
  let atOnce = 0;
  let most = 0;
  const operations = answerOperations({
    StoreNames: async (variables) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve));
      atOnce--;
      return answered(variables);
    },
  });
  open(storesOf("ie", 60));
  await vi.waitFor(() => expect(named()).toBe(60), MANY);
  expect(operations.map(({ variables }) => Object.keys(variables).length)).toEqual([20, 20, 20]);
  expect(most).toBe(1);
});

it("asks again where the request failed, and not for a store that does not exist", async () => {
  let up = false;
  const operations = answerOperations({
    StoreNames: (variables) => {
      if (!up) return refusal();
      return variables.s0 === "nl-00001" ? { s0: null } : answered(variables);
    },
  });
  open(["nl-00001"]);
  await vi.waitFor(() => expect(operations).toHaveLength(1));
  up = true;
  await vi.waitFor(() => {
    open(["nl-00001"]);
    expect(operations).toHaveLength(2);
  });
  // Its answer is here once that of a later request is.
  open(["nl-00002"]);
  await vi.waitFor(() => expect(named()).toBe(1));
  open(["nl-00001"]);
  await new Promise((resolve) => setTimeout(resolve));
  expect(operations).toHaveLength(3);
  expect(page.root.textContent).toBe("nl-00001");
});
