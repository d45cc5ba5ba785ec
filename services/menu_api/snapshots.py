"""Lambda SnapStart: what is done before a snapshot is taken and after it is restored."""

import random
from typing import Any

from services.menu_api.application import Application


def register(application: Application) -> bool:
    """Register the hooks for snapshots, and return whether the runtime supports them."""
    try:
        from snapshot_restore_py import (  # type: ignore[import-not-found,unused-ignore]
            register_after_restore,
            register_before_snapshot,
        )
    except ImportError:
        return False
    hooks: Any = (register_before_snapshot, register_after_restore)
    hooks[0](application.before_snapshot)
    hooks[1](lambda: restored(application))
    return True


def restored(application: Application) -> None:
    """Give a restored copy its own random numbers, and drop the cached data of the snapshot."""
    random.seed()
    application.after_restore()
