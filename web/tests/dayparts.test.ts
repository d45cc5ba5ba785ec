// Dayparts of a store's own day, and the moments at which menus are read to have all that is listed.
import { expect, it } from "vitest";
import { daypartsAt } from "../src/formatting/dayparts.ts";
import { ListedItemsDocument } from "../src/generated/assortment.ts";
import { DAYPARTS } from "../src/generated/dayparts.ts";
import { joined, momentsFrom } from "../src/staff/listed-items.ts";

const NAMES = Object.keys(DAYPARTS);

it.each([
  ["04:59", "EVENING"],
  ["05:00", "BREAKFAST"],
  ["10:59", "BREAKFAST"],
  ["11:00", "LUNCH"],
  ["15:00", "AFTERNOON"],
  ["18:00", "EVENING"],
  ["23:59", "EVENING"],
  ["00:00", "EVENING"],
])("at %s it is %s", (clock, daypart) => {
  expect(daypartsAt(new Date(`2026-05-04T${clock}:00+09:00`), "Asia/Tokyo")).toEqual([daypart]);
});

it.each(["Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Pacific/Auckland"])(
  "has a moment of each daypart in %s, also on days on which clocks are changed",
  (timeZone) => {
    const days = ["2026-03-28", "2026-03-29", "2026-10-24", "2026-05-04"];
    const hours = ["00", "04", "09", "15", "21"];
    for (const now of days.flatMap((day) => hours.map((hour) => `${day}T${hour}:07:00Z`))) {
      const moments = Object.entries(momentsFrom(new Date(now), timeZone));
      expect(moments.map(([name]) => name.toUpperCase()).sort(), now).toEqual([...NAMES].sort());
      for (const [name, at] of moments) {
        expect(daypartsAt(new Date(at), timeZone), now).toContain(name.toUpperCase());
      }
    }
  },
);

it("reads the menu of every daypart there is", () => {
  const read = [...ListedItemsDocument.toString().matchAll(/(\w+): menu\(.*at: \$(\w+)/g)];
  expect(read.map(([, alias, moment]) => [alias, moment])).toEqual(
    NAMES.map((name) => [name.toLowerCase(), name.toLowerCase()]),
  );
});

it("joins menus by category, each item once", () => {
  const menu = (...categories: [string, string[]][]) => ({
    categories: categories.map(([id, items]) => ({
      id,
      items: items.map((item) => ({ id: item, name: item, price: { amountMinor: 100 } })),
    })),
  });
  const menus = [
    menu(["food", ["muffin", "ring"]], ["drinks", ["latte"]]),
    menu(["food", ["ring", "soup"]], ["drinks", ["latte"]], ["sets", ["lunch"]]),
    null,
  ];
  const ids = joined(menus).map(({ itemId }) => itemId);
  expect(ids).toEqual(["muffin", "ring", "soup", "latte", "lunch"]);
});
