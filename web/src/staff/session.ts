// Who is signed in at this board: a staff token, kept as long as the browser's tab.

const KEY = "carte.staff";

/** The token of this tab; empty where nobody is signed in. `#token=` in the address signs in, and is removed. */
export function readToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    history.replaceState(history.state, "", location.pathname);
    keepToken(given);
  }
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return given ?? "";
  }
}

export function keepToken(token: string): void {
  try {
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Without storage a reload signs out.
  }
}
