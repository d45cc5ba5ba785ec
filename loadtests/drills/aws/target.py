"""AWS as a target: drain flags in CloudFront's KeyValueStore, everything else by FIS. No DNS."""

from collections.abc import Mapping
from typing import Any, Final, Self

from loadtests.drills.aws.calls import Caller, Executor, NotThereError, boto3_client
from loadtests.drills.aws.experiments import fault_of, tags, template
from loadtests.drills.aws.settings import AwsSettings
from loadtests.drills.exceptions import DrillError
from loadtests.drills.target import Target

_STORE: Final = "cloudfront-keyvaluestore"
# The data plane of the KeyValueStore is reached through this region.
_STORE_REGION: Final = "us-east-1"
# `infra_cdk/edge_function/choose_region.js` reads it: the drained regions, with commas.
_KEY: Final = "drained"
# A stage of API Gateway has a limit of its own, and a drill changes no deployed resource.
_THROTTLE: Final = "throttle"
_ACTIVE: Final = frozenset({"pending", "initiating", "running"})


class AwsTarget(Target):
    """A deployment."""

    def __init__(self, settings: AwsSettings, caller: Caller) -> None:
        self._settings = settings
        self._caller = caller

    @classmethod
    def of(cls, configuration: Mapping[str, Any]) -> Self:
        """The deployment that the environment names; calls go to `configuration["caller"]`.

        Raises:
            DrillError: Calls are to be made, and something about the deployment is not known.
        """
        settings = AwsSettings.from_environment()
        caller = configuration.get("caller")
        if isinstance(caller, Caller):
            return cls(settings, caller)
        if not settings.is_complete:
            raise DrillError(
                "the deployment is not known",
                "set CARTE_DRILL_ACCOUNT and CARTE_DRILL_STORE_ARN; docs/drills.md lists them",
            )
        return cls(settings, Executor(boto3_client))

    def inject(
        self, kind: str, region: str, *, seconds: float, parameters: Mapping[str, Any]
    ) -> None:
        """Set a fault; `Target` explains the arguments."""
        if kind == "drain":
            self._flag(region, drained=True)
            return
        if kind == _THROTTLE:
            return
        where = region or self._settings.primary
        fault = fault_of(kind, where, parameters, self._settings)
        if fault is None:
            raise DrillError(
                f"{kind} has no counterpart on AWS", "it is a fault of the local cloud"
            )
        wanted = template(fault, kind, where, seconds, self._settings)
        made = self._caller.call("fis", where, "CreateExperimentTemplate", wanted)
        self._caller.call(
            "fis",
            where,
            "StartExperiment",
            {
                "experimentTemplateId": made["experimentTemplate"]["id"],
                "tags": tags(kind, where),
            },
        )

    def heal(self, kind: str, region: str) -> None:
        """End faults of a kind; `Target` explains the arguments."""
        if kind == "drain":
            self._flag(region, drained=False)
            return
        if kind == _THROTTLE:
            return
        where = region or self._settings.primary
        listed = self._caller.call("fis", where, "ListExperiments", {"maxResults": 100})
        for one in listed["experiments"]:
            known = one.get("tags")
            if known is not None and not tags(kind, where).items() <= known.items():
                continue
            if one["state"]["status"] in _ACTIVE:
                self._caller.call("fis", where, "StopExperiment", {"id": one["id"]})
                self._caller.call(
                    "fis", where, "DeleteExperimentTemplate", {"id": one["experimentTemplateId"]}
                )

    def _flag(self, region: str, *, drained: bool) -> None:
        """Put a region on the list that the edge function reads, or take it off.

        It is made only if nobody changed the store since the list was read (`IfMatch`).
        """
        store = {"KvsARN": self._settings.store_arn}
        tag = self._caller.call(_STORE, _STORE_REGION, "DescribeKeyValueStore", store)["ETag"]
        key = {**store, "Key": _KEY}
        try:
            value = str(self._caller.call(_STORE, _STORE_REGION, "GetKey", key)["Value"])
        except NotThereError:
            value = ""
        listed = {name.strip() for name in value.split(",") if name.strip()} - {region}
        wanted = sorted(listed | {region} if drained else listed)
        known = {**key, "IfMatch": tag}
        if wanted:
            put = {**known, "Value": ",".join(wanted)}
            self._caller.call(_STORE, _STORE_REGION, "PutKey", put)
        elif value:
            self._caller.call(_STORE, _STORE_REGION, "DeleteKey", known)
