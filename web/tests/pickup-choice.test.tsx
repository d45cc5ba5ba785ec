// @vitest-environment happy-dom
// When an order is collected: a day that is chosen while the times of another one arrive stays chosen.
import { render } from "preact";
import { expect, it, vi } from "vitest";
import { dayAfter, dayOf } from "../src/formatting/calendar-day.ts";
import type { Store } from "../src/menu/menu-data.ts";
import type { Pickup } from "../src/orders/cart.ts";
import { PickupChoice } from "../src/orders/pickup-choice.tsx";
import { en } from "../src/orders/texts/en.ts";
import { answerOperations, pageOfEachTest } from "./support/page.ts";

const STORE = { id: "de-1", timeZone: "UTC", market: { id: "de" } } as unknown as Store;

const page = pageOfEachTest();

it("keeps a day that is chosen before the first time of another one is", async () => {
  answerOperations({
    PickupSlots: ({ day }) => ({
      pickupSlots: [{ id: `slot of ${day}`, start: `${day}T12:00:00Z`, full: false }],
    }),
  });
  const today = dayOf(new Date(), "UTC");
  const tomorrow = dayAfter(today, 1);
  const chosen: Pickup[] = [];
  const draw = (pickup: Pickup) =>
    render(
      <PickupChoice
        store={STORE}
        pickup={pickup}
        onChange={(next) => {
          chosen.push(next);
          queueMicrotask(() => draw(next));
        }}
        pickupAt={undefined}
        refusals={[]}
        texts={en}
        locale="en"
      />,
      page.root,
    );
  // As soon as the times are there, and before what follows the browser's next frame.
  const watching = new MutationObserver(() => {
    if (page.all("[data-testid=pickup-slot]").length === 0) return;
    watching.disconnect();
    const field = page.one("[data-testid=pickup-day]") as HTMLSelectElement;
    field.value = tomorrow;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  watching.observe(page.root, { childList: true, subtree: true });
  draw({ day: today, slotId: "" });
  await vi.waitFor(() =>
    expect(chosen.at(-1)).toEqual({ day: tomorrow, slotId: `slot of ${tomorrow}` }),
  );
  expect(new Set(chosen.map(({ day }) => day))).toEqual(new Set([tomorrow]));
});
