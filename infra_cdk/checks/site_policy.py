"""Check of the content security policy: the site must still work under it."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from infra_cdk.checks.model import Cloud, Resource, as_text

ROOT: Final = Path(__file__).parents[2]
# The pages as they are written; the build keeps their shape and adds files from the same origin.
PAGES: Final = ("web/index.html", "web/graphiql.html")
_OF_PICTURES: Final = "carte-pictures"
_DATA: Final = ("application/json", "application/ld+json")


def the_site_may_load_what_it_needs(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The content security policy lets the site's pages load all that they load."""
    for policy in cloud.resources("AWS::CloudFront::ResponseHeadersPolicy"):
        config = policy.properties["ResponseHeadersPolicyConfig"]
        if config.get("Name") == _OF_PICTURES:
            continue  # no page: it loads nothing
        headers = config.get("SecurityHeadersConfig", {})
        content = headers.get("ContentSecurityPolicy", {}).get("ContentSecurityPolicy")
        if content is None:
            continue
        directives = parse(as_text(content))
        for page in PAGES:
            path = ROOT / page
            if path.exists():
                for refused in refused_by(directives, path.read_text(encoding="utf-8")):
                    yield policy, f"{page}: {refused}"


def parse(policy: str) -> dict[str, list[str]]:
    """The directives of a policy, by name."""
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {words[0].lower(): words[1:] for words in parts}


def refused_by(directives: Mapping[str, list[str]], page: str) -> list[str]:
    """Return what a browser would not load or do for a page."""
    needs = _Needs()
    needs.feed(page)
    refused = [
        f"{directive} refuses {what}"
        for directive, what, source in needs.found
        if not _allows(directives, directive, source)
    ]
    # What the scripts do, which no page shows: ask the API, show pictures of the site.
    refused += [
        f"{directive} refuses 'self'"
        for directive in ("connect-src", "img-src", "script-src", "style-src", "font-src")
        if not _allows(directives, directive, "'self'")
    ]
    return refused


class _Needs(HTMLParser):
    """Collects what a page loads: directive, what it is, the source that would allow it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag loads."""
        given = {name: value or "" for name, value in attrs}
        relation = given.get("rel", "")
        self._inside = None
        match tag:
            case "script" if "src" in given:
                self._load("script-src", given["src"])
            case "script" if given.get("type") not in _DATA:
                self._inside = "script-src"
            case "style":
                self._inside = "style-src"
            case "img":
                self._load("img-src", given.get("src", ""))
            case "link" if "stylesheet" in relation:
                self._load("style-src", given.get("href", ""))
            case "link" if "icon" in relation:
                self._load("img-src", given.get("href", ""))
        if given.get("style"):
            self.found.append(("style-src-attr", "a style attribute", "'unsafe-inline'"))
        for name in given:
            if name.startswith("on"):
                self.found.append(("script-src-attr", f"the attribute {name}", "'unsafe-inline'"))

    def handle_data(self, data: str) -> None:
        """Note inline scripts and styles by the hash that would allow them."""
        if self._inside and data.strip():
            digest = base64.b64encode(hashlib.sha256(data.encode()).digest()).decode()
            self.found.append((self._inside, "inline text", f"'sha256-{digest}'"))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the base class's signature
        """Leave the element."""
        self._inside = None

    def _load(self, directive: str, address: str) -> None:
        if not address:
            return
        if address.startswith("data:"):
            source = "data:"
        elif "://" in address:
            source = "/".join(address.split("/")[:3])
        else:
            source = "'self'"
        self.found.append((directive, address[:60], source))


def _allows(directives: Mapping[str, list[str]], directive: str, source: str) -> bool:
    base = directive.removesuffix("-attr")
    sources = directives.get(directive, directives.get(base, directives.get("default-src")))
    if sources is None:
        return True
    inline = source.startswith("'sha256-") and "'unsafe-inline'" in sources
    return source in sources or inline or (source == "'self'" and "*" in sources)
