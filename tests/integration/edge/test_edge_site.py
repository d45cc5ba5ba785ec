"""The static site as the edge serves it."""

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from infra_cdk import site_index
from infra_cdk.site_policy import GRAPHIQL, SITE, security_headers
from localcloud.site_listing import site_index_dir
from tests.support.edge_cloud import Edge

PAGE = "<!doctype html><title>carte</title>"
MISSING = "<!doctype html><title>carte, missing</title>"
PATHS = json.loads((Path(__file__).parents[2] / "support" / "site_paths.json").read_text())
SCRIPT = "console.log('menu');\n" * 100


@pytest.fixture
def site(edge: Edge) -> Edge:
    """An edge with a small built site."""
    files = {
        "index.html": PAGE,
        "not-found.html": MISSING,
        "graphiql.html": "<!doctype html><title>GraphiQL</title>",
        "assets/site-AbCd12_-.js": SCRIPT,
        "assets/style-12345678.css": "body{}",
        "pictures/glazed-ring.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "font.woff2": "x",
        "service-worker.js": "addEventListener('fetch', () => {});",
        ".ready": "",
    }
    for name, content in files.items():
        path = edge.site_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return edge


def alike(header: str) -> str:
    """A header without the emulators' addresses, which stand for the buckets of a deployment."""
    return re.sub(r"connect-src 'self'( http://127[^;]*)", "connect-src 'self'", header)


def test_files_have_their_types_and_lifetimes(site: Edge) -> None:
    forever = "public, max-age=31536000, immutable"
    short = "public, max-age=300, stale-while-revalidate=86400"
    expected = {
        "/": ("text/html; charset=utf-8", "no-cache"),
        "/index.html": ("text/html; charset=utf-8", "no-cache"),
        "/graphiql": ("text/html; charset=utf-8", "no-cache"),
        "/assets/site-AbCd12_-.js": ("text/javascript; charset=utf-8", forever),
        "/assets/style-12345678.css": ("text/css; charset=utf-8", forever),
        "/pictures/glazed-ring.svg": ("image/svg+xml", short),
        "/font.woff2": ("font/woff2", short),
        "/service-worker.js": ("text/javascript; charset=utf-8", "no-cache"),
    }
    for path, (kind, lifetime) in expected.items():
        reply = site.get(path)
        assert reply.status == 200, path
        assert (reply.headers["content-type"], reply.headers["cache-control"]) == (kind, lifetime)
        assert reply.headers["x-carte-edge"] == "origin=site"
        page = GRAPHIQL if path == "/graphiql" else SITE
        expected_headers = security_headers(page)
        found = {name: alike(reply.headers[name]) for name in expected_headers}
        assert found == expected_headers
    assert b"GraphiQL" in site.get("/graphiql").body
    assert b"GraphiQL" in site.get("/graphiql/").body


def test_addresses_of_the_app_get_its_page_and_missing_files_do_not(site: Edge) -> None:
    for path in ("/store/us-00017", "/store/us-00017/?b=c.d", "/staff/us-00001"):
        assert site.get(path).body.decode() == PAGE, path
    for path in ("/assets/gone-12345678.js", "/pictures/none.svg", "/.ready", "/.git"):
        assert site.get(path).status == 404, path


def list_stores(site: Edge, stores: Mapping[str, bool]) -> None:
    origin = f"http://localhost:{site.port}"
    site_index.write(stores, origin, site_index_dir(site.folder / "state"))


def test_what_is_no_page_and_no_store_is_404_with_the_apps_page(site: Edge) -> None:
    stores = {"a": True, **dict.fromkeys(PATHS["stores"].values(), True)}
    list_stores(site, stores)
    for path in PATHS["pages"]:
        assert (site.get(path).status, site.get(path).body.decode()) == (200, PAGE), path
    for path in map(quote, PATHS["unknown"]):
        reply = site.get(path, If_None_Match="*")
        assert (reply.status, reply.body.decode()) == (404, MISSING), path
    for path, location in PATHS["moved"].items():
        reply = site.get(f"{path}?lang=de")
        assert (reply.status, reply.headers["location"]) == (301, f"{location}?lang=de")
    assert "/store/us-00001" in site.get("/sitemaps/stores-1.xml").body.decode()
    assert f"{site.port}/sitemap.xml" in site.get("/robots.txt").body.decode()
    # A list that is written while the edge runs counts at once.
    list_stores(site, {"b": True})
    assert [site.get(path).status for path in ("/store/a", "/store/b")] == [404, 200]


def test_a_path_that_cannot_be_decoded_is_a_page_for_browsers(site: Edge) -> None:
    reply = site.get("/store/%E0%A4%A", Accept="text/html,*/*;q=0.8")
    assert (reply.status, reply.body.decode()) == (404, MISSING)
    assert (
        alike(reply.headers["content-security-policy"])
        == security_headers(SITE)["content-security-policy"]
    )
    assert site.get("/store/%E0%A4%A").status == 400


def test_what_is_known_is_not_sent_again(site: Edge) -> None:
    path = "/assets/site-AbCd12_-.js"
    first = site.get(path)
    etag = first.headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = site.get(path, If_None_Match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert site.get(path, If_None_Match='"other"').status == 200


def test_a_rebuilt_file_is_noticed(site: Edge) -> None:
    before = site.get("/").headers["etag"]
    (site.site_dir / "index.html").write_text(PAGE + "<p>new")
    after = site.get("/", If_None_Match=before)
    assert (after.status, after.body.decode()) == (200, PAGE + "<p>new")
    (site.site_dir / "index.html").unlink()
    assert site.get("/").status == 503


def test_text_is_compressed_for_those_who_take_it(site: Edge) -> None:
    path = "/assets/site-AbCd12_-.js"
    plain = site.get(path)
    assert plain.body.decode() == SCRIPT
    assert "content-encoding" not in plain.headers
    zipped = site.get(path, Accept_Encoding="gzip, deflate, br")
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body).decode() == SCRIPT
    assert zipped.headers["vary"] == "accept-encoding"
    assert zipped.headers["etag"] != plain.headers["etag"]
    prebuilt = site.site_dir / "pictures" / "glazed-ring.svg.br"
    prebuilt.write_bytes(b"brotli")
    reply = site.get("/pictures/glazed-ring.svg", Accept_Encoding="br")
    assert (reply.headers["content-encoding"], reply.body) == ("br", b"brotli")


def test_head_has_the_length_and_no_body(site: Edge) -> None:
    reply = site.ask("HEAD", "/assets/site-AbCd12_-.js")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["content-length"] == str(len(SCRIPT))


def test_a_link_out_of_the_site_leads_nowhere(site: Edge, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (site.site_dir / "link.txt").symlink_to(outside / "secret.txt")
    (site.site_dir / "folder").symlink_to(outside)
    assert site.get("/link.txt").status == 404
    assert site.get("/folder/secret.txt").status == 404


def test_without_a_site_the_page_says_what_to_do(edge: Edge) -> None:
    for path in ("/", "/store/1", "/elsewhere", "/graphiql"):
        reply = edge.get(path)
        assert reply.status == 503
        assert re.search("make setup", reply.body.decode())
    assert edge.get("/assets/a.js").status == 404
