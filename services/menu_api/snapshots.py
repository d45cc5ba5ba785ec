"""Lambda SnapStart: what must not be in a snapshot, and what thousands of copies must not share."""

import random
from typing import Any

from services.menu_api.application import Application


def register(application: Application) -> bool:
    """Prepare the application for being stored and restored; whether the runtime can do that."""
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
    """Make this copy one of its own: other random numbers, nothing from before."""
    random.seed()
    application.after_restore()
