// All pages of staff by their addresses, each loaded when somebody opens it.
import { type ComponentChildren, Fragment } from "preact";
import { useState } from "preact/hooks";
import { useAttempts } from "../graphql/use-attempts.ts";
import { MenuSkeleton } from "../menu/menu-skeleton.tsx";
import { later } from "../shell/later.tsx";
import { FailureNotice, NothingHere } from "../shell/notice.tsx";
import { SignInPage } from "./account/sign-in-page.tsx";
import type { Staff } from "./account/staff.ts";
import { StaffFrame } from "./account/staff-frame.tsx";
import { StaffHome } from "./account/staff-home.tsx";
import { StaffOnly } from "./account/staff-only.tsx";
import type { AccountTexts } from "./account/texts/account-texts.ts";
import { useAccountTexts } from "./account/texts/use-account-texts.ts";
import { permitsSomewhere } from "./session/grants.ts";
import { startSession } from "./session/session.ts";
import { type SignInSettings, signInSettings } from "./session/settings.ts";
import "../styles/staff.css";

const BoardPage = later<{ storeId: string; staff: Staff }>(
  async () => (await import("./board-page.tsx")).BoardPage,
);
const StockPage = later<{ storeId: string; staff: Staff }>(
  async () => (await import("./stock/stock-page.tsx")).StockPage,
);
const PricesPage = later<{ storeId: string; staff: Staff }>(
  async () => (await import("./prices/prices-page.tsx")).PricesPage,
);
const HoursPage = later<{ storeId: string; staff: Staff }>(
  async () => (await import("./hours/hours-page.tsx")).HoursPage,
);
const FiguresPage = later<{ storeId: string; staff: Staff }>(
  async () => (await import("./figures/figures-page.tsx")).FiguresPage,
);
const OfficePage = later<{
  staff: Staff;
  texts: AccountTexts;
  name: string;
  rest: readonly string[];
}>(async () => (await import("./office/office-page.tsx")).OfficePage);
const OpsPage = later<{ staff: Staff }>(async () => (await import("./ops/ops-page.tsx")).OpsPage);

const OPS = "/ops";

export function StaffPages({ parts }: { parts: readonly string[] }) {
  const texts = useAccountTexts();
  const { settings, failed, retry } = useSettings();
  if (failed) {
    return (
      <div class="wide lone-notice">
        <FailureNotice failure={{ kind: "network" }} retry={retry} />
      </div>
    );
  }
  if (!settings) return <MenuSkeleton />;
  const path = `/${parts.join("/")}`;
  if (path === "/signin") return <SignInPage settings={settings} texts={texts} />;
  const page = pageOf(parts);
  if (!page) return <NothingHere />;
  return (
    <StaffOnly
      settings={settings}
      texts={texts}
      // The edge of a local cloud shows its state to everybody on the machine, also while no region answers.
      evenWithoutRoles={settings.development && path === OPS}
    >
      {(staff, isReached) => (
        <StaffFrame
          staff={staff}
          texts={texts}
          storeId={page.storeId}
          path={path}
          isUnreached={!isReached && !page.saysItself}
        >
          <Fragment key={path}>{page.show(staff, texts)}</Fragment>
        </StaffFrame>
      )}
    </StaffOnly>
  );
}

interface Page {
  /** The store that it is about; empty: no store. */
  storeId: string;
  /** Whether it says by itself that the service cannot be reached. */
  saysItself?: boolean;
  show: (staff: Staff, texts: AccountTexts) => ComponentChildren;
}

function pageOf([root, id = "", part, ...rest]: readonly string[]): Page | undefined {
  if (root === "office") {
    // The catalog has pages for each market: `/office/catalog/de/versions`.
    const below = [part, ...rest].filter((one) => one !== undefined);
    if (below.length > (id === "catalog" ? 2 : 0)) return undefined;
    return {
      storeId: "",
      show: (staff, texts) => <OfficePage staff={staff} texts={texts} name={id} rest={below} />,
    };
  }
  if (rest.length > 0) return undefined;
  switch (root) {
    case "staff":
      if (!id) {
        return { storeId: "", show: (staff, texts) => <StaffHome staff={staff} texts={texts} /> };
      }
      if (!part) {
        return {
          storeId: id,
          saysItself: true,
          show: (staff) => <BoardPage storeId={id} staff={staff} />,
        };
      }
      if (part === "stock") {
        return { storeId: id, show: (staff) => <StockPage storeId={id} staff={staff} /> };
      }
      if (part === "prices") {
        return { storeId: id, show: (staff) => <PricesPage storeId={id} staff={staff} /> };
      }
      if (part === "hours") {
        return { storeId: id, show: (staff) => <HoursPage storeId={id} staff={staff} /> };
      }
      if (part === "figures") {
        return { storeId: id, show: (staff) => <FiguresPage storeId={id} staff={staff} /> };
      }
      return undefined;
    case "ops":
      if (id) return undefined;
      return {
        storeId: "",
        show: (staff, texts) =>
          staff.rolesUnknown || permitsSomewhere(staff.roles, "READ_OPERATIONS") ? (
            <OpsPage staff={staff} />
          ) : (
            <p class="wide staff-wrong" role="alert">
              {texts.forbidden}
            </p>
          ),
      };
    default:
      return undefined;
  }
}

/** The settings of sign-in, once they are there and this tab's session was taken up. */
function useSettings() {
  const [settings, setSettings] = useState<SignInSettings>();
  const { failed, again } = useAttempts(async (signal) => {
    try {
      const loaded = await signInSettings();
      if (signal.aborted) return true;
      startSession(loaded);
      setSettings(loaded);
      return true;
    } catch {
      return false;
    }
  }, []);
  return { settings, failed, retry: again };
}
