"""Files of the site that depend on which stores there are: sitemaps, robots.txt, the list of ids.

Formats: sitemaps.org ("Sitemaps XML format": at most 50,000 addresses and 50 MB a file), Google
Search Central ("Localized versions": `xhtml:link` in sitemaps), and the import file of a CloudFront
KeyValueStore (developer guide, "Format for key value pairs"). The CDK is not needed to write them.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

# The languages of the site, as web/src/i18n/language.ts has them.
LANGUAGES: Final = ("en", "fr", "de", "ja", "es", "it", "nl")
# The folder of the files that are served, and the list for the edge, which is not.
PUBLIC: Final = "public"
STORES: Final = "stores.json"
# Of the KeyValueStore: that it was filled. No id has this form.
FILLED: Final = "*"
# About 900 bytes a store with its languages: each file stays below the 10 MB that CloudFront
# compresses.
_STORES_A_FILE: Final = 5000
_ROBOTS: Final = """# Menus are for everybody. Orders belong to guests, the board to staff.
User-agent: *
Disallow: /order/
Disallow: /staff
Disallow: /ops

Sitemap: {origin}/sitemap.xml
"""
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def site_index(stores: Mapping[str, bool], origin: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file.

    Args:
        stores: The ids of all stores; whether search engines should find the store.
        origin: The address of the site without a path, such as `https://menus.example.com`.
    """
    listed = sorted(store for store, shown in stores.items() if shown)
    names: list[str] = []
    for number, start in enumerate(range(0, len(listed), _STORES_A_FILE), 1):
        names.append(f"sitemaps/stores-{number}.xml")
        part = listed[start : start + _STORES_A_FILE]
        paths = [f"/store/{quote(store)}" for store in part]
        yield f"{PUBLIC}/{names[-1]}", _url_set(paths, origin)
    names.append("sitemaps/pages.xml")
    yield f"{PUBLIC}/{names[-1]}", _url_set(["/", "/privacy", "/imprint"], origin)
    # Last of the public files: whatever it names is there.
    entries = (f"<sitemap><loc>{origin}/{name}</loc></sitemap>" for name in names)
    yield (
        f"{PUBLIC}/sitemap.xml",
        "\n".join([f'{_XML}<sitemapindex xmlns="{_NAMESPACE}">', *entries, "</sitemapindex>\n"]),
    )
    yield f"{PUBLIC}/robots.txt", _ROBOTS.format(origin=origin)
    pairs = [{"key": key, "value": store} for key, store in spellings(stores).items()]
    pairs.append({"key": FILLED, "value": "1"})
    yield STORES, json.dumps({"data": pairs}, separators=(",", ":"))


def spellings(stores: Iterable[str]) -> dict[str, str]:
    """Return the id of each store by itself and, where no other store has it, in lower case."""
    ordered = sorted(stores)
    return {
        **{store.lower(): store for store in ordered},
        **dict(zip(ordered, ordered, strict=True)),
    }


def write(stores: Mapping[str, bool], origin: str, folder: Path) -> int:
    """Write the files into a folder, each whole or not at all, and return how many there are.

    Sitemaps of an earlier, larger chain are removed.

    Raises:
        OSError: A file cannot be written.
    """
    names = set()
    for name, text in site_index(stores, origin):
        names.add(name)
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.part")
        part.write_text(text, encoding="utf-8")
        shutil.move(part, file)
    for old in (folder / PUBLIC / "sitemaps").glob("stores-*.xml"):
        if f"{PUBLIC}/sitemaps/{old.name}" not in names:
            old.unlink()
    return len(names)


def _url_set(paths: Sequence[str], origin: str) -> str:
    urls = (_url(f"{origin}{path}") for path in paths)
    head = f'{_XML}<urlset xmlns="{_NAMESPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    return "\n".join([head, *urls, "</urlset>\n"])


def _url(address: str) -> str:
    links = (
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{address}?lang={code}"/>'
        for code in LANGUAGES
    )
    return f"<url><loc>{address}</loc>{''.join(links)}</url>"
