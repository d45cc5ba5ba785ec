// Where staff sign in: `/signin.json`, which the deployment or the local cloud's edge makes.
import { keep, readKept } from "../../kept-in-browser.ts";

export interface SignInSettings {
  /** The id of the user pool's client; undefined where there is no pool to sign in to. */
  client: string | undefined;
  /** The origin of the pool's own pages; empty: that of this page. */
  pages: string;
  /** The address of Cognito's API. */
  service: string;
  /** Whether this is a local cloud, which also takes the tokens of its development issuer. */
  development: boolean;
  /** Whether they are those of an earlier visit, as the site did not answer. */
  isEarlier?: boolean;
}

const ADDRESS = "/signin.json";
const TIMEOUT_MS = 8000;
/** The same where the settings of an earlier visit are there. */
const PATIENCE_MS = 3000;
const KEPT = "carte.staff.settings";

let loaded: Promise<SignInSettings> | undefined;

/**
 * Return the settings, which are read once. Where the site cannot be reached, or something in front of it answers, they
 * are those of the latest visit, and the next call tries again.
 *
 * @throws TypeError, DOMException or Error where there was no such visit.
 */
export function signInSettings(): Promise<SignInSettings> {
  loaded ??= load().catch((error) => {
    loaded = undefined;
    const kept = readKept(KEPT, isObject);
    if (!kept) throw error;
    return { ...settingsOf(kept), isEarlier: true };
  });
  return loaded;
}

/** Whether the site answers now: then somebody can be led to the pool's pages, and comes back from them. */
export const siteAnswers = (): Promise<boolean> =>
  load().then(
    () => true,
    () => false,
  );

async function load(): Promise<SignInSettings> {
  const patience = readKept(KEPT, isObject) ? PATIENCE_MS : TIMEOUT_MS;
  const answer = await fetch(ADDRESS, { signal: AbortSignal.timeout(patience) });
  // A site of an older deployment has no such file.
  if (answer.status === 404) return settingsOf({});
  const content: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
  if (!isObject(content)) {
    throw new Error(`${ADDRESS} is answered with ${answer.status} and no settings`);
  }
  const settings = settingsOf(content);
  if (settings.client || settings.development) keep(KEPT, content);
  return settings;
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Read the content of the file; whatever is missing or of another type is left out. */
export function settingsOf(content: unknown): SignInSettings {
  const given = (typeof content === "object" && content !== null ? content : {}) as Record<
    string,
    unknown
  >;
  const text = (name: string) => (typeof given[name] === "string" ? given[name] : "");
  return {
    client: text("client") || undefined,
    pages: text("pages"),
    service: text("service"),
    development: given.development === true,
  };
}
