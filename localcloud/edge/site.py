"""The static site: files, the page for every address of the app, and 304 for what is known."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aiohttp import web

from infra_cdk.site_policy import GRAPHIQL, SITE, security_headers
from localcloud.edge.replies import problem
from localcloud.edge.site_files import SiteFile, SiteFiles
from services.domain.entity_tags import names_tag

CODINGS: Final = ("br", "gzip")  # those that CloudFront supports, best first
_INDEX: Final = "/index.html"
_GRAPHIQL: Final = "/graphiql.html"
_SITE_HEADERS: Final = security_headers(SITE)
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

    def __init__(self, site_dir: Path) -> None:
        """Serve the site built into this folder."""
        self._dir = site_dir
        self._files = SiteFiles(site_dir)

    @property
    def built(self) -> bool:
        """Whether the site was built."""
        return (self._dir / _INDEX[1:]).is_file()

    async def answer(self, method: str, path: str, headers: Mapping[str, str]) -> web.Response:
        """The file at this path, the app's page for a path without extension, or 404.

        Args:
            method: HTTP method.
            path: The decoded path, already free of dot segments.
            headers: The request's headers.
        """
        if method not in {"GET", "HEAD"}:
            return problem(405, "the site takes GET and HEAD", headers={"allow": "GET, HEAD"})
        page = _GRAPHIQL if path.rstrip("/") == "/graphiql" else None
        file = await self._files.find(page or path)
        if file is None and page is None and "." not in path.rpartition("/")[2]:
            page = _INDEX
            file = await self._files.find(page)
        if file is not None:
            # CloudFront's behavior for GraphiQL is `/graphiql*`.
            return _respond(file, headers, graphiql=path.startswith("/graphiql"))
        if page is not None and not self.built:
            body = _NOT_BUILT.format(site_dir=self._dir)
            return web.Response(
                status=503,
                text=body,
                content_type="text/html",
                headers={"cache-control": "no-store"},
            )
        return problem(404, f"there is no file {path}")


def _respond(file: SiteFile, headers: Mapping[str, str], *, graphiql: bool) -> web.Response:
    coding = preferred_coding(headers.get("accept-encoding", ""), file.bodies)
    etag = f'"{file.etag}"' if coding == "identity" else f'"{file.etag}-{coding}"'
    own = {
        **(_GRAPHIQL_HEADERS if graphiql else _SITE_HEADERS),
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
