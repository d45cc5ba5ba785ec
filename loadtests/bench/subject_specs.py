"""The subjects that the bench can measure: name, program, scenarios, what must be installed."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loadtests.bench.machine import node_version
from loadtests.bench.process import ROOT
from loadtests.bench.subject import (
    CHECKED,
    CONFLICT,
    EDIT,
    FIRST_PAGE,
    HIT,
    LAYER,
    LITERALS,
    MISS,
    NEAR,
    ORDER,
    POSTED,
    SALE,
    STORES,
)

PEERS: Final = ROOT / ".venv-peers" / "bin" / "python"
NODE_FOLDER: Final = Path(__file__).with_name("node")
_OLDEST_NODE: Final = 20

PROJECT, PEER, NODE = "project", "peer", "node"


@dataclass(frozen=True, slots=True)
class SubjectSpec:
    """A subject of the bench.

    Attributes:
        name: What options and reports call the subject.
        title: What tables call it.
        kind: Which interpreter and packages it runs with: `project`, `peer` or `node`.
        scenarios: The scenarios that are timed.
        cold: Module with its handler; None if its cold start is not timed.
        cold_scenarios: The scenarios whose first request is timed.
        keeps: Whether it keeps responses from one request to the next.
        module: Module of a Python subject outside `loadtests.bench.subjects`.
    """

    name: str
    title: str
    kind: str
    scenarios: tuple[str, ...] = (MISS,)
    cold: str | None = None
    cold_scenarios: tuple[str, ...] = (POSTED,)
    keeps: bool = False
    module: str = ""

    def missing(self) -> str | None:
        """Return what is not installed and what to do about it; None if all is installed."""
        if self.kind == PEER and not PEERS.exists():
            return "ariadne and graphene are not installed: run `make bench`, which installs them"
        if self.kind == NODE:
            node = node_version()
            if node is None:
                return "there is no `node` on the path: install Node.js 20 or newer"
            if int(node.partition(".")[0]) < _OLDEST_NODE:
                return f"Node.js {node} is too old: install 20 or newer"
            if not (NODE_FOLDER / "node_modules").is_dir():
                return "its packages are not installed: run `make bench`, or `npm ci` in " + str(
                    NODE_FOLDER.relative_to(ROOT)
                )
        return None

    def command(self) -> Sequence[str]:
        """The command line of its process."""
        module = self.module or f"loadtests.bench.subjects.{self.name.replace('-', '_')}"
        return self._program("worker", self.name if self.kind == NODE else module)

    def cold_command(self) -> Sequence[str]:
        """The command line of a fresh process that answers one event."""
        assert self.cold is not None
        return self._program("cold_start_process", self.cold)

    def _program(self, program: str, what: str) -> Sequence[str]:
        if self.kind == NODE:
            return ("node", str(NODE_FOLDER / f"{program}.mjs"), what)
        python = str(PEERS) if self.kind == PEER else sys.executable
        return (python, "-m", f"loadtests.bench.{program}", what)


_CHAIN: Final = (STORES, NEAR, EDIT, CONFLICT, SALE, ORDER)
_CHAIN_COLD: Final = (STORES, NEAR, EDIT, SALE, ORDER, FIRST_PAGE)
CARTE: Final = SubjectSpec(
    "carte",
    "carte: services.menu_api.handler",
    PROJECT,
    (MISS, CHECKED, HIT, POSTED, LITERALS),
    cold="services.menu_api.handler",
    cold_scenarios=(MISS, POSTED, LITERALS),
    keeps=True,
)
CARTE_CHAIN: Final = SubjectSpec(
    "carte-chain",
    "carte: stores, mutations, orders",
    PROJECT,
    _CHAIN,
    cold="services.menu_api.handler",
    cold_scenarios=_CHAIN_COLD,
)
STOCK_CHAIN: Final = SubjectSpec(
    "stock-chain",
    "Strawberry + Mangum + PynamoDB: stores, mutations, orders",
    PROJECT,
    _CHAIN,
    cold="loadtests.bench.naive.stock_chain",
    cold_scenarios=_CHAIN_COLD,
)
CHAINS: Final = (CARTE_CHAIN.name, STOCK_CHAIN.name)
"""The subjects that are not about menus; they read and change stores of their own."""
SUBJECTS: Final = (
    CARTE,
    SubjectSpec(
        "stock",
        "Strawberry + Mangum + PynamoDB",
        PROJECT,
        (MISS, LITERALS),
        cold="loadtests.bench.naive.stock",
    ),
    CARTE_CHAIN,
    STOCK_CHAIN,
    SubjectSpec("ariadne", "Ariadne + Mangum + PynamoDB", PEER, (MISS, LITERALS)),
    SubjectSpec("graphene", "Graphene + Mangum + PynamoDB", PEER, (MISS, LITERALS)),
    SubjectSpec("apollo", "Apollo Server + AWS SDK v3", NODE, (MISS, LITERALS), cold="apollo"),
    SubjectSpec(
        "mercurius",
        "Mercurius with jit + AWS SDK v3",
        NODE,
        (MISS, LITERALS),
        cold="mercurius",
    ),
    SubjectSpec("mercurius-document", "Mercurius with jit + AWS SDK v3, one item a menu", NODE),
    SubjectSpec("floor", "signed request + orjson", PROJECT),
    SubjectSpec("carte-graphql", "carte's compiled operation + orjson", PROJECT, (LAYER,)),
    SubjectSpec("jit", "graphql-jit + JSON.stringify", NODE, (LAYER,)),
)
NAMES: Final = tuple(one.name for one in SUBJECTS)


def base_environment(region: str, endpoint: str) -> Mapping[str, str]:
    """Return every subject's environment: the Lambda's, without variables of this shell."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "NO_PROXY": "127.0.0.1",
        "NODE_ENV": "production",
        "CARTE_REGION": region,
        "CARTE_REGIONS": region,
        "CARTE_TABLE": "carte",
        "CARTE_VERSION": "bench",
        # As deployed, where compiled operations are believed: the run itself checks them.
        "CARTE_STAGE": "aws",
    }
