// Names and markets of stores by their ids, for pages of staff: each is read once, several in one request.
import { useEffect } from "preact/hooks";
import { cell } from "../cell.ts";
import { TypedDocumentString } from "../generated/operations.ts";
import { request } from "../graphql/client.ts";
import { useCell } from "../use-cell.ts";

/** Stores of a request: each costs 103 of the 10,000 units of an operation. */
const MOST_ASKED = 20;
const MOST_KNOWN = 1000;

interface Store {
  name: string;
  market: { id: string };
}

/** What was answered, the oldest first; null for a store that does not exist. */
const known = cell<ReadonlyMap<string, Store | null>>(new Map());
/** Ids that wait for a request, or for its answer. */
const underWay = new Set<string>();
let waiting: string[] = [];

/** Return what a store is called, with its id; its id alone as long as its name is not there. */
export function useStoreNames(ids: readonly string[]): (id: string) => string {
  const stores = useStores(ids);
  return (id) => {
    const name = stores.get(id)?.name;
    return name ? `${name} (${id})` : id;
  };
}

/** Return what is known of stores by now, by their ids; null for one that does not exist. */
export function useStores(ids: readonly string[]): ReadonlyMap<string, Store | null> {
  const stores = useCell(known);
  const wanted = [...new Set(ids)].sort().join(" ");
  useEffect(() => {
    for (const id of wanted.split(" ")) if (id) want(id);
  }, [wanted]);
  return stores;
}

/** Ask for a store together with all others that are wanted now. */
function want(id: string): void {
  if (known.get().has(id) || underWay.has(id)) return;
  underWay.add(id);
  waiting.push(id);
  if (waiting.length === 1) queueMicrotask(ask);
}

/** Ask for all that wait, one request after another: a long list is no burst. */
async function ask(): Promise<void> {
  const ids = waiting;
  waiting = [];
  for (let at = 0; at < ids.length; at += MOST_ASKED) await askFor(ids.slice(at, at + MOST_ASKED));
}

async function askFor(ids: readonly string[]): Promise<void> {
  const outcome = await request(documentFor(ids.length), variablesFor(ids));
  for (const id of ids) underWay.delete(id);
  // After a failure the next page that shows them asks again.
  if (!outcome.ok) return;
  const found = ids.map((id, at) => [id, outcome.data[`s${at}`] ?? null] as const);
  known.set(new Map([...known.get(), ...found].slice(-MOST_KNOWN)));
}

type Stores = Readonly<Record<string, Store | null | undefined>>;

function documentFor(count: number): TypedDocumentString<Stores, Record<string, string>> {
  const places = Array.from({ length: count }, (_, at) => at);
  const variables = places.map((at) => `$s${at}: ID!`).join(", ");
  const fields = places.map((at) => `s${at}: store(id: $s${at}) { name market { id } }`).join(" ");
  return new TypedDocumentString(`query StoreNames(${variables}) { ${fields} }`);
}

const variablesFor = (ids: readonly string[]): Record<string, string> =>
  Object.fromEntries(ids.map((id, at) => [`s${at}`, id]));
