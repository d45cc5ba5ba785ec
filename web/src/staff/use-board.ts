// The orders of a store as its board follows them: read again and again, with the steps that staff press.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import { dayAfter, dayOf } from "../formatting/calendar-day.ts";
import { type OrderStatus, StoreOrdersDocument } from "../generated/board.ts";
import { latestAnswer } from "../graphql/answer.ts";
import type { Failure } from "../graphql/client.ts";
import { callAfter, callLater, mayPass } from "../graphql/recovery.ts";
import { useCell } from "../use-cell.ts";
import {
  type BoardOrder,
  type Change,
  changedLately,
  changesBetween,
  KEPT_DAY,
  ordersOf,
  type Step,
  withChanges,
  withDay,
  withoutKept,
} from "./board-state.ts";
import type { KeptBoard } from "./kept-board.ts";
import { isForbidden, isRefusedInput, isRefusedToken } from "./refused-token.ts";
import { stepQueue } from "./step-queue.ts";
import { readPages } from "./use-pages.ts";

const POLL_MS = 2500;
const PAGE = 100;
/** Days beside today in which orders may wait. Read all at first and after the service was lost, then in turns. */
const OTHER_DAYS = [1, -1, 2, 3, 4, 5, 6, 7] as const;
/** Tomorrow every second time: an order for it wants its answer today. */
const TURNS = OTHER_DAYS.filter((day) => day !== 1).flatMap((day) => [1, day]);
const OTHER_PAGE = 20;
const OPEN: OrderStatus[] = ["PLACED", "AUTHORIZED", "ACCEPTED", "READY"];

export interface Board {
  orders: readonly BoardOrder[];
  /** Steps that are not answered yet. */
  steps: readonly Step[];
  press: (step: Step) => void;
  /** When the service listed the orders last, by its clock; undefined before the first answer. */
  readAt: Date | undefined;
  /** Whether what is shown was kept on the device, and nothing was read since. */
  isKept: boolean;
  /** By how many milliseconds the service's clock is ahead of the device's. */
  aheadMs: number;
  /** Whether all days were read once: before, other days than today may have orders that are not shown. */
  allRead: boolean;
  /** Since when the service cannot be reached; undefined while it can. */
  lostAt: Date | undefined;
  /** Why it cannot be reached, or why a step that was pressed has no answer; undefined while all is answered. */
  trouble: Failure | undefined;
  /** What happened while it could not be reached, and steps that were refused. */
  changes: readonly Change[];
  seen: () => void;
  /** Why the person may not have this board. */
  refused: Failure | undefined;
}

interface Given {
  storeId: string;
  /** The `sub` of the person. */
  subject: string;
  send: CarteSender;
  timeZone: string | undefined;
  /** What was kept on the device before the page was loaded: shown until something is read. */
  kept?: KeptBoard | undefined;
}

type Days = ReadonlyMap<number, readonly BoardOrder[]>;

/** Clocks that differ less are taken for the same: the service's time is in whole seconds. */
const SAME_CLOCK_MS = 5000;

export function useBoard({ storeId, subject, send, timeZone, kept }: Given): Board {
  const [days, setDays] = useState<Days>(() => new Map(kept ? [[KEPT_DAY, kept.orders]] : []));
  /** The latest of `days`, also before it is rendered. */
  const known = useRef(days);
  const change = (changed: (before: Days) => Days) => {
    known.current = changed(known.current);
    setDays(known.current);
  };
  const [readAt, setReadAt] = useState(() => kept && new Date(kept.readAt));
  const [isKept, setIsKept] = useState(kept !== undefined);
  const [aheadMs, setAheadMs] = useState(kept?.aheadMs ?? 0);
  const [allRead, setAllRead] = useState(kept?.allRead ?? false);
  const [lostAt, setLostAt] = useState<Date>();
  const [lostBy, setLostBy] = useState<Failure>();
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const [refused, setRefused] = useState<Failure>();
  const zone = useRef(timeZone);
  zone.current = timeZone;
  /** Counts answered steps: what was read before one is older than it. */
  const answered = useRef(0);
  /** Whether the service ever listed orders of this store: so it has the store. */
  const isKnown = useRef(kept !== undefined);
  /** When the latest step of each order was answered. */
  const changed = useRef(new Map<string, number>());
  const again = useRef(() => {});
  const note = (more: readonly Change[]) =>
    more.length > 0 && setChanges((before) => withChanges(before, more));

  // biome-ignore lint/correctness/useExhaustiveDependencies: `note` and `change` only set state.
  const queue = useMemo(
    () =>
      stepQueue({
        storeId,
        subject,
        send,
        onRefusedToken: setRefused,
        onAnswer({ step, status, refused: wasRefused }) {
          answered.current++;
          changed.current.delete(step.orderId);
          changed.current.set(step.orderId, Date.now());
          if (status) change((before) => patched(before, step.orderId, status));
          if (wasRefused) note([{ kind: "refused", id: step.orderId, step: step.kind }]);
          again.current();
        },
      }),
    [storeId, subject, send],
  );
  useEffect(() => () => queue.stop(), [queue]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `note` and `change` only set state; `kept` is of before the page.
  useEffect(() => {
    const abort = new AbortController();
    let stop = () => {};
    let failures = 0;
    let turn = 0;
    const unread = new Set<number>(OTHER_DAYS);
    let lost = kept?.wasLost ?? false;
    /** Days of which it is news what changed since the service was lost. */
    const unseen = new Set<number>();
    const wasKnown = (day: number) =>
      known.current.has(day) || (known.current.has(KEPT_DAY) && (day === 0 || kept?.allRead));
    const take = (day: number, orders: readonly BoardOrder[]) => {
      if (unseen.delete(day)) note(changesBetween(ordersOf(known.current), orders));
      change((before) => withDay(before, day, orders));
    };
    /** Which chain of readings is the latest: an earlier one ends after its answer. */
    let latest = 0;
    /** Only what does not pass by itself ends a board: nobody may be there to load it again. */
    const isFinal = (failure: Failure) =>
      isRefusedToken(failure) ||
      isForbidden(failure) ||
      (isRefusedInput(failure) && !isKnown.current);
    const read = (day: string | undefined, own: readonly string[]) =>
      readDay(
        { storeId, day, changed: own, send, onListed: () => (isKnown.current = true) },
        abort.signal,
      );
    const failed = (failure: Failure, chain: number) => {
      if (isFinal(failure)) {
        setRefused(failure);
        return;
      }
      // What is news afterwards is told at once, and not day by day. Of days that are being read the rest are left: else
      // one that fails each time would have the others read again and again.
      if (unread.size === 0) for (const one of OTHER_DAYS) unread.add(one);
      lost = true;
      setLostAt((before) => before ?? new Date());
      setLostBy(failure);
      stop = callAfter(failure, failures++, () => ask(chain));
    };
    const ask = async (chain: number): Promise<void> => {
      const steps = answered.current;
      const own = changedLately(changed.current, Date.now());
      const now = await read(undefined, own);
      if (chain !== latest) return;
      if ("failure" in now) {
        // Days read after an earlier loss may have news of this one.
        unread.clear();
        return failed(now.failure, chain);
      }
      failures = 0;
      setLostAt(undefined);
      setLostBy(undefined);
      const at = now.at ?? new Date();
      setReadAt(at);
      const ahead = at.getTime() - Date.now();
      setAheadMs((before) => (Math.abs(before - ahead) < SAME_CLOCK_MS ? before : ahead));
      // A step was answered meanwhile: this may be from before it.
      if (steps === answered.current) {
        if (lost) for (const one of [0, ...OTHER_DAYS]) if (wasKnown(one)) unseen.add(one);
        lost = false;
        take(0, now.orders);
        setIsKept(false);
      }
      if (zone.current) {
        // The service's clock, as that of a tablet may be wrong.
        const day = dayOf(at, zone.current);
        const others = unread.size > 0 ? unread : [TURNS[turn++ % TURNS.length] ?? 1];
        for (const other of [...others]) {
          const found = await read(dayAfter(day, other), own);
          if (chain !== latest) return;
          if ("orders" in found) take(other, found.orders);
          // A day that is refused alone, as where no time came and the tablet's is wrong, does not keep today from being read.
          else if (mayPass(found.failure) || isFinal(found.failure))
            return failed(found.failure, chain);
          unread.delete(other);
        }
        setAllRead(true);
        change(withoutKept);
      }
      stop = callLater(POLL_MS, () => ask(chain));
    };
    const start = () => {
      stop();
      ask(++latest).catch((error: Error) => {
        if (error.name !== "AbortError") throw error;
      });
    };
    again.current = start;
    start();
    return () => {
      abort.abort();
      stop();
    };
  }, [storeId, send]);
  // Without the zone only today could be read so far.
  useEffect(() => {
    if (timeZone && known.current.has(0)) again.current();
  }, [timeZone]);

  return {
    orders: useMemo(() => ordersOf(days), [days]),
    steps: useCell(queue.waiting),
    press: queue.press,
    readAt,
    isKept,
    aheadMs,
    allRead,
    lostAt,
    trouble: useCell(queue.trouble) ?? lostBy,
    changes,
    seen: () => setChanges([]),
    refused,
  };
}

type Reading = { orders: BoardOrder[]; at: Date | undefined } | { failure: Failure };

interface Wanted {
  storeId: string;
  /** Undefined: today by the service's clock; later pages go on with the day of the first one. */
  day: string | undefined;
  changed: readonly string[];
  send: CarteSender;
  /** Called with each page that was answered. */
  onListed: () => void;
}

/** All orders of today, or those of another day that are not done; however many pages they are. */
async function readDay(
  { storeId, day, changed, send, onListed }: Wanted,
  signal: AbortSignal,
): Promise<Reading> {
  const filter = day ? { day, status: OPEN, first: OTHER_PAGE } : { first: PAGE };
  const outcome = await readPages(
    {
      document: StoreOrdersDocument,
      variables: { ...filter, storeId, changed: [...changed] },
      listOf: (data) => {
        onListed();
        return data.storeOrders;
      },
      send,
    },
    Number.POSITIVE_INFINITY,
    signal,
  );
  if (!outcome.ok) return { failure: outcome.failure };
  latestAnswer.set(outcome.answer);
  return { orders: outcome.data.edges.map(({ node }) => node), at: outcome.answer.at };
}

function patched(days: Days, id: string, status: OrderStatus): Days {
  const all = [...days].map(
    ([day, orders]) =>
      [day, orders.map((one) => (one.id === id ? { ...one, status } : one))] as const,
  );
  return new Map(all);
}
