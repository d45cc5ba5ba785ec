// The session of who is signed in: its tokens, refreshed before they expire, and how it ends.
//
// Tokens are in memory and in `sessionStorage`: a reload keeps them, closing the tab does not. A browser
// copies them into a tab that is duplicated, or opened by a script of this page; other tabs and sites cannot
// read them. Signing out ends the session in all tabs. Scripts of this site could read the tokens; its content
// security policy lets no other script run. A cookie that scripts cannot read would need a server in one region to refresh it.
import { type CarteSender, carteSender } from "../../../clients/carte.ts";
import { type Cell, cell } from "../../cell.ts";
import { rolesOf } from "./grants.ts";
import { forgetKept, forgetOld } from "./kept-here.ts";
import { keepPerson, keptPerson, type Person } from "./kept-person.ts";
import { type Attempt, beginAttempt, codeOf } from "./pkce.ts";
import {
  endAllSessions,
  logoutAddress,
  refreshedTokens,
  revokeToken,
  type TokenAnswer,
  type Tokens,
  tokensOfCode,
} from "./pool.ts";
import { type SignInSettings, signInSettings } from "./settings.ts";
import { keepInTab, readInTab } from "./tab-storage.ts";

export interface Session {
  /** Another one after each sign-in. */
  id: string;
  /** Sends operations as this person; its answers show the person's own mutations. */
  send: CarteSender;
}

/** `out`: signed out by the person; `ended`: the pool, or the token's age, ended it. */
export type SignedOut = "out" | "ended";

const TOKENS = "carte.staff";
const ATTEMPT = "carte.staff.attempt";
const CHANNEL = "carte.staff";
/** How long before its end an access token is replaced. */
const EARLY_MS = 5 * 60_000;

/** The session of this tab. */
export const session: Cell<Session | SignedOut> = cell<Session | SignedOut>("out");

let tokens: Tokens | undefined;
let refreshing: Promise<void> | undefined;
let channel: BroadcastChannel | undefined;
let started = false;
let development = false;

/**
 * Return who is signed in as far as that is known without a region; undefined: it is not.
 *
 * A reload, and a tab that was opened while no region answers, show by it what the roles permit; the API decides for
 * itself. A token of the development issuer names its roles.
 */
export function knownPerson(): Person | undefined {
  const kept = keptPerson();
  if (kept) return kept;
  if (!development || !tokens || tokens.refreshToken) return undefined;
  const { sub, [ROLES_CLAIM]: roles } = claimsOf(tokens.accessToken);
  if (typeof sub !== "string" || !Array.isArray(roles)) return undefined;
  return { id: sub, roles: rolesOf(roles) };
}

/**
 * Take up what this tab has kept. `#token=` in the address signs in with a token of the development
 * issuer, on a local cloud only, and is removed from the address.
 */
export function startSession(settings: SignInSettings): void {
  development = settings.development;
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) history.replaceState(history.state, "", location.pathname + location.search);
  if (given && development) signInWith(given);
  if (started) return;
  started = true;
  forgetOld();
  const kept = readInTab(TOKENS);
  if (session.get() === "out" && isTokens(kept)) take(kept);
  // Signing out is meant for the browser: another person may be the next to use it.
  channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(CHANNEL);
  channel?.addEventListener("message", () => end("out"));
}

/** Sign in with an access token that cannot be refreshed: one of the development issuer. */
export function signInWith(accessToken: string): void {
  keepPerson(undefined);
  take({ accessToken, refreshToken: undefined, expiresAt: expiryOf(accessToken) });
}

/** Lead to the pool's pages. `returnTo` is the path of the page to come back to. */
export async function goToSignIn(settings: SignInSettings, returnTo: string): Promise<void> {
  const { attempt, address } = await beginAttempt(settings, location.origin, returnTo);
  keepInTab(ATTEMPT, attempt);
  location.assign(address);
}

/** `stale`: the answer belongs to no attempt of this tab. */
export type Finished = { returnTo: string } | "refused" | "stale" | "unreachable";

let finishing: { code: string; outcome: Promise<Finished> } | undefined;

/** Finish the attempt whose answer is in the query of the address. */
export function finishSignIn(settings: SignInSettings, query: URLSearchParams): Promise<Finished> {
  const kept = readInTab(ATTEMPT);
  const attempt = isAttempt(kept) ? kept : undefined;
  const code = codeOf(query, attempt);
  // A code is good for one exchange.
  if (code && finishing?.code === code) return finishing.outcome;
  if (!code || !attempt) return Promise.resolve(query.has("error") ? "refused" : "stale");
  const outcome = tokensOfCode(settings, code, attempt.verifier).then((answer): Finished => {
    if (answer === "unreachable") {
      finishing = undefined;
      return answer;
    }
    keepInTab(ATTEMPT, undefined);
    if (answer === "refused") return answer;
    keepPerson(undefined);
    take(answer);
    return { returnTo: attempt.returnTo };
  });
  finishing = { code, outcome };
  return outcome;
}

/** Sign out in this browser, also at the pool where the pool can be reached. */
export async function signOut(settings: SignInSettings): Promise<void> {
  const token = tokens?.refreshToken;
  end("out");
  channel?.postMessage("out");
  if (!token) return;
  if (await revokeToken(settings, token)) {
    location.assign(logoutAddress(settings, location.origin));
  }
}

/** Sign out in every browser; false: the pool did not answer, and nothing changed. */
export async function signOutEverywhere(settings: SignInSettings): Promise<boolean> {
  const token = await bearer().catch(() => "");
  if (!token || !(await endAllSessions(settings, token))) return false;
  end("out");
  channel?.postMessage("out");
  location.assign(logoutAddress(settings, location.origin));
  return true;
}

/** Whether this session can be ended in other browsers: the pool made it. */
export const isOfPool = (): boolean => tokens?.refreshToken !== undefined;

/** The service refused the token as no valid one: the session is over. */
export const sessionEnded = (): void => end("ended");

/**
 * Return the access token for the next request; empty where the session is over.
 *
 * A token that is about to expire is replaced beside the request, which does not wait for the pool;
 * where the pool does not answer, the token is used until it expires.
 *
 * @throws Error where the token has expired and the pool does not answer: the same as a service that does
 *   not, so requests are repeated, and the session goes on when the pool is back.
 */
export async function bearer(): Promise<string> {
  const left = (tokens?.expiresAt ?? 0) - Date.now();
  if (tokens?.refreshToken && left < EARLY_MS) {
    refreshing ??= refresh(tokens).finally(() => {
      refreshing = undefined;
    });
    if (left <= 0) {
      await refreshing;
      if (tokens && tokens.expiresAt <= Date.now())
        throw new Error("the user pool does not answer");
    }
  }
  return tokens?.accessToken ?? "";
}

async function refresh(old: Tokens): Promise<void> {
  let answer: TokenAnswer = "unreachable";
  try {
    answer = await refreshedTokens(await signInSettings(), old.refreshToken ?? "");
  } catch {
    // The settings could not be read: the same as a pool that does not answer.
  }
  // Somebody signed out or in meanwhile.
  if (tokens !== old) return;
  if (answer === "refused") end("ended");
  else if (answer !== "unreachable") {
    tokens = { ...answer, refreshToken: answer.refreshToken ?? old.refreshToken };
    keepInTab(TOKENS, tokens);
  }
}

function take(next: Tokens): void {
  tokens = next;
  keepInTab(TOKENS, next);
  const headers = async (): Promise<Record<string, string>> => {
    const token = await bearer();
    return token ? { authorization: `Bearer ${token}` } : {};
  };
  session.set({ id: crypto.randomUUID(), send: carteSender({ headers, ownWrites: true }) });
}

function end(why: SignedOut): void {
  tokens = undefined;
  keepInTab(TOKENS, undefined);
  keepPerson(undefined);
  // Who signs in again goes on with it; whoever signs out leaves only the steps of the board that wait.
  if (why === "out") forgetKept();
  session.set(why);
}

/** When a token says that it expires; far in the future where that cannot be read. */
function expiryOf(token: string): number {
  const { exp } = claimsOf(token);
  return typeof exp === "number" ? exp * 1000 : Number.MAX_SAFE_INTEGER;
}

const ROLES_CLAIM = "cognito:groups";

/** What a token says, unverified; nothing where it cannot be read. */
function claimsOf(token: string): Record<string, unknown> {
  try {
    const part = token.split(".")[1] ?? "";
    const claims: unknown = JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof claims === "object" && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}

function isTokens(value: unknown): value is Tokens {
  const kept = value as Partial<Tokens> | null | undefined;
  return typeof kept?.accessToken === "string" && typeof kept.expiresAt === "number";
}

function isAttempt(value: unknown): value is Attempt {
  const kept = value as Partial<Attempt> | null | undefined;
  return [kept?.state, kept?.verifier, kept?.returnTo].every((one) => typeof one === "string");
}
