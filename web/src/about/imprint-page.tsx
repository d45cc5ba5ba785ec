// Who operates the site, as the deployment states it; a plain request to the operator where it states nothing.
import { useEffect, useState } from "preact/hooks";
import { callLater, pauseBefore } from "../graphql/recovery.ts";
import { useLanguage } from "../i18n/language.ts";
import { FailureNotice } from "../shell/notice.tsx";
import { usePageHead } from "../shell/page-head.ts";
import { IMPRINT } from "./imprint-texts.ts";
import { loadOperator, type Operator } from "./operator.ts";

export function ImprintPage() {
  const { say, code } = useLanguage();
  const texts = IMPRINT[code];
  const [operator, setOperator] = useState<Operator>();
  const [attempt, setAttempt] = useState(0);
  const again = () => setAttempt((count) => count + 1);
  usePageHead({ title: texts.title, path: "/imprint" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt loads once more.
  useEffect(() => {
    let stop = () => {};
    let wanted = true;
    loadOperator()
      .then((loaded) => wanted && setOperator(loaded))
      .catch(() => {
        if (wanted) stop = callLater(pauseBefore(attempt), again);
      });
    return () => {
      wanted = false;
      stop();
    };
  }, [attempt]);
  return (
    <article class="wide privacy-page" data-testid="imprint">
      <h1>{texts.title}</h1>
      {operator ? (
        <Facts operator={operator} />
      ) : attempt > 0 ? (
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
