// The shape of a page, as that of a store, while it is on its way.
import { useLanguage } from "../i18n/language.ts";

/** @param text What is loaded, where that is known. */
export function MenuSkeleton({ text }: { text?: string }) {
  const { say } = useLanguage();
  return (
    <div class="store-page on-its-way" aria-busy="true" data-testid="menu-skeleton">
      <p class="visually-hidden" role="status">
        {text ?? say.loadingPage}
      </p>
      <div class="store-header" aria-hidden="true">
        <div class="wide">
          <span class="bone bone-link" />
          <span class="bone bone-title" />
          <span class="bone bone-line" />
        </div>
      </div>
      <div class="wide menu" aria-hidden="true">
        <span class="bone bone-heading" />
        <ul class="menu-items">
          {[0, 1, 2, 3, 4, 5].map((key) => (
            <li key={key}>
              <div class="item">
                <div class="item-picture bone" />
                <div class="item-text">
                  <span class="bone bone-line" />
                  <span class="bone bone-line" />
                </div>
              </div>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
