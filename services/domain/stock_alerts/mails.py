"""Composes the mail that tells a subscriber what sold out and what is back, in its stores."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import islice
from typing import Final, NamedTuple

from services.domain.documents.subscriber import Subscriber
from services.domain.mail import Mail
from services.domain.stock_alerts.news import StoreNews
from services.domain.stock_alerts.texts import Texts, language_of_texts, texts

MAX_LISTED: Final = 50
"""Items that one heading of a store lists at most; the mail says how many it leaves out."""


class NamedNews(NamedTuple):
    """What changed in a store, with the names that people use.

    Attributes:
        store: Name of the store.
        news: What changed.
        items: Item id to the item's name; an item without one is called by its id.
    """

    store: str
    news: StoreNews
    items: Mapping[str, str]

    def item(self, item_id: str) -> str:
        """Return the name of an item."""
        return one_line(self.items.get(item_id, item_id))


def compose(subscriber: Subscriber, changed: Sequence[NamedNews], link: str) -> Mail:
    """Return the mail about what changed in stores.

    Args:
        subscriber: A subscriber with an address.
        changed: The stores in which something changed, one at least.
        link: The opt-out link.
    """
    wording = texts(subscriber.language)
    headed = [(one_line(one.store), list(_headings(one, wording))) for one in changed]
    why = wording.why.format(mail=subscriber.mail, stores=", ".join(store for store, _ in headed))
    lines: list[str] = []
    parts: list[str] = []
    for store, headings in headed:
        lines += [store, ""]
        parts.append(f"<h2>{escape(store)}</h2>")
        for heading, advice, items in headings:
            lines += [f"{heading}:", *(f"- {item}" for item in items), advice, ""]
            listed = "".join(f"<li>{escape(item)}</li>" for item in items)
            parts.append(f"<h3>{escape(heading)}</h3><ul>{listed}</ul><p>{escape(advice)}</p>")
    lines += ["-- ", why, f"{wording.opt_out}: {link}", ""]
    subject = _subject(changed, wording)
    return Mail(
        to=subscriber.mail or "",
        subject=subject,
        text="\n".join(lines),
        html=_page(subscriber.language, subject, parts, why, wording.opt_out, link),
        # RFC 8058: a mail program that shows a button sends a POST to the link.
        headers={
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def one_line(text: str) -> str:
    """Return a text as part of one line: no line break can start a line or a header of its own."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _headings(one: NamedNews, wording: Texts) -> Iterator[tuple[str, str, list[str]]]:
    """Yield heading, advice and items of what changed in a store."""
    if one.news.out:
        items = [one.item(item) for item in islice(one.news.out, MAX_LISTED)]
        yield wording.out, wording.out_do, items + _left_out(len(one.news.out), wording)
    if one.news.back:
        items = [
            f"{one.item(item)}: "
            + (wording.uncounted if left is None else wording.pieces.format(pieces=left))
            for item, left in islice(one.news.back.items(), MAX_LISTED)
        ]
        yield wording.back, wording.back_do, items + _left_out(len(one.news.back), wording)


def _left_out(total: int, wording: Texts) -> list[str]:
    return [wording.more.format(more=total - MAX_LISTED)] if total > MAX_LISTED else []


def _subject(changed: Sequence[NamedNews], wording: Texts) -> str:
    out = sum(len(one.news.out) for one in changed)
    back = sum(len(one.news.back) for one in changed)
    if len(changed) > 1:
        return wording.subject_stores.format(stores=len(changed), out=out, back=back)
    (one,) = changed
    store = one_line(one.store)
    if (out, back) == (1, 0):
        return wording.subject_out.format(item=one.item(one.news.out[0]), store=store)
    if (out, back) == (0, 1):
        return wording.subject_back.format(item=one.item(next(iter(one.news.back))), store=store)
    return wording.subject_store.format(store=store, out=out, back=back)


def _page(  # noqa: PLR0917 - what a mail consists of
    language: str, subject: str, parts: Sequence[str], why: str, opt_out: str, link: str
) -> str:
    return (
        f'<!doctype html><html lang="{language_of_texts(language)}"><meta charset="utf-8">'
        f"<title>{escape(subject)}</title>"
        '<body style="font:16px/1.5 sans-serif;max-width:40em">'
        f"{''.join(parts)}<hr><p><small>{escape(why)} "
        f'<a href="{escape(link)}">{escape(opt_out)}</a></small></p></body></html>'
    )
