"""One start at a time on a state folder: a lock that ends with its process, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from localcloud.exceptions import StartError
from localcloud.layout import CloudLayout


@contextmanager
def only_one(layout: CloudLayout) -> Iterator[None]:
    """Hold the state folder's lock.

    Raises:
        StartError: Another process holds it, or the folder cannot be written.
    """
    try:
        layout.state_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(layout.state_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartError(
            f"{layout.state_dir} cannot be written: {error.strerror}",
            "name a folder that can be by `--state-dir`, on a disk with room",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartError(
                f"another `carte up` with --port {layout.port} is at work",
                f"`carte status --port {layout.port}` shows how far it is",
            ) from error
        yield
    finally:
        os.close(descriptor)
