// A page in a pretended browser (happy-dom): rendered, pressed, written to, and answered.
import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, vi } from "vitest";
import { persistedIds } from "../../src/generated/operations.ts";

type Answer = (variables: Record<string, unknown>) => unknown;

/** Registered reads go by an id. A menu is one, with diets or without. */
const registered = (address: URL): string => {
  const id = address.pathname.split("/").at(-1);
  const found = Object.keys(persistedIds).find((name) => persistedIds[name] === id);
  return !found || found === "MenuWithDiet" ? "Menu" : found;
};

/** Have the service answer each operation by its name: with data, a promise of it, or a response as it is. */
export function answerOperations(answers: Record<string, Answer>) {
  vi.stubGlobal(
    "WebSocket",
    class {
      constructor() {
        throw new TypeError("there are no live updates here");
      }
    },
  );
  const operations: { name: string; variables: Record<string, unknown> }[] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit = {}) => {
    const url = new URL(address, "http://site.test");
    const query = url.searchParams.get("variables");
    const posted = init.body ? JSON.parse(String(init.body)) : undefined;
    const name: string = posted?.operationName ?? registered(url);
    const variables = posted?.variables ?? JSON.parse(query ?? "{}");
    operations.push({ name, variables });
    const data = await answers[name]?.(variables);
    if (data instanceof Response) return data;
    return new Response(JSON.stringify(data === undefined ? {} : { data }), {
      status: data === undefined ? 503 : 200,
    });
  });
  return operations;
}

/** The service refuses the request for good. */
export const refusal = () =>
  Response.json(
    { errors: [{ message: "no", extensions: { code: "BAD_REQUEST" } }] },
    { status: 400 },
  );

/** A main element of a page, as the frame of the site has it. */
export function openPage() {
  const root = document.createElement("main");
  root.id = "main";
  root.tabIndex = -1;
  document.body.append(root);
  const all = (selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];
  const one = (selector: string): HTMLElement => {
    const found = all(selector)[0];
    if (!found) throw new Error(`there is no ${selector} in ${root.innerHTML}`);
    return found;
  };
  return {
    root,
    all,
    one,
    show: (what: ComponentChild) => act(() => render(what, root)),
    shown: (selector: string) => vi.waitFor(() => one(selector)),
    press: (selector: string) => act(() => one(selector).click()),
    write: (selector: string, text: string) =>
      act(() => {
        const field = one(selector) as HTMLInputElement;
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    close() {
      render(null, root);
      root.remove();
    },
  };
}

/** A page that is another one in each test; behind a test it is closed, and what was stubbed is undone. */
export function pageOfEachTest() {
  const page = {} as ReturnType<typeof openPage>;
  beforeEach(() => {
    Object.assign(page, openPage());
  });
  afterEach(() => {
    page.close();
    vi.unstubAllGlobals();
  });
  return page;
}
