// One person: roles with their dates, taking them away, and what the person did.
import { useState } from "preact/hooks";
import { type PeopleQuery, RevokeRoleDocument } from "../../generated/office.ts";
import { useLanguage } from "../../i18n/language.ts";
import { useKeptFocus } from "../../shell/use-kept-focus.ts";
import { RoleName } from "../account/staff-home.tsx";
import { useStaffMutation } from "../use-staff-mutation.ts";
import { ActionList } from "./action-list.tsx";
import { moment } from "./moment.ts";
import type { PeopleGiven } from "./people-given.ts";
import { SavingNote } from "./saving-note.tsx";

interface Given extends PeopleGiven {
  person: PeopleQuery["people"]["edges"][0]["node"];
  mayGrant: boolean;
  onChanged: () => void;
}

export function PersonCard({ person, mayGrant, onChanged, staff, texts, account }: Given) {
  const { code } = useLanguage();
  const [refused, setRefused] = useState(false);
  const [done, setDone] = useState(false);
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState(false);
  const acts = useKeptFocus<HTMLDivElement>(asking);
  const [state, revoke] = useStaffMutation(RevokeRoleDocument, staff.send, (data) => {
    const wrong = data.revokeRole.errors.length > 0;
    setRefused(wrong);
    setDone(!wrong);
    if (!wrong) onChanged();
  });
  const take = (role: Given["person"]["roles"][0] | undefined) => {
    setAsking(false);
    revoke({
      person: person.id,
      role: role?.role ?? null,
      storeId: role?.storeId ?? null,
      market: role?.market ?? null,
    });
  };
  return (
    <li class="office-card" data-testid="person" data-person={person.id}>
      <h2 class="office-person">{person.id}</h2>
      {person.revokedAt && <p>{texts.allRevoked(moment(person.revokedAt, code))}</p>}
      <ul class="office-roles">
        {person.roles.map((role) => (
          <li key={role.name} data-granted={role.granted}>
            <span class={role.granted ? "tag" : "tag office-taken"}>
              <RoleName role={role} texts={account} />
            </span>
            <small>
              {(role.granted ? texts.since : texts.taken)(moment(role.at, code))} · {role.region}
            </small>
            {mayGrant && role.granted && (
              <button type="button" class="text-button" onClick={() => take(role)}>
                {texts.take(account.roles[role.role])}
                <span class="visually-hidden"> {person.id}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <div class="office-acts" ref={acts}>
        <button
          type="button"
          class="text-button"
          data-testid="actions"
          aria-expanded={shown}
          onClick={() => setShown(!shown)}
        >
          {texts.actions}
          <span class="visually-hidden"> {person.id}</span>
        </button>
        {mayGrant &&
          (asking ? (
            <>
              <span role="alert">{texts.takeSure}</span>
              <button type="button" class="button" onClick={() => take(undefined)}>
                {texts.yes}
              </button>
              {/* Enter that is held down takes nothing away. */}
              <button
                type="button"
                class="button button-quiet"
                data-focus
                onClick={() => setAsking(false)}
              >
                {texts.no}
              </button>
            </>
          ) : (
            <button type="button" class="text-button" data-focus onClick={() => setAsking(true)}>
              {texts.takeAll}
              <span class="visually-hidden"> {person.id}</span>
            </button>
          ))}
      </div>
      <SavingNote state={state} refused={refused} done={done ? texts.revoked : ""} texts={texts} />
      {shown && <ActionList person={person.id} staff={staff} texts={texts} />}
    </li>
  );
}
