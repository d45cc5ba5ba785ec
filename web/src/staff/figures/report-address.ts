// What is chosen in the reports, as the page's address has it: a reload, "Back" and a shared link show the same.
import { currentRoute, navigate } from "../../routing.ts";
import { useCell } from "../../use-cell.ts";
import type { Period } from "./figures.ts";
import { isNear, isSpan } from "./period-choice.tsx";

export const MOST_STORES = 10;

export interface ReportChoice {
  /** Ids of the stores whose figures stand beside each other. */
  stores: readonly string[];
  /** The days that these are of. */
  period: Period;
  /** The days that the address has and the API has not, so that `period` is the first one. */
  unfit: { from: string; to: string } | undefined;
  /** The country whose sales are shown, and on which day; undefined: the first one, yesterday. */
  salesMarket: string | undefined;
  salesDay: string | undefined;
  /** The country whose sold-out items are counted; undefined: the first one. */
  soldOutMarket: string | undefined;
}

/** Days up to today that can be chosen. */
const DAYS: readonly number[] = [1, 7, 28];
export const FIRST_PERIOD = { days: 7 } as const satisfies Period;
/** `ID_PATTERN` of services/domain/ids.py. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const isStoreId = (text: string): boolean => ID.test(text);

/** Read the query of an address; what is no choice is left out. */
export function parseReports(query: string): ReportChoice {
  const values = new URLSearchParams(query);
  const market = (name: string) => {
    const id = values.get(name) ?? "";
    return ID.test(id) ? id : undefined;
  };
  const ids = (values.get("stores") ?? "").toLowerCase().split(",").filter(isStoreId);
  const day = values.get("day") ?? "";
  return {
    stores: [...new Set(ids)].slice(0, MOST_STORES),
    ...periodOf(values),
    salesMarket: market("sales"),
    salesDay: isNear(day) ? day : undefined,
    soldOutMarket: market("soldout"),
  };
}

function periodOf(values: URLSearchParams): Pick<ReportChoice, "period" | "unfit"> {
  const [from, to] = [values.get("from") ?? "", values.get("to") ?? ""];
  if (isSpan(from, to)) return { period: { from, to }, unfit: undefined };
  const unfit = from || to ? { from, to } : undefined;
  const days = Number(values.get("days"));
  return { period: DAYS.includes(days) ? { days } : FIRST_PERIOD, unfit };
}

const daysOf = ({ days }: { days: number }): string | undefined =>
  days === FIRST_PERIOD.days ? undefined : String(days);

/** The query of a choice, with its question mark; empty: nothing is chosen. */
export function reportQuery(choice: ReportChoice): string {
  const { stores, period, salesMarket, salesDay, soldOutMarket } = choice;
  const parts: Record<string, string | undefined> = {
    stores: stores.join(","),
    ...("from" in period ? period : { days: daysOf(period) }),
    sales: salesMarket,
    day: salesDay,
    soldout: soldOutMarket,
  };
  // None of them has a character that an address would have to encode, and the comma stays readable.
  const query = Object.entries(parts).flatMap(([name, value]) =>
    value ? [`${name}=${value}`] : [],
  );
  return query.length > 0 ? `?${query.join("&")}` : "";
}

/**
 * Return what the address chooses, and what changes a part of it.
 *
 * What is typed, such as a day, takes the place of the address before; other choices can be gone back to.
 */
export function useReportChoice(): [
  ReportChoice,
  (change: Partial<ReportChoice>, typed?: boolean) => void,
] {
  // Going back changes the address.
  useCell(currentRoute);
  const change = (part: Partial<ReportChoice>, typed = false) => {
    const before = parseReports(location.search);
    const query = reportQuery({ ...before, ...part });
    if (query !== location.search) navigate(location.pathname + query, typed);
  };
  return [parseReports(location.search), change];
}
