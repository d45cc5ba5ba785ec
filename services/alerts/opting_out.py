"""The page and the one-click request by which a subscriber opts out of stock alerts.

A GET changes nothing, because mail programs and virus scanners follow links; it shows a button. A
POST to the same link opts out, whether the button or a mail program sends it (RFC 8058).
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Final

from services.configuration import tracing
from services.domain import log_lines
from services.domain.stamp import unix_ms
from services.domain.stock_alerts.opt_out import PARAMETER, PATH, Token, is_signed, token_of
from services.domain.stock_alerts.texts import TEXTS, language_of_texts, texts
from services.storage.fault_codes import code_of
from services.storage.subscribers import SubscriberRepository

_ALLOWED: Final = "GET, HEAD, POST"
_LANGUAGES_READ: Final = 200  # characters of Accept-Language; browsers send fewer
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "content-type": "text/html; charset=utf-8",
    # The link is in the address of the page.
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


class OptingOut:
    """Answers the requests of one region."""

    def __init__(
        self, region: str, subscribers: SubscriberRepository, log: Callable[[str], object]
    ) -> None:
        """Take the region's subscribers; nothing is read yet.

        Args:
            region: The region, named in answers.
            subscribers: The region's subscribers.
            log: Takes lines with their newlines.
        """
        self._region = region
        self._subscribers = subscribers
        self._log = log

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request; never raises.

        Args:
            event: As API Gateway sends it to a Lambda proxy integration.

        Returns:
            The answer in the form of that integration. No log line has the link.
        """
        method = str(event.get("httpMethod", ""))
        given = event.get("queryStringParameters")
        text = given.get(PARAMETER) if isinstance(given, Mapping) else None
        token = token_of(text) if isinstance(text, str) else None
        preferred = _preferred(event)
        try:
            status, language, body = self._page(method, token, preferred)
        except Exception as error:  # noqa: BLE001 - the last resort: a request gets an answer
            fault = log_lines.fault_counts(unix_ms(), log_lines.ALERTS, code_of(error))
            line = {"level": "ERROR", "region": self._region, "fault": type(error).__name__}
            self._log(log_lines.text({**line, **fault, **tracing.of_invocation()}))
            status, language = 503, preferred
            body = f"<p>{escape(texts(language).failed)}</p>"
        headers = {**_HEADERS, "x-carte-region": self._region}
        if status == 405:  # noqa: PLR2004 - the status of HTTP
            headers["allow"] = _ALLOWED
        if status == 503:  # noqa: PLR2004 - the status of HTTP
            headers["retry-after"] = "60"
        return {"statusCode": status, "headers": headers, "body": _html(language, body)}

    def _page(self, method: str, token: Token | None, preferred: str) -> tuple[int, str, str]:
        if method not in {"GET", "HEAD", "POST"}:
            return 405, preferred, ""
        held = self._subscribers.held(token.subscriber_id) if token else None
        if token is None or held is None or not is_signed(token, held.subscriber):
            return 400, preferred, f"<p>{escape(texts(preferred).wrong)}</p>"
        language = held.subscriber.language
        wording = texts(language)
        if method == "POST":
            self._subscribers.opt_out(token)
            return 200, language, f"<p>{escape(wording.done)}</p>"
        if held.subscriber.mail is None:
            return 200, language, f"<p>{escape(wording.done)}</p>"
        action = f"{PATH}?{PARAMETER}={token.subscriber_id}-{token.signature}"
        form = (
            f'<form method="post" action="{escape(action)}"><p>{escape(wording.question)}</p>'
            f"<button>{escape(wording.confirm)}</button></form>"
        )
        return 200, language, form


def _preferred(event: Mapping[str, Any]) -> str:
    """The language of a reader whose subscription is not known: the first of ours that is named.

    Browsers name languages in the order of preference, so the weights of RFC 9110, 12.5.4, are not
    needed.
    """
    headers = event.get("headers")
    given = next(
        (
            value
            for name, value in (headers.items() if isinstance(headers, Mapping) else ())
            if name.lower() == "accept-language" and isinstance(value, str)
        ),
        "",
    )
    named = (part.strip()[:2].lower() for part in given[:_LANGUAGES_READ].split(","))
    return next((language for language in named if language in TEXTS), "en")


def _html(language: str, body: str) -> str:
    wording = texts(language)
    return (
        f'<!doctype html><html lang="{language_of_texts(language)}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(wording.opt_out)}</title>"
        "<style>:root{color-scheme:light dark}"
        "body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}"
        "button{font:inherit;padding:.5rem 1rem}</style>"
        f"<h1>{escape(wording.opt_out)}</h1>{body}"
    )
