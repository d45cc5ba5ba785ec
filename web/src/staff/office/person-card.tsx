// One person: roles with their dates, taking them away, and what the person did.
import { useState } from "preact/hooks";
import { RevokeRoleDocument } from "../../generated/office.ts";
import { useLanguage } from "../../i18n/language.ts";
import { AskTwice } from "../../shell/ask-twice.tsx";
import { RoleName, roleText } from "../account/role-name.tsx";
import { personText } from "../person-text.ts";
import { useStoreNames } from "../store-names.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import { ActionList } from "./action-list.tsx";
import { moment } from "./moment.ts";
import type { ListedPerson, PeopleGiven } from "./people-given.ts";
import { byRegionsClock, pressedNow } from "./regions-clock.ts";
import { type OfficeError, SavingNote } from "./saving-note.tsx";

interface Given extends PeopleGiven {
  person: ListedPerson;
  mayGrant: boolean;
  onChanged: () => void;
}

export function PersonCard({ person, mayGrant, onChanged, staff, texts, account }: Given) {
  const { code } = useLanguage();
  const [errors, setErrors] = useState<readonly OfficeError[]>([]);
  const [done, setDone] = useState(false);
  const [shown, setShown] = useState(false);
  // The API refuses it: somebody has to be left who can grant.
  const isOwn = person.id === staff.id;
  const nameOf = useStoreNames(person.roles.flatMap(({ storeId }) => storeId ?? []));
  const [state, revoke] = useStaffMutation(
    RevokeRoleDocument,
    byRegionsClock(staff.send),
    (data) => {
      const found = data.revokeRole.errors;
      setErrors(found);
      setDone(found.length === 0);
      onChanged();
    },
  );
  const take = (role: Given["person"]["roles"][0] | undefined) => {
    revoke({
      sentAt: pressedNow(),
      person: person.id,
      role: role?.role ?? null,
      storeId: role?.storeId ?? null,
      market: role?.market ?? null,
      // What the page shows is what is taken away: of all roles, each that it shows.
      expected: (role ? [role] : person.roles).map(({ name, stamp }) => ({ entry: name, stamp })),
    });
  };
  return (
    <li class="office-card" data-testid="person" data-person={person.id}>
      <h2 class="office-person">{personText(person.id, staff, texts)}</h2>
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
            {mayGrant && role.granted && !(isOwn && role.role === "ADMIN") && (
              <AskTwice
                quiet
                label={texts.take(account.roles[role.role])}
                about={person.id}
                question={texts.takeOneSure(roleText(role, account, code, nameOf), person.id)}
                yes={texts.yes}
                no={texts.no}
                testId="take-role"
                onYes={() => take(role)}
              />
            )}
          </li>
        ))}
      </ul>
      <div class="office-acts">
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
        {mayGrant && isOwn && <small data-testid="own-admin">{texts.ownAdmin}</small>}
        {mayGrant && !isOwn && (
          <AskTwice
            quiet
            label={texts.takeAll}
            about={person.id}
            question={texts.takeSure}
            yes={texts.yes}
            no={texts.no}
            testId="take-all"
            onYes={() => take(undefined)}
          />
        )}
      </div>
      <SavingNote state={state} errors={errors} done={done ? texts.revoked : ""} texts={texts} />
      {shown && <ActionList person={person.id} staff={staff} texts={texts} />}
    </li>
  );
}
