"""Content negotiation of GraphQL over HTTP (spec.graphql.org's draft, sections 4 to 6)."""

from typing import Final

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
APPLICATION_JSON: Final = "application/json"
# In order of preference: what we answer where the client leaves us the choice.
_OFFERED: Final = (GRAPHQL_RESPONSE, APPLICATION_JSON)


def response_type(accept: str | None) -> str | None:
    """The media type to answer in, None where the client accepts none that we have.

    Args:
        accept: the Accept header; without one any type is accepted (RFC 9110, 12.5.1).
    """
    if accept is None or not accept.strip():
        return GRAPHQL_RESPONSE
    weights: dict[str, float] = {}
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[media] = _weight(parameters)
    best: tuple[float, str] | None = None
    for offered in _OFFERED:
        weight = max(
            (weights[media] for media in (offered, "application/*", "*/*") if media in weights),
            default=0.0,
        )
        if offered in weights:
            weight = weights[offered]
        if weight > 0 and (best is None or weight > best[0]):
            best = (weight, offered)
    return best[1] if best else None


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def is_json(content_type: str | None) -> bool:
    """Whether a request body is JSON in UTF-8, the only kind there is."""
    media, *parameters = (piece.strip().lower() for piece in (content_type or "").split(";"))
    charset = next((p.partition("=")[2] for p in parameters if p.startswith("charset=")), "utf-8")
    return media == APPLICATION_JSON and charset.strip('"') in {"utf-8", "utf8"}
