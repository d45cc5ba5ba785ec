"""Where ports of two clouds meet, the hint names a port that works."""

import re
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from localcloud.exceptions import PortTakenError
from localcloud.plan import free_edge_port, make_layout
from localcloud.ports import has_ipv6_loopback, require_free


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
