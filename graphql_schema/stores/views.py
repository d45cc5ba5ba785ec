"""Views of stores: objects with the attributes that the GraphQL types declare, over documents.

Named tuples and plain classes: they cost a cold start a third of what dataclasses do.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from graphql_schema.pagination.views import PageInfoView
from services.domain import hours as opening
from services.domain.documents.profile import StoreProfile
from services.domain.markets import MARKETS, Market

if TYPE_CHECKING:
    from services.domain.closures import Closures


class AddressView(NamedTuple):
    """A postal address."""

    street: str | None
    city: str
    state: str | None
    postal_code: str | None
    country: str


class HoursView(NamedTuple):
    """A span of opening hours.

    Attributes:
        weekday: 0 is Monday.
        opens: Wall time, `HH:MM`.
        closes: Wall time; not after `opens` means the next day.
    """

    weekday: int
    opens: str
    closes: str


@lru_cache(maxsize=1024)
def week_views(text: str) -> tuple[HoursView, ...]:
    """Return the spans of a week from Monday, of a text that `hours.parse_hours` reads."""
    return tuple(
        HoursView(day, opening.wall_time(start), opening.wall_time(end))
        for day, spans in enumerate(opening.parse_hours(text).days)
        for start, end in spans
    )


class StoreView:
    """A store at an instant; each property is computed from the profile when it is read."""

    def __init__(self, profile: StoreProfile, at: datetime) -> None:
        self.id = profile.store_id
        self.at = at
        self._profile = profile
        self._values = profile.values()
        self._known: opening.OpeningState | None = None

    @property
    def name(self) -> str:
        """Name."""
        return str(self._values["name"])

    @property
    def market(self) -> Market:
        """Market."""
        return MARKETS[self._values["market"]]

    @property
    def address(self) -> AddressView:
        """Address."""
        get = self._values.get
        return AddressView(
            get("street"),
            self._values["city"],
            get("state"),
            get("postal_code"),
            self.market.country_code,
        )

    @property
    def latitude(self) -> float:
        """Degrees north."""
        return float(self._values["latitude"])

    @property
    def longitude(self) -> float:
        """Degrees east."""
        return float(self._values["longitude"])

    @property
    def time_zone(self) -> str:
        """IANA name."""
        return str(self._values["time_zone"])

    @property
    def hours(self) -> Sequence[HoursView]:
        """Spans of the week, from Monday."""
        return week_views(self._values["hours"])

    @property
    def hours_stamp(self) -> str:
        """Stamp of the opening hours."""
        return str(self._profile.registers["hours"].stamp)

    @property
    def open_now(self) -> bool:
        """Whether the store is open at `at`."""
        return self._state.open

    @property
    def opens_at(self) -> datetime | None:
        """The next opening, in the store's time zone; None while open."""
        return self._state.opens_at

    @property
    def closes_at(self) -> datetime | None:
        """The next closing, in the store's time zone; None while closed."""
        return self._state.closes_at

    @property
    def closed_days(self) -> list[date]:
        """Days from today on which the store is closed, by its own calendar."""
        closures = self._closures
        today = self.at.astimezone(opening.zone(self.time_zone)).date()
        return sorted(day for day in closures.days if day >= today) if closures else []

    @property
    def closed_from(self) -> date | None:
        """The day from which the store is closed for good; None: it is not."""
        closures = self._closures
        return closures.closed_from if closures else None

    @property
    def hidden(self) -> bool:
        """Whether lists and searches leave the store out."""
        return bool(self._values.get("hidden"))

    @property
    def _closures(self) -> "Closures | None":
        from services.domain.closures import closures_of

        return closures_of(self._values)

    @property
    def _state(self) -> opening.OpeningState:
        # Not a cached_property: up to Python 3.11 its lock costs more than the state does.
        if self._known is None:
            values = self._values
            hours = opening.parse_hours(values["hours"])
            # Every profile with closures has this register; most have none.
            closures = self._closures if "closed_from" in values else None
            self._known = opening.opening_state(hours, values["time_zone"], self.at, closures)
        return self._known


class StoreEdgeView(NamedTuple):
    """A store of a page, its cursor, and the region that tells it apart."""

    node: StoreView
    cursor: str
    region: str | None


class StoreConnectionView(NamedTuple):
    """A page of stores, and how many there are in all pages."""

    edges: list[StoreEdgeView]
    page_info: PageInfoView
    total_count: int


class NearbyStoreView(NamedTuple):
    """A store and its distance in kilometres."""

    store: StoreView
    distance_km: float
