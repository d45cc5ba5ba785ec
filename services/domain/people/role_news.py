"""What a person was not mailed yet about the own roles.

A mail compares the roles as they are with what the person was mailed, as stock alerts do
(docs/decisions/alerts-compare-states.md). So an edit that several regions applied is one mail, and
one that is lost on its way is made up for by the next.
"""

from collections.abc import Mapping
from typing import Any, Final

from services.domain.documents.person import EVERYTHING, PersonRoles
from services.domain.people.notices import RoleNews

RECENT_MS: Final = 24 * 3600 * 1000
"""How long ago an edit may be to be mailed. Older ones are those of before there were mails."""


def standing(person: PersonRoles) -> dict[str, bool]:
    """Return what a person can be mailed: each role ever edited, and whether it is granted now."""
    granted = person.granted()
    return {role: role in granted for role in person.registers}


def news_of(person: PersonRoles, mailed: Mapping[str, Any], now_ms: int) -> RoleNews:
    """Return what to mail a person.

    Args:
        person: The roles as they are.
        mailed: What the person was mailed last: role to whether it was granted.
        now_ms: Unix milliseconds (UTC).
    """
    all_at = person.revoked_at
    granted, revoked = [], []
    everything = False
    for role, stands in sorted(standing(person).items()):
        register = person.registers[role]
        with_all = register.value is True and not stands
        at = all_at if with_all and all_at is not None else register.stamp
        known = mailed.get(role)
        if known is stands or now_ms - at.unix_ms > RECENT_MS:
            continue
        if role == EVERYTHING:
            everything = True
        elif stands:
            granted.append(role)
        elif known is True or not with_all:
            revoked.append(role)
    return RoleNews(tuple(granted), tuple(revoked), everything)
