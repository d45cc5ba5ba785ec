// `/staff`: what the person may do, and where.
import { useState } from "preact/hooks";
import { navigate } from "../../routing.ts";
import { usePageHead } from "../../shell/page-head.ts";
import { ActionList } from "../office/action-list.tsx";
import { useOfficeTexts } from "../office/texts/use-office-texts.ts";
import { ownStores, permits, reachesFurther } from "../session/grants.ts";
import { useStoreNames } from "../store-names.ts";
import { RoleName } from "./role-name.tsx";
import { figuresPath, hoursPath, pricesPath, type Staff, staffPath, stockPath } from "./staff.ts";
import type { AccountTexts } from "./texts/account-texts.ts";

export function StaffHome({ staff, texts }: { staff: Staff; texts: AccountTexts }) {
  usePageHead({ title: texts.title });
  const office = useOfficeTexts();
  const { roles } = staff;
  const stores = ownStores(roles);
  const nameOf = useStoreNames(stores);
  return (
    <div class="wide staff-home" data-testid="staff-home">
      <h1>{texts.title}</h1>
      <section aria-labelledby="your-roles">
        <h2 id="your-roles">{texts.yourRoles}</h2>
        {roles.length === 0 && <p>{texts.noRoles}</p>}
        <ul class="staff-roles">
          {roles.map((role) => (
            <li key={role.name} class="tag">
              <RoleName role={role} texts={texts} />
            </li>
          ))}
        </ul>
      </section>
      {stores.length > 0 && (
        <section aria-labelledby="your-stores">
          <h2 id="your-stores">{texts.yourStores}</h2>
          <ul class="staff-stores">
            {stores.map((id) => (
              <li key={id} class="staff-store">
                <b>{nameOf(id)}</b>
                <a class="button" href={staffPath(id)}>
                  {texts.board}
                  <span class="visually-hidden"> {nameOf(id)}</span>
                </a>
                <a class="button button-quiet" href={stockPath(id)}>
                  {texts.stock}
                  <span class="visually-hidden"> {nameOf(id)}</span>
                </a>
                {permits(roles, "EDIT_ASSORTMENT", { storeId: id }) && (
                  <a class="button button-quiet" href={pricesPath(id)}>
                    {texts.prices}
                    <span class="visually-hidden"> {nameOf(id)}</span>
                  </a>
                )}
                {permits(roles, "SET_HOURS", { storeId: id }) && (
                  <a class="button button-quiet" href={hoursPath(id)}>
                    {texts.hours}
                  </a>
                )}
                {permits(roles, "READ_FIGURES", { storeId: id }) && (
                  <a class="button button-quiet" href={figuresPath(id)}>
                    {texts.figures}
                    <span class="visually-hidden"> {nameOf(id)}</span>
                  </a>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {reachesFurther(roles, "READ_ORDERS") && <AnyStore texts={texts} />}
      {/* Without any role the API refuses also these. */}
      {roles.length > 0 && (
        <section aria-labelledby="own-actions">
          <h2 id="own-actions">{office.ownActions}</h2>
          <ActionList person={staff.id} staff={staff} texts={office} />
        </section>
      )}
    </div>
  );
}

function AnyStore({ texts }: { texts: AccountTexts }) {
  const [id, setId] = useState("");
  return (
    <form
      class="staff-any-store"
      onSubmit={(event) => {
        event.preventDefault();
        // Ids are in lower case; keyboards of tablets begin with a capital letter.
        navigate(staffPath(id.trim().toLowerCase()));
      }}
    >
      <h2>{texts.anotherStore}</h2>
      <label class="staff-label">
        {texts.storeNumber}
        <input
          class="staff-field"
          required
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={id}
          onInput={(event) => setId(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        {texts.open}
      </button>
    </form>
  );
}
