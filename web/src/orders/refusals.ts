// Why an order cannot be placed as it is: the API's typed errors as what a guest can do something about.
import type { PlaceOrderMutation, QuoteQuery } from "../generated/orders.ts";
import type { CartLine } from "./cart.ts";
import type { OrderTexts } from "./texts/order-texts.ts";

export type OrderError =
  | PlaceOrderMutation["placeOrder"]["errors"][0]
  | QuoteQuery["quote"]["errors"][0];

export type Refusal =
  /** Fewer pieces are left than wanted; 0: it is sold out. */
  | { kind: "few-left"; itemId: string; left: number }
  | { kind: "not-listed"; itemId: string }
  /** The guest's note on the item. */
  | { kind: "note"; itemId: string }
  | { kind: "price-changed"; totalMinor: number }
  /** The start of the next pickup slot; undefined where there is none, or where it is not known. */
  | { kind: "closed"; nextSlot: string | undefined }
  | { kind: "slot-full" }
  /** It would be ready much later than the guest was shown. */
  | { kind: "later" }
  | { kind: "too-large" }
  | { kind: "field"; field: "name" | "mail" | "phone" | "payment" }
  | { kind: "other" };

/** What the errors of a quote or of an order mean for a cart with these lines. */
export const refusalsOf = (
  errors: readonly OrderError[],
  lines: readonly Pick<CartLine, "itemId">[],
): Refusal[] => errors.map((error) => refusalOf(error, lines));

function refusalOf(error: OrderError, lines: readonly Pick<CartLine, "itemId">[]): Refusal {
  const itemId = error.path[0] === "lines" ? lines[Number(error.path[1])]?.itemId : undefined;
  switch (error.__typename) {
    case "SoldOutError":
      return { kind: "few-left", itemId: error.itemId, left: error.left };
    case "ItemNotListedError":
    case "UnknownItemError":
      return itemId === undefined ? OTHER : { kind: "not-listed", itemId };
    case "PriceChangedError":
      return "total" in error
        ? { kind: "price-changed", totalMinor: error.total.amountMinor }
        : OTHER;
    case "StoreClosedError":
      return { kind: "closed", nextSlot: error.nextSlot ?? undefined };
    case "SlotFullError":
      return { kind: error.path[1] === "latest" ? "later" : "slot-full" };
    case "OrderTooLargeError":
      return { kind: "too-large" };
    case "InvalidValueError":
      return error.path[2] === "note" && itemId !== undefined
        ? { kind: "note", itemId }
        : invalid(error.path);
    default:
      return OTHER;
  }
}

/** That a cart cannot be ordered as it is, and beside what of it the reasons stand. */
export function whereRefused(
  refusals: readonly Refusal[],
  texts: Pick<OrderTexts, "notAsItIs" | "seeItems" | "seePickup">,
): string {
  const { notAsItIs, seeItems, seePickup } = texts;
  const items = refusals.some((one) => "itemId" in one);
  const pickup = refusals.some(({ kind }) => kind === "closed" || kind === "slot-full");
  return [notAsItIs, items && seeItems, pickup && seePickup].filter(Boolean).join(" ");
}

const OTHER: Refusal = { kind: "other" };

/** Values that the API refuses: of the contact, of the payment, and pickup times that have passed. */
function invalid(path: readonly string[]): Refusal {
  const [root, field] = path;
  if (root === "contact" && (field === "name" || field === "mail" || field === "phone")) {
    return { kind: "field", field };
  }
  if (root === "payment" || root === "paymentToken") return { kind: "field", field: "payment" };
  if (root === "pickup") return { kind: "closed", nextSlot: undefined };
  return OTHER;
}
