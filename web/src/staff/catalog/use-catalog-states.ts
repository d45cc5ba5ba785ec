// The states of several markets' catalogs: the API reads all drafts of a market for each, so only a few are requested at once.
import { useState } from "preact/hooks";
import type { CarteSender } from "../../../clients/carte.ts";
import { CatalogStateDocument } from "../../generated/catalog.ts";
import { type Failure, request } from "../../graphql/client.ts";
import { type Reading, usePolling } from "../../graphql/use-polling.ts";
import type { CatalogState } from "./catalog-given.ts";

export interface MarketState {
  /** Undefined before the first answer; stays when a later attempt fails. */
  catalog: CatalogState | undefined;
  /** Why the latest attempt failed; undefined after one that succeeded. */
  failure: Failure | undefined;
}

const AT_ONCE = 2;

/** Return what is known of each market, by its id; all are read again `everyMs` milliseconds after they were read. */
export function useCatalogStates(
  markets: readonly string[],
  send: CarteSender,
  everyMs: number,
): { states: ReadonlyMap<string, MarketState>; refresh: () => void } {
  const [states, setStates] = useState<ReadonlyMap<string, MarketState>>(new Map());
  const { refresh } = usePolling(
    async (signal) => {
      const left = [...markets];
      let all: Reading<undefined> = { ok: true, data: undefined };
      const readOn = async () => {
        for (let market = left.shift(); market !== undefined; market = left.shift()) {
          const of = market;
          const outcome = await request(CatalogStateDocument, { market: of }, { send, signal });
          setStates((before) =>
            new Map(before).set(of, {
              catalog: outcome.ok ? outcome.data.catalog : before.get(of)?.catalog,
              failure: outcome.ok ? undefined : outcome.failure,
            }),
          );
          // One that failed has all of them read again soon.
          if (!outcome.ok) all = outcome;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, readOn));
      return all;
    },
    [markets.join(" "), send],
    { everyMs: () => everyMs },
  );
  return { states, refresh };
}
