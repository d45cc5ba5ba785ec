"""The stores whose pages exist, and the files that list them for search engines.

`carte seed`, `carte import stores` and `carte sitemap` write both into the cloud's state folder. A
cloud without them takes every id for that of a store.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import orjson

from infra_cdk.site_index import PUBLIC, STORES
from localcloud.edge.site_files import SiteFiles
from localcloud.json_log import EventLog

_LOG: Final = EventLog("edge")


class SiteStores:
    """Reads the list of stores, again whenever it was written anew.

    Attributes:
        files: The sitemaps and robots.txt.
    """

    def __init__(self, folder: Path) -> None:
        """Read from the folder that `site_index.write` wrote to; it need not exist yet."""
        self.files = SiteFiles(folder / PUBLIC)
        self._list = folder / STORES
        self._read: tuple[int, int] | None = None
        self._known: Mapping[str, str] | None = None

    def known(self) -> Mapping[str, str] | None:
        """Return the id of each store by its spellings; None while there is no list."""
        try:
            status = self._list.stat()
            signature = status.st_ino, status.st_mtime_ns
            if signature != self._read:
                self._read = signature
                pairs = orjson.loads(self._list.read_bytes())["data"]
                self._known = {one["key"]: one["value"] for one in pairs}
        except FileNotFoundError:
            self._read = self._known = None
        except (OSError, ValueError, KeyError, TypeError) as error:
            # Every id is then taken for that of a store: the app says what does not exist.
            self._known = None
            _LOG.warning("the list of stores cannot be read", error=repr(error))
        return self._known
