// What happened: the edge's latest events, which are read at once, and those that it keeps for a day, with the faults.
import type { EdgeEvent } from "./edge-status.ts";
import type { HistoryEvent } from "./history.ts";

/** Return the latest events of both, each once, the newest first. */
export function eventsOf(
  newest: readonly EdgeEvent[],
  kept: readonly HistoryEvent[] | undefined,
  most: number,
): HistoryEvent[] {
  const found = new Map<unknown, HistoryEvent>();
  for (const event of kept ?? []) found.set(event.seq ?? `${event.id} ${event.what}`, event);
  for (const event of newest) {
    found.set(event.seq, { ...event, at: Date.parse(event.at) / 1000 });
  }
  return [...found.values()].sort((one, other) => other.at - one.at).slice(0, most);
}

/** The details of an event as words: `region=eu-west-1 drained=true`. */
export const detailsOf = ({ seq: _, at: __, kind: ___, id: ____, ...details }: HistoryEvent) =>
  Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : String(value)}`)
    .join(" ");
