"""Measures who can do what while the region of the user pool is frozen."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from loadtests.people.requests import NO_ANSWER, OK, Reached
from localcloud.accounts import end_sessions, renew, sign_in
from localcloud.exceptions import LocalCloudError
from localcloud.faults.client import FaultClient
from localcloud.layout import CloudLayout

_ADMIN: Final = "admin@carte.example"
_FROZEN_S: Final = 180.0
_SETTLING_S: Final = 40.0
_PAUSE_S: Final = 0.5
_PATHS: Final = ("/graphql", "/graphql/next", "/graphql/third")

ProgressCallback = Callable[[str], object]
Deed = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one thing that people do.

    Attributes:
        what: The thing.
        before: `ok`, or the reason why not, while all regions are well.
        frozen: The same while the region of the pool is frozen.
        seconds: How long that took then.
        after: The same when it is back.
    """

    what: str
    before: str
    frozen: str
    seconds: float
    after: str


def measure(layout: CloudLayout, on_progress: ProgressCallback) -> list[Row]:
    """Do everything before, while and after the pool's region is frozen."""
    primary, *others = layout.region_names
    regions = {name: Reached(layout.region(name).api_url) for name in others}
    edge = Reached(layout.edge_url, paths=_PATHS)
    session = sign_in(layout, _ADMIN)
    store = _open_store(edge)

    def signed_in() -> str:
        session.update(sign_in(layout, _ADMIN))
        return OK

    deeds = _deeds(layout, regions, edge, session, store)
    on_progress("while all regions are well")
    before = {what: _settled(deed) for what, deed in deeds.items()}
    # The last deed ended all sessions.
    signed_in()
    on_progress(f"while {primary} is frozen")
    faults = FaultClient(layout)
    faults.inject("freeze", primary, seconds=_FROZEN_S)
    try:
        frozen = {what: _timed(deed) for what, deed in deeds.items()}
    finally:
        faults.heal_all()
    on_progress(f"when {primary} is back")
    _settled(_with_error_as_outcome(signed_in))
    after = {what: _settled(deed) for what, deed in deeds.items()}
    return [Row(what, before[what], *frozen[what], after[what]) for what in deeds]


def _deeds(
    layout: CloudLayout,
    regions: Mapping[str, Reached],
    edge: Reached,
    session: Mapping[str, str],
    store: str,
) -> dict[str, Deed]:
    def in_all(ask: Callable[[Reached], str]) -> Deed:
        def deed() -> str:
            outcomes = {name: ask(one) for name, one in regions.items()}
            bad = {name: one for name, one in outcomes.items() if one != OK}
            return ", ".join(f"{name}: {one}" for name, one in bad.items()) or OK

        return deed

    def new_session() -> str:
        sign_in(layout, _ADMIN)
        return OK

    def renewed() -> str:
        renew(layout, session["refresh_token"])
        return OK

    def ended() -> str:
        end_sessions(layout, session["access_token"])
        return OK

    return {
        "a menu, through the edge": edge.menu,
        "an order of a guest, through the edge": lambda: edge.order(store),
        "a query of staff with a token, in each other region": in_all(
            lambda one: one.query(session["access_token"])
        ),
        "a mutation of staff with a token, in each other region": in_all(
            lambda one: one.sale(session["access_token"])
        ),
        "revoking somebody, in each other region": in_all(
            lambda one: one.revoke(session["access_token"], "somebody-who-left")
        ),
        "a new token by a refresh token": _with_error_as_outcome(renewed),
        "signing in anew": _with_error_as_outcome(new_session),
        "signing out everywhere": _with_error_as_outcome(ended),
    }


def _with_error_as_outcome(deed: Deed) -> Deed:
    """Return a deed whose error is an outcome."""

    def outcome() -> str:
        try:
            return deed()
        except LocalCloudError as error:
            return NO_ANSWER if "not answer" in error.message else error.message

    return outcome


def _timed(deed: Deed) -> tuple[str, float]:
    began = time.monotonic()
    outcome = deed()
    return outcome, time.monotonic() - began


def _settled(deed: Deed) -> str:
    """Return the outcome of a deed, repeated while a region that starts or thaws is slow."""
    deadline = time.monotonic() + _SETTLING_S
    outcome = deed()
    # What is refused for good, such as an order at a closed store, is refused again.
    while _may_pass(outcome) and time.monotonic() < deadline:
        time.sleep(_PAUSE_S)
        outcome = deed()
    return outcome


def _may_pass(outcome: str) -> bool:
    return any(one in outcome for one in (NO_ANSWER, "status 5", "INTERNAL", "UNAVAILABLE"))


def _open_store(edge: Reached) -> str:
    """Return a store that takes orders now; at night many do not. Where none does, the first."""
    stores = edge.stores()
    return next((one for one in stores if edge.order(one) == OK), stores[0] if stores else "")
