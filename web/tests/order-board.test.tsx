// @vitest-environment happy-dom
// The board as staff see it: why it is not connected.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteAnswer, CarteOperation } from "../clients/carte.ts";
import { OrderBoard } from "../src/staff/order-board.tsx";
import { en } from "../src/staff/texts/en.ts";
import { answerOperations, openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  localStorage.clear();
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const ORDER = {
  id: "order-1",
  status: "PLACED",
  placedAt: "2026-05-04T09:00:00Z",
  pickupAt: "2026-05-04T10:00:00Z",
  acceptBy: "2026-05-04T09:10:00Z",
  needsApproval: false,
  lines: [],
  total: { amountMinor: 100, currency: "EUR" },
  payment: { method: "AT_STORE", state: "AT_STORE" },
  events: [],
};
const blocked = (status: number): CarteAnswer => ({
  status,
  headers: new Headers(),
  body: undefined,
  variables: {},
});
const listed = (nodes: unknown[], headers: Record<string, string> = {}): CarteAnswer => {
  const edges = nodes.map((node) => ({ node }));
  const storeOrders = { edges, pageInfo: { hasNextPage: false, endCursor: null } };
  return {
    status: 200,
    headers: new Headers(headers),
    body: { data: { storeOrders } },
    variables: {},
  };
};
type Answers = (operation: CarteOperation) => CarteAnswer;

function open(answers: Answers) {
  answerOperations({});
  const send = vi.fn(async (operation: CarteOperation) => answers(operation));
  const onRefused = vi.fn();
  const given = { storeId: "de-1", subject: "ada", send, texts: en, onRefused };
  page.show(<OrderBoard {...given} />);
  return { send, onRefused };
}
const connection = () => page.one("[data-testid=connection]").textContent;

it("says what stands between the tablet and the service where its answers are none of the service", async () => {
  let status = 403;
  const { onRefused } = open(() => (status ? blocked(status) : listed([ORDER])));
  await vi.waitFor(() => expect(connection()).toContain(en.blocked(403)));
  expect(connection()).toContain("has not answered well");
  expect(onRefused).not.toHaveBeenCalled();
  status = 0;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(connection()).toBe(en.live);
  });
});

it("says why a step is not sent, also while orders are read", async () => {
  let isBlocked = true;
  const { send } = open(({ operationName }) => {
    if (operationName === "StoreOrders") return listed([ORDER]);
    if (operationName !== "AcceptOrder" || isBlocked) return blocked(403);
    const acceptOrder = { order: { id: "order-1", status: "ACCEPTED" }, errors: [] };
    return { ...blocked(200), body: { data: { acceptOrder } } };
  });
  await page.shown(".board-waiting [data-testid=next-step]");
  await page.press(".board-waiting [data-testid=next-step]");
  await vi.waitFor(() => expect(connection()).toContain(en.blocked(403)));
  expect(connection()).toContain(en.waitingToSend(1));
  isBlocked = false;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(connection()).toBe(en.live);
  });
  const sent = send.mock.calls.filter(([one]) => one.operationName === "AcceptOrder");
  const inputs = sent.map(([{ variables }]) => variables?.input as { operationId: string });
  expect(new Set(inputs.map(({ operationId }) => operationId)).size).toBe(1);
});
