// @vitest-environment happy-dom
// The sound of the order board: what starts it, what starts it again, and what the button says of it.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { en } from "../src/staff/texts/en.ts";
import { answerOperations, openPage } from "./support/page.ts";

/** A browser's sound, which starts during a press alone. */
class FakeAudio extends EventTarget {
  static made: FakeAudio[] = [];
  static isPress = false;
  state = "suspended";
  currentTime = 0;
  destination = {};
  tones = 0;
  constructor() {
    super();
    FakeAudio.made.push(this);
  }
  async resume() {
    if (!FakeAudio.isPress) throw new DOMException("not allowed", "NotAllowedError");
    await Promise.resolve();
    this.become("running");
  }
  become(state: string) {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
  createOscillator() {
    this.tones += 1;
    return { frequency: {}, connect: (to: unknown) => to, start: vi.fn(), stop: vi.fn() };
  }
  createGain() {
    const gain = { setValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() };
    return { gain, connect: vi.fn() };
  }
}

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  localStorage.clear();
  FakeAudio.made = [];
  FakeAudio.isPress = false;
  vi.stubGlobal("AudioContext", FakeAudio);
  // Each test is a page of its own, with a sound of its own.
  vi.resetModules();
  page = openPage();
});
afterEach(() => {
  page.close();
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

async function open(nodes: unknown[]) {
  const { OrderBoard } = await import("../src/staff/order-board.tsx");
  answerOperations({});
  const edges = nodes.map((node) => ({ node }));
  const storeOrders = { edges, pageInfo: { hasNextPage: false, endCursor: null } };
  const send = async () => ({
    status: 200,
    headers: new Headers(),
    body: { data: { storeOrders } },
    variables: {},
  });
  const given = { storeId: "de-1", subject: "ada", send, texts: en, onRefused: vi.fn() };
  page.show(<OrderBoard {...given} />);
  await page.shown("[data-live=true]");
}
const button = () => page.one(".board-head button");
const says = (text: string) => vi.waitFor(() => expect(button().textContent).toBe(text));
const audio = () => {
  const [only, ...others] = FakeAudio.made;
  expect(others).toEqual([]);
  return only as FakeAudio;
};

/** What a finger does: by the standard its `pointerdown` is no press, and its `pointerup` and `click` are. */
async function touch(target: HTMLElement) {
  for (const name of ["pointerdown", "pointerup", "click"]) {
    FakeAudio.isPress = name !== "pointerdown";
    await act(async () => {
      target.dispatchEvent(new Event(name, { bubbles: true }));
    });
    FakeAudio.isPress = false;
  }
}

it("starts with the first touch, and says until then that it does not play", async () => {
  await open([ORDER]);
  await says(en.soundBlocked);
  await touch(page.one("h1"));
  await says(en.soundOn);
  // The order that waits is heard at once.
  expect(audio().tones).toBe(2);
});

it("starts by a touch of its own button, which does not turn it off with that", async () => {
  await open([]);
  await touch(button());
  await says(en.soundOn);
  await touch(button());
  await says(en.soundOff);
});

it("starts again with the next touch after a call", async () => {
  await open([]);
  await touch(page.one("h1"));
  await says(en.soundOn);
  await act(async () => audio().become("interrupted"));
  await says(en.soundBlocked);
  await touch(page.one("h1"));
  await says(en.soundOn);
  const resume = vi.spyOn(audio(), "resume");
  await touch(page.one("h1"));
  expect(resume).not.toHaveBeenCalled();
});

it("says nothing of a press where the browser plays without one", async () => {
  FakeAudio.isPress = true;
  await open([ORDER]);
  await says(en.soundOn);
  expect(audio().tones).toBe(2);
});

it("works without sound where a browser has none", async () => {
  vi.stubGlobal("AudioContext", undefined);
  await open([ORDER]);
  await touch(page.one("h1"));
  await says(en.soundBlocked);
});
