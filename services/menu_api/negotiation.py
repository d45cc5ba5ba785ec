"""Content negotiation as GraphQL over HTTP has it (its draft, sections 4 to 6)."""

from functools import lru_cache
from typing import Final, NamedTuple

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
APPLICATION_JSON: Final = "application/json"
# What we offer, best first; wildcards get what every client can read.
_OFFERED: Final = (GRAPHQL_RESPONSE, APPLICATION_JSON)
_WILDCARDS: Final = ("application/*", "*/*")  # the closer one first


class Agreed(NamedTuple):
    """The media type that a client accepts.

    Attributes:
        media: The media type of the response.
        legacy: The client named `application/json`: it expects status 200 also for requests that
            are well-formed but not executed, and finds errors in the body alone.
    """

    media: str
    legacy: bool

    @property
    def content_type(self) -> str:
        """The Content-Type header."""
        return f"{self.media}; charset=utf-8"


# For refusals and faults before the client's types are known, or where none of them is offered.
ANY_MEDIA: Final = Agreed(APPLICATION_JSON, legacy=False)


# A remembered header may be as long as the server takes one, 64 kB: so few of them.
@lru_cache(maxsize=64)
def agree(accept: str | None) -> Agreed | None:
    """Return the media type to answer in, None where the client accepts none that we have.

    Args:
        accept: The Accept header; without one any type is accepted (RFC 9110, 12.5.1).
    """
    weights = _weights(accept)
    if not weights:
        return Agreed(APPLICATION_JSON, legacy=False)
    named = [(weights[media], media) for media in _OFFERED if weights.get(media, 0) > 0]
    if named:
        heaviest = max(weight for weight, _ in named)
        media = next(media for weight, media in named if weight == heaviest)
        return Agreed(media, legacy=media == APPLICATION_JSON)
    # What is named beside a wildcard is refused by now; of wildcards, the closer one stands.
    if next((weights[one] for one in _WILDCARDS if one in weights), 0) > 0:
        for media in reversed(_OFFERED):
            if media not in weights:
                return Agreed(media, legacy=False)
    return None


@lru_cache(maxsize=64)
def takes_gzip(accept_encoding: str | None) -> bool:
    """Return whether a client reads gzip (RFC 9110, 12.5.3)."""
    weights = _weights(accept_encoding)
    return weights.get("gzip", weights.get("*", 0)) > 0


def _weights(accept: str | None) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in (accept or "").split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if media:
            weights[media] = _weight(parameters)
    return weights


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


@lru_cache(maxsize=64)
def is_json(content_type: str | None) -> bool:
    """Return whether a request body is JSON in UTF-8, the only kind there is."""
    media, *parameters = (piece.strip().lower() for piece in (content_type or "").split(";"))
    charset = next((p.partition("=")[2] for p in parameters if p.startswith("charset=")), "utf-8")
    return media == APPLICATION_JSON and charset.strip('"') in {"utf-8", "utf8"}
