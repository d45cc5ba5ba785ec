"""Reservations of mails: each one whose outcome nobody knows makes the next pause longer."""

from services.domain.mail_reservation import RECHECK_MS, RESERVED_MS, Reservation

DAY_MS = 24 * 3600 * 1000


def test_pauses_grow_so_that_no_day_has_more_than_five_attempts() -> None:
    reservation, starts = Reservation(), []
    while reservation.until_ms < 10 * DAY_MS:
        starts.append(reservation.until_ms)
        reservation = reservation.taken(reservation.until_ms, "eu-west-1/0f")
    minutes = [at / 60_000 for at in starts[:5]]
    assert minutes == [0, 2, 14, 86, 518]
    assert max(sum(at <= one < at + DAY_MS for one in starts) for at in starts) == 5
    assert reservation.taken(0, "eu-west-1/0f").until_ms == DAY_MS


def test_an_attempt_that_took_no_mail_is_forgotten_unless_another_process_came() -> None:
    first = Reservation().taken(0, "eu-west-1/0f")
    assert first == Reservation(RESERVED_MS, "eu-west-1/0f", 1)
    assert first.given_back(first) == Reservation()
    second = first.taken(first.until_ms, "us-east-1/1e")
    assert second.given_back(first) == second
    assert second.given_back(second) == Reservation(0, "", 1), "the first one may have mailed"


def test_a_region_that_takes_over_waits_longer_for_the_end_of_a_reservation() -> None:
    taken = Reservation().taken(0, "eu-west-1/0f")
    assert taken.free_ms(is_responsible=True) == RESERVED_MS
    assert taken.free_ms(is_responsible=False) == RESERVED_MS + RECHECK_MS
    assert Reservation().free_ms(is_responsible=False) == 0
