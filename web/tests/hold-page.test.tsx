// @vitest-environment happy-dom
// What is not saved holds the page: links of the site ask first, and so does the browser before the site is left.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { leaving } from "../src/routing.ts";
import { holdPage, useLeaveQuestion } from "../src/staff/hold-page.ts";
import { waitingSteps } from "../src/staff/step-queue.ts";
import { openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
const questions: string[] = [];
let answer = false;
let now = 1000;

beforeEach(() => {
  page = openPage();
  questions.length = 0;
  now += 1000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  localStorage.clear();
  vi.stubGlobal("confirm", (text: string) => {
    questions.push(text);
    return answer;
  });
});
afterEach(() => {
  page.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function Frame() {
  useLeaveQuestion("Leave it?");
  return null;
}
const browserAsks = () => {
  const leave = new Event("beforeunload", { cancelable: true });
  dispatchEvent(leave);
  return leave.defaultPrevented;
};

it("asks before another page is shown, as long as something is held", () => {
  page.show(<Frame />);
  const letGo = holdPage();
  const another = holdPage();
  answer = false;
  expect(leaving.isMeant?.()).toBe(false);
  // The second press of two was there before the answer.
  expect(leaving.isMeant?.()).toBe(false);
  now += 600;
  answer = true;
  expect(leaving.isMeant?.()).toBe(true);
  expect(questions).toEqual(["Leave it?", "Leave it?"]);
  expect(browserAsks()).toBe(true);
  letGo();
  expect(browserAsks()).toBe(true);
  another();
  expect(browserAsks()).toBe(false);
  expect(leaving.isMeant?.()).toBe(true);
  expect(questions).toHaveLength(2);
});

it("asks the browser alone where other pages do not lose it", () => {
  page.show(<Frame />);
  const letGo = holdPage({ documentOnly: true });
  expect([leaving.isMeant?.(), browserAsks(), questions.length]).toEqual([true, true, 0]);
  letGo();
  expect(browserAsks()).toBe(false);
});

it("asks nothing outside of the pages of staff", () => {
  page.show(<Frame />);
  page.show(null);
  const letGo = holdPage();
  expect(leaving.isMeant?.()).toBe(true);
  expect(questions).toEqual([]);
  letGo();
});

it("counts the steps of one person on the boards of all stores", () => {
  const step = { kind: "ready", orderId: "a", operationId: "ready-001", reason: "" };
  localStorage.setItem("carte.board.de-1.ada", JSON.stringify([step, step]));
  localStorage.setItem("carte.board.de-2.ada", JSON.stringify([step]));
  localStorage.setItem("carte.board.de-1.eve", JSON.stringify([step]));
  localStorage.setItem("carte.board.de-3.ada", "{");
  expect([waitingSteps("ada"), waitingSteps("eve"), waitingSteps("bob")]).toEqual([3, 1, 0]);
});
