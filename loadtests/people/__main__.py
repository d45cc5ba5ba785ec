"""`python -m loadtests.people`: measure revocations, or a lost user pool, on a running cloud."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from loadtests.people import lost_pool, revocation
from localcloud.layout import DEFAULT_PORT, CloudLayout, default_state_dir
from localcloud.state_file import load_layout
from services.domain.errors import CarteError
from services.storage.people import MAX_AGE_S

_EXAMPLES: Final = """examples:
  python -m loadtests.people revocation
  python -m loadtests.people lost-pool --json"""


def main() -> int:
    """Measure, and print a table; exit code 1 where a bound is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.people",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=("revocation", "lost-pool"))
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the cloud's edge")
    parser.add_argument("--state-dir", type=Path, help="of the cloud")
    parser.add_argument("--json", action="store_true", help="answer for a program")
    arguments = parser.parse_args()
    layout = load_layout(arguments.state_dir or default_state_dir(arguments.port))
    if layout is None:
        sys.stderr.write("no local cloud is up; start one: carte up --detach\n")
        return 2
    measured = _revocation if arguments.what == "revocation" else _lost_pool
    try:
        return measured(layout, as_json=arguments.json)
    except (CarteError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _progress(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _revocation(layout: CloudLayout, *, as_json: bool) -> int:
    found = list(revocation.measure(layout, _progress))
    missed = [
        f"{one.case}: {region} accepted a mutation after {last:.1f} s"
        for one in found
        for region, last in one.last_s.items()
        if last > MAX_AGE_S + 1 + (one.healed_s or 0.0)
    ]
    if as_json:
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        print(f"Seconds from the revocation; the bound is {MAX_AGE_S:.0f} s after its arrival.")
        for one in found:
            healed = "" if one.healed_s is None else f" (partition ended after {one.healed_s:.1f})"
            print(f"\n{one.case}{healed}")
            for region in one.last_s:
                print(
                    f"  {region:16} last accepted {one.last_s[region]:5.1f}   "
                    f"first refused {one.refused_s[region]:5.1f}"
                )
    sys.stderr.writelines(f"bound missed: {line}\n" for line in missed)
    return 1 if missed else 0


def _lost_pool(layout: CloudLayout, *, as_json: bool) -> int:
    rows = lost_pool.measure(layout, _progress)
    if as_json:
        print(json.dumps([asdict(one) for one in rows], indent=2))
    else:
        width = max(len(row.what) for row in rows)
        print(f"{'':{width}}  before  pool's region frozen  after")
        for row in rows:
            frozen = f"{row.frozen} ({row.seconds:.1f} s)"
            print(f"{row.what:{width}}  {row.before:6}  {frozen:20}  {row.after}")
    return 0 if all(row.before == row.after == "ok" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
