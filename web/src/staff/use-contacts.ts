// Who collects the orders on the board, and the notes on their lines: read once for each order, and forgotten when it
// leaves the board.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import { OrderContactDocument, type OrderContactQuery } from "../generated/board.ts";
import { type Failure, request } from "../graphql/client.ts";
import { callAfter, mayPass } from "../graphql/recovery.ts";
import { ignoreAbort } from "../graphql/use-query.ts";
import type { BoardOrder } from "./board-state.ts";

export type BoardContact = NonNullable<NonNullable<OrderContactQuery["order"]>["contact"]>;

/** How often an order without a contact is read again: about five minutes. */
const MOST_WITHOUT = 12;

type Ordered = Pick<BoardOrder, "id"> & {
  lines: readonly Pick<BoardOrder["lines"][0], "itemId" | "quantity">[];
};

/** Other where the order has other lines, as when another region's input turns out to count: notes name lines. */
export const contactKey = ({ id, lines }: Ordered): string =>
  [id, ...lines.map(({ itemId, quantity }) => `${quantity}*${itemId}`)].join(" ");

/**
 * Contacts by `contactKey`. One that could not be read is requested again, ever more seldom: personal data may reach a
 * region after the order. One that is not there after some minutes was removed, or belongs to another input.
 */
export function useContacts(
  send: CarteSender,
  orders: readonly Ordered[],
): ReadonlyMap<string, BoardContact> {
  const [contacts, setContacts] = useState<ReadonlyMap<string, BoardContact>>(new Map());
  const known = useRef(new Set<string>());
  const wanted = orders.map(contactKey).sort().join("\n");
  useEffect(() => {
    const abort = new AbortController();
    const keys = new Set(wanted.split("\n"));
    for (const key of known.current) if (!keys.has(key)) known.current.delete(key);
    setContacts((before) => {
      const left = [...before].filter(([key]) => keys.has(key));
      return left.length === before.size ? before : new Map(left);
    });
    let stop = () => {};
    const read = async (repetition: number) => {
      let isMissing = false;
      let failure: Failure | undefined;
      const mayArrive = repetition < MOST_WITHOUT;
      for (const key of keys) {
        const [id] = key.split(" ");
        if (!id || known.current.has(key)) continue;
        const outcome = await request(OrderContactDocument, { id }, { send, signal: abort.signal });
        if (!outcome.ok) failure = outcome.failure;
        const contact = outcome.ok ? outcome.data.order?.contact : undefined;
        isMissing ||= outcome.ok ? !contact && mayArrive : mayPass(outcome.failure);
        if (!contact) continue;
        known.current.add(key);
        setContacts((before) => new Map(before).set(key, contact));
      }
      if (!isMissing || abort.signal.aborted) return;
      stop = callAfter(failure, repetition, () => {
        read(repetition + 1).catch(ignoreAbort);
      });
    };
    read(0).catch(ignoreAbort);
    return () => {
      abort.abort();
      stop();
    };
  }, [send, wanted]);
  return contacts;
}
