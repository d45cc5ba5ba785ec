// What a board says at the lower edge of the window: why it is not connected, how old its orders are, what changed
// meanwhile. It lies over the orders, so that none moves under a finger; at the end of the page there is room for it.
import { useLayoutEffect, useRef } from "preact/hooks";
import { describeMoment } from "../formatting/hours.ts";
import { statusInFront } from "../graphql/failure.ts";
import { useLanguage } from "../i18n/language.ts";
import { shortCode } from "../orders/order-id.ts";
import { focusPlaceOf } from "../shell/focus-place.ts";
import { useOnline } from "../use-online.ts";
import { type Change, keyOfChange, type StepKind } from "./board-state.ts";
import type { BoardTexts } from "./texts/board-texts.ts";
import type { Board } from "./use-board.ts";
import { useLate } from "./use-late.ts";

interface Given {
  board: Board;
  texts: BoardTexts;
  /** The service's time. */
  now: Date;
  locale: string;
  /** IANA. */
  timeZone: string;
  /** Whether orders are shown: without any, the page says in their place why. */
  hasOrders: boolean;
}

/** How long orders that were kept are shown without a word: an ordinary reload takes less. */
const KEPT_SILENTLY_MS = 3000;
/** A press that comes sooner was meant for what was in that place before. */
const AIMED_BEFORE_MS = 700;
const MINUTE_MS = 60_000;
const MINUTES_IN_WORDS = 120;

export function BoardNews({ board, texts, now, locale, timeZone, hasOrders }: Given) {
  const trouble = useTrouble(board, texts, hasOrders, (at) =>
    new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone }).format(at),
  );
  const { isKept, lostAt, readAt } = board;
  const late = useLate(isKept, KEPT_SILENTLY_MS);
  const keptSince = isKept && (late || lostAt) ? readAt : undefined;
  return (
    <div class="board-news">
      <div class={trouble || keptSince ? "board-trouble" : undefined}>
        <p role="status" data-testid="lost">
          {trouble}
        </p>
        {keptSince && <KeptSince at={keptSince} {...{ texts, now, locale, timeZone }} />}
      </div>
      <Changes board={board} texts={texts} />
    </div>
  );
}

/** Why the board is not connected, or steps are not sent; empty: all is answered. */
function useTrouble(
  { lostAt, readAt, trouble, steps }: Board,
  texts: BoardTexts,
  hasOrders: boolean,
  clock: (at: Date) => string,
): string {
  const online = useOnline();
  if (!trouble) return "";
  const status = statusInFront(trouble);
  const since = online ? texts.offline : texts.noNetwork;
  const messages = [
    lostAt && hasOrders && since(clock(readAt ?? lostAt)),
    status !== undefined && texts.blocked(status),
    steps.length > 0 && `${texts.waitingToSend(steps.length)}.`,
  ];
  return messages.filter(Boolean).join(" ");
}

/** How old orders are that were kept on the device. It is no status: its age would be read out every minute. */
function KeptSince({
  at,
  texts,
  now,
  locale,
  timeZone,
}: Pick<Given, "texts" | "now" | "locale" | "timeZone"> & { at: Date }) {
  const { code } = useLanguage();
  const minutes = Math.max(0, Math.floor((now.getTime() - at.getTime()) / MINUTE_MS));
  const ago = new Intl.RelativeTimeFormat(code, { numeric: "auto" });
  return (
    <p class="board-kept" data-testid="kept-orders" data-minutes={minutes}>
      {texts.keptOrders(
        describeMoment(at, now, timeZone, locale),
        minutes < MINUTES_IN_WORDS
          ? ago.format(-minutes, "minute")
          : ago.format(-Math.floor(minutes / 60), "hour"),
      )}
    </p>
  );
}

/** What the button of each step says. */
const NAME_OF = {
  approve: "approve",
  accept: "accept",
  reject: "reject",
  ready: "markReady",
  collect: "collected",
} as const satisfies Record<StepKind, keyof BoardTexts>;

function Changes({ board, texts }: { board: Board; texts: BoardTexts }) {
  const { changes } = board;
  const shownAt = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the list is shown from then on.
  useLayoutEffect(() => {
    shownAt.current = performance.now();
  }, [changes]);
  const refused = changes.filter(({ kind }) => kind === "refused");
  const others = changes.filter(({ kind }) => kind !== "refused");
  const textOf = (change: Change): string => {
    const code = shortCode(change.id);
    switch (change.kind) {
      case "new":
        return texts.isNew(code);
      case "status":
        return texts.isNow(code, texts.status[change.status]);
      case "refused": {
        const now = board.orders.find(({ id }) => id === change.id);
        return texts.notPossible(
          code,
          texts[NAME_OF[change.step]],
          now ? texts.status[now.status] : "",
        );
      }
    }
  };
  const part = (title: string, those: readonly Change[]) =>
    those.length > 0 && (
      <>
        <h2>{title}</h2>
        <ul>
          {those.map((change) => (
            <li key={keyOfChange(change)}>{textOf(change)}</li>
          ))}
        </ul>
      </>
    );
  return (
    <div role="alert">
      {changes.length > 0 && (
        <div class="board-changes" data-testid="changes">
          {part(texts.refused, refused)}
          {part(texts.changed, others)}
          <button
            type="button"
            class="button"
            onClick={({ currentTarget, detail }) => {
              // By the keyboard it is meant.
              if (detail > 0 && performance.now() - shownAt.current < AIMED_BEFORE_MS) return;
              focusPlaceOf(currentTarget.parentElement ?? currentTarget);
              board.seen();
            }}
          >
            {texts.seen}
          </button>
        </div>
      )}
    </div>
  );
}
