// @vitest-environment happy-dom
// Pages of staff: stores by their names, failures that are said and pass, and what is sent when a page is left.
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";
import type { CarteAnswer, CarteOperation } from "../clients/carte.ts";
import { StockHistoryDocument } from "../src/generated/stock.ts";
import { ENGLISH } from "../src/i18n/language.ts";
import { useTexts } from "../src/i18n/use-texts.ts";
import { MenuSkeleton } from "../src/menu/menu-skeleton.tsx";
import { SignInCard } from "../src/staff/account/sign-in-card.tsx";
import type { Staff } from "../src/staff/account/staff.ts";
import { StaffHome } from "../src/staff/account/staff-home.tsx";
import { en as account } from "../src/staff/account/texts/en.ts";
import { CatalogPage } from "../src/staff/catalog/catalog-page.tsx";
import { en as catalog } from "../src/staff/catalog/texts/en.ts";
import { ActionList } from "../src/staff/office/action-list.tsx";
import { ConflictsPage } from "../src/staff/office/conflicts-page.tsx";
import { en as office } from "../src/staff/office/texts/en.ts";
import { RejectForm } from "../src/staff/reject-form.tsx";
import { CountForm } from "../src/staff/stock/count-form.tsx";
import { ImportReport } from "../src/staff/stock/import-report.tsx";
import { ItemHistory } from "../src/staff/stock/item-history.tsx";
import { LowStores } from "../src/staff/stock/low-stores.tsx";
import { en as stock } from "../src/staff/stock/texts/en.ts";
import { en as board } from "../src/staff/texts/en.ts";
import { contactKey, useContacts } from "../src/staff/use-contacts.ts";
import { useStaffQuery } from "../src/staff/use-staff-query.ts";
import { answerOperations, pageOfEachTest } from "./support/page.ts";

const page = pageOfEachTest();

type Send = (operation: CarteOperation) => Promise<CarteAnswer>;
const staffOf = (send: Send, roles: unknown[] = []) =>
  ({ id: "ada", roles, send, settings: {} }) as unknown as Staff;
const answer = (data: unknown): CarteAnswer => ({
  status: data === undefined ? 503 : 200,
  headers: new Headers(),
  body: data === undefined ? undefined : { data },
  variables: {},
});
const down: Send = async () => answer(undefined);
const role = (storeId: string) => ({
  name: `store:${storeId}:manager`,
  role: "MANAGER",
  storeId,
  market: null,
});

it("names stores with their ids, all of a page by one request, and ids alone where that fails", async () => {
  const operations = answerOperations({
    StoreNames: () => ({ s0: { name: "Carte Berlin", market: { id: "de" } }, s1: null }),
  });
  const staff = staffOf(down, [role("de-00001"), role("de-00002")]);
  page.show(<StaffHome staff={staff} texts={account} />);
  await vi.waitFor(() => expect(page.one(".staff-store").textContent).toContain("Carte Berlin"));
  expect(page.one(".staff-store b").textContent).toBe("Carte Berlin (de-00001)");
  expect(page.all(".staff-store b")[1]?.textContent).toBe("de-00002");
  expect(page.one(".staff-roles li").textContent).toContain("Carte Berlin (de-00001)");
  expect(operations.map(({ variables }) => variables)).toEqual([
    { s0: "de-00001", s1: "de-00002" },
  ]);
});

const given = { staff: staffOf(down), texts: stock, locale: "en", timeZone: undefined };

it.each([
  ["what a person did", () => <ActionList person="ada" staff={given.staff} texts={office} />],
  ["conflicts", () => <ConflictsPage staff={given.staff} texts={office} />],
  ["an item's history", () => <ItemHistory {...given} storeId="de-1" itemId="a" left={1} />],
  ["stores that are low", () => <LowStores {...given} market="de" atMost={0} />],
])("says that %s cannot be read, instead of loading on", async (_, part) => {
  page.show(part());
  await page.shown("[data-testid=failure]");
  expect(page.root.textContent).not.toContain(office.loading);
});

const forbid: Send = async () => ({
  ...answer(null),
  body: { errors: [{ message: "no role", extensions: { code: "FORBIDDEN" } }] },
});
const refusedGiven = { ...given, staff: staffOf(forbid) };

it.each([
  ["what a person did", () => <ActionList person="a" staff={refusedGiven.staff} texts={office} />],
  ["conflicts", () => <ConflictsPage staff={refusedGiven.staff} texts={office} />],
  ["an item's history", () => <ItemHistory {...refusedGiven} storeId="s" itemId="a" left={1} />],
  ["stores that are low", () => <LowStores {...refusedGiven} market="de" atMost={0} />],
])("says whom to ask for a role that reads %s, and offers no further attempt", async (_, part) => {
  page.show(part());
  const note = await page.shown("[data-testid=forbidden]");
  expect(note.textContent).toBe(account.forbidden);
  expect(page.all("[data-testid=failure]")).toEqual([]);
});

it("does not ask what somebody without a role did: it is refused", async () => {
  const send = vi.fn(forbid);
  page.show(<StaffHome staff={staffOf(send)} texts={account} />);
  expect(page.root.textContent).toContain(account.noRoles);
  expect(page.root.textContent).not.toContain(office.ownActions);
  expect(send).not.toHaveBeenCalled();
});

it("reads again by itself what failed", async () => {
  let up = false;
  const send: Send = async () => answer(up ? { stockHistory: [] } : undefined);
  function Part() {
    const variables = { storeId: "de-1", itemId: "a", first: 10 };
    const { data, failure } = useStaffQuery(StockHistoryDocument, variables, send as never);
    return <p>{failure ? "failed" : data ? "there" : ""}</p>;
  }
  page.show(<Part />);
  await vi.waitFor(() => expect(page.root.textContent).toBe("failed"));
  up = true;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(page.root.textContent).toBe("there");
  });
});

it("finishes a count that is under way when its page is left", async () => {
  let ended = false;
  const send = vi.fn((_: CarteOperation, limits?: { signal?: AbortSignal }) => {
    limits?.signal?.addEventListener("abort", () => {
      ended = true;
    });
    return new Promise<CarteAnswer>(() => undefined);
  });
  const staff = staffOf(send as unknown as Send);
  const row = { itemId: "a", title: "A", left: 3 } as never;
  page.show(
    <CountForm
      {...given}
      staff={staff}
      storeId="de-1"
      row={row}
      onSaved={vi.fn()}
      onCancel={vi.fn()}
    />,
  );
  await act(() => {
    page.one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
  expect(send).toHaveBeenCalledTimes(1);
  page.show(null);
  expect(ended).toBe(false);
});

it.each(["1e3", "1.5", "+5", "-1", "５", "0x10", "", "1000001"])(
  "takes %j for no number of pieces, and says so",
  async (typed) => {
    const send = vi.fn(down);
    const row = { itemId: "a", title: "A", left: 3 } as never;
    page.show(
      <CountForm
        {...given}
        staff={staffOf(send)}
        storeId="de-1"
        row={row}
        onSaved={vi.fn()}
        onCancel={vi.fn()}
      />,
    );
    await page.write("[data-testid=pieces]", typed);
    await act(() => {
      page.one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    });
    expect(send).not.toHaveBeenCalled();
    expect(page.one("[data-testid=count-wrong]").textContent).toBe(stock.wrongCount("1,000,000"));
    await page.write("[data-testid=pieces]", "05");
    expect(page.one("[data-testid=count-wrong]").textContent).toBe("");
    await act(() => {
      page.one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    });
    const [{ variables }] = send.mock.calls[0] as unknown as [CarteOperation];
    expect(variables).toMatchObject({ input: { counts: [{ itemId: "a", pieces: 5 }] } });
  },
);

it("lets nobody reject an order with blanks for a reason", async () => {
  const onReject = vi.fn();
  page.show(<RejectForm texts={board} onBack={vi.fn()} onReject={onReject} />);
  const submit = () =>
    act(() => {
      page.one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    });
  await page.write("input", "   ");
  await submit();
  expect(onReject).not.toHaveBeenCalled();
  await page.write("input", " sold out ");
  await submit();
  expect(onReject).toHaveBeenCalledWith("sold out");
});

it("can be signed in from again after the way back from the pool's pages", async () => {
  vi.stubGlobal("location", { ...location, origin: "https://site.test", assign: vi.fn() });
  const settings = { client: "c", pages: "https://pool.test", service: "", development: false };
  page.show(<SignInCard settings={settings} message="" returnTo="/staff" texts={account} />);
  await page.press("[data-testid=to-sign-in]");
  const button = page.one("[data-testid=to-sign-in]") as HTMLButtonElement;
  expect(button.disabled).toBe(true);
  await act(() => {
    dispatchEvent(new Event("pageshow"));
  });
  expect(button.disabled).toBe(false);
});

it("opens a store whose number was typed with capitals", async () => {
  answerOperations({});
  const admin = { name: "chain:admin", role: "ADMIN", storeId: null, market: null };
  page.show(<StaffHome staff={staffOf(down, [admin])} texts={account} />);
  await page.write(".staff-any-store input", " DE-00007 ");
  await act(() => {
    page.one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
  expect(location.pathname).toBe("/staff/de-00007");
});

it("forgets who collects an order that left the board", async () => {
  const send: Send = async () => answer({ order: { contact: { name: "Ada", lineNotes: [] } } });
  let contacts: ReadonlyMap<string, unknown> = new Map();
  function Part({ ids }: { ids: readonly string[] }) {
    contacts = useContacts(
      send as never,
      ids.map((id) => ({ id, lines: [] })),
    );
    return null;
  }
  page.show(<Part ids={["a", "b"]} />);
  await vi.waitFor(() => expect([...contacts.keys()]).toEqual(["a", "b"]));
  page.show(<Part ids={["b"]} />);
  await vi.waitFor(() => expect([...contacts.keys()]).toEqual(["b"]));
});

it("reads the notes again where another cart of the order counts, and shows none in between", async () => {
  const answers: ((note: string) => void)[] = [];
  const send: Send = () =>
    new Promise((resolve) => {
      answers.push((note) =>
        resolve(answer({ order: { contact: { name: "Ada", lineNotes: [{ line: 0, note }] } } })),
      );
    });
  let notes: (string | undefined)[] = [];
  function Part({ itemId }: { itemId: string }) {
    const order = { id: "a", lines: [{ itemId, quantity: 1 }] };
    const contact = useContacts(send as never, [order]).get(contactKey(order));
    notes = contact?.lineNotes.map(({ note }) => note) ?? [];
    return null;
  }
  page.show(<Part itemId="ring" />);
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  answers[0]?.("no nuts");
  await vi.waitFor(() => expect(notes).toEqual(["no nuts"]));
  page.show(<Part itemId="latte" />);
  expect(notes).toEqual([]);
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.("oat milk");
  await vi.waitFor(() => expect(notes).toEqual(["oat milk"]));
});

it("asks again for a contact and notes that have not reached the region yet, or were not answered", async () => {
  const contact = { name: "Ada", lineNotes: [] };
  const answers = [answer({ order: { contact: null } }), down, answer({ order: { contact } })];
  let reads = 0;
  const send: Send = async () => {
    const next = answers[reads++];
    if (next === down || next === undefined) throw new TypeError("no network");
    return next as never;
  };
  let names: string[] = [];
  const orders = [{ id: "a", lines: [] }];
  function Part() {
    names = [...useContacts(send as never, orders).values()].map(({ name }) => name ?? "");
    return null;
  }
  page.show(<Part />);
  for (const times of [1, 2]) {
    await vi.waitFor(() => expect(reads).toBe(times));
    await vi.waitFor(() => {
      dispatchEvent(new Event("online"));
      expect(reads).toBe(times + 1);
    });
  }
  await vi.waitFor(() => expect(names).toEqual(["Ada"]));
  dispatchEvent(new Event("online"));
  expect(reads).toBe(3);
});

it("loads texts again by itself where that failed", async () => {
  let up = false;
  const load = async () => {
    if (!up) throw new TypeError("no network");
    return "geladen";
  };
  const first = () => "";
  function Part() {
    return <p>{useTexts(load, "english", first)}</p>;
  }
  page.show(<Part />);
  await vi.waitFor(() => expect(page.root.textContent).toBe("english"));
  up = true;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(page.root.textContent).toBe("geladen");
  });
});

it("says what it loads: a catalog, a page, and no menu", async () => {
  answerOperations({ Markets: () => new Promise(() => undefined) });
  page.show(<CatalogPage staff={staffOf(down)} market="" view="" />);
  expect(page.root.textContent).toBe(catalog.loadingCatalog);
  page.show(<MenuSkeleton />);
  expect(page.root.textContent).toBe(ENGLISH.say.loadingPage);
});

it("says of an import without an error what the service says of it", () => {
  const file = {
    file: "counts/de-1/today.csv",
    status: "LOADED",
    rows: 1,
    loaded: 1,
    unchanged: 0,
    unknown: 0,
    refused: 0,
    problems: [],
    unknownRows: [],
    ignoredColumns: [],
    error: null,
    hint: "the file is a copy of one that was uploaded before",
  } as never;
  page.show(<ImportReport {...given} file={file} />);
  expect(page.root.textContent).toContain("the file is a copy");
});
