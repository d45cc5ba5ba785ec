"""Where ports of two clouds meet, the hint names a port that works."""

import re
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from localcloud import plan
from localcloud.exceptions import PortTakenError
from localcloud.plan import free_edge_port, make_layout
from localcloud.ports import BLOCKED_BY_BROWSERS, free_port, has_ipv6_loopback, require_free

GIVEN_AWAY = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_cloud_beside_another_is_led_to_a_free_block(tmp_path: Path) -> None:
    port = free_edge_port()
    running = make_layout(port, state_dir=tmp_path)
    with ExitStack() as stack:
        for taken in running.ports():
            held = stack.enter_context(socket.socket())
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", taken))
            held.listen()
        with pytest.raises(PortTakenError) as raised:
            require_free(make_layout(port + 1, state_dir=tmp_path))
        suggested = re.search(r"--port (\d+)`", raised.value.hint)
        assert suggested, raised.value.hint
        require_free(make_layout(int(suggested[1]), state_dir=tmp_path))


def test_own_region_ports_are_moved_too(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        taken = held.getsockname()[1]
        layout = make_layout(free_edge_port(), region_port=taken, state_dir=tmp_path)
        with pytest.raises(PortTakenError) as raised:
            require_free(layout)
    assert re.search(r"--port \d+ --region-port \d+`", raised.value.hint)


@pytest.mark.skipif(not has_ipv6_loopback(), reason="this machine has no ::1")
def test_the_port_of_the_edge_is_needed_on_both_loopback_addresses(tmp_path: Path) -> None:
    layout = make_layout(free_edge_port(), state_dir=tmp_path)
    with socket.socket(socket.AF_INET6) as held:
        held.bind(("::1", layout.port))
        held.listen()
        with pytest.raises(PortTakenError, match=str(layout.port)) as raised:
            require_free(layout)
        assert f"--port {layout.port}`" not in raised.value.hint
    with socket.socket(socket.AF_INET6) as held:
        held.bind(("::1", layout.replicator_port))  # which listens on 127.0.0.1 only
        held.listen()
        require_free(layout)


def test_no_cloud_of_a_test_is_where_browsers_send_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = 10_080
    assert blocked in BLOCKED_BY_BROWSERS
    monkeypatch.setattr(plan, "taken", lambda _: {})
    starts = range(len(plan._FREE_EDGE_PORTS))
    found = set()
    for start in starts:
        monkeypatch.setattr("os.getpid", lambda start=start: start)
        found.add(free_edge_port())
    assert len(found) > 200
    assert not found & BLOCKED_BY_BROWSERS
    # Nor does the hint of a taken port lead there.
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", blocked - 100))
        held.listen()
        with pytest.raises(PortTakenError) as raised:
            require_free(make_layout(blocked - 100, state_dir=tmp_path))
    assert f"--port {blocked}`" not in raised.value.hint


@pytest.mark.skipif(not GIVEN_AWAY.exists(), reason="not Linux")
def test_a_free_port_is_none_that_the_operating_system_gives_away() -> None:
    lowest = int(GIVEN_AWAY.read_text().split()[0])
    ports = {free_port() for _ in range(50)}
    assert len(ports) > 40
    assert max(ports) < lowest
