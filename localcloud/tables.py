"""Reach the tables of a local cloud from a command: past its API, as a data tool does."""

import os
from typing import Final

from localcloud.layout import ANY_KEY, CloudLayout
from services.storage.models import Binding

# A bulk load keeps two cores busy; slow answers are no failure here.
PATIENCE_S: Final = 30.0


def table_binding(layout: CloudLayout, region: str) -> Binding:
    """Return where a region's replica of the table is; requests are signed with a local key.

    A person's own AWS credentials, which may be expired, are taken out of this process's
    environment.

    Raises:
        LocalCloudError: The cloud has no such region.
    """
    chosen = layout.region(region)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    os.environ.update(AWS_ACCESS_KEY_ID=ANY_KEY, AWS_SECRET_ACCESS_KEY=ANY_KEY)
    return Binding(chosen.name, layout.table, chosen.endpoint, PATIENCE_S)
