// Requests to the user pool: tokens for a code, newer tokens, and the end of sessions.
import { callbackOf } from "./pkce.ts";
import type { SignInSettings } from "./settings.ts";

export interface Tokens {
  accessToken: string;
  /** Undefined where the answer has none: the one before stays valid. */
  refreshToken: string | undefined;
  /** Milliseconds of the epoch. */
  expiresAt: number;
}

/** `refused`: the pool says no; `unreachable`: it does not answer, has a fault, or something else answers for it. */
export type TokenAnswer = Tokens | "refused" | "unreachable";

const TIMEOUT_MS = 8000;
/** The errors by which a pool refuses (RFC 6749, 5.2). A firewall or a proxy in front of it has others. */
const REFUSALS: readonly unknown[] = [
  ...["invalid_request", "invalid_client", "invalid_grant"],
  ...["unauthorized_client", "unsupported_grant_type", "invalid_scope"],
];

/** Exchange the code of a finished attempt for tokens. */
export const tokensOfCode = (
  settings: SignInSettings,
  code: string,
  verifier: string,
): Promise<TokenAnswer> =>
  askForTokens(settings, {
    grant_type: "authorization_code",
    redirect_uri: callbackOf(location.origin),
    code,
    code_verifier: verifier,
  });

/** Exchange a refresh token for a newer access token. */
export const refreshedTokens = (
  settings: SignInSettings,
  refreshToken: string,
): Promise<TokenAnswer> =>
  askForTokens(settings, { grant_type: "refresh_token", refresh_token: refreshToken });

async function askForTokens(
  settings: SignInSettings,
  form: Record<string, string>,
): Promise<TokenAnswer> {
  try {
    const answer = await fetch(`${settings.pages}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({ ...form, client_id: settings.client ?? "" }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.status >= 500 || answer.status === 429) return "unreachable";
    const content: Record<string, unknown> = await answer.json();
    const { access_token: token, refresh_token: refresh, expires_in: seconds } = content;
    if (!answer.ok || typeof token !== "string") {
      return REFUSALS.includes(content.error) ? "refused" : "unreachable";
    }
    return {
      accessToken: token,
      refreshToken: typeof refresh === "string" ? refresh : undefined,
      expiresAt: Date.now() + (typeof seconds === "number" ? seconds : 3600) * 1000,
    };
  } catch {
    return "unreachable";
  }
}

/** End this session at the pool; whether the pool did so. */
export const revokeToken = (settings: SignInSettings, token: string): Promise<boolean> =>
  call(settings, "RevokeToken", { Token: token, ClientId: settings.client });

/** End all sessions of a person at the pool: none gets a new access token; whether the pool did so. */
export const endAllSessions = (settings: SignInSettings, accessToken: string): Promise<boolean> =>
  call(settings, "GlobalSignOut", { AccessToken: accessToken });

async function call(settings: SignInSettings, action: string, content: object): Promise<boolean> {
  try {
    const answer = await fetch(settings.service, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSCognitoIdentityProviderService.${action}`,
      },
      body: JSON.stringify(content),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** The address that ends the session of the pool's own pages and leads back to the site. */
export const logoutAddress = (settings: SignInSettings, origin: string): string =>
  `${settings.pages}/logout?${new URLSearchParams({
    client_id: settings.client ?? "",
    logout_uri: callbackOf(origin),
  })}`;
