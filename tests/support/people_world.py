"""Three regions in memory with their notices to people."""

from collections.abc import Callable, Mapping

from services.convergence.changed_people import ChangedPeople
from services.convergence.repair import Change
from services.domain.documents.person import EVERYTHING, PersonRoles
from services.domain.people.granting import edit_roles
from services.domain.people.notices import Reader
from services.domain.stamp import Stamp
from services.people_notices.deliveries import SIGNED_IN, Deliveries
from services.people_notices.mailing import PeopleMailing
from services.storage import keys
from services.storage.kinds import Document
from services.storage.people import PeopleRepository
from services.storage.people_notices import PeopleNotices
from tests.support.mail_world import NOON_MS, REGIONS, SITE, MailWorld

PERSON = "5f0c0000-0000-4000-8000-000000000001"
ADDRESS = "kim@example.org"
POOL_REGION = "us-east-1"


class Accounts:
    """A user pool that knows `PERSON`.

    Attributes:
        before: Called before the pool answers; what it raises is raised.
        readers: Who is mailed, by subject.
        created: When accounts were made, Unix milliseconds, by subject.
    """

    def __init__(self) -> None:
        self.readers = {PERSON: Reader(ADDRESS, "en")}
        self.created = {PERSON: NOON_MS - 3_600_000}
        self.before: Callable[[], object] = lambda: None

    def reader(self, subject: str) -> Reader | None:
        self.before()
        return self.readers.get(subject)

    def created_ms(self, subject: str) -> int | None:
        self.before()
        return self.created.get(subject)


class PeopleWorld(MailWorld):
    """Three regions that mail people about their accounts.

    Attributes:
        accounts: The user pool.
        deliveries: Region to its Lambda of notices.
    """

    def __init__(self) -> None:
        super().__init__()
        self.accounts = Accounts()
        self._changed = {name: ChangedPeople(self.into(name), self.clock) for name in REGIONS}
        self.deliveries = {name: self._deliveries(name) for name in REGIONS}

    def lambda_of(self, region: str) -> Deliveries:
        return self.deliveries[region]

    def look_at(self, region: str, change: Change) -> None:
        self._changed[region].look_at(change)

    def flush(self, region: str) -> None:
        self._changed[region].flush()

    def _deliveries(self, name: str) -> Deliveries:
        replica = self.replicas[name]
        mailing = PeopleMailing(
            name,
            REGIONS,
            PeopleRepository(replica),
            PeopleNotices(replica),
            self.accounts,
            mails=self.mailbox,
            site=SITE,
        )
        return Deliveries(
            name,
            mailing,
            lambda _: frozenset(self.living),
            send=self.into(name),
            log=self.note,
            now=lambda: self.tables.now_ms,
        )

    def edit(self, region: str, changes: Mapping[str, bool], subject: str = PERSON) -> None:
        """Grant and revoke roles of a person in a region."""

        def edit(current: Document | None, stamp: Stamp) -> PersonRoles:
            before = current if isinstance(current, PersonRoles) else None
            return edit_roles(before, subject, changes, stamp)[0]

        self.replicas[region].change(keys.roles_of(subject), edit)

    def revoke_all(self, *regions: str) -> None:
        """Revoke all roles of the person in regions, as `carte people revoke` does."""
        for region in regions:
            self.edit(region, {EVERYTHING: False})

    def sign_in(self, *, new_device: bool, **attributes: str) -> None:
        """Sign the person in, as the user pool reports it."""
        named = {"sub": PERSON, "email": ADDRESS, "email_verified": "true", **attributes}
        self.deliveries[POOL_REGION].signed_in(
            {
                "triggerSource": SIGNED_IN,
                "userName": PERSON,
                "request": {"userAttributes": named, "newDeviceUsed": new_device},
                "response": {},
            }
        )
