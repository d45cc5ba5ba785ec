// @vitest-environment happy-dom
// What a till keeps on the device: for one person, for a while, within bounds, and without personal data of guests.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OrderStatus } from "../src/generated/board.ts";
import type { BoardOrder } from "../src/staff/board-state.ts";
import { boardKeeper, type KeptBoard, keptBoard, MOST_KEPT } from "../src/staff/kept-board.ts";
import {
  forgetKept,
  forgetOld,
  KEPT_MS,
  keepHere,
  MOST_CHARACTERS,
} from "../src/staff/session/kept-here.ts";
import { keepPerson, keptPerson } from "../src/staff/session/kept-person.ts";

const NOW = Date.parse("2026-05-04T10:00:00Z");
const KEY = "carte.staff.kept.board.de-1";
beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const orderOf = (id: string, status: OrderStatus = "PLACED", minute = 0): BoardOrder => ({
  id,
  status,
  placedAt: "2026-05-04T09:00:00Z",
  pickupAt: new Date(NOW + minute * 60_000).toISOString(),
  acceptBy: "2026-05-04T09:10:00Z",
  needsApproval: false,
  lines: [{ itemId: "ring", quantity: 2 }],
  total: { amountMinor: 100, currency: "EUR" },
  payment: { method: "AT_STORE", state: "AT_STORE" },
  events: [],
});
const boardOf = (orders: BoardOrder[], also: Partial<KeptBoard> = {}): KeptBoard => ({
  readAt: NOW,
  aheadMs: 0,
  orders,
  allRead: true,
  wasLost: false,
  store: { name: "Carte Berlin", timeZone: "Europe/Berlin", market: { id: "de" } },
  names: { ring: "Glazed ring" },
  ...also,
});
const keepBoard = (storeId: string, subject: string, board: KeptBoard) =>
  boardKeeper(storeId, subject)(board);
const idsOf = (board: KeptBoard | undefined) => board?.orders.map(({ id }) => id);

it("is there for the same person alone", () => {
  keepBoard("de-1", "ada", boardOf([orderOf("a")]));
  expect(keptBoard("de-1", "ada")).toEqual(boardOf([orderOf("a")]));
  expect(keptBoard("de-1", "bob")).toBeUndefined();
  expect(keptBoard("de-2", "ada")).toBeUndefined();
});

it("is of no use after a shift, nor where the device's clock was set back by as much", () => {
  keepBoard("de-1", "ada", boardOf([orderOf("a")]));
  vi.setSystemTime(NOW + KEPT_MS);
  expect(keptBoard("de-1", "ada")).toBeDefined();
  for (const age of [KEPT_MS + 1, -KEPT_MS - 1]) {
    vi.setSystemTime(NOW + age);
    expect(keptBoard("de-1", "ada"), String(age)).toBeUndefined();
  }
});

it("is as old as its reading, by the device's clock, whenever it is written", () => {
  // The device's clock is an hour late.
  const aheadMs = 60 * 60_000;
  keepBoard("de-1", "ada", boardOf([orderOf("a")], { readAt: NOW + aheadMs, aheadMs }));
  vi.setSystemTime(NOW + 20 * 60_000);
  const lost = { readAt: NOW + aheadMs, aheadMs, wasLost: true };
  keepBoard("de-1", "ada", boardOf([orderOf("a")], lost));
  expect(JSON.parse(localStorage.getItem(KEY) ?? "").at).toBe(NOW);
});

it("has nothing that people wrote, and nothing of what is done", () => {
  const written = { kind: "REJECTED", reason: "Ada was here", holds: true } as const;
  const order = { ...orderOf("a"), events: [{ ...written, kind: "APPROVED" as const }] };
  const contact = { contact: { name: "Ada" }, lines: [{ ...order.lines[0], note: "for Ada" }] };
  const done = { ...orderOf("b", "REJECTED"), events: [written] };
  keepBoard("de-1", "ada-lovelace", boardOf([{ ...order, ...contact } as BoardOrder, done]));
  expect(localStorage.getItem(KEY)).not.toContain("for Ada");
  expect(localStorage.getItem(KEY)).not.toContain("was here");
  const [open, ...others] = keptBoard("de-1", "ada-lovelace")?.orders ?? [];
  expect(open?.events).toEqual([{ kind: "APPROVED", holds: true, reason: null }]);
  expect(others).toEqual([]);
});

it("keeps a bounded number of orders, the earliest pickups", () => {
  const many = Array.from({ length: MOST_KEPT + 9 }, (_, at) => orderOf(`o${at}`, "PLACED", at));
  keepBoard("de-1", "ada", boardOf([...many.reverse(), orderOf("done", "COLLECTED")]));
  const ids = idsOf(keptBoard("de-1", "ada"));
  expect(ids).toEqual(Array.from({ length: MOST_KEPT }, (_, at) => `o${at}`));
});

it("removes what is too old, or damaged, whoever kept it", () => {
  keepBoard("de-1", "ada", boardOf([orderOf("a")]));
  localStorage.setItem("carte.staff.kept.board.de-2", "{");
  localStorage.setItem("carte.staff.kept.board.de-3", "null");
  localStorage.setItem("carte.cart", "{");
  forgetOld();
  expect(Object.keys(localStorage).sort()).toEqual(["carte.cart", KEY]);
  vi.setSystemTime(NOW + KEPT_MS + 1);
  forgetOld();
  expect(Object.keys(localStorage)).toEqual(["carte.cart"]);
});

it("is shortened where it is too long", () => {
  const lines = Array.from({ length: 100 }, () => ({ itemId: "x".repeat(60), quantity: 1 }));
  const long = Array.from({ length: 200 }, (_, at) => ({
    ...orderOf(`o${at}`, "PLACED", at),
    lines,
  }));
  keepBoard("de-1", "ada", boardOf(long));
  expect(localStorage.getItem(KEY)?.length).toBeLessThan(MOST_CHARACTERS);
  expect(idsOf(keptBoard("de-1", "ada"))?.slice(0, 2)).toEqual(["o0", "o1"]);
});

it("writes what did not change now and then alone", () => {
  const keep = boardKeeper("de-1", "ada");
  const readAt = () => keptBoard("de-1", "ada")?.readAt;
  keep(boardOf([orderOf("a")]));
  keep(boardOf([orderOf("a")], { readAt: NOW + 2500 }));
  expect(readAt()).toBe(NOW);
  keep(boardOf([orderOf("a", "ACCEPTED")], { readAt: NOW + 5000 }));
  expect(readAt()).toBe(NOW + 5000);
  keep(boardOf([orderOf("a", "ACCEPTED")], { readAt: NOW + 15_000 }));
  expect(readAt()).toBe(NOW + 15_000);
});

it("leaves what is there where the device is full", () => {
  keepBoard("de-1", "ada", boardOf([orderOf("a")]));
  const real = localStorage;
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => real.getItem(key),
    setItem: () => {
      throw new DOMException("no space", "QuotaExceededError");
    },
  });
  keepBoard("de-1", "ada", boardOf([orderOf("b")], { readAt: NOW + 1 }));
  expect(idsOf(keptBoard("de-1", "ada"))).toEqual(["a"]);
});

const entry = (value: unknown, also: object = {}) =>
  JSON.stringify({ format: 1, subject: "ada", at: NOW, value, ...also });
const wrong = (change: object) =>
  entry(boardOf([{ ...orderOf("a"), ...change } as unknown as BoardOrder]));

it.each([
  ["no JSON", "{"],
  ["null", "null"],
  ["a number", "7"],
  ["an older format", entry(boardOf([orderOf("a")]), { format: 0 })],
  ["no time", entry(boardOf([orderOf("a")]), { at: undefined })],
  ["no board", entry(null)],
  ["orders that are no list", entry({ ...boardOf([]), orders: {} })],
  ["more orders than are kept", entry(boardOf(Array(MOST_KEPT + 1).fill(orderOf("a"))))],
  ["a moment that is none", entry(boardOf([], { readAt: 9e99 }))],
  ["an unknown status", wrong({ status: "EATEN" })],
  ["a status of every object", wrong({ status: "constructor" })],
  ["an unknown payment", wrong({ payment: { state: "toString" } })],
  ["a currency that is none", wrong({ total: { amountMinor: 1, currency: "euros" } })],
  ["a pickup that is no time", wrong({ pickupAt: "soon" })],
  ["a line that is none", wrong({ lines: [null] })],
  ["an event that is none", wrong({ events: [null] })],
  [
    "a time zone that is none",
    entry(boardOf([], { store: { name: "", timeZone: "Mars", market: { id: "de" } } })),
  ],
  [
    "a market that is none",
    entry(boardOf([], { store: { name: "", timeZone: "UTC", market: { id: "../" } } })),
  ],
  ["names that are none", entry({ ...boardOf([]), names: { ring: 1 } })],
])("ignores %s", (_, text) => {
  localStorage.setItem(KEY, text);
  expect(keptBoard("de-1", "ada")).toBeUndefined();
  forgetKept("ada");
  expect(keptBoard("de-1", "ada")).toBeUndefined();
});

it("goes when another person signs in, and when it is too old", () => {
  localStorage.setItem("carte.locale", '"de"');
  keepHere("board.de-1", "bob", {});
  keepHere("board.de-2", "ada", {});
  keepHere("board.de-3", "ada", {}, NOW - KEPT_MS - 1);
  forgetKept("ada");
  expect(Object.keys(localStorage).sort()).toEqual(["carte.locale", "carte.staff.kept.board.de-2"]);
  forgetKept();
  expect(Object.keys(localStorage)).toEqual(["carte.locale"]);
});

const ADA = {
  id: "ada",
  roles: [{ name: "store:de-1:till", role: "TILL" as const, storeId: "de-1", market: null }],
};

it("has the person with the roles in the tab alone, for as long", () => {
  keepPerson(ADA);
  expect(Object.keys(localStorage)).toEqual([]);
  expect(keptPerson()).toEqual(ADA);
  vi.setSystemTime(NOW + KEPT_MS + 1);
  expect(keptPerson()).toBeUndefined();
});

it.each([
  ["no roles", { ...ADA, roles: undefined }],
  ["an unknown role", { ...ADA, roles: [{ ...ADA.roles[0], role: "OWNER" }] }],
  ["a role of every object", { ...ADA, roles: [{ ...ADA.roles[0], role: "toString" }] }],
  ["no person", null],
])("takes %s for no person", (_, person) => {
  sessionStorage.setItem("carte.staff.me", JSON.stringify({ person, at: NOW }));
  expect(keptPerson()).toBeUndefined();
});
