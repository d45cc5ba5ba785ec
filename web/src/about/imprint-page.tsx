// Who operates the site, as the deployment states it; a plain request to the operator where it states nothing.
import { useState } from "preact/hooks";
import { useAttempts } from "../graphql/use-attempts.ts";
import { useLanguage } from "../i18n/language.ts";
import { FailureNotice } from "../shell/notice.tsx";
import { usePageHead } from "../shell/page-head.ts";
import { IMPRINT } from "./imprint-texts.ts";
import { loadOperator, type Operator } from "./operator.ts";

export function ImprintPage() {
  const { say, code } = useLanguage();
  const texts = IMPRINT[code];
  const [operator, setOperator] = useState<Operator>();
  const { failed, again } = useAttempts(async (signal) => {
    const loaded = await loadOperator().catch(() => undefined);
    if (!signal.aborted) setOperator(loaded);
    return loaded !== undefined;
  }, []);
  usePageHead({ title: texts.title, path: "/imprint" });
  return (
    <article class="wide privacy-page" data-testid="imprint">
      <h1>{texts.title}</h1>
      {operator ? (
        <Facts operator={operator} />
      ) : failed ? (
        <FailureNotice failure={{ kind: "network" }} retry={again} />
      ) : (
        <p role="status">{texts.loading}</p>
      )}
      <p>
        <a href="/privacy">{say.privacy}</a>
      </p>
    </article>
  );
}

function Facts({ operator }: { operator: Operator }) {
  const { code } = useLanguage();
  const texts = IMPRINT[code];
  if (!operator.name) {
    return (
      <>
        <p data-testid="operator-unstated">{texts.unstated}</p>
        <p>{texts.remedy}</p>
      </>
    );
  }
  const { mail, phone } = operator;
  const further = [
    [texts.representedBy, operator.represented_by],
    [texts.mail, mail && <a href={`mailto:${mail}`}>{mail}</a>],
    [texts.phone, phone && <a href={`tel:${phone.replace(/[^\d+]/g, "")}`}>{phone}</a>],
    [texts.register, operator.register],
    [texts.vatId, operator.vat_id],
  ] as const;
  return (
    <>
      <h2>{texts.operator}</h2>
      <address class="imprint-address">
        {operator.name}
        {operator.address && `\n${operator.address}`}
      </address>
      <dl class="imprint-facts">
        {further.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </>
  );
}
