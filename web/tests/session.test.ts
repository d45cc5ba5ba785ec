// The session of staff: code with PKCE, refresh before expiry, and what happens without the pool.
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  type HeldRole,
  ownStores,
  permits,
  permitsSomewhere,
  reachesFurther,
  rolesOf,
} from "../src/staff/session/grants.ts";
import { beginAttempt, codeOf } from "../src/staff/session/pkce.ts";
import { settingsOf } from "../src/staff/session/settings.ts";

const SETTINGS = { client: "c1", pages: "https://pool.test", service: "/service" };

type Pool = (form: URLSearchParams) => Response;

/** A fresh copy of the session's module in a tab with this pool; `reload` is the same tab, loaded anew. */
async function tab(pool: Pool, kept = new Map<string, string>()) {
  const forms: URLSearchParams[] = [];
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  const place = { origin: "https://site.test", hash: "", pathname: "/staff", search: "" };
  const went: string[] = [];
  vi.stubGlobal("location", { ...place, assign: (address: string) => went.push(address) });
  vi.stubGlobal("history", { state: null, replaceState: () => undefined });
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("fetch", async (address: string, init?: RequestInit) => {
    if (address === "/signin.json") return Response.json(SETTINGS);
    if (address === SETTINGS.service) return new Response("{}");
    const form = init?.body as URLSearchParams;
    forms.push(form);
    return pool(form);
  });
  vi.resetModules();
  const module = await import("../src/staff/session/session.ts");
  const { keepPerson } = await import("../src/staff/session/kept-person.ts");
  module.startSession(settingsOf(SETTINGS));
  return { ...module, keepPerson, forms, kept, went, reload: () => tab(pool, kept) };
}

const answered = (token: string, seconds = 3600, refresh?: string) =>
  Response.json({ access_token: token, expires_in: seconds, refresh_token: refresh });
const signedInTab = async (pool: Pool, seconds = 3600) => {
  const first = await tab((form) =>
    form.get("grant_type") === "authorization_code" ? answered("a1", seconds, "r1") : pool(form),
  );
  await first.goToSignIn(settingsOf(SETTINGS), "/staff/de-1");
  const state = new URL(first.went[0] ?? "").searchParams.get("state") ?? "";
  const query = new URLSearchParams({ code: "x", state });
  expect(await first.finishSignIn(settingsOf(SETTINGS), query)).toEqual({
    returnTo: "/staff/de-1",
  });
  return first;
};
const away = () => new Response("", { status: 503 });
const refused = () => Response.json({ error: "invalid_grant" }, { status: 400 });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  return () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

const later = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);

describe("sign-in", () => {
  it("asks for a code with the digest of a secret that only this tab has", async () => {
    const settings = settingsOf(SETTINGS);
    const { attempt, address } = await beginAttempt(settings, "https://site.test", "/staff");
    const query = new URL(address).searchParams;
    const digest = createHash("sha256").update(attempt.verifier).digest("base64url");
    expect(query.get("code_challenge")).toBe(digest);
    expect(query.get("code_challenge_method")).toBe("S256");
    expect(query.get("redirect_uri")).toBe("https://site.test/signin");
    expect(address).not.toContain(attempt.verifier);
    expect(attempt.verifier).toMatch(/^[\w-]{43}$/);
  });

  it("takes no code of another attempt", async () => {
    const attempt = { state: "s", verifier: "v", returnTo: "/" };
    expect(codeOf(new URLSearchParams("code=x&state=s"), attempt)).toBe("x");
    expect(codeOf(new URLSearchParams("code=x&state=t"), attempt)).toBeUndefined();
    expect(codeOf(new URLSearchParams("code=x&state=s"), undefined)).toBeUndefined();
    const opened = await tab(() => answered("a1"));
    const forged = new URLSearchParams("code=x&state=s");
    expect(await opened.finishSignIn(settingsOf(SETTINGS), forged)).toBe("stale");
    expect(opened.forms).toEqual([]);
  });

  it("sends the secret once, with the code, and survives a reload", async () => {
    const first = await signedInTab(away);
    expect(first.forms.map((form) => form.get("code_verifier")?.length)).toEqual([43]);
    expect(await first.bearer()).toBe("a1");
    const again = await first.reload();
    expect(await again.bearer()).toBe("a1");
  });
});

describe("a session", () => {
  it("replaces its token before it expires, beside the request", async () => {
    const first = await signedInTab(() => answered("a2"));
    later(50);
    expect(await first.bearer()).toBe("a1");
    expect(first.forms).toHaveLength(1);
    later(6);
    expect(await first.bearer()).toBe("a1");
    await vi.waitFor(async () => expect(await first.bearer()).toBe("a2"));
    expect(first.forms.map((form) => form.get("refresh_token"))).toEqual([null, "r1"]);
  });

  it("goes on until its token expires while the pool does not answer, and after it is back", async () => {
    let up = false;
    const first = await signedInTab(() => (up ? answered("a2") : away()));
    later(56);
    expect(await first.bearer()).toBe("a1");
    later(5);
    await expect(first.bearer()).rejects.toThrow("does not answer");
    expect(first.session.get()).toBeTypeOf("object");
    up = true;
    expect(await first.bearer()).toBe("a2");
  });

  it("outlives a reload with a token that has ended, while the pool does not answer", async () => {
    let up = false;
    const first = await signedInTab(() => (up ? answered("a2") : away()));
    later(61);
    const again = await first.reload();
    await expect(again.bearer()).rejects.toThrow("does not answer");
    expect(again.session.get()).toBeTypeOf("object");
    up = true;
    expect(await again.bearer()).toBe("a2");
  });

  it("ends when the pool refuses to go on with it", async () => {
    const first = await signedInTab(refused);
    later(61);
    expect(await first.bearer()).toBe("");
    expect(first.session.get()).toBe("ended");
    expect(first.kept.size).toBe(0);
  });

  it.each([
    ["a firewall's page", () => new Response("<h1>Blocked</h1>", { status: 403 })],
    ["a firewall's JSON", () => Response.json({ message: "Forbidden" }, { status: 403 })],
    ["a proxy", () => new Response("", { status: 400 })],
    ["another error than one of OAuth", () => Response.json({ error: 403 }, { status: 403 })],
    ["the sign-in page of a network", () => new Response("<h1>Sign in</h1>")],
    ["JSON of a network", () => Response.json({ portal: true })],
  ])("goes on while %s answers in place of the pool", async (_, front) => {
    let isBlocked = true;
    const first = await signedInTab(() => (isBlocked ? front() : answered("a2")));
    later(61);
    await expect(first.bearer()).rejects.toThrow("does not answer");
    expect(first.session.get()).toBeTypeOf("object");
    isBlocked = false;
    expect(await first.bearer()).toBe("a2");
  });

  it("is forgotten by signing out", async () => {
    const first = await signedInTab(refused);
    await first.signOut(settingsOf(SETTINGS));
    expect(await first.bearer()).toBe("");
    expect(first.kept.size).toBe(0);
    expect(first.went.at(-1)).toContain("https://pool.test/logout?client_id=c1");
  });

  it("takes a development token on a local cloud alone", async () => {
    const opened = await tab(away);
    vi.stubGlobal("location", { ...location, hash: "#token=dev" });
    opened.startSession({ ...settingsOf(SETTINGS), development: false });
    expect(await opened.bearer()).toBe("");
    opened.startSession({ ...settingsOf(SETTINGS), development: true });
    expect(await opened.bearer()).toBe("dev");
  });
});

describe("who is signed in, without a region", () => {
  const person = {
    id: "ada",
    roles: [{ name: "chain:admin", role: "ADMIN" as const, storeId: null, market: null }],
  };

  it("is kept over a reload, and forgotten with the session", async () => {
    const first = await signedInTab(away);
    expect(first.knownPerson()).toBeUndefined();
    first.keepPerson(person);
    const second = await first.reload();
    expect(second.knownPerson()).toEqual(person);
    second.sessionEnded();
    expect(second.knownPerson()).toBeUndefined();
    expect(second.kept.size).toBe(0);
  });

  it("is another one after another sign-in", async () => {
    const first = await signedInTab(away);
    first.keepPerson(person);
    first.signInWith("another");
    expect(first.knownPerson()).toBeUndefined();
  });

  it("is read from a development token, on a local cloud alone", async () => {
    const claims = { sub: "local-operator", "cognito:groups": ["chain:operator"] };
    const token = `h.${btoa(JSON.stringify(claims))}.s`;
    const opened = await tab(away);
    opened.signInWith(token);
    expect(opened.knownPerson()).toBeUndefined();
    opened.startSession({ ...settingsOf(SETTINGS), development: true });
    expect(opened.knownPerson()).toMatchObject({
      id: "local-operator",
      roles: [{ name: "chain:operator", role: "OPERATOR" }],
    });
    for (const broken of ["x", "h.!.s", `h.${btoa("[1]")}.s`, `h.${btoa('{"sub":"a"}')}.s`]) {
      opened.signInWith(broken);
      expect(opened.knownPerson()).toBeUndefined();
    }
  });

  it("has the roles that are roles", () => {
    expect(
      rolesOf(["store:de-1:manager", "market:de:editor", "chain:x", "admin", "a:chain:admin", 7]),
    ).toEqual([
      { name: "store:de-1:manager", role: "MANAGER", storeId: "de-1", market: null },
      { name: "market:de:editor", role: "EDITOR", storeId: null, market: "de" },
    ]);
  });
});

describe("the settings of sign-in", () => {
  const read = async (answer: () => Response) => {
    vi.stubGlobal("fetch", async () => answer());
    const { signInSettings } = await import("../src/staff/session/settings.ts");
    return signInSettings();
  };
  beforeEach(() => {
    vi.resetModules();
  });

  it.each([
    ["a firewall", () => new Response("<h1>Blocked</h1>", { status: 403 })],
    ["JSON of a firewall", () => Response.json({ message: "Forbidden" }, { status: 403 })],
    ["too many requests", () => new Response("", { status: 429 })],
    ["a fault", () => new Response("", { status: 503 })],
    ["the sign-in page of a network", () => new Response("<h1>Sign in</h1>")],
    ["a list", () => Response.json([])],
  ])("are read again after %s", async (_, answer) => {
    await expect(read(answer)).rejects.toThrow("/signin.json");
    expect(await read(() => Response.json(SETTINGS))).toMatchObject({ client: "c1" });
  });

  it("are those of the latest visit while nothing answers, and are asked for again", async () => {
    const kept = new Map<string, string>();
    const open = (answer: () => Response) => {
      vi.resetModules();
      vi.stubGlobal("localStorage", {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => kept.set(key, value),
      });
      return read(answer);
    };
    expect(await open(() => Response.json(SETTINGS))).toMatchObject({ client: "c1" });
    const away = () => {
      throw new TypeError("no network");
    };
    expect(await open(away)).toEqual({ ...settingsOf(SETTINGS), isEarlier: true });
    expect(await read(() => Response.json({ ...SETTINGS, client: "c2" }))).toMatchObject({
      client: "c2",
    });
    kept.set("carte.staff.settings", "[1]");
    await expect(open(away)).rejects.toThrow("no network");
  });

  it("say that there is no pool where the site has no such file", async () => {
    const none = await read(() => new Response("<html>", { status: 404 }));
    expect(none).toMatchObject({ client: undefined, development: false });
  });
});

describe("what a person may see", () => {
  const held = (role: HeldRole["role"], place: Partial<HeldRole> = {}): HeldRole => ({
    name: "",
    role,
    storeId: null,
    market: null,
    ...place,
  });

  it("follows the roles in their places", () => {
    const till = [held("TILL", { storeId: "de-1" })];
    expect(permits(till, "READ_STOCK", { storeId: "de-1", market: "de" })).toBe(true);
    expect(permits(till, "READ_STOCK", { storeId: "de-2", market: "de" })).toBe(false);
    expect(permits(till, "COUNT_STOCK", { storeId: "de-1", market: "de" })).toBe(false);
    const market = [held("MANAGER", { market: "de" })];
    expect(permits(market, "COUNT_STOCK", { storeId: "de-2", market: "de" })).toBe(true);
    expect(permits(market, "COUNT_STOCK", { storeId: "fr-2", market: "fr" })).toBe(false);
    expect(permits(market, "GRANT_ROLES")).toBe(false);
    expect(permitsSomewhere(market, "READ_MARKET_STOCK")).toBe(true);
    const manager = [held("MANAGER", { storeId: "de-1" })];
    expect(permitsSomewhere(manager, "COUNT_STOCK")).toBe(true);
    expect(permitsSomewhere(manager, "READ_MARKET_STOCK")).toBe(false);
    expect(permits([held("ADMIN")], "GRANT_ROLES")).toBe(true);
    expect(reachesFurther(till, "READ_STOCK")).toBe(false);
    expect(reachesFurther(market, "READ_STOCK")).toBe(true);
    expect(ownStores([...till, ...till, ...market])).toEqual(["de-1"]);
  });
});
