"""Chaos Toolkit actions that replace the keys of the payment provider's account.

What an operator does (docs/operations.md, "Rotate keys"), step by step: keys are rolled at the
provider, and written into the secret of each region. AWS replicates the secret by itself.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from chaoslib.exceptions import ActivityFailed

from loadtests.drills.exceptions import DrillError
from loadtests.drills.local_target import local_layout
from loadtests.drills.timeline import timeline_of
from localcloud.deployer import client
from localcloud.layout import CloudLayout
from localcloud.payments.settings import API_KEY, PAYMENT_SECRET, WEBHOOK_SECRETS

Configuration = Mapping[str, Any]

_TIMEOUT_S: Final = 10.0
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def provider_keys(
    api_keys: Sequence[str] = (),
    webhook_secrets: Sequence[str] = (),
    *,
    configuration: Configuration | None = None,
) -> dict[str, Any]:
    """Have the provider accept these API keys, and sign with these secrets; empty: as before."""
    wanted = {"apiKeys": list(api_keys), "webhookSecrets": list(webhook_secrets)}
    given = {name: keys for name, keys in wanted.items() if keys}
    _control(_layout(configuration), given)
    counts = {name: len(keys) for name, keys in given.items()}
    _mark(configuration, "provider-keys", f"valid at the provider: {_counts_text(counts)}")
    return counts


def write_secret(
    api_key: str,
    webhook_secrets: Sequence[str],
    *,
    configuration: Configuration | None = None,
) -> dict[str, Any]:
    """Write the payment secret of every region."""
    _write(_layout(configuration), api_key, webhook_secrets)
    _mark(configuration, "payment-secret", f"written with {len(webhook_secrets)} signing secrets")
    return {"webhookSecrets": len(webhook_secrets)}


def first_keys(*, configuration: Configuration | None = None) -> dict[str, Any]:
    """Have provider and secrets as the cloud was started: for rollbacks, which always run."""
    layout = _layout(configuration)
    _control(layout, {"apiKeys": [API_KEY], "webhookSecrets": list(WEBHOOK_SECRETS)})
    _write(layout, API_KEY, WEBHOOK_SECRETS)
    return {}


def _control(layout: CloudLayout, wanted: Mapping[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310 - on this machine
        f"{layout.payments_url}/_control",
        data=json.dumps(wanted).encode(),
        headers={"content-type": "application/json"},
        method="PUT",
    )
    try:
        with _OPENER.open(request, timeout=_TIMEOUT_S):
            pass
    except (urllib.error.URLError, OSError) as error:
        raise ActivityFailed(f"the local payment provider takes no keys: {error!r}") from error


def _write(layout: CloudLayout, api_key: str, webhook_secrets: Sequence[str]) -> None:
    value = json.dumps({"apiKey": api_key, "webhookSecrets": list(webhook_secrets)})
    for region in layout.regions:
        try:
            client(region, "secretsmanager").put_secret_value(
                SecretId=PAYMENT_SECRET, SecretString=value
            )
        except (ClientError, BotoCoreError) as error:
            raise ActivityFailed(f"{region.name} takes no secret: {error!r}") from error


def _layout(configuration: Configuration | None) -> CloudLayout:
    try:
        return local_layout(configuration or {})
    except DrillError as error:
        raise ActivityFailed(str(error)) from error


def _counts_text(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} of {name}" for name, count in counts.items())


def _mark(configuration: Configuration | None, kind: str, text: str) -> None:
    timeline = timeline_of((configuration or {}).get("run_dir"))
    if timeline is not None:
        timeline.mark("step", kind, "", text)
