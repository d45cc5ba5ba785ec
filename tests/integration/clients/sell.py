"""Sells in a running carte with the Python client; the counterpart of web/tests/live/sell.ts."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable
from typing import Any

from clients.carte_client import CarteClient
from clients.failover import Memory, Timing

SALE = (
    "mutation Sell($input: RecordSaleInput!) "
    "{ recordSale(input: $input) { errors { __typename message } } }"
)


async def timed(work: Awaitable[Any]) -> dict[str, Any]:
    began = time.perf_counter()
    data, error = None, None
    try:
        data = await work
    except Exception as failure:  # noqa: BLE001 - the test shows it
        error = repr(failure)
    return {"ms": round((time.perf_counter() - began) * 1000), "data": data, "error": error}


async def main(wish: dict[str, Any]) -> None:
    headers = {"x-carte-place": wish["place"]}
    line = {"itemId": wish["itemId"], "pieces": 1}
    sale = {"storeId": wish["storeId"], "lines": [line]}
    memory = Memory(Timing(timeout_s=wish["patienceS"], rounds=wish["rounds"]))
    async with CarteClient(
        wish["url"], token=wish["token"], headers=headers, memory=memory
    ) as client:
        writes = [
            asyncio.ensure_future(timed(client.execute(SALE, {"input": {**sale, **named}})))
            for named in ({"operationId": one} for one in wish["operationIds"])
        ]
        await asyncio.sleep(0)
        print("sent", flush=True)  # noqa: T201 - what the test waits for
        sold = await asyncio.gather(*writes)
        read = await timed(client.execute(wish["query"], {"storeId": wish["storeId"]}))
    print(json.dumps({"sold": sold, "read": read}))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
