// @vitest-environment happy-dom
// Pages of staff after a reload: with the roles known last while nothing answers, and with those of the service else.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StaffFrame } from "../src/staff/account/staff-frame.tsx";
import { StaffOnly } from "../src/staff/account/staff-only.tsx";
import { en } from "../src/staff/account/texts/en.ts";
import { keepHere } from "../src/staff/session/kept-here.ts";
import { keepPerson } from "../src/staff/session/kept-person.ts";
import { session, sessionEnded, signInWith, signOut } from "../src/staff/session/session.ts";
import { settingsOf } from "../src/staff/session/settings.ts";
import { answerOperations, openPage } from "./support/page.ts";

const ADA = {
  id: "ada",
  roles: [{ name: "store:de-1:till", role: "TILL" as const, storeId: "de-1", market: null }],
};
const settings = settingsOf({ development: true });
let page: ReturnType<typeof openPage>;
beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  sessionStorage.clear();
  signInWith("token");
  page = openPage();
});
afterEach(() => {
  page.close();
  sessionEnded();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const open = () =>
  page.show(
    <StaffOnly settings={settings} texts={en}>
      {(staff, isReached) => (
        <StaffFrame staff={staff} texts={en} storeId="de-1" path="/staff" isUnreached={!isReached}>
          <p>{staff.id}</p>
        </StaffFrame>
      )}
    </StaffOnly>,
  );
async function pass(milliseconds: number) {
  for (const step of [milliseconds, 0, 0]) {
    await act(async () => {
      await vi.advanceTimersByTimeAsync(step);
    });
  }
}
const links = () => page.all(".staff-links a").map(({ textContent }) => textContent);
const notes = () => page.all("[data-testid=unreached]").map(({ textContent }) => textContent);
const refusal = (code: string) =>
  Response.json({ errors: [{ message: "no", extensions: { code } }], data: null });

it("opens with the roles known last while nothing answers, says so, and goes on by itself", async () => {
  keepPerson(ADA);
  let up = false;
  answerOperations({ Me: () => (up ? { me: { ...ADA, roles: [] } } : undefined) });
  open();
  expect(links()).toEqual([en.home, en.board, en.stock]);
  expect(notes()).toEqual([]);
  await pass(1000);
  expect(notes()).toEqual([en.unreached]);
  up = true;
  await pass(40_000);
  expect(notes()).toEqual([]);
  expect(links()).toEqual([en.home]);
});

it("says that there is no answer where one is long in coming", async () => {
  keepPerson(ADA);
  answerOperations({ Me: () => new Promise(() => undefined) });
  open();
  await pass(4900);
  expect(notes()).toEqual([]);
  await pass(200);
  expect(notes()).toEqual([en.unreached]);
  expect(page.one(".staff p").textContent).toBe("ada");
});

it("shows nothing by roles of which nothing was kept", async () => {
  answerOperations({ Me: () => undefined });
  open();
  await pass(1000);
  expect(links()).toEqual([]);
  expect(page.one("[data-testid=failure]").textContent).toContain("in trouble (503)");
});

it.each(["UNAUTHENTICATED", "FORBIDDEN"])(
  "shows nothing by the roles known last where the service answers %s",
  async (code) => {
    keepPerson(ADA);
    answerOperations({ Me: () => refusal(code) });
    open();
    await pass(1000);
    expect(links()).toEqual([]);
    expect(typeof session.get()).toBe(code === "FORBIDDEN" ? "object" : "string");
  },
);

it("keeps the roles that the service names, and removes what another person left", async () => {
  keepHere("board.de-1", "bob", { orders: [] });
  answerOperations({ Me: () => ({ me: ADA }) });
  open();
  await pass(100);
  expect(JSON.parse(sessionStorage.getItem("carte.staff.me") ?? "null").person).toEqual(ADA);
  expect(localStorage.getItem("carte.staff.kept.board.de-1")).toBeNull();
});

it("leaves nothing behind after signing out, and what is of use to the same person after an end", async () => {
  keepPerson(ADA);
  keepHere("board.de-1", "ada", { orders: [] });
  sessionEnded();
  expect(sessionStorage.getItem("carte.staff.me")).toBeNull();
  expect(localStorage.getItem("carte.staff.kept.board.de-1")).not.toBeNull();
  signInWith("token");
  await signOut(settings);
  expect(Object.keys(localStorage)).toEqual([]);
});

it("does not open for another person with the roles of the one before", async () => {
  keepPerson(ADA);
  signInWith("another token");
  answerOperations({ Me: () => undefined });
  open();
  await pass(1000);
  expect(links()).toEqual([]);
});

it("says that the device has no network where it has none", async () => {
  const network = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  keepPerson(ADA);
  answerOperations({ Me: () => undefined });
  open();
  await pass(12_000);
  expect(notes()).toEqual([en.noNetwork]);
  network.mockRestore();
  await act(() => void dispatchEvent(new Event("online")));
  expect(notes()).toEqual([en.unreached]);
});
