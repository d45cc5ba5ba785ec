// Who collects the orders on the board: read once for each order, and forgotten when it leaves the board.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import { OrderContactDocument, type OrderContactQuery } from "../generated/board.ts";
import { request } from "../graphql/client.ts";
import { ignoreAbort } from "../graphql/use-query.ts";

export type BoardContact = NonNullable<NonNullable<OrderContactQuery["order"]>["contact"]>;

/** Contacts by order; one that could not be read is asked for again when the list of orders changes. */
export function useContacts(
  send: CarteSender,
  orderIds: readonly string[],
): ReadonlyMap<string, BoardContact> {
  const [contacts, setContacts] = useState<ReadonlyMap<string, BoardContact>>(new Map());
  const known = useRef(new Set<string>());
  const wanted = [...orderIds].sort().join(" ");
  useEffect(() => {
    const abort = new AbortController();
    const ids = new Set(wanted.split(" "));
    for (const id of known.current) if (!ids.has(id)) known.current.delete(id);
    setContacts((before) => {
      const left = [...before].filter(([id]) => ids.has(id));
      return left.length === before.size ? before : new Map(left);
    });
    const read = async () => {
      for (const id of ids) {
        if (!id || known.current.has(id)) continue;
        const outcome = await request(OrderContactDocument, { id }, { send, signal: abort.signal });
        const contact = outcome.ok ? outcome.data.order?.contact : undefined;
        if (!contact) continue;
        known.current.add(id);
        setContacts((before) => new Map(before).set(id, contact));
      }
    };
    read().catch(ignoreAbort);
    return () => abort.abort();
  }, [send, wanted]);
  return contacts;
}
