"""Which paths of the site are pages, which are none, and which lead to another spelling.

The same rule as `edge_function/site_path.js`, which answers at CloudFront; this one answers in the
local cloud. tests/support/site_paths.json has cases that both must pass. The CDK is not needed to
read it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.domain.ids import ID_PATTERN

INDEX: Final = "/index.html"
GRAPHIQL: Final = "/graphiql.html"
# A copy of the index page under a name of its own, so that CloudFront's function for responses can
# give it the status 404. The app in it says what is missing, in the guest's language.
NOT_FOUND: Final = "/not-found.html"
# Browsers look for a newer worker at each visit: like a page it is revalidated each time.
WORKER: Final = "/service-worker.js"
_GRAPHIQL_PATH: Final = re.compile(r"/graphiql/?")
_STORE: Final = re.compile(rf"/store/({ID_PATTERN})((?:/cart|/item/{ID_PATTERN})?/?)", re.ASCII)
# Staff and operators have pages below these two; their app says which there are.
_OTHER: Final = re.compile(
    r"/|/(?:privacy|imprint)/?|/order/[a-z2-7]{26}/?|/signin/?|/(?:staff|office|ops)(?:/.*)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class SiteAnswer:
    """How the edge answers a path of the site.

    Attributes:
        file: The file of the site that is sent, as an absolute path.
        found: Whether the status is 200; otherwise it is 404.
        location: The path that the client is sent to with the status 301; empty for none.
    """

    file: str
    found: bool = True
    location: str = ""


def answer_of(path: str, stores: Mapping[str, str] | None) -> SiteAnswer:
    """Return how the edge answers a path.

    Args:
        path: The decoded path of the request, without its query.
        stores: The id of each store by the spellings that lead to it, as `site_index.spellings`
            has them; None where they are not known, and every id is taken for that of a store.
    """
    if _GRAPHIQL_PATH.fullmatch(path):
        return SiteAnswer(GRAPHIQL)
    if _OTHER.fullmatch(path):
        return SiteAnswer(INDEX)
    store = _STORE.fullmatch(path)
    if store:
        store_id, rest = store.groups()
        known = store_id
        if stores is not None:
            known = stores.get(store_id) or stores.get(store_id.lower(), "")
        if known and known != store_id:
            return SiteAnswer("", location=f"/store/{known}{rest}")
        return SiteAnswer(INDEX) if known else SiteAnswer(NOT_FOUND, found=False)
    if "." not in path.rpartition("/")[2]:
        return SiteAnswer(NOT_FOUND, found=False)
    return SiteAnswer(path)
