// @vitest-environment happy-dom
// Pages of staff while no region answers: the frame stays with the roles that held last, and a local cloud's operations
// open in any case.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SignInCard } from "../src/staff/account/sign-in-card.tsx";
import { en } from "../src/staff/account/texts/en.ts";
import { StaffPages } from "../src/staff/pages.tsx";
import { settingsOf } from "../src/staff/session/settings.ts";
import { answerOperations, openPage } from "./support/page.ts";

const ROLE = { name: "chain:operator", role: "OPERATOR", storeId: null, market: null };
const DEVELOPMENT = { development: true };

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  page = openPage();
  sessionStorage.clear();
});
afterEach(async () => {
  page.close();
  vi.unstubAllGlobals();
  const { sessionEnded } = await import("../src/staff/session/session.ts");
  sessionEnded();
});

/** Answer the site's settings and who is signed in; undefined: no region answers. */
function answer(me: unknown) {
  answerOperations({ Me: () => (me === undefined ? undefined : { me }) });
  const service = fetch;
  vi.stubGlobal("fetch", async (address: string, init?: RequestInit) => {
    if (address === "/signin.json") return Response.json(DEVELOPMENT);
    if (address.startsWith("/graphql")) return service(address, init);
    return new Response("<!doctype html>", { headers: { "content-type": "text/html" } });
  });
}

const signIn = async (token: string) => {
  const { signInWith } = await import("../src/staff/session/session.ts");
  signInWith(token);
};
const links = () => page.all("nav a").map((link) => link.getAttribute("href"));

it("keeps the frame after a reload without any region", async () => {
  await signIn("opaque");
  answer({ id: "ada", roles: [ROLE] });
  page.show(<StaffPages parts={["staff"]} />);
  await page.shown("[data-testid=staff-home]");
  await vi.waitFor(() => expect(sessionStorage.getItem("carte.staff.me")).toContain("ada"));
  page.show(null);
  answer(undefined);
  page.show(<StaffPages parts={["staff"]} />);
  await page.shown("[data-testid=staff-home]");
  expect(links()).toContain("/ops");
});

it("says that nothing can be read where this tab does not know the roles", async () => {
  await signIn("opaque");
  answer(undefined);
  page.show(<StaffPages parts={["staff"]} />);
  await page.shown("[data-testid=failure]");
  expect(page.all("nav")).toHaveLength(0);
});

it("opens operations of a local cloud in any case", async () => {
  await signIn("opaque");
  answer(undefined);
  page.show(<StaffPages parts={["ops"]} />);
  await vi.waitFor(() => expect(links()).toEqual(["/staff"]), 10_000);
  expect(page.root.textContent).not.toContain("no role");
});

it("takes the roles that the API names now before those that held last", async () => {
  await signIn("opaque");
  const { keepPerson } = await import("../src/staff/session/kept-person.ts");
  keepPerson({ id: "ada", roles: [ROLE as never] });
  answer({ id: "ada", roles: [] });
  page.show(<StaffPages parts={["ops"]} />);
  await vi.waitFor(() => expect(page.root.textContent).toContain("no role"));
  expect(links()).toEqual(["/staff"]);
});

it("says at the sign-in that there is no network, and leads to the pool once there is", async () => {
  const network = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  let isUp = false;
  vi.stubGlobal("fetch", async () => {
    if (!isUp) throw new TypeError("no network");
    return Response.json({ client: "c1" });
  });
  const settings = { ...settingsOf({ client: "c1" }), isEarlier: true };
  page.show(<SignInCard settings={settings} message="" returnTo="/staff" texts={en} />);
  const note = await page.shown("[data-testid=sign-in-unreached]");
  expect(note.textContent).toBe(en.signInNoNetwork);
  const button = () => page.one("[data-testid=to-sign-in]") as HTMLButtonElement;
  expect(button().disabled).toBe(true);
  network.mockReturnValue(true);
  dispatchEvent(new Event("online"));
  // There is a network, and the service does not answer yet.
  await vi.waitFor(() => expect(note.textContent).toBe(en.signInNoAnswer));
  isUp = true;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(button().disabled).toBe(false);
  });
  expect(page.all("[data-testid=sign-in-unreached]")).toEqual([]);
  network.mockReturnValue(false);
  isUp = false;
  dispatchEvent(new Event("offline"));
  await page.shown("[data-testid=sign-in-unreached]");
  vi.restoreAllMocks();
  localStorage.clear();
});
