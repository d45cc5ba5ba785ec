// People and their roles: granting, taking away, and what each did.
import { useState } from "preact/hooks";
import { formatCountry } from "../../formatting/address.ts";
import {
  GrantRoleDocument,
  PeopleDocument,
  type PeopleQuery,
  type StaffRole,
} from "../../generated/office.ts";
import { MarketsDocument } from "../../generated/operations.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { useQuery } from "../../graphql/use-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import { FailureNotice } from "../../shell/notice.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import { permits } from "../session/grants.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { PeopleGiven } from "./people-given.ts";
import { PersonCard } from "./person-card.tsx";
import { byRegionsClock, pressedNow } from "./regions-clock.ts";
import { type OfficeError, SavingNote } from "./saving-note.tsx";

const FIRST = 90; // each costs 104 of the 10,000 units of an operation
const POLL_MS = 15_000;
const ROLES: readonly StaffRole[] = ["TILL", "MANAGER", "EDITOR", "ADMIN", "OPERATOR"];

export function PeoplePage(given: PeopleGiven) {
  const { staff, texts } = given;
  const { data, failure, refresh } = usePolledQuery(
    PeopleDocument,
    { first: FIRST, after: null },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  usePageHead({ title: texts.people });
  const people = data?.people.edges.map(({ node }) => node) ?? [];
  const mayGrant = permits(staff.roles, "GRANT_ROLES");
  return (
    <div class="wide staff-home" data-testid="people">
      <h1>{texts.people}</h1>
      {mayGrant && <GrantForm {...given} people={people} onGranted={refresh} />}
      {!data && !failure && <p role="status">{texts.loading}</p>}
      {!data && failure && <FailureNotice failure={failure} retry={refresh} />}
      {data && people.length === 0 && <p>{texts.nobody}</p>}
      <ul class="office-list">
        {people.map((person) => (
          <PersonCard
            key={person.id}
            {...given}
            person={person}
            mayGrant={mayGrant}
            onChanged={refresh}
          />
        ))}
      </ul>
    </div>
  );
}

interface GrantGiven extends PeopleGiven {
  /** Those that the page lists. */
  people: PeopleQuery["people"]["edges"][0]["node"][];
  onGranted: () => void;
}

function GrantForm({ staff, texts, account, people, onGranted }: GrantGiven) {
  const { code } = useLanguage();
  const markets = useQuery(MarketsDocument, {}, { quiet: true }).data?.markets ?? [];
  const [person, setPerson] = useState("");
  const [role, setRole] = useState<StaffRole>("TILL");
  const [place, setPlace] = useState("");
  const [errors, setErrors] = useState<readonly OfficeError[]>([]);
  const [done, setDone] = useState(false);
  const [state, grant] = useStaffMutation(GrantRoleDocument, byRegionsClock(staff.send), (data) => {
    const found = data.grantRole.errors;
    setErrors(found);
    setDone(found.length === 0);
    onGranted();
  });
  const ofStore = role === "TILL" || role === "MANAGER";
  const ofMarket = role === "EDITOR";
  return (
    <form
      class="office-form"
      data-testid="grant-form"
      onSubmit={(event) => {
        event.preventDefault();
        setErrors([]);
        setDone(false);
        const storeId = ofStore ? place.trim() : null;
        const market = ofMarket ? place || (markets[0]?.id ?? null) : null;
        const known = people.find(({ id }) => id === person.trim());
        const decided = known?.roles.find(
          (one) => one.role === role && one.storeId === storeId && one.market === market,
        );
        grant({
          sentAt: pressedNow(),
          person: person.trim(),
          role,
          storeId,
          market,
          // A role that another person decided on since the list was read is not decided on again unseen.
          expected: decided ? [{ entry: decided.name, stamp: decided.stamp }] : null,
        });
      }}
    >
      <label class="staff-label">
        {texts.person}
        <input
          class="staff-field"
          required
          maxLength={128}
          autocomplete="off"
          spellcheck={false}
          data-testid="grant-person"
          aria-describedby="person-hint"
          value={person}
          onInput={(event) => setPerson(event.currentTarget.value)}
        />
        <small id="person-hint">{texts.personHint}</small>
      </label>
      <label class="staff-label">
        {texts.role}
        <select
          class="staff-field"
          data-testid="grant-role"
          value={role}
          onChange={(event) => {
            setRole(event.currentTarget.value as StaffRole);
            setPlace("");
          }}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {account.roles[one]}
            </option>
          ))}
        </select>
      </label>
      {ofStore && (
        <label class="staff-label">
          {texts.store}
          <input
            class="staff-field"
            required
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            data-testid="grant-store"
            value={place}
            onInput={(event) => setPlace(event.currentTarget.value)}
          />
        </label>
      )}
      {ofMarket && (
        <label class="staff-label">
          {texts.market}
          <select
            class="staff-field"
            value={place}
            onChange={(event) => setPlace(event.currentTarget.value)}
          >
            {markets.map(({ id, country }) => (
              <option key={id} value={id}>
                {formatCountry(id, country, code)}
              </option>
            ))}
          </select>
        </label>
      )}
      <button
        type="submit"
        class="button"
        data-testid="grant"
        aria-disabled={state === "sending" || state === "again"}
      >
        {texts.grant}
      </button>
      <SavingNote state={state} errors={errors} done={done ? texts.granted : ""} texts={texts} />
    </form>
  );
}
