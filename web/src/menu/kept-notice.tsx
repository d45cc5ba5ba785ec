// Says that a menu is an older one that was kept on the device, because there is no connection.
import { useLanguage } from "../i18n/language.ts";

export function KeptNotice({ keptAt }: { keptAt: Date | undefined }) {
  const { say, code } = useLanguage();
  const format = new Intl.DateTimeFormat(code, { dateStyle: "medium", timeStyle: "short" });
  return (
    <div role="status" class="wide">
      {keptAt && (
        <p class="kept-notice" data-testid="kept-menu">
          {say.keptMenu(format.format(keptAt))}
        </p>
      )}
    </div>
  );
}
