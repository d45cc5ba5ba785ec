"""AWS API calls as data, and the two ways to handle them: make them or record them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from loadtests.drills.exceptions import DrillError

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the AWS API.

    Attributes:
        step: The step of the drill that needs it.
        service: As boto3 names it.
        region: Where the call goes.
        operation: As the API names it, such as `StartExperiment`.
    """

    step: str
    service: str
    region: str
    operation: str
    parameters: Parameters

    def to_json(self) -> dict[str, Any]:
        """For `--plan --json`."""
        return asdict(self)


class NotThereError(DrillError):
    """AWS has no resource of that name."""


class Caller(ABC):
    """Makes calls, or plans them."""

    step = ""

    @abstractmethod
    def call(
        self, service: str, region: str, operation: str, parameters: Parameters
    ) -> dict[str, Any]:
        """Make a call and return its answer.

        Raises:
            NotThereError: AWS has nothing of that name.
            DrillError: AWS refused it.
        """


_NOT_THERE: Final = "ResourceNotFoundException"
# What planned calls answer: the names of what only AWS can answer.
_UNKNOWN: Final[Mapping[str, dict[str, Any]]] = {
    "DescribeKeyValueStore": {"ETag": "<ETag of DescribeKeyValueStore>"},
    "CreateExperimentTemplate": {"experimentTemplate": {"id": "<id of CreateExperimentTemplate>"}},
    "StartExperiment": {"experiment": {"id": "<id of StartExperiment>"}},
    "ListExperiments": {
        "experiments": [
            {
                "id": "<id of every running experiment with these tags>",
                "experimentTemplateId": "<its template's id>",
                "state": {"status": "running"},
            }
        ]
    },
}


class Planner(Caller):
    """Writes calls down and makes none."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._flags = ""

    def call(
        self, service: str, region: str, operation: str, parameters: Parameters
    ) -> dict[str, Any]:
        """Note a call; answer with placeholders."""
        self.calls.append(Call(self.step, service, region, operation, dict(parameters)))
        if service == "cloudfront-keyvaluestore":
            return self._store(operation, parameters)
        return _UNKNOWN.get(operation, {})

    def _store(self, operation: str, parameters: Parameters) -> dict[str, Any]:
        """The store as it would be, had it been empty before."""
        if operation == "PutKey":
            self._flags = str(parameters["Value"])
        elif operation == "DeleteKey":
            self._flags = ""
        elif operation == "GetKey":
            return {"Value": self._flags}
        return _UNKNOWN.get(operation, {})


ClientMaker = Callable[[str, str], Any]
"""From service and region to a boto3 client."""


class Executor(Caller):
    """Makes calls with boto3."""

    def __init__(self, make_client: ClientMaker) -> None:
        self._make_client = make_client
        self._clients: dict[tuple[str, str], Any] = {}

    def call(
        self, service: str, region: str, operation: str, parameters: Parameters
    ) -> dict[str, Any]:
        """Make a call; `Caller` explains the arguments."""
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError

        client = self._clients.get((service, region))
        if client is None:
            client = self._clients[service, region] = self._make_client(service, region)
        try:
            answer: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
        except (BotoCoreError, ClientError) as error:
            code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
            kind = NotThereError if code == _NOT_THERE else DrillError
            raise kind(f"AWS refuses {service} {operation} in {region}: {error}") from error
        return answer


def boto3_client(service: str, region: str) -> Any:
    """A client with the caller's own AWS credentials."""
    import boto3

    name: Any = service
    return boto3.client(name, region_name=region)
