"""The static site: files, the pages of the app with their statuses, and 304 for what is known."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import web

from infra_cdk.site_pages import GRAPHIQL as GRAPHIQL_PAGE
from infra_cdk.site_pages import INDEX, NOT_FOUND, answer_of
from infra_cdk.site_policy import GRAPHIQL, connecting, security_headers
from localcloud.edge.replies import problem
from localcloud.edge.site_files import SiteFile, SiteFiles
from localcloud.edge.site_stores import SiteStores
from services.domain.entity_tags import names_tag

CODINGS: Final = ("br", "gzip")  # those that CloudFront supports, best first
_PAGES: Final = frozenset({INDEX, GRAPHIQL_PAGE, NOT_FOUND})
_GRAPHIQL_HEADERS: Final = security_headers(GRAPHIQL)
_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>carte: the site is not built</title>
<style>body{{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem}}
code{{background:#8882;padding:.1em .35em;border-radius:.25em}}</style>
<h1>The site is not built yet</h1>
<p>The edge runs, and <code>/graphql</code> answers. The pages are missing: run
<code>make setup</code> in the repository, then reload this page.</p>
<p>Looked in <code>{site_dir}</code>. State of the regions:
<a href="/_edge/status">/_edge/status</a></p></html>
"""


class Site:
    """Answers GET and HEAD for everything that is not the API's or the edge's own."""

    def __init__(self, site_dir: Path, stores: SiteStores, connected: Iterable[str] = ()) -> None:
        """Serve a site.

        Args:
            site_dir: The folder of the built site.
            stores: The stores that have pages, and the files that list them.
            connected: Origins that its pages may send requests to, beside this one.
        """
        self._headers = security_headers(connecting(connected))
        self._dir = site_dir
        self._files = SiteFiles(site_dir)
        self._stores = stores

    def known_stores(self) -> Mapping[str, str] | None:
        """Return the id of each store by its spellings; None while there is no list of them."""
        return self._stores.known()

    @property
    def built(self) -> bool:
        """Whether the site was built."""
        return (self._dir / INDEX[1:]).is_file()

    async def answer(
        self, method: str, path: str, headers: Mapping[str, str], *, query: str = ""
    ) -> web.Response:
        """Return the file at this path, the page of the app, or what says that there is none.

        Args:
            method: HTTP method.
            path: The decoded path, already free of dot segments.
            headers: The request's headers.
            query: The raw query string, which a redirection keeps.
        """
        if method not in {"GET", "HEAD"}:
            return problem(405, "the site takes GET and HEAD", headers={"allow": "GET, HEAD"})
        answer = answer_of(path, self._stores.known())
        if answer.location:
            location = f"{answer.location}?{query}" if query else answer.location
            return web.Response(
                status=HTTPStatus.MOVED_PERMANENTLY,
                headers={"location": location, "cache-control": "public, max-age=3600"},
            )
        if not answer.found:
            return await self.missing(headers, path)
        file = await self._stores.files.find(path) or await self._files.find(answer.file)
        if file is not None:
            # CloudFront's behavior for GraphiQL is `/graphiql*`.
            return _respond(file, headers, self._security(path))
        if answer.file in _PAGES:
            return self._not_built()
        return problem(404, f"there is no file {path}")

    async def missing(self, headers: Mapping[str, str], path: str = "") -> web.Response:
        """Return the page that says that there is no such page, with the status 404."""
        file = await self._files.find(NOT_FOUND)
        if file is None:
            return problem(404, f"there is no page {path}") if self.built else self._not_built()
        unconditional = {name: headers[name] for name in ("accept-encoding",) if name in headers}
        response = _respond(file, unconditional, self._security(path))
        response.set_status(HTTPStatus.NOT_FOUND)
        return response

    def _security(self, path: str) -> Mapping[str, str]:
        return _GRAPHIQL_HEADERS if path.startswith("/graphiql") else self._headers

    def _not_built(self) -> web.Response:
        return web.Response(
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            text=_NOT_BUILT.format(site_dir=self._dir),
            content_type="text/html",
            headers={"cache-control": "no-store"},
        )


def _respond(
    file: SiteFile, headers: Mapping[str, str], security: Mapping[str, str]
) -> web.Response:
    coding = preferred_coding(headers.get("accept-encoding", ""), file.bodies)
    etag = f'"{file.etag}"' if coding == "identity" else f'"{file.etag}-{coding}"'
    own = {
        **security,
        "etag": etag,
        "cache-control": file.cache_control,
    }
    if len(file.bodies) > 1:
        own["vary"] = "accept-encoding"
    known = headers.get("if-none-match")
    if known and names_tag(known, etag):
        return web.Response(status=304, headers=own)
    own["content-type"] = file.content_type
    if coding != "identity":
        own["content-encoding"] = coding
    return web.Response(body=file.bodies[coding], headers=own)


def preferred_coding(accepted: str, bodies: Mapping[str, object]) -> str:
    """Brotli before gzip before plain, of what the client takes and the file has."""
    taken = accepted_codings(accepted)
    for coding in CODINGS:
        if coding in taken and coding in bodies:
            return coding
    return "identity"


def accepted_codings(accepted: str) -> frozenset[str]:
    """Return which of the codings of CODINGS an Accept-Encoding header takes."""
    if not accepted:
        return frozenset()
    refused: set[str] = set()
    taken: set[str] = set()
    for part in accepted.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        (refused if weight and not weight.strip("0.") else taken).add(name)
    return frozenset(
        coding for coding in CODINGS if coding in taken or ("*" in taken and coding not in refused)
    )
