// Says that a menu is an older one that was kept on the device, and why no newer one is there.
import { dateFormat } from "../formatting/formats.ts";
import { statusInFront } from "../graphql/failure.ts";
import type { Kept } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import type { Messages } from "../i18n/messages.ts";

const MOMENT = { dateStyle: "medium", timeStyle: "short" } as const;

export function KeptNotice({ kept }: { kept: Kept | undefined }) {
  const { say, code } = useLanguage();
  return (
    <div role="status" class="wide">
      {kept && (
        <p class="kept-notice" data-testid="kept-menu">
          {keptReason(kept.because, say)} {say.keptMenu(dateFormat(code, MOMENT).format(kept.at))}
        </p>
      )}
    </div>
  );
}

/** Why there is no newer answer, in the language of the interface. */
export function keptReason(because: Kept["because"], say: Messages): string {
  if (!navigator.onLine) return say.noConnection;
  if (because?.kind === "http" && because.status === 429) return say.busyTrying;
  const isAnswer = because?.kind === "http" || because?.kind === "graphql";
  return isAnswer && !statusInFront(because) ? say.troubleTrying : say.silentTrying;
}
