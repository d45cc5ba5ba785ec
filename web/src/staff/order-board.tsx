// The board itself: three columns of orders, what changed, and whether it is connected.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import { localeIn } from "../formatting/address.ts";
import { MenuDocument } from "../generated/operations.ts";
import { useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { useNow } from "../menu/use-now.ts";
import { shortCode } from "../orders/order-id.ts";
import { Icon } from "../shell/icon.tsx";
import { focusIsLost } from "../shell/use-kept-focus.ts";
import { useCell } from "../use-cell.ts";
import { useOnline } from "../use-online.ts";
import { BoardCard } from "./board-card.tsx";
import { BoardNews } from "./board-news.tsx";
import { type BoardOrder, COLUMNS, columnsOf, isWaiting, type StepKind } from "./board-state.ts";
import { allowSound, allowSoundByPress, chime, soundPlays } from "./chime.ts";
import { useItemNames } from "./item-names.ts";
import { boardKeeper, keptBoard } from "./kept-board.ts";
import { isForbidden } from "./refused-token.ts";
import type { BoardTexts } from "./texts/board-texts.ts";
import { type Board, useBoard } from "./use-board.ts";
import { contactKey, useContacts } from "./use-contacts.ts";
import { useLate } from "./use-late.ts";

export type Refused = "token" | "store" | "unknown";

interface Given {
  storeId: string;
  /** The `sub` of the person. */
  subject: string;
  send: CarteSender;
  texts: BoardTexts;
  onRefused: (why: Refused) => void;
}

/** The order whose step was pressed last, and the column that it was in. */
interface Pressed {
  orderId: string;
  column: HTMLElement | null;
}

/** How often the sound is repeated while an order waits, in milliseconds. */
const RING_MS = 15_000;
/** How long the orders of today wait for those of other days: columns that fill one by one move what stands below. */
const ALL_DAYS_MS = 1500;

export function OrderBoard({ storeId, subject, send, texts, onRefused }: Given) {
  const { code } = useLanguage();
  const menu = useQuery(MenuDocument, { storeId, locale: null }, { quiet: true });
  const { data } = menu;
  const [kept] = useState(() => keptBoard(storeId, subject));
  const [keepBoard] = useState(() => boardKeeper(storeId, subject));
  const store = data?.menu?.store ?? kept?.store;
  const board = useBoard({ storeId, subject, send, timeZone: store?.timeZone, kept });
  const columns = columnsOf(board.orders, board.steps);
  const contacts = useContacts(
    send,
    [...columns.waiting, ...columns.making, ...columns.ready].map(({ order }) => order),
  );
  const sound = useSound(columns.waiting.map(({ order }) => order));
  // The service's, as that of a tablet may be wrong.
  const now = new Date(useNow().getTime() + board.aheadMs);
  const { refused } = board;
  useEffect(() => {
    if (!refused) return;
    const why = refused.kind === "graphql" ? refused.code : undefined;
    onRefused(isForbidden(refused) ? "store" : why === "BAD_USER_INPUT" ? "unknown" : "token");
  }, [refused, onRefused]);

  const pressed = useRef<Pressed>(undefined);
  useLayoutEffect(() => {
    // A card moves to another column with the focus in it, and one that is done leaves the board.
    const { orderId = "", column } = pressed.current ?? {};
    pressed.current = undefined;
    if (!orderId || !focusIsLost()) return;
    const moved = document.querySelector<HTMLElement>(`.board-card[data-order="${orderId}"]`);
    (moved ?? column)?.focus();
  });

  const locale = store ? localeIn(code, store.market.id) : code;
  const items = data?.menu?.categories.flatMap((category) => category.items) ?? [];
  // Orders have items that are not sold now: of another time of day, or taken off the menu since.
  const market = store?.market.id ?? "";
  const catalog = useItemNames([market], null)(market)?.items;
  const nameOf = (itemId: string) =>
    catalog?.get(itemId) ??
    items.find(({ id }) => id === itemId)?.name ??
    kept?.names[itemId] ??
    itemId;
  const { readAt, isKept, aheadMs, allRead, orders } = board;
  const wasLost = board.lostAt !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `nameOf` changes with the catalog and the menu.
  useEffect(() => {
    // What was kept is written once more where it is news that the service was lost since.
    if (!readAt || (isKept && !wasLost)) return;
    const ids = new Set(orders.flatMap(({ lines }) => lines.map(({ itemId }) => itemId)));
    const names = Object.fromEntries([...ids].map((id) => [id, nameOf(id)]));
    const known = store && {
      name: store.name,
      timeZone: store.timeZone,
      market: { id: store.market.id },
    };
    keepBoard({
      readAt: readAt.getTime(),
      aheadMs,
      orders,
      allRead,
      wasLost,
      store: known,
      names,
    });
  }, [keepBoard, readAt, isKept, aheadMs, orders, allRead, wasLost, store, catalog, data]);
  // Without the store's time zone the other days cannot be read.
  const mayReadAll = store !== undefined || (!data && !menu.failure);
  const isPartial = readAt !== undefined && !allRead && mayReadAll;
  const isLate = useLate(isPartial, ALL_DAYS_MS);
  const isThere = readAt !== undefined && (isLate || !isPartial);
  const none = board.allRead ? texts.nothing : texts.nothingToday;
  const card = {
    now,
    locale,
    texts,
    timeZone: store?.timeZone ?? "UTC",
    nameOf,
    onStep: (orderId: string, kind: StepKind, reason = "") => {
      const column = document.activeElement?.closest<HTMLElement>(".board-column") ?? null;
      pressed.current = { orderId, column };
      board.press({ operationId: crypto.randomUUID(), orderId, kind, reason });
    },
  };
  return (
    <div class="board" data-testid="board" data-read={board.readAt?.getTime()}>
      <div class={isThere || board.trouble ? "board-head" : "board-head board-head-coming"}>
        <h1>{store?.name ?? texts.title}</h1>
        <Connection board={board} texts={texts} />
        <SoundButton {...sound} texts={texts} />
      </div>
      <Arrived
        waiting={isThere ? columns.waiting.map(({ order }) => order) : undefined}
        changed={board.changes.map(({ id }) => id)}
        texts={texts}
      />
      <BoardNews {...{ board, texts, now, locale, hasOrders: isThere }} timeZone={card.timeZone} />
      {isThere ? (
        <>
          <div class="board-columns">
            {COLUMNS.map((column) => (
              <section
                key={column}
                tabIndex={-1}
                class={`board-column board-${column}`}
                data-testid={`column-${column}`}
                aria-labelledby={`column-${column}`}
              >
                <h2 id={`column-${column}`}>
                  {texts[column]} <span>{columns[column].length.toLocaleString(code)}</span>
                </h2>
                <ul>
                  {columns[column].map((shown) => (
                    <li key={shown.order.id}>
                      <BoardCard
                        {...card}
                        {...shown}
                        contact={contacts.get(contactKey(shown.order))}
                      />
                    </li>
                  ))}
                </ul>
                {columns[column].length === 0 && <p class="board-none">{none}</p>}
              </section>
            ))}
          </div>
          <details class="board-done" data-testid="column-done">
            <summary>
              {texts.done} ({columns.done.length.toLocaleString(code)})
            </summary>
            <ul>
              {columns.done.map(({ order, unsent }) => (
                <li key={order.id} data-order={order.id} data-status={order.status}>
                  <b>{shortCode(order.id)}</b> {texts.status[order.status]}
                  {unsent && ` · ${texts.unsent}`}
                </li>
              ))}
            </ul>
          </details>
        </>
      ) : (
        <NothingYet board={board} texts={texts} />
      )}
    </div>
  );
}

interface ArrivedGiven {
  /** Undefined before any are there. */
  waiting: readonly BoardOrder[] | undefined;
  /** Of orders that the lower edge says something about. */
  changed: readonly string[];
  texts: BoardTexts;
}

/** Has screen readers hear of each order that comes while the board is open, once: the sound does not say which. */
function Arrived({ waiting, changed, texts }: ArrivedGiven) {
  const known = useRef<ReadonlySet<string>>(undefined);
  const [announcement, setAnnouncement] = useState("");
  const ids = waiting?.map(({ id }) => id).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another order is news.
  useEffect(() => {
    if (ids === undefined) return;
    const shown = ids.split(" ").filter(Boolean);
    const before = known.current;
    known.current = new Set([...(before ?? []), ...shown]);
    const come = before ? shown.filter((id) => !before.has(id) && !changed.includes(id)) : [];
    if (come.length > 0) setAnnouncement(come.map((id) => texts.isNew(shortCode(id))).join(". "));
  }, [ids]);
  return (
    <p class="visually-hidden" role="status" data-testid="arrived">
      {announcement}
    </p>
  );
}

/** In few words, which take as much room whatever they are: what is wrong stands at the lower edge (`BoardNews`). */
function Connection({ board, texts }: { board: Board; texts: BoardTexts }) {
  const { lostAt, readAt, isKept } = board;
  return (
    <p
      class={`board-connection ${lostAt ? "board-lost" : isKept ? "board-reading" : ""}`}
      role="status"
      data-testid="connection"
      data-live={readAt !== undefined && !isKept && !lostAt}
    >
      <span class="board-dot" />
      <span>{lostAt ? texts.notConnected : readAt && (isKept ? texts.loading : texts.live)}</span>
    </p>
  );
}

/** What stands in place of the orders before any are there. */
function NothingYet({ board, texts }: { board: Board; texts: BoardTexts }) {
  const online = useOnline();
  if (!board.lostAt || board.readAt) {
    // Columns that fill one after the other would push each other down a telephone.
    return <p class="board-none on-its-way">{texts.loading}</p>;
  }
  return (
    <p class="board-none board-nothing" role="status" data-testid="nothing-kept">
      {online ? texts.nothingAnswered : texts.nothingKept}
    </p>
  );
}

interface Sound {
  /** Whether it is wanted. */
  on: boolean;
  /** Whether the browser plays none before the next press. */
  blocked: boolean;
  setOn: (on: boolean) => void;
}

function SoundButton({ on, blocked, setOn, texts }: Sound & { texts: BoardTexts }) {
  // A press of this button starts sound at its very end: before, it would turn off what it has just started.
  const atTheEnd = (event: Event) => event.stopPropagation();
  const silent = on && blocked;
  return (
    <button
      type="button"
      class={silent ? "button" : "button button-quiet"}
      aria-pressed={on}
      onPointerUp={atTheEnd}
      onKeyDown={atTheEnd}
      onClick={() => {
        allowSound();
        setOn(silent || !on);
      }}
    >
      <Icon name="bell" />
      {silent ? texts.soundBlocked : on ? texts.soundOn : texts.soundOff}
    </button>
  );
}

/** Whether sound is on, and plays; rings for a new order, and again while one waits. */
function useSound(waiting: readonly BoardOrder[]): Sound {
  const [on, setOn] = useState(true);
  const plays = useCell(soundPlays);
  useEffect(() => {
    if (plays) return;
    // Some browsers want no press, or had one on the page before.
    allowSound();
    return allowSoundByPress();
  }, [plays]);
  const ids = waiting
    .filter(isWaiting)
    .map(({ id }) => id)
    .join(" ");
  useEffect(() => {
    if (!on || !plays || !ids) return;
    chime();
    const timer = setInterval(chime, RING_MS);
    return () => clearInterval(timer);
  }, [on, ids, plays]);
  return { on, blocked: !plays, setOn };
}
