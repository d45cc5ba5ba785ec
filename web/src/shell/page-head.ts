// What the head of the document says of a page: title, description, address, languages, data for search engines.
import { useEffect } from "preact/hooks";
import { cell } from "../cell.ts";
import { LANGUAGES, useLanguage } from "../i18n/language.ts";

export interface PageHead {
  /** Without the site's name; empty while its texts are not there. */
  title: string;
  /** Whether the page's own title is on its way: screen readers hear that one. */
  early?: boolean;
  description?: string | undefined;
  /** The page's address without its origin; undefined for pages that are nobody else's business. */
  path?: string | undefined;
  /** The address of a picture of it, which may be relative. */
  picture?: string | null | undefined;
  /** An object of schema.org. */
  data?: object | undefined;
}

/** The title of the page that the latest change of page led to, as screen readers hear it. */
export const arrival = cell("");
/** The path of the page whose title was announced; that of the first page is announced by the browser. */
let announcedPath = globalThis.location?.pathname;

/** Describe the page in the document's head. A page without `path` is kept out of search engines. */
export function usePageHead(head: PageHead): void {
  const { title, early = false, description, path, picture, data } = head;
  const { say, code } = useLanguage();
  const written = data && JSON.stringify({ "@context": "https://schema.org", ...data });
  const about = description ?? say.pitch;
  useEffect(() => {
    const full = title ? `${title} · carte` : "carte";
    document.title = full;
    if (title && !early && announcedPath !== location.pathname) {
      announcedPath = location.pathname;
      arrival.set(title);
    }
    const url = path === undefined ? undefined : new URL(path, location.origin).href;
    setMeta("name", "description", about);
    setMeta("name", "robots", url ? undefined : "noindex");
    setMeta("property", "og:title", full);
    setMeta("property", "og:description", about);
    setMeta("property", "og:type", "website");
    setMeta("property", "og:site_name", "carte");
    setMeta("property", "og:locale", code);
    setMeta("property", "og:url", url);
    setMeta("property", "og:image", picture ? new URL(picture, location.origin).href : undefined);
    replaceAll("link[data-page]", links(url));
    replaceAll('script[type="application/ld+json"]', written ? [dataBlock(written)] : []);
  }, [title, early, about, path, picture, written, code]);
}

function setMeta(kind: "name" | "property", name: string, content: string | undefined): void {
  let element = document.head.querySelector<HTMLMetaElement>(`meta[${kind}="${name}"]`);
  if (content === undefined) {
    element?.remove();
    return;
  }
  if (!element) {
    element = document.createElement("meta");
    element.setAttribute(kind, name);
    document.head.append(element);
  }
  element.content = content;
}

function replaceAll(selector: string, elements: readonly HTMLElement[]): void {
  for (const old of document.head.querySelectorAll(selector)) old.remove();
  document.head.append(...elements);
}

/** The canonical address, and that of the page in each language. */
function links(url: string | undefined): HTMLLinkElement[] {
  if (!url) return [];
  const inLanguages = LANGUAGES.map((code) => {
    const address = new URL(url);
    address.searchParams.set("lang", code);
    return link("alternate", address.href, code);
  });
  return [link("canonical", url), ...inLanguages, link("alternate", url, "x-default")];
}

function link(rel: string, href: string, hreflang?: string): HTMLLinkElement {
  const element = document.createElement("link");
  element.rel = rel;
  element.href = href;
  if (hreflang) element.hreflang = hreflang;
  element.dataset.page = "";
  return element;
}

/** A block of data: the content security policy is about scripts that run. */
function dataBlock(text: string): HTMLScriptElement {
  const element = document.createElement("script");
  element.type = "application/ld+json";
  element.textContent = text;
  return element;
}
