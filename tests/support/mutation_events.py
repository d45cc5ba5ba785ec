"""Events of mutations, and the environment of a process that believes who sends them."""

import json
from typing import Any

from loadtests.bench.events import posted_document
from localcloud.issuer import AUDIENCE, NAME
from tests.support.tokens import ISSUER

OPERATION = "OPERATION"
"""The operationId of `mutation`, to be replaced where it is sent again as another one."""


def mutation(document: str, **values: Any) -> dict[str, Any]:
    """Return the event of a mutation of one line, about the item of the small catalog."""
    line = {"itemId": "glazed", **values}
    given = {"operationId": OPERATION, "storeId": "de-1", "lines": [line]}
    return posted_document(document, {"input": given}, ISSUER.bearer("chain:admin"))


def of_staff() -> dict[str, str]:
    """Return the variables by which a process believes the tokens of `mutation`."""
    return {
        "CARTE_STAGE": "local",
        "CARTE_OIDC_ISSUER": NAME,
        "CARTE_OIDC_AUDIENCE": AUDIENCE,
        "CARTE_OIDC_JWKS": json.dumps(ISSUER.keys.jwks()),
    }
