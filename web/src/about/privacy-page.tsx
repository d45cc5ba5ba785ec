// What the site keeps about a guest, where, and for how long; and where to turn with questions.
import { useLanguage } from "../i18n/language.ts";
import { usePageHead } from "../shell/page-head.ts";
import { PRIVACY } from "./privacy-texts.ts";

export function PrivacyPage() {
  const { code } = useLanguage();
  const { title, paragraphs } = PRIVACY[code];
  usePageHead({ title, path: "/privacy" });
  return (
    <article class="wide privacy-page" data-testid="privacy">
      <h1>{title}</h1>
      {paragraphs.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </article>
  );
}
