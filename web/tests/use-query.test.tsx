// @vitest-environment happy-dom
// A query says that it is under way when its variables change, also after it was refreshed quietly.
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";
import { PickupSlotsDocument, type PickupSlotsQuery } from "../src/generated/orders.ts";
import { type Query, useQuery } from "../src/graphql/use-query.ts";
import { answerOperations, pageOfEachTest } from "./support/page.ts";

const page = pageOfEachTest();
let query: Query<PickupSlotsQuery>;

function Slots({ day }: { day: string }) {
  query = useQuery(PickupSlotsDocument, { storeId: "de-1", day }, { quiet: true });
  return null;
}

it("is quiet about a refresh, and not about other variables after it", async () => {
  const operations = answerOperations({ PickupSlots: () => ({ pickupSlots: [] }) });
  page.show(<Slots day="2030-01-01" />);
  expect(query.loading).toBe(true);
  await vi.waitFor(() => expect(query.loading).toBe(false));
  act(() => query.refresh());
  expect(query.loading).toBe(false);
  await vi.waitFor(() => expect(operations).toHaveLength(2));
  page.show(<Slots day="2030-01-02" />);
  expect(query.loading).toBe(true);
  await vi.waitFor(() => expect(query.loading).toBe(false));
});
