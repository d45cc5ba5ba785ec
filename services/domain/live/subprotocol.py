"""The WebSocket subprotocol of live updates, by which clients, edge and Lambda agree on it."""

from typing import Final

# https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
SUBPROTOCOL: Final = "graphql-transport-ws"
