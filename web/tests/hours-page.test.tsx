// @vitest-environment happy-dom
// The page about opening hours: what is saved, what somebody else changed meanwhile, closed days, closing for good.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteAnswer, CarteOperation } from "../clients/carte.ts";
import type { Staff } from "../src/staff/account/staff.ts";
import { en as account } from "../src/staff/account/texts/en.ts";
import { HoursPage } from "../src/staff/hours/hours-page.tsx";
import { en } from "../src/staff/hours/texts/en.ts";
import { isUnsaved } from "../src/unsaved.ts";
import { answerOperations, openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  vi.setSystemTime(new Date("2026-12-20T12:00:00Z"));
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Input = Record<string, unknown> & { operationId: string };
const MONDAY = { weekday: "MONDAY", opens: "08:00", closes: "18:00" };
const stampOf = (n: number) => `${String(n).padStart(16, "0")}@eu-west-1`;
const manager = { name: "", role: "MANAGER", storeId: "de-1", market: null };
const admin = { name: "", role: "ADMIN", storeId: null, market: null };
const CHANGED = {
  __typename: "ChangedMeanwhileError",
  message: "bob set hours",
  path: ["expected"],
  author: "bob",
  at: "2026-12-20T11:59:00Z",
};

/** A service with one store, which applies what it is sent. */
function open({
  roles = [manager] as unknown[],
  down = 0,
  closedFrom = null as string | null,
  refuses = false,
} = {}) {
  answerOperations({});
  const store = {
    name: "Carte Berlin",
    market: { id: "de" },
    timeZone: "Europe/Berlin",
    hours: [MONDAY],
    hoursStamp: stampOf(1),
    closedDays: ["2026-12-24"],
    closedFrom,
    hidden: false,
  };
  const inputs: Input[] = [];
  let unanswered = down;
  const answers: Record<string, (input: Input) => unknown> = {
    StoreHours: () => ({ store: structuredClone(store) }),
    SetStoreHours: (input) => {
      inputs.push(input);
      if (unanswered-- > 0) return undefined;
      const [expected] = input.expected as { stamp: string }[];
      if (expected?.stamp !== store.hoursStamp) {
        return { updateStoreHours: { hours: [], stamp: null, errors: [CHANGED] } };
      }
      store.hours = input.hours as (typeof MONDAY)[];
      store.hoursStamp = stampOf(Number(store.hoursStamp.slice(0, 16)) + 1);
      return {
        updateStoreHours: { hours: store.hours, stamp: store.hoursStamp, errors: [] },
      };
    },
    SetStoreClosures: (input) => {
      inputs.push(input);
      const { closeDays = [], openDays = [] } = input as { closeDays?: []; openDays?: string[] };
      store.closedDays = [...store.closedDays, ...closeDays]
        .filter((day) => !openDays.includes(day))
        .sort();
      if (input.closedFrom) store.closedFrom = input.closedFrom as string;
      if (input.clear) store.closedFrom = null;
      if (typeof input.hidden === "boolean") store.hidden = input.hidden;
      const { closedDays, closedFrom, hidden } = store;
      const closures = { closedDays, closedFrom, hidden };
      return { updateStoreClosures: { closures, errors: [] } };
    },
  };
  const send = vi.fn(async ({ operationName = "", variables = {} }: CarteOperation) => {
    if (refuses && operationName === "SetStoreHours") {
      const errors = [{ message: "no", extensions: { code: "BAD_USER_INPUT" } }];
      return { status: 400, headers: new Headers(), body: { errors }, variables } as CarteAnswer;
    }
    const data = answers[operationName]?.(variables.input as Input);
    const body = data === undefined ? undefined : { data };
    const status = data === undefined ? 503 : 200;
    return { status, headers: new Headers(), body, variables } as CarteAnswer;
  });
  const staff = { id: "ada", roles, send, settings: {} } as unknown as Staff;
  page.show(<HoursPage storeId="de-1" staff={staff} />);
  return { store, inputs };
}

const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms).then(() => undefined));
const day = (name: string) => `[data-day=${name}]`;
const choose = (selector: string) =>
  act(() => {
    const field = page.one(selector) as HTMLInputElement;
    field.checked = true;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
const preview = () =>
  page.one("[data-testid=preview]").textContent?.replaceAll("\u202f", " ") ?? "";
const savingText = () => page.one("[data-testid=hours-saving]").textContent;

it("shows what changes for guests, and saves the whole week once", async () => {
  const { inputs } = open();
  await wait(0);
  await page.write(`${day("MONDAY")} [data-testid=closes]`, "20:30");
  await choose(`${day("TUESDAY")} [data-testid=kind-allDay]`);
  expect(preview()).toContain("Monday 08:00 – 18:00 → 08:00 – 20:30");
  expect(preview()).toContain("Tuesday Closed → Open 24 hours");
  expect(page.root.textContent).toContain(en.effect);
  expect(isUnsaved()).toBe(true);
  await page.press("[data-testid=apply]");
  await page.press("[data-testid=apply]");
  await wait(0);
  expect(inputs).toHaveLength(1);
  expect(inputs[0]).toMatchObject({
    storeId: "de-1",
    hours: [
      { ...MONDAY, closes: "20:30" },
      { weekday: "TUESDAY", opens: "00:00", closes: "24:00" },
    ],
    expected: [{ entry: "hours", stamp: stampOf(1) }],
  });
  expect(savingText()).toBe(en.done);
  expect(preview()).toBe("");
  expect(isUnsaved()).toBe(false);
  // The next edit goes on from what was saved.
  await choose(`${day("TUESDAY")} [data-testid=kind-closed]`);
  await page.press("[data-testid=apply]");
  await wait(0);
  expect(inputs[1]).toMatchObject({ expected: [{ entry: "hours", stamp: stampOf(2) }] });
});

it("sends the same operation again where no region answers", async () => {
  const { inputs } = open({ down: 1 });
  await wait(0);
  await choose(`${day("SUNDAY")} [data-testid=kind-open]`);
  await page.press("[data-testid=apply]");
  await wait(0);
  expect(page.one("[data-testid=apply]").textContent).toBe(en.again);
  await wait(60_000);
  expect(savingText()).toBe(en.done);
  expect(inputs.length).toBeGreaterThan(1);
  expect(new Set(inputs.map(({ operationId }) => operationId)).size).toBe(1);
});

it("overwrites nothing that somebody else set meanwhile, says who, and goes on when told to", async () => {
  const { store, inputs } = open();
  await wait(0);
  await choose(`${day("TUESDAY")} [data-testid=kind-allDay]`);
  store.hours = [{ ...MONDAY, opens: "09:00" }];
  store.hoursStamp = stampOf(7);
  await page.press("[data-testid=apply]");
  await wait(0);
  expect(page.one("[data-testid=meanwhile]").textContent).toContain("bob changed the hours on");
  expect(page.all("[data-testid=apply]")).toEqual([]);
  // What would change is said of what holds now, which is read again.
  await wait(0);
  expect(preview()).toContain("Monday 09:00 – 18:00 → 08:00 – 18:00");
  await page.press("[data-testid=keep-mine]");
  await page.press("[data-testid=apply]");
  await wait(0);
  expect(savingText()).toBe(en.done);
  expect(inputs.at(-1)).toMatchObject({ expected: [{ entry: "hours", stamp: stampOf(7) }] });
});

it("asks nothing where the same hours have another stamp, as when a region did again what it was sent", async () => {
  const { store, inputs } = open();
  await wait(0);
  await choose(`${day("TUESDAY")} [data-testid=kind-allDay]`);
  store.hoursStamp = stampOf(7);
  await page.press("[data-testid=apply]");
  // The refusal, the hours as they are, and the second answer.
  await wait(100);
  await wait(100);
  await wait(100);
  expect(page.all("[data-testid=meanwhile]")).toEqual([]);
  expect(savingText()).toBe(en.done);
  expect(inputs.map(({ expected }) => expected)).toEqual([
    [{ entry: "hours", stamp: stampOf(1) }],
    [{ entry: "hours", stamp: stampOf(7) }],
  ]);
});

it("notices at the next reading that somebody else was first, and can take theirs", async () => {
  const { store, inputs } = open();
  await wait(0);
  await choose(`${day("TUESDAY")} [data-testid=kind-allDay]`);
  store.hours = [];
  store.hoursStamp = stampOf(7);
  await wait(21_000);
  expect(page.one("[data-testid=meanwhile]").textContent).toBe(en.changed);
  await page.press("[data-testid=take-theirs]");
  expect(preview()).toBe("");
  expect(page.one(day("MONDAY")).dataset.kind).toBe("closed");
  expect(inputs).toEqual([]);
});

it("follows what others set as long as nothing is typed", async () => {
  const { store } = open();
  await wait(0);
  await choose(`${day("MONDAY")} [data-testid=kind-closed]`);
  await choose(`${day("MONDAY")} [data-testid=kind-open]`);
  store.hours = [];
  store.hoursStamp = stampOf(7);
  await wait(21_000);
  expect(page.one(day("MONDAY")).dataset.kind).toBe("closed");
  expect(page.all("[data-testid=meanwhile]")).toEqual([]);
});

it("saves no day that cannot be, and says why", async () => {
  const { inputs } = open();
  await wait(0);
  await page.press(`${day("MONDAY")} [data-testid=add-span]`);
  const wrong = () => page.one(`${day("MONDAY")} [data-testid=day-wrong]`).textContent;
  expect(wrong()).toBe(en.wrong.missing);
  // The keyboard is where the new time is typed.
  const added = page.all(`${day("MONDAY")} [data-testid=opens]`)[1];
  expect(document.activeElement).toBe(added);
  expect(savingText()).toBe(en.mend);
  page.one("[data-testid=apply]").focus();
  await page.press("[data-testid=apply]");
  await wait(0);
  expect(inputs).toEqual([]);
  // The day may be far from the button.
  expect(document.activeElement).toBe(added);
  const marked = () => page.all("[aria-invalid=true]").map(({ dataset }) => dataset.testid);
  expect(marked()).toEqual(["opens", "closes"]);
  await page.press(`${day("MONDAY")} [data-testid=remove-span]`);
  expect(document.activeElement).toBe(page.one(`${day("MONDAY")} [data-testid=add-span]`));
});

it("says no more of what was refused once it is discarded", async () => {
  open({ refuses: true });
  await wait(0);
  await choose(`${day("MONDAY")} [data-testid=kind-closed]`);
  await page.press("[data-testid=apply]");
  await wait(0);
  expect(savingText()).toBe(en.refused);
  await page.press(".price-pending .text-button");
  expect(savingText()).toBe("");
});

it("copies a day to others, and keeps the keyboard's place", async () => {
  open();
  await wait(0);
  const monday = day("MONDAY");
  await page.press(`${monday} [data-testid=copy-day]`);
  await page.press(`${monday} [data-testid=copy-now]`);
  expect(preview()).toBe("");
  await choose(`${monday} [data-testid=copy-to-SATURDAY]`);
  await choose(`${monday} [data-testid=copy-to-SUNDAY]`);
  page.one(`${monday} [data-testid=copy-now]`).focus();
  await page.press(`${monday} [data-testid=copy-now]`);
  expect(preview()).toBe("Saturday – Sunday Closed → 08:00 – 18:00");
  expect(document.activeElement).toBe(page.one(`${monday} [data-testid=copy-day]`));
});

const submit = (selector: string) =>
  act(() => {
    page
      .one(selector)
      .closest("form")
      ?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });

it("closes days at once and opens one again", async () => {
  const { inputs } = open();
  await wait(0);
  const days = () => page.all("[data-testid=closed-day]").map(({ dataset }) => dataset.day);
  expect(days()).toEqual(["2026-12-24"]);
  await submit("[data-testid=close-days]");
  expect(page.one("[data-testid=days-to-close]").textContent).toContain("at most 100 at once");
  await page.write("[data-testid=first-day]", "2026-12-24");
  await page.write("[data-testid=last-day]", "2026-12-23");
  expect(page.one("[data-testid=days-to-close]").textContent).toBe(en.lastBeforeFirst);
  await page.write("[data-testid=last-day]", "");
  await submit("[data-testid=close-days]");
  expect(page.one("[data-testid=days-to-close]").textContent).toBe(en.alreadyClosed);
  expect(inputs).toEqual([]);
  await page.write("[data-testid=last-day]", "2026-12-26");
  await submit("[data-testid=close-days]");
  await wait(0);
  // A day that is closed already is not closed again.
  expect(inputs[0]).toMatchObject({ closeDays: ["2026-12-25", "2026-12-26"] });
  expect(days()).toEqual(["2026-12-24", "2026-12-25", "2026-12-26"]);
  expect(page.one("[data-testid=days-saving]").textContent).toBe(en.daysDone);
  await page.press(`${day("'2026-12-24'")} [data-testid=open-day]`);
  await wait(0);
  expect(days()).toEqual(["2026-12-25", "2026-12-26"]);
});

it("closes for good and hides after a second press, for the head office alone", async () => {
  const { store, inputs } = open({ roles: [admin] });
  await wait(0);
  await page.press("[data-testid=close-for-good]");
  expect(inputs).toEqual([]);
  await page.press("[data-testid=close-for-good-yes]");
  await wait(0);
  expect(store.closedFrom).toBe("2026-12-20");
  await page.press("[data-testid=hide]");
  await page.press("[data-testid=hide-yes]");
  await wait(0);
  expect(page.one("[data-testid=is-hidden]").textContent).toBe(en.isHidden);
  await page.press("[data-testid=reopen]");
  await page.press("[data-testid=reopen-yes]");
  await wait(0);
  expect(store.closedFrom).toBeNull();
});

it("shows a manager that the store is closed for good, and whom to ask", async () => {
  open({ closedFrom: "2026-12-27" });
  await wait(0);
  expect(page.all("[data-testid=for-good]")).toEqual([]);
  expect(page.root.textContent).toContain(en.askOffice);
});

it("shows nothing to somebody whose roles do not permit it", async () => {
  open({ roles: [{ ...manager, role: "TILL" }] });
  await wait(0);
  expect(page.one("[role=alert]").textContent).toBe(account.forbidden);
  expect(page.all("[data-testid=day]")).toEqual([]);
});

it("ties what is wrong with a day to its times", async () => {
  open();
  await wait(0);
  await page.write(`${day("MONDAY")} [data-testid=closes]`, "");
  const field = page.one(`${day("MONDAY")} [data-testid=closes]`);
  expect(field.getAttribute("aria-invalid")).toBe("true");
  const { id } = page.one(`${day("MONDAY")} [data-testid=day-wrong]`);
  expect(id).toBeTruthy();
  expect(field.getAttribute("aria-describedby")).toBe(id);
  expect(page.one(`${day("MONDAY")} [data-testid=opens]`).hasAttribute("aria-describedby")).toBe(
    false,
  );
});
