"""Records of the table's stream, as Lambda hands them to convergence."""

import base64
import random
import zlib
from typing import Any

import orjson

from services.convergence.events import MalformedRecordError, change_of
from tests.fuzz.faces.documents import BODIES, STAMP
from tests.fuzz.faces.mutation import mutated


def record(dice: random.Random) -> dict[str, Any]:
    """Return a record that the table may have sent."""
    kind = dice.choice(list(BODIES))
    text = orjson.dumps(BODIES[kind][0])
    image: dict[str, Any] = {"rev": {"S": str(STAMP)}}
    if dice.random() < 0.5:
        image["body"] = {"S": text.decode()}
    else:
        image["packed"] = {"B": base64.b64encode(zlib.compress(text)).decode()}
    keys = {"pk": {"S": "STORE#1"}, "sk": {"S": "PROFILE"}}
    return {
        "eventID": "1",
        "eventName": "MODIFY",
        "dynamodb": {
            "Keys": keys,
            "OldImage": {**keys, **image},
            "NewImage": {**keys, **image, "expires": {"N": "1777888000"}},
            "SequenceNumber": "1",
        },
    }


def case(seed: int) -> str | None:
    """Read a changed record: it is a change, or refused as malformed."""
    dice = random.Random(f"records {seed}")
    changed = mutated(dice, record(dice), dice.randrange(1, 4))
    try:
        change_of(changed)
    except MalformedRecordError:
        return None
    except Exception as error:  # noqa: BLE001 - any other error is the fault that is looked for
        return f"{str(changed)[:400]}: {error!r}"
    return None
