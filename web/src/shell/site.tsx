// The frame of every page: header, the page of the address, footer.
import { useEffect, useRef, useState } from "preact/hooks";
import { useAttempts } from "../graphql/use-attempts.ts";
import {
  ENGLISH,
  type Language,
  LanguageContext,
  loadLanguage,
  pickLanguage,
} from "../i18n/language.ts";
import { StorePage } from "../menu/store-page.tsx";
import type { CartPage as Cart, ItemPage as Item, OrderPage as Order } from "../orders/pages.ts";
import { chosenLocale } from "../preferences.ts";
import { currentRoute, type Route } from "../routing.ts";
import { HomePage } from "../stores/home-page.tsx";
import { useCell } from "../use-cell.ts";
import { Footer } from "./footer.tsx";
import { Header } from "./header.tsx";
import { later } from "./later.tsx";
import { NothingHere } from "./notice.tsx";
import { arrival } from "./page-head.ts";

const CartPage = later<Parameters<typeof Cart>[0]>(async () => (await ordering()).CartPage);
const ItemPage = later<Parameters<typeof Item>[0]>(async () => (await ordering()).ItemPage);
const OrderPage = later<Parameters<typeof Order>[0]>(async () => (await ordering()).OrderPage);
const PrivacyPage = later<object>(
  async () => (await import("../about/privacy-page.tsx")).PrivacyPage,
);
const ImprintPage = later<object>(
  async () => (await import("../about/imprint-page.tsx")).ImprintPage,
);
const StaffPages = later<{ parts: readonly string[] }>(
  async () => (await import("../staff/pages.tsx")).StaffPages,
);
const ordering = () => import("../orders/pages.ts");

export function Site() {
  const language = useChosenLanguage();
  const route = useCell(currentRoute);
  const arrived = useCell(arrival);
  const main = useFocusOnNewPage(route);
  if (!language) return null;
  const { say } = language;
  return (
    <LanguageContext.Provider value={language}>
      <a class="skip-link" href="#main">
        {say.skip}
      </a>
      <Header />
      <p class="visually-hidden" aria-live="polite" data-testid="arrival">
        {arrived}
      </p>
      <main id="main" ref={main} tabIndex={-1}>
        <Page route={route} />
      </main>
      <Footer />
    </LanguageContext.Provider>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case "home":
      return <HomePage route={route} />;
    case "store":
      return <StorePage key={route.id} id={route.id} />;
    case "item":
      return <ItemPage key={`${route.id} ${route.itemId}`} id={route.id} itemId={route.itemId} />;
    case "cart":
      return <CartPage key={route.id} id={route.id} />;
    case "order":
      return <OrderPage key={route.id} id={route.id} />;
    case "staff":
      return <StaffPages parts={route.parts} />;
    case "privacy":
      return <PrivacyPage />;
    case "imprint":
      return <ImprintPage />;
    case "unknown":
      return <NothingHere />;
  }
}

/** The chosen language once its texts are here; undefined only before the very first. */
function useChosenLanguage(): Language | undefined {
  const code = pickLanguage(useCell(chosenLocale), navigator.languages);
  const [language, setLanguage] = useState(code === "en" ? ENGLISH : undefined);
  useAttempts(
    async (signal) => {
      const loaded = await loadLanguage(code).catch(() => undefined);
      // Without its texts (a lost connection) the page goes on in the language it has, and tries again.
      if (!signal.aborted) setLanguage((before) => loaded ?? before ?? ENGLISH);
      return loaded !== undefined;
    },
    [code],
  );
  useEffect(() => {
    if (language) document.documentElement.lang = language.code;
  }, [language]);
  return language;
}

/** After a change of page the focus starts at its top, as after loading a document. */
function useFocusOnNewPage(route: Route) {
  const main = useRef<HTMLElement>(null);
  // A search on the first page is the same page.
  const address = route.page === "home" ? route.page : JSON.stringify(route);
  const seen = useRef(address);
  useEffect(() => {
    if (seen.current === address) return;
    seen.current = address;
    main.current?.focus({ preventScroll: true });
  }, [address]);
  return main;
}
