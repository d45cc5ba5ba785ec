"""Localized texts in the inputs of catalogs' mutations, and where each stands in its input."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import strawberry

from services.domain.markets import LOCALES
from services.domain.validation import MAX_DESCRIPTION, MAX_NAME, InvalidFieldError


@strawberry.input(description="A text in one language.")
class LocalizedTextInput:
    locale: str = strawberry.field(
        description=f"One of the chain's languages: {', '.join(LOCALES)}. Texts in others, of "
        "older versions, can be taken away."
    )
    text: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"The text: a name has at most {MAX_NAME} characters, a description "
        f"{MAX_DESCRIPTION}; null is no change.",
    )
    remove: bool = strawberry.field(
        default=False,
        description="Take this locale's text away; leave `text` out then. The name in the market's "
        "language stays.",
    )


def texts_of(name: str, inputs: Sequence[LocalizedTextInput]) -> dict[str, str | None]:
    """Return locale to text, None where it is taken away.

    Args:
        name: The field that has them, for errors.
        inputs: What the client gave.

    Raises:
        InvalidFieldError: A locale stands twice, or a text is given and taken away at once.
    """
    texts: dict[str, str | None] = {}
    for one in inputs:
        path = f"{name}/{one.locale}"
        written = None if one.text is strawberry.UNSET else one.text
        if one.locale in texts:
            message = f"locale {one.locale[:30]!r} stands twice"
            raise InvalidFieldError(path, "stands twice", message, "name each locale once")
        if one.remove and written is not None:
            message = "a text is given and removed at once"
            raise InvalidFieldError(path, "is set and emptied", message, "choose one")
        if one.remove or written is not None:
            texts[one.locale] = written
    return texts


def paths_of(edited: Any, input_names: Mapping[str, str]) -> Callable[[str], list[str]]:
    """Return the function that gives the path of a draft's field in the input.

    Args:
        edited: The input, which may have lists of localized texts.
        input_names: Field of the draft to its name in the input, where that differs.
    """

    def path_of(field: str) -> list[str]:
        name, _, locale = field.partition("/")
        texts = getattr(edited, name, None) if locale else None
        written = [one.locale[:30].lower() for one in texts or ()]
        places = [at for at, tag in enumerate(written) if tag == locale[:30].lower()]
        return [name, str(places[0]), "text"] if places else [input_names.get(name, name)]

    return path_of
