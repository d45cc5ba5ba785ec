"""`python -m loadtests.search_engines.over_graphql --url URL`: the queries of the tests, by HTTP.

Sends each query of `queries.tsv` and `held_out.tsv` as a client would, `stores(search:)` by POST to
an edge, and judges the answers as the tests judge the index: so what stands between the index and a
reader (limits, cursors, the directory in the table) is judged with it. Wants a local cloud with the
whole demo chain: `carte up --detach --stores 31000`. Queries for which only a store outside the
demo chain is right are left out and counted. Exit code 1 where fewer than `--least` of the first
stores are right, or without an answer.
"""

import argparse
import http.client
import json
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from loadtests.cloud.answers import data_of
from loadtests.search_engines.judging import (
    HELD_OUT,
    QUERIES,
    Directory,
    Judgement,
    Query,
    precision,
    queries,
)
from services.domain.documents.directory import DirectoryEntry

DOCUMENT: Final = """
query Judged($search: String!, $latitude: Float, $longitude: Float) {
  stores(search: $search, nearLatitude: $latitude, nearLongitude: $longitude, first: 3) {
    edges { node { id } }
  }
}
"""
_PATIENCE_S: Final = 30
_ATTEMPTS: Final = 10
_FAILED: Final = 500  # this status, or a larger one
Post = Callable[[bytes], tuple[int, bytes]]


class UnansweredError(Exception):
    """A query was refused, or found a store that the chain has not; says which and how."""


def judged(directory: Directory, queries: Iterable[Query], post: Post) -> list[Judgement]:
    """Return how well a service answers queries.

    Raises:
        UnansweredError: An answer has errors, or names a store that the chain has not.
    """
    entries = {entry.store_id: entry for entry in directory.entries}

    def search(text: str, near: tuple[float, float] | None) -> list[DirectoryEntry]:
        latitude, longitude = near or (None, None)
        variables = {"search": text, "latitude": latitude, "longitude": longitude}
        status, body = post(json.dumps({"query": DOCUMENT, "variables": variables}).encode())
        failure, data = data_of(status, body)
        if failure:
            raise UnansweredError(f"{text!r} is answered with {failure}: {body[:200]!r}")
        found = [edge["node"]["id"] for edge in data["stores"]["edges"]]
        if unknown := [one for one in found if one not in entries]:
            raise UnansweredError(f"{text!r} finds {unknown}, which the demo chain has not")
        return [entries[one] for one in found]

    return directory.judge(search, queries)


def answerable(directory: Directory, queries: Iterable[Query]) -> list[Query]:
    """Return the queries for which the chain has a right answer."""
    stores = {entry.store_id for entry in directory.entries}
    return [
        one for one in queries if one.expected == "none" or directory.right(one.expected) & stores
    ]


def insisting(post: Post, pause_s: float = 1.0) -> Post:
    """Return a function that sends again what a region failed at, as clients do.

    The first search of a Lambda's process makes its index, for which the edge does not wait.
    """

    def repeated(body: bytes) -> tuple[int, bytes]:
        for _ in range(_ATTEMPTS - 1):
            status, answer = post(body)
            if status < _FAILED:
                return status, answer
            time.sleep(pause_s)
        return post(body)

    return repeated


def main() -> int:
    """Ask, and print precision by kind; exit code 1 below the least, or without an answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8080", help="the edge, without a path")
    parser.add_argument("--stores", type=int, default=31_000, help="how many the cloud was given")
    parser.add_argument("--least", type=float, default=0.97, help="of precision at 1, of all")
    arguments = parser.parse_args()
    parts = urlsplit(arguments.url)
    if parts.scheme != "http":
        parser.error("--url begins with http://, as the address of a local cloud does")
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE_S)

    def post(body: bytes) -> tuple[int, bytes]:
        headers = {"content-type": "application/json", "accept": "application/json"}
        connection.request("POST", "/graphql", body, headers)
        response = connection.getresponse()
        return response.status, response.read()

    directory = Directory(arguments.stores, native=False)
    worst = 1.0
    with closing(connection):
        for path in (QUERIES, HELD_OUT):
            everything = queries(path)
            of_chain = answerable(directory, everything)
            try:
                figures = precision(judged(directory, of_chain, insisting(post)))
            except (OSError, UnansweredError) as error:
                sys.stderr.write(f"{arguments.url}: {error}; see --help\n")
                return 1
            sys.stdout.write(f"{path.name}: {len(everything) - len(of_chain)} left out\n")
            sys.stdout.write("".join(map(_line, figures.items())))
            worst = min(worst, figures["all"][1])
    return int(worst < arguments.least)


def _line(row: tuple[str, tuple[int, float, float]]) -> str:
    kind, (count, at_1, at_3) = row
    return f"  {kind:34} {count:5}  {at_1:.2f} at 1  {at_3:.2f} at 3\n"


if __name__ == "__main__":
    sys.exit(main())
