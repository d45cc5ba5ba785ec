// People and their roles: granting, taking away, finding somebody, and what each did.

import { useState } from "preact/hooks";
import { formatCountry } from "../../formatting/address.ts";
import { MOST_PERSON } from "../../generated/limits.ts";
import { GrantRoleDocument, PeopleDocument, type StaffRole } from "../../generated/office.ts";
import { MarketsDocument } from "../../generated/operations.ts";
import { useQuery } from "../../graphql/use-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import { usePageHead } from "../../shell/page-head.ts";
import { permits } from "../session/grants.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { type Pages, usePages } from "../use-pages.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import { FoundPerson } from "./found-person.tsx";
import type { ListedPerson, PeopleGiven } from "./people-given.ts";
import { PersonCard } from "./person-card.tsx";
import { byRegionsClock, pressedNow } from "./regions-clock.ts";
import { type OfficeError, SavingNote } from "./saving-note.tsx";
import { SearchForm } from "./search-form.tsx";

const POLL_MS = 15_000;
const ROLES: readonly StaffRole[] = ["TILL", "MANAGER", "EDITOR", "ADMIN", "OPERATOR"];

export function PeoplePage(given: PeopleGiven) {
  const { staff, texts } = given;
  const list = usePages(
    {
      document: PeopleDocument,
      variables: {},
      listOf: (data) => data.people,
      send: staff.send,
    },
    () => POLL_MS,
  );
  const { refresh, showMore } = list;
  const [sought, setSought] = useState("");
  const [found, setFound] = useState<ListedPerson>();
  usePageHead({ title: texts.people });
  const people = list.edges.map(({ node }) => node);
  const mayGrant = permits(staff.roles, "GRANT_ROLES");
  return (
    <div class="wide staff-home" data-testid="people">
      <h1>{texts.people}</h1>
      {mayGrant && (
        <GrantForm
          {...given}
          people={found ? [found, ...people] : people}
          onAnswer={(granted) => {
            refresh();
            // Who was given a role is shown, also where the list does not reach that far.
            const isListed = people.some(({ id }) => id === granted);
            if (granted && showMore && !isListed) setSought(granted);
          }}
        />
      )}
      <SearchForm
        sought={sought}
        onSought={setSought}
        testId="find-person"
        maxLength={MOST_PERSON}
        texts={{
          label: texts.findPerson,
          hint: texts.personHint,
          find: texts.find,
          all: texts.everyone,
        }}
      />
      {sought ? (
        <FoundPerson key={sought} {...given} id={sought} mayGrant={mayGrant} onFound={setFound} />
      ) : (
        <Everyone {...given} list={list} people={people} mayGrant={mayGrant} />
      )}
    </div>
  );
}

interface EveryoneGiven extends PeopleGiven {
  list: Omit<Pages<unknown, unknown>, "edges">;
  people: readonly ListedPerson[];
  mayGrant: boolean;
}

function Everyone({ list, people, mayGrant, ...given }: EveryoneGiven) {
  const { texts } = given;
  const { first, failure, refresh, showMore } = list;
  return (
    <>
      {!first && !failure && (
        <p class="on-its-way" role="status">
          {texts.loading}
        </p>
      )}
      {!first && failure && <StaffFailure failure={failure} retry={refresh} />}
      {first !== undefined && people.length === 0 && !showMore && <p>{texts.nobody}</p>}
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
      <ShowMore list={list} texts={texts} />
    </>
  );
}

interface GrantGiven extends PeopleGiven {
  /** Those that the page shows. */
  people: readonly ListedPerson[];
  /** Called with the person who was given the role; undefined where it was refused. */
  onAnswer: (granted: string | undefined) => void;
}

function GrantForm({ staff, texts, account, people, onAnswer }: GrantGiven) {
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
    onAnswer(found.length === 0 ? data.grantRole.person?.id : undefined);
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
          maxLength={MOST_PERSON}
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
