// Decisions about roles carry the regions' time, also from a device whose clock is wrong.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteAnswer, CarteOperation, CarteSender } from "../clients/carte.ts";

const DEVICE = Date.parse("2026-05-04T10:00:00Z");
const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: DEVICE });
  vi.resetModules(); // what was learned of the clocks
});
afterEach(() => {
  vi.useRealTimers();
});

/** A region whose clock is ahead of the device's; it keeps the rule of services/domain/people/request_time.py. */
function regionAhead(byMs: number) {
  const sent: string[] = [];
  const send: CarteSender = async ({ variables }: CarteOperation) => {
    const { sentAt } = (variables as { input: { sentAt: string } }).input;
    sent.push(sentAt);
    const now = Date.now() + byMs;
    const age = now - Date.parse(sentAt);
    const late = {
      __typename: "RequestTimeTooSkewedError",
      serverTime: new Date(now).toISOString(),
    };
    const errors = age > 12_000 || age < -3000 ? [late] : [];
    const data = { grantRole: { person: null, errors } };
    return { status: 200, headers: new Headers(), body: { data }, variables: {} } as CarteAnswer;
  };
  return { sent, send };
}

const grant = (sentAt: string) => ({
  query: "mutation GrantRole($input: GrantRoleInput!) { x }",
  variables: { input: { operationId: "1", sentAt, person: "ada" } },
});

const errorsOf = ({ body }: CarteAnswer) => {
  const data = body?.data as { grantRole: { errors: unknown[] } } | undefined;
  return data?.grantRole.errors;
};

it("is sent once where the device's clock is right", async () => {
  const { byRegionsClock, pressedNow } = await import("../src/staff/office/regions-clock.ts");
  const { sent, send } = regionAhead(0);
  expect(errorsOf(await byRegionsClock(send)(grant(pressedNow())))).toEqual([]);
  expect(sent).toEqual(["2026-05-04T10:00:00.000Z"]);
});

it.each([7 * MINUTE, -7 * MINUTE])("learns a clock that is %i ms ahead, once", async (ahead) => {
  const { byRegionsClock, pressedNow } = await import("../src/staff/office/regions-clock.ts");
  const { sent, send } = regionAhead(ahead);
  expect(errorsOf(await byRegionsClock(send)(grant(pressedNow())))).toEqual([]);
  const there = new Date(DEVICE + ahead).toISOString();
  expect(sent).toEqual(["2026-05-04T10:00:00.000Z", there]);
  expect(errorsOf(await byRegionsClock(send)(grant(pressedNow())))).toEqual([]);
  expect(sent.slice(2)).toEqual([there]);
});

it("forgets what it learned of a clock that was set since", async () => {
  const { byRegionsClock, pressedNow } = await import("../src/staff/office/regions-clock.ts");
  const slow = regionAhead(7 * MINUTE);
  await byRegionsClock(slow.send)(grant(pressedNow()));
  vi.advanceTimersByTime(MINUTE); // time passes, and the clock stays wrong
  await byRegionsClock(slow.send)(grant(pressedNow()));
  expect(slow.sent.slice(2)).toEqual([new Date(DEVICE + 8 * MINUTE).toISOString()]);
  vi.setSystemTime(DEVICE + 8 * MINUTE);
  const { sent, send } = regionAhead(0);
  expect(errorsOf(await byRegionsClock(send)(grant(pressedNow())))).toEqual([]);
  expect(sent).toEqual([new Date(DEVICE + 8 * MINUTE).toISOString()]);
});

it("makes nothing younger than it is", async () => {
  const { byRegionsClock, pressedNow } = await import("../src/staff/office/regions-clock.ts");
  const pressed = pressedNow();
  vi.setSystemTime(DEVICE + 2 * MINUTE); // such as a laptop that slept
  for (const ahead of [0, 7 * MINUTE]) {
    const { sent, send } = regionAhead(ahead);
    expect(errorsOf(await byRegionsClock(send)(grant(pressed)))).toHaveLength(1);
    expect(sent).toHaveLength(2);
  }
});

it("leaves other operations as they are", async () => {
  const { byRegionsClock } = await import("../src/staff/office/regions-clock.ts");
  const answer = { status: 502, headers: new Headers(), body: undefined, variables: {} };
  const send = vi.fn(async () => answer);
  const operation = { query: "{ me { id } }" };
  expect(await byRegionsClock(send)(operation, { timeoutMs: 5 })).toBe(answer);
  expect(send.mock.calls).toEqual([[operation, { timeoutMs: 5 }]]);
});
