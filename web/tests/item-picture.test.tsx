// @vitest-environment happy-dom
// An item's picture: uploaded ones are there in two sizes, and a telephone's menu takes the small one.
import { expect, it } from "vitest";
import { ItemPicture } from "../src/menu/item-picture.tsx";
import { pageOfEachTest } from "./support/page.ts";

const UPLOADED = "/uploads/us/ring/0123456789abcdef0123456789abcdef";
const page = pageOfEachTest();

const shown = (address: string, more: { first?: boolean; large?: boolean } = {}) => {
  page.show(<ItemPicture id="ring" name="Ring" category="donuts" address={address} {...more} />);
  return page.one("img");
};

it.each(["webp", "jpg"])("offers both sizes of an uploaded %s", (end) => {
  const image = shown(`${UPLOADED}-960.${end}`);
  expect(image.getAttribute("src")).toBe(`${UPLOADED}-960.${end}`);
  expect(image.getAttribute("srcset")).toBe(
    `${UPLOADED}-320.${end} 320w, ${UPLOADED}-960.${end} 960w`,
  );
  expect(image.getAttribute("loading")).toBe("lazy");
  // The room is kept until it is there.
  expect([image.getAttribute("width"), image.getAttribute("height")]).toEqual(["400", "300"]);
});

it("says how wide it is in a list, and how wide on its page", () => {
  expect(shown(`${UPLOADED}-960.webp`).getAttribute("sizes")).toContain("7rem, 20rem");
  const own = shown(`${UPLOADED}-960.webp`, { first: true, large: true });
  expect(own.getAttribute("sizes")).toContain("100vw");
  expect(own.getAttribute("fetchpriority")).toBe("high");
});

it.each(["/pictures/ring.svg", "data:image/webp;base64,AA", "/uploads/other-960.webp"])(
  "has %s in one size",
  (address) => {
    const image = shown(address);
    expect(image.getAttribute("src")).toBe(address);
    expect(image.hasAttribute("srcset")).toBe(false);
  },
);
