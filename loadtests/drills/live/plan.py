"""What a drill's file says about its subscriptions: `live` of the extension `carte`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from loadtests.drills.exceptions import DrillError

_SUBSCRIPTIONS: Final = 500
_MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class LivePlan:
    """The subscriptions that are open beside the traffic.

    Attributes:
        subscriptions: How many, all next to the region that is taken away.
        resumes: Whether clients subscribe again after a lost connection.
    """

    subscriptions: int = _SUBSCRIPTIONS
    resumes: bool = True

    @classmethod
    def read(cls, carte: Mapping[str, Any]) -> Self | None:
        """Return the plan of an experiment's extension; None: the drill has no subscriptions.

        Raises:
            DrillError: It states something else.
        """
        found = carte.get("live")
        if found is None:
            return None
        values = {"subscriptions": _SUBSCRIPTIONS, "resumes": True, **found}
        number = values["subscriptions"]
        wrong = not isinstance(number, int) or not 1 <= number <= _MOST
        if values.keys() != {"subscriptions", "resumes"} or wrong:
            raise DrillError(
                "`live` of the extension `carte` is wrong",
                f"write {{subscriptions: 500}}, at most {_MOST}",
            )
        return cls(number, bool(values["resumes"]))
