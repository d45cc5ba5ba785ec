// Whose an uploaded picture is, by its address.
import { expect, it } from "vitest";
import { otherOwnerOf, ownerOf } from "../../src/staff/catalog/picture-address.ts";

const FILE = "0123456789abcdef0123456789abcdef-960.webp";

it.each([
  [`/uploads/de/ring/${FILE}`, { market: "de", itemId: "ring" }],
  [` /uploads/us/latte/${FILE} `, { market: "us", itemId: "latte" }],
  ["/pictures/ring.svg", undefined],
  [`https://elsewhere.example/uploads/de/ring/${FILE}`, undefined],
  ["/uploads/de/ring", undefined],
  ["", undefined],
])("knows the owner of %s", (address, owner) => {
  expect(ownerOf(address)).toEqual(owner);
});

it("tells another item's picture, also that of the same item in another country", () => {
  const own = { market: "de", itemId: "ring" };
  expect(otherOwnerOf(`/uploads/de/ring/${FILE}`, own)).toBeUndefined();
  expect(otherOwnerOf(`/uploads/de/latte/${FILE}`, own)).toEqual({ market: "de", itemId: "latte" });
  expect(otherOwnerOf(`/uploads/us/ring/${FILE}`, own)).toEqual({ market: "us", itemId: "ring" });
  expect(otherOwnerOf("/pictures/ring.svg", own)).toBeUndefined();
});
