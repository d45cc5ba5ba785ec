// English texts of a store's order board.
import type { OrderStatus, PaymentState } from "../../generated/board.ts";

const plural = new Intl.PluralRules("en");

export const en = {
  title: "Order board",

  waiting: "New",
  making: "In the making",
  ready: "Ready",
  done: "Done",
  nothing: "No orders",
  loading: "Reading the orders…",
  nothingKept:
    "This device has no network and has kept no orders of this store. They are shown by themselves as soon as there is a network.",
  nothingAnswered:
    "The service does not answer well, and this device has kept no orders of this store. They are shown by themselves as soon as it answers.",
  nothingToday: "No orders for today. Looking at other days…",
  accept: "Accept",
  approve: "Approve and accept",
  reject: "Reject",
  markReady: "Ready",
  collected: "Collected",
  print: "Print",
  large: "Large order",
  pickupAt: (time: string) => `Pickup ${time}`,
  answerBy: (time: string) => `Answer by ${time}`,
  payment: {
    UNPAID: (t: string) => `Not paid, take the money: ${t}`,
    AT_STORE: (t: string) => `To pay: ${t}`,
    PENDING: (t: string) => `Card not answered yet: ${t}`,
    AUTHORIZED: (t: string) => `Card held: ${t}`,
    DECLINED: (t: string) => `Card refused: ${t}`,
    CHARGED: (t: string) => `Paid: ${t}`,
    PARTLY_REFUNDED: (t: string) => `Paid, partly given back: ${t}`,
    REFUNDED: (t: string) => `Given back: ${t}`,
    RELEASED: (t: string) => `Not charged: ${t}`,
  } satisfies Record<PaymentState, (total: string) => string>,
  unsent: "Not sent yet",

  why: "Why can it not be made? The guest reads this.",
  reasons: ["Something is sold out.", "There is too much to do just now.", "We are closing early."],
  rejectSend: "Reject the order",
  back: "Back",

  soundOn: "Sound is on",
  soundOff: "Sound is off",
  soundBlocked: "Sound starts with the next touch",
  live: "Live",
  notConnected: "Not connected",
  offline: (time: string) =>
    `The service has not answered well since ${time}. Go on working: what you press is sent when it does.`,
  noNetwork: (time: string) =>
    `This device has had no network since ${time}. Go on working: what you press is sent when there is one.`,
  blocked: (status: number) =>
    `Something between this device and the service refuses its requests (${status}), such as a firewall or a network that wants a sign-in.`,
  keptOrders: (time: string, ago: string) =>
    `Orders as of ${time} (${ago}). Names and telephone numbers of guests are not kept on this device.`,
  waitingToSend: (n: number) =>
    `${n.toLocaleString("en")} ${plural.select(n) === "one" ? "step is" : "steps are"} not sent yet`,
  refused: "Steps that were not possible",
  changed: "While the board was not connected",
  isNew: (code: string) => `${code} is new`,
  isNow: (code: string, state: string) => `${code}: ${state}`,
  /** Below the heading `refused`; `state` is empty where it is not known. */
  notPossible: (code: string, step: string, state: string) =>
    `${code}: “${step}”${state && `. The order is now: ${state}.`}`,
  seen: "Seen",
  status: {
    PLACED: "waiting",
    AUTHORIZED: "waiting",
    DECLINED: "the card was refused",
    ACCEPTED: "in the making",
    READY: "ready",
    COLLECTED: "collected",
    CANCELLED: "cancelled by the guest",
    REJECTED: "rejected",
    EXPIRED: "expired without an answer",
    REFUNDED: "refunded",
  } satisfies Record<OrderStatus, string>,
};
