"""The site in a real browser under the content security policy that CloudFront sends with it."""

import json
import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from infra_cdk.site_policy import GRAPHIQL, SITE, policy_text

DIST = Path(__file__).parents[2] / "web" / "dist"
HOST = "http://menus.test"
HEAR = """document.addEventListener('securitypolicyviolation', (event) => {
  console.error('REFUSED ' + event.violatedDirective + ' ' + event.blockedURI);
});"""

Visit = Callable[[str, Mapping[str, str]], list[str]]


def served(policy: Mapping[str, str]) -> Callable[[Route], None]:
    """Serves the built site with a policy, and an API that knows nothing."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST).split("?")[0]
        if path.startswith("/graphql"):
            body = json.dumps({"errors": [{"message": "no API here"}]})
            route.fulfill(status=200, content_type="application/json", body=body)
            return
        file = DIST / ("graphiql.html" if path == "/graphiql" else path.lstrip("/"))
        if not file.is_file():
            file = DIST / "index.html"
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(
            status=200,
            headers={"content-type": kind, "content-security-policy": policy_text(policy)},
            body=file.read_bytes(),
        )

    return answer


@pytest.fixture
def visit(browser: Browser) -> Visit:
    """Opens a page of the site under a policy; gives what the browser refused."""

    def opened(at: str, policy: Mapping[str, str]) -> list[str]:
        console: list[str] = []
        page: Page = browser.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: console.append(message.text))
        page.add_init_script(HEAR)
        page.route(f"{HOST}/**", served(policy))
        page.goto(f"{HOST}{at}", wait_until="networkidle")
        if "'self'" in policy["script-src"]:
            drawn = "#graphiql .monaco-editor .view-line" if at == "/graphiql" else "#app > *"
            page.locator(drawn).first.wait_for()
        page.close()
        return [one for one in console if "REFUSED" in one or "Content Security Policy" in one]

    return opened


@pytest.mark.parametrize("at", ["/", "/stores/us-0001"])
def test_the_site_works_under_its_policy(visit: Visit, at: str) -> None:
    assert visit(at, SITE) == []


def test_graphiql_works_under_its_policy(visit: Visit) -> None:
    assert visit("/graphiql", GRAPHIQL) == []


def test_a_policy_that_is_too_strict_is_noticed(visit: Visit) -> None:
    assert any("script-src" in one for one in visit("/", {**SITE, "script-src": "'none'"}))


def test_graphiql_needs_the_policy_of_its_own(visit: Visit) -> None:
    assert any("style-src" in one for one in visit("/graphiql", SITE))
