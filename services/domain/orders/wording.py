"""What people read of where an order stands, in place of the names of states."""

from collections.abc import Mapping
from typing import Final

from services.domain.orders.state import Status

STATUS: Final[Mapping[Status, str]] = {
    Status.UNKNOWN: "not known here yet",
    Status.PLACED: "waiting for the store",
    Status.AUTHORIZED: "waiting for the store",
    Status.DECLINED: "the card was refused",
    Status.ACCEPTED: "in the making",
    Status.READY: "ready",
    Status.COLLECTED: "collected",
    Status.CANCELLED: "cancelled",
    Status.REJECTED: "rejected by the store",
    Status.EXPIRED: "expired",
    Status.REFUNDED: "the money was given back",
}
