"""Write the chain of a bench into the table that the environment names.

Run: `python -m loadtests.bench.fill '[["bench", 300, 60, 1]]' [create]`: the fields of each
`chain.Stores` in their order; with `create` the tables are made, too.
"""

import json
import os
import sys

from loadtests.bench import staff
from loadtests.bench.chain import Stores, write
from localcloud.single_emulator import create_table
from services.storage.binding import Binding
from services.storage.table import Table


def main() -> None:
    """Fill it, then say so."""
    groups = [Stores(*group) for group in json.loads(sys.argv[1])]
    region, endpoint = os.environ["CARTE_REGION"], os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
    if sys.argv[2:] == ["create"]:
        for name in (os.environ["CARTE_TABLE"], "menus"):
            create_table(region, endpoint, name)
    table = Table(Binding(region, os.environ["CARTE_TABLE"], endpoint, read_timeout_s=60.0))
    write(table, groups)
    if any(group.stocked for group in groups):
        staff.save_keys(table)
    sys.stdout.write(json.dumps({"stores": sum(group.count for group in groups)}) + "\n")


if __name__ == "__main__":
    main()
