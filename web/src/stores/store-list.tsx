// A list of stores to choose from, and what it looks like before it is there.
import { formatListedAddress } from "../formatting/address.ts";
import type { SearchStoresQuery } from "../generated/operations.ts";
import { storePath } from "../routing.ts";
import { Icon } from "../shell/icon.tsx";
import { moveAmongResults } from "./result-keys.ts";

export type ListedStore = SearchStoresQuery["stores"]["edges"][0]["node"] & {
  /** Undefined where nobody wanted to know. */
  openNow?: boolean;
};

/** A store that was found, with the state that tells its city apart where its address has none. */
export const listed = <Store extends ListedStore>(edge: {
  node: Store;
  region: string | null;
}): Store => {
  const { node, region } = edge;
  return region ? { ...node, address: { ...node.address, state: region } } : node;
};

interface Listed {
  store: ListedStore;
  /** What stands at the end of the line, such as the distance. */
  aside?: string | undefined;
}

export function StoreList({ stores, busy }: { stores: readonly Listed[]; busy: boolean }) {
  return (
    <ul class="store-list" aria-busy={busy}>
      {stores.map(({ store, aside }) => (
        <li key={store.id}>
          <a
            class="store-result"
            data-testid="store-result"
            data-result
            href={storePath(store.id)}
            onKeyDown={moveAmongResults}
          >
            <span class="store-result-mark">
              <Icon name="pin" />
            </span>
            <span class="store-result-text">
              <b>{store.name}</b>
              <span>{formatListedAddress(store.address, store.market.id)}</span>
            </span>
            <span class="store-result-aside">{aside ?? store.market.id.toUpperCase()}</span>
            <Icon name="chevron" />
          </a>
        </li>
      ))}
    </ul>
  );
}

export function StoreListSkeleton() {
  return (
    <div class="store-list on-its-way" aria-hidden="true">
      {[72, 55, 64, 48, 70, 58].map((width) => (
        <div class="store-result" key={width}>
          <span class="store-result-mark" />
          <span class="store-result-text">
            <span class="bone" style={{ width: `${width / 2}%` }} />
            <span class="bone" style={{ width: `${width}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}
