"""`python -m loadtests.search_engines.typing_speed [--url URL]`: how fast an edge suggests.

Types names of cities of the chain letter by letter, as the site sends them, one request after the
other, and prints percentiles of the time from the request to the whole answer: of all keys, and of
those that the edge answered from its cache and those that it did not. A first key that is not
counted makes the index of words in the process that answers. Exit code 1 if the 95th percentile of
all keys is over the bar.
"""

import argparse
import http.client
import json
import random
import sys
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import asdict
from typing import Final
from urllib.parse import urlsplit

from dataload.chain.gazetteer import cities
from loadtests.cloud.edge_header import edge_decision
from loadtests.cloud.persisted_documents import persisted_path
from loadtests.measurement.percentiles import distribution

BAR_MS: Final = 50.0
"""What the 95th percentile of all keys may be, from the request to the whole answer."""

_SHORTEST: Final = 1
_PATIENCE_S: Final = 30
_OK: Final = 200


def typed_texts(keys: int, seed: int) -> list[str]:
    """Return what stands in the field after each key, for names of cities drawn by their size."""
    dice = random.Random(seed)
    known = [city for city in cities() if city.name.isascii()]
    texts: list[str] = []
    while len(texts) < keys:
        (city,) = dice.choices(known, [one.population for one in known])
        name = city.name.lower()
        texts += [name[:end].strip() for end in range(_SHORTEST, len(name) + 1)]
    return texts[:keys]


def measured(url: str, texts: list[str]) -> dict[str, list[float]]:
    """Return milliseconds by how the edge answered: `all`, `hit`, `miss`.

    Raises:
        OSError: The edge cannot be reached.
        ValueError: An answer holds no suggestions.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE_S)
    found: defaultdict[str, list[float]] = defaultdict(list)
    with closing(connection):
        for number, text in enumerate(["warm-up", *texts]):
            started = time.perf_counter()
            connection.request(
                "GET",
                persisted_path("SearchSuggestions", text=text),
                headers={"accept": "application/graphql-response+json"},
            )
            response = connection.getresponse()
            body = response.read()
            took = (time.perf_counter() - started) * 1000
            if response.status != _OK or "searchSuggestions" not in (
                json.loads(body)["data"] or {}
            ):
                raise ValueError(f"{text!r} is answered with {response.status}: {body[:200]!r}")
            if number:
                found["all"].append(took)
                headers = {name.lower(): value for name, value in response.getheaders()}
                found[edge_decision(headers).get("cache", "none")].append(took)
    return dict(found)


def main() -> int:
    """Measure, and print the percentiles; exit code 1 over the bar, or without an answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8080", help="the edge, without a path")
    parser.add_argument("--keys", type=int, default=500, help="how many keys are pressed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bar-ms", type=float, default=BAR_MS, help="most p95 of all keys")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        times = measured(arguments.url, typed_texts(arguments.keys, arguments.seed))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{arguments.url}: {error}; start a local cloud with `make up`\n")
        return 1
    table = {how: distribution(ones) for how, ones in times.items()}
    p95 = table["all"].p95
    if arguments.json:
        by_answer = {how: asdict(one) for how, one in table.items()}
        sys.stdout.write(json.dumps({**by_answer, "bar_ms": arguments.bar_ms}) + "\n")
        return int(p95 > arguments.bar_ms)
    for how, one in table.items():
        figures = f"p50 {one.p50:.1f}  p95 {one.p95:.1f}  p99 {one.p99:.1f}  most {one.most:.1f} ms"
        sys.stdout.write(f"{how:5} {one.samples:5} keys  {figures}\n")
    verdict = "over" if p95 > arguments.bar_ms else "within"
    sys.stdout.write(f"p95 of all keys: {p95:.1f} ms, {verdict} the bar of {arguments.bar_ms:g}\n")
    return int(p95 > arguments.bar_ms)


if __name__ == "__main__":
    sys.exit(main())
