// Authorization code with PKCE (RFC 7636): the way to the pool's pages, and what they lead back with.
import type { SignInSettings } from "./settings.ts";

/** What is kept while somebody is at the pool's pages. */
export interface Attempt {
  state: string;
  verifier: string;
  /** The path of the page to come back to. */
  returnTo: string;
}

const SCOPES = "openid email aws.cognito.signin.user.admin";

/** The page of the site that the pool's pages lead back to. */
export const callbackOf = (origin: string): string => `${origin}/signin`;

/** Begin an attempt: its secrets, and the address of the pool's page. */
export async function beginAttempt(
  settings: SignInSettings,
  origin: string,
  returnTo: string,
): Promise<{ attempt: Attempt; address: string }> {
  const attempt = { state: randomText(), verifier: randomText(), returnTo };
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(attempt.verifier));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: settings.client ?? "",
    redirect_uri: callbackOf(origin),
    scope: SCOPES,
    state: attempt.state,
    code_challenge: base64Url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  return { attempt, address: `${settings.pages}/oauth2/authorize?${query}` };
}

/** The code that the pool's pages led back with; undefined where it is not the answer to the attempt. */
export function codeOf(query: URLSearchParams, attempt: Attempt | undefined): string | undefined {
  if (!attempt || query.get("state") !== attempt.state) return undefined;
  return query.get("code") ?? undefined;
}

/** 43 characters: 256 random bits. */
const randomText = (): string => base64Url(crypto.getRandomValues(new Uint8Array(32)));

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
