// The countries of the chain, each leading to its stores.
import { formatCountry } from "../formatting/address.ts";
import { MarketsDocument } from "../generated/operations.ts";
import { useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { homePath } from "../routing.ts";
import { FailureNotice } from "../shell/notice.tsx";

export function Countries() {
  const { say, code } = useLanguage();
  const { data, failure, reload } = useQuery(MarketsDocument, {});
  const countries = data?.markets
    .map((market) => ({ ...market, name: formatCountry(market.id, market.country, code) }))
    .sort((a, b) => a.name.localeCompare(b.name, code));
  return (
    <section aria-labelledby="countries">
      <h2 id="countries">{say.markets}</h2>
      {failure && !countries && <FailureNotice failure={failure} retry={reload} />}
      <ul class="countries" aria-busy={!countries && !failure}>
        {countries?.map(({ id, name, currency }) => (
          <li key={id}>
            <a class="country" data-testid="market" href={homePath({ market: id })}>
              <span class="country-code" aria-hidden="true">
                {id.toUpperCase()}
              </span>
              <span>
                {name}
                <small>{currency}</small>
              </span>
            </a>
          </li>
        ))}
        {!countries && !failure && BONES.map((key) => <li key={key} class="country bone" />)}
      </ul>
    </section>
  );
}

const BONES = Array.from({ length: 14 }, (_, index) => index);
