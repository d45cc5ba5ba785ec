// A person found by the id, wherever in the list the person is.
import { useEffect } from "preact/hooks";
import { PersonDocument } from "../../generated/office.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { StaffFailure } from "../staff-failure.tsx";
import type { ListedPerson, PeopleGiven } from "./people-given.ts";
import { PersonCard } from "./person-card.tsx";

interface FoundGiven extends PeopleGiven {
  id: string;
  mayGrant: boolean;
  onFound: (person: ListedPerson | undefined) => void;
}

export function FoundPerson({ id, mayGrant, onFound, ...given }: FoundGiven) {
  const { staff, texts } = given;
  const { data, failure, refresh } = usePolledQuery(
    PersonDocument,
    { id },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  const person = data?.person ?? undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page only keeps what was read.
  useEffect(() => {
    onFound(person);
    return () => onFound(undefined);
  }, [person]);
  if (!data && failure) return <StaffFailure failure={failure} retry={refresh} />;
  if (!data) return <p role="status">{texts.loading}</p>;
  if (!person) return <p role="status">{texts.noPerson(id)}</p>;
  return (
    <ul class="office-list">
      <PersonCard {...given} person={person} mayGrant={mayGrant} onChanged={refresh} />
    </ul>
  );
}

const POLL_MS = 15_000;
