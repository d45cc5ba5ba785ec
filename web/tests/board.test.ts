// The order board: orders by column, what changed meanwhile, and steps that are sent once and in order.
import { beforeEach, expect, it, vi } from "vitest";
import type { CarteAnswer, CarteOperation } from "../clients/carte.ts";
import type { OrderStatus } from "../src/generated/board.ts";
import { LANGUAGES } from "../src/i18n/language.ts";
import { loadOrderTexts } from "../src/orders/texts/use-order-texts.ts";
import {
  type BoardOrder,
  changedLately,
  changesBetween,
  columnsOf,
  MOST_CHANGES,
  ordersOf,
  type Step,
  withChanges,
  withDay,
} from "../src/staff/board-state.ts";
import { type StepResult, stepQueue } from "../src/staff/step-queue.ts";
import { loadBoardTexts } from "../src/staff/texts/use-board-texts.ts";
import { pretendBrowser } from "./support/browser.ts";
import { saysEverything } from "./support/texts.ts";

const order = (id: string, status: OrderStatus, minute = 0): BoardOrder => ({
  id,
  status,
  placedAt: "2030-01-01T08:00:00Z",
  pickupAt: `2030-01-01T09:${String(minute).padStart(2, "0")}:00Z`,
  acceptBy: "2030-01-01T08:10:00Z",
  needsApproval: false,
  lines: [],
  total: { amountMinor: 100, currency: "EUR" },
  payment: { method: "AT_STORE", state: "AT_STORE" },
  events: [],
});
const step = (orderId: string, kind: Step["kind"], operationId = `${kind}-${orderId}`): Step => ({
  operationId,
  orderId,
  kind,
  reason: "",
});

let browser: ReturnType<typeof pretendBrowser>;
beforeEach(() => {
  browser = pretendBrowser();
  return () => vi.unstubAllGlobals();
});

it("has orders in their columns, the next pickup first, moved by steps without an answer", () => {
  const orders = [order("b", "PLACED", 9), order("a", "AUTHORIZED", 5), order("c", "READY")];
  const { waiting, making, ready, done } = columnsOf(orders, [step("b", "accept")]);
  const ids = (column: typeof waiting) => column.map(({ order: { id }, unsent }) => [id, unsent]);
  expect(ids(waiting)).toEqual([["a", false]]);
  expect(ids(making)).toEqual([["b", true]]);
  expect(ids(ready)).toEqual([["c", false]]);
  expect(done).toEqual([]);
});

it("has an order once, as today's list has it, also where midnight moves it into another day", () => {
  // Read as tomorrow's before midnight; that list is read again after some turns of today's.
  const days = withDay(withDay(new Map(), 0, []), 1, [order("a", "PLACED"), order("b", "PLACED")]);
  const after = withDay(days, 0, [order("a", "ACCEPTED")]);
  expect(ordersOf(after).map(({ id, status }) => `${id} ${status}`)).toEqual([
    "a ACCEPTED",
    "b PLACED",
  ]);
});

it("keeps of each order the latest change of a kind, each refused step, and a bounded number of all", () => {
  const status = (id: string, now: OrderStatus) => ({ kind: "status" as const, id, status: now });
  const twice = withChanges(
    [status("a", "READY"), { kind: "new", id: "a" }],
    [status("a", "COLLECTED")],
  );
  expect(twice).toEqual([{ kind: "new", id: "a" }, status("a", "COLLECTED")]);
  const refused = (step: "accept" | "ready") => ({ kind: "refused" as const, id: "a", step });
  const steps = withChanges([refused("accept")], [refused("ready"), refused("accept")]);
  expect(steps).toEqual([refused("ready"), refused("accept")]);
  const many = Array.from({ length: 200 }, (_, at) => ({ kind: "new" as const, id: String(at) }));
  const left = withChanges([], many);
  expect([left.length, left.at(-1)?.id]).toEqual([MOST_CHANGES, "199"]);
});

it("names the orders of which a step was answered lately, the latest twenty", () => {
  const steps = new Map([
    ["old", 0],
    ...Array.from({ length: 25 }, (_, at) => [`o${at}`, 9_000]),
  ] as [string, number][]);
  const named = changedLately(steps, 15_000);
  expect([named.length, named[0], named[19]]).toEqual([20, "o5", "o24"]);
  expect(steps.has("old")).toBe(false);
  expect(changedLately(steps, 60_000)).toEqual([]);
});

it("says what others changed", () => {
  const before = [order("a", "PLACED"), order("b", "PLACED"), order("c", "PLACED")];
  const after = [
    ...[order("a", "CANCELLED"), order("b", "AUTHORIZED"), order("d", "PLACED")],
    order("e", "COLLECTED"), // came and went
  ];
  expect(changesBetween(before, after)).toEqual([
    { kind: "status", id: "a", status: "CANCELLED" },
    { kind: "new", id: "d" },
  ]);
});

const FIELDS: Record<string, string> = {
  AcceptOrder: "acceptOrder",
  ApproveOrder: "decideOrderReview",
  MarkOrderReady: "markOrderReady",
};

type Refusal = "FORBIDDEN" | "UNAUTHENTICATED" | "" | Pick<CarteAnswer, "status" | "body">;

/** A queue of a person whose steps are answered by `answer`, or by a network that is down. */
function queueOf(
  answer: (name: string, operationId: string) => { errors: object[] } | Refusal | "down",
  subject = "ada",
  headers = new Headers(),
) {
  const sent: { name: string; operationId: string }[] = [];
  const results: StepResult[] = [];
  const refusedTokens: unknown[] = [];
  const send = async ({
    operationName = "",
    variables = {},
  }: CarteOperation): Promise<CarteAnswer> => {
    const { operationId, orderId } = variables.input as {
      operationId: string;
      orderId: string;
    };
    sent.push({ name: operationName, operationId });
    const reply = answer(operationName, operationId);
    if (reply === "down") throw new TypeError("no network");
    if (typeof reply === "string") {
      const errors = [{ message: "no", extensions: reply ? { code: reply } : {} }];
      return { status: 200, headers, body: { data: null, errors }, variables };
    }
    if ("status" in reply) return { ...reply, headers, variables };
    const payload = {
      order: reply.errors.length > 0 ? null : { id: orderId, status: "ACCEPTED" },
      errors: reply.errors,
    };
    const body = { data: { [FIELDS[operationName] ?? ""]: payload } };
    return { status: 200, headers: new Headers(), body, variables };
  };
  const queue = stepQueue({
    storeId: "de-00001",
    subject,
    send,
    onAnswer: (result) => results.push(result),
    onRefusedToken: (failure) => refusedTokens.push(failure),
  });
  return { queue, sent, results, refusedTokens };
}

it("sends steps in their order, each once, after the network is back and after a reload", async () => {
  const lost = queueOf(() => "down");
  lost.queue.press(step("a", "accept"));
  lost.queue.press(step("a", "accept", "a-second-press"));
  lost.queue.press(step("a", "ready"));
  await vi.waitFor(() => expect(lost.sent.length).toBeGreaterThan(0));
  lost.queue.stop();
  const { queue, sent, results } = queueOf(() => ({ errors: [] }));
  await vi.waitFor(() => expect(results).toHaveLength(2));
  expect(sent).toEqual([
    { name: "AcceptOrder", operationId: "accept-a" },
    { name: "MarkOrderReady", operationId: "ready-a" },
  ]);
  expect(queue.waiting.get()).toEqual([]);
  expect(browser.kept.size).toBe(0);
});

it("repeats a step with its operationId when the network is back", async () => {
  let up = false;
  const { queue, sent, results } = queueOf(() => (up ? { errors: [] } : "down"));
  queue.press(step("a", "approve"));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  up = true;
  await vi.waitFor(() => {
    browser.emit("online");
    expect(results).toHaveLength(1);
  });
  expect(sent.map(({ name, operationId }) => `${name} ${operationId}`)).toEqual([
    "ApproveOrder approve-a",
    "ApproveOrder approve-a",
    "AcceptOrder approve-a-accept",
  ]);
});

it("reports a step that was refused, and goes on with the next one", async () => {
  const { queue, results } = queueOf((name) => ({
    errors: name === "AcceptOrder" ? [{ __typename: "OrderStateError" }] : [],
  }));
  queue.press(step("a", "accept"));
  queue.press(step("b", "ready"));
  await vi.waitFor(() => expect(results).toHaveLength(2));
  expect(results.map(({ refused }) => refused)).toEqual([true, false]);
});

it("takes a step that the person may not do for refused, and sends the next one", async () => {
  const { queue, sent, results } = queueOf((name) =>
    name === "ApproveOrder" ? "FORBIDDEN" : { errors: [] },
  );
  queue.press(step("a", "approve"));
  queue.press(step("b", "accept"));
  await vi.waitFor(() => expect(results).toHaveLength(2));
  expect(results.map(({ refused }) => refused)).toEqual([true, false]);
  expect(sent.map(({ name }) => name)).toEqual(["ApproveOrder", "AcceptOrder"]);
  expect(queue.waiting.get()).toEqual([]);
});

it.each([
  ["a firewall", { status: 403, body: undefined }],
  ["a firewall that writes JSON", { status: 403, body: { message: "Forbidden" } as object }],
  ["a proxy", { status: 407, body: undefined }],
  ["what asks for another sign-in", { status: 401, body: undefined }],
  ["what takes the request for too long", { status: 413, body: undefined }],
  ["the sign-in page of a network", { status: 200, body: undefined }],
  ["errors without a code, so none of the service", ""],
] as const)("keeps a step that is answered by %s, and says why", async (_, front) => {
  const down = queueOf(() => front);
  down.queue.press(step("a", "accept"));
  await vi.waitFor(() => expect(down.queue.trouble.get()).toBeDefined());
  const why = front === "" ? { kind: "graphql" } : { kind: "http", status: front.status };
  expect(down.queue.trouble.get()).toMatchObject(why);
  expect([down.results, down.refusedTokens]).toEqual([[], []]);
  expect(down.queue.waiting.get()).toHaveLength(1);
  down.queue.stop();
  const { queue, sent, results } = queueOf(() => ({ errors: [] }));
  await vi.waitFor(() => expect(results).toHaveLength(1));
  expect(sent).toEqual([{ name: "AcceptOrder", operationId: "accept-a" }]);
  expect(queue.trouble.get()).toBeUndefined();
});

it("sends the steps of other orders before one that something in front of the service refuses", async () => {
  vi.useFakeTimers();
  const { queue, sent, results } = queueOf((_, operationId) =>
    operationId.endsWith("-a") ? { status: 403, body: undefined } : { errors: [] },
  );
  for (const [order, kind] of [
    ["a", "accept"],
    ["b", "accept"],
    ["a", "ready"],
    ["c", "accept"],
  ] as const) {
    queue.press(step(order, kind));
  }
  await vi.advanceTimersByTimeAsync(44_000);
  expect(sent.map(({ operationId }) => operationId)).toEqual(["accept-a"]);
  await vi.advanceTimersByTimeAsync(32_000);
  expect(results.map((one) => one.step.operationId)).toEqual(["accept-b", "accept-c"]);
  expect(queue.waiting.get().map(({ operationId }) => operationId)).toEqual([
    "accept-a",
    "ready-a",
  ]);
  queue.stop();
  vi.useRealTimers();
});

it("leaves a firewall alone for as long as it wants", async () => {
  vi.useFakeTimers();
  let isBlocked = true;
  const { queue, sent, results } = queueOf(
    () => (isBlocked ? { status: 403, body: undefined } : { errors: [] }),
    "ada",
    new Headers({ "retry-after": "120" }),
  );
  queue.press(step("a", "accept"));
  await vi.advanceTimersByTimeAsync(100);
  isBlocked = false;
  browser.emit("visibilitychange");
  await vi.advanceTimersByTimeAsync(119_000);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(results.map(({ refused }) => refused)).toEqual([false]);
  vi.useRealTimers();
});

it("keeps steps whose token was refused for the same person, and sends them for no other", async () => {
  const ended = queueOf(() => "UNAUTHENTICATED");
  ended.queue.press(step("a", "accept"));
  await vi.waitFor(() => expect(ended.refusedTokens).toHaveLength(1));
  ended.queue.stop();
  const other = queueOf(() => ({ errors: [] }), "bob");
  expect(other.queue.waiting.get()).toEqual([]);
  other.queue.press(step("b", "ready"));
  await vi.waitFor(() => expect(other.results).toHaveLength(1));
  expect(other.sent.map(({ operationId }) => operationId)).toEqual(["ready-b"]);
  const again = queueOf(() => ({ errors: [] }));
  await vi.waitFor(() => expect(again.results).toHaveLength(1));
  expect(again.sent.map(({ operationId }) => operationId)).toEqual(["accept-a"]);
});

it("has all texts of orders and of the board in every language", async () => {
  for (const code of LANGUAGES) {
    for (const texts of [await loadOrderTexts(code), await loadBoardTexts(code)]) {
      saysEverything(code, texts);
    }
  }
});

it("keeps the steps of two tabs with the same board until each is answered", async () => {
  const one = queueOf(() => "down");
  const other = queueOf(() => "down");
  one.queue.press(step("a", "accept"));
  other.queue.press(step("b", "accept"));
  await vi.waitFor(() => expect(other.sent).not.toEqual([]));
  one.queue.stop();
  other.queue.stop();
  const { sent, results } = queueOf(() => ({ errors: [] }));
  await vi.waitFor(() => expect(results).toHaveLength(2));
  expect(sent.map(({ operationId }) => operationId)).toEqual(["accept-a", "accept-b"]);
});

it("has no step pressed in a second tab that waits in the first", async () => {
  const one = queueOf(() => "down");
  const other = queueOf(() => "down");
  one.queue.press(step("a", "accept", "first"));
  other.queue.press(step("a", "accept", "second"));
  expect(other.queue.waiting.get().map(({ operationId }) => operationId)).toEqual(["first"]);
  one.queue.stop();
  other.queue.stop();
});

it("tells other tabs of an answer, also that a step was refused, and they send it no more", async () => {
  let up = false;
  const refusal = { errors: [{ __typename: "OrderStateError" }] };
  const one = queueOf(() => (up ? refusal : "down"));
  one.queue.press(step("a", "accept"));
  // Its pause is long by now.
  const other = queueOf(() => "down");
  await vi.waitFor(() => expect(other.queue.trouble.get()).toBeDefined());
  const tries = other.sent.length;
  one.queue.stop();
  up = true;
  const again = queueOf(() => (up ? refusal : "down"));
  await vi.waitFor(() => expect(other.results).toHaveLength(1));
  expect(other.results).toEqual(again.results);
  expect(other.results[0]?.refused).toBe(true);
  expect([other.queue.waiting.get(), other.queue.trouble.get()]).toEqual([[], undefined]);
  expect(other.sent).toHaveLength(tries);
  other.queue.stop();
  again.queue.stop();
});
