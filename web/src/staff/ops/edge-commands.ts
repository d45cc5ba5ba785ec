// What an operator has the edge of a local cloud do.

const TIMEOUT_MS = 10_000;
/** Bringing back a region that was killed waits for its process. */
const HEAL_MS = 65_000;

/** What the edge answered; `message`: why it did nothing, empty where it did not answer. */
export type Outcome<T> = { ok: true; content: T } | { ok: false; message: string };

/** Have the edge send no requests to a region, or take it back. */
export const drain = (region: string, drained: boolean): Promise<Outcome<unknown>> =>
  command("drain", { region, drained });

/** Forget answers that carry one of the tags, or all that the cache has; `unknown` are tags of what does not exist. */
export const purge = (
  tags: readonly string[] | "all",
): Promise<Outcome<{ purged: number; unknown?: readonly string[] }>> =>
  command("purge", tags === "all" ? { all: true } : { tags });

/** End a fault before its time, or all; `unhealed` is what is not back in its normal state yet. */
export const heal = (
  id: string | "all",
): Promise<Outcome<{ healed: readonly string[]; unhealed: readonly string[] }>> =>
  command("heal", id === "all" ? { all: true } : { id }, HEAL_MS);

async function command<T>(
  name: string,
  content: unknown,
  timeoutMs = TIMEOUT_MS,
): Promise<Outcome<T>> {
  try {
    const answer = await fetch(`/_edge/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(content),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const result = await answer.json();
    if (answer.ok) return { ok: true, content: result as T };
    return { ok: false, message: String(result.errors?.[0]?.message ?? "") };
  } catch {
    return { ok: false, message: "" };
  }
}
