"""The bucket of the CDK's bootstrap stack in a region, read and written under conditions."""

from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError

from infra_cdk.deployment.account import Account, answered
from services.domain.errors import CarteError

_NOT_THERE: Final = frozenset({"NoSuchBucket", "NoSuchKey"})
# S3 user guide, "How to prevent object overwrites with conditional writes": 412 where the condition
# does not hold, 409 where another write came between, 404 where If-Match finds no object.
_LOST: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})


class OvertakenError(CarteError):
    """An object was written by another deployment since it was read."""


class Stored(NamedTuple):
    """An object: its content, and the entity tag by which the next write replaces this one."""

    body: bytes
    tag: str


class BootstrapBucket:
    """The bucket of a region, if it is this account's own.

    A bucket's name is anybody's to take once its owner has deleted it, and this one's can be
    guessed; so every request names the owner (S3 user guide, "Verifying bucket ownership with
    bucket owner condition"), and a bucket of another account is neither read nor written.
    """

    def __init__(self, account: Account, region: str) -> None:
        """Look up the bucket of a region.

        Raises:
            CarteError: The caller's credentials have ended, or the region does not answer.
        """
        self._client, self.name = account.bootstrap_bucket(region)
        self._owner = account.id
        self._region = region

    def address(self, key: str) -> str:
        """Return an object's name, as `aws s3` takes it."""
        return f"s3://{self.name}/{key}"

    def read(self, key: str) -> Stored | None:
        """Return an object; None where there is none, or no bucket.

        Raises:
            CarteError: The bucket cannot be read, or is another account's.
        """
        found = self._call("read", _NOT_THERE, "get_object", Key=key)
        if found is None:
            return None
        with answered(f"{self.address(key)} cannot be read"):
            return Stored(found["Body"].read(), found["ETag"])

    def write(self, key: str, body: bytes, replaces: str | None) -> str:
        """Write an object in place of the one that was read; return its entity tag.

        Args:
            key: Of the object.
            body: Its content, which no other write has: a request that is repeated because its
                answer was lost finds itself.
            replaces: The entity tag of what was read; None where there was nothing.

        Raises:
            OvertakenError: It was written by somebody else since it was read.
            CarteError: The bucket cannot be written, or is another account's.
        """
        condition = {"IfNoneMatch": "*"} if replaces is None else {"IfMatch": replaces}
        written = self._call(
            "written",
            _LOST,
            "put_object",
            Key=key,
            Body=body,
            ContentType="application/json",
            **condition,
        )
        if written is not None:
            return str(written["ETag"])
        there = self.read(key)
        if there is not None and there.body == body:
            return there.tag
        raise OvertakenError(
            f"another deployment changed {self.address(key)} meanwhile",
            "two deployments of a step do not go together: wait until the other one has ended, "
            "then run `carte deploy` again",
        )

    def _call(self, done: str, expected: frozenset[str], operation: str, **arguments: Any) -> Any:
        """Send a request that names the bucket's owner; None where S3 answers an expected error.

        Raises:
            CarteError: S3 does not answer, or refuses.
        """
        with answered(f"the bucket {self.name} cannot be {done}"):
            try:
                return getattr(self._client, operation)(
                    Bucket=self.name, ExpectedBucketOwner=self._owner, **arguments
                )
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in expected:
                    return None
                if code == "AccessDenied":
                    raise self._denied(done, error) from error
                raise

    def _denied(self, done: str, error: ClientError) -> CarteError:
        return CarteError(
            f"the bucket {self.name} cannot be {done}: {error}",
            f"it must belong to account {self._owner} (see `aws s3api head-bucket --bucket "
            f"{self.name} --region {self._region} --expected-bucket-owner {self._owner}`), and the "
            "caller needs s3:GetObject and s3:PutObject in it",
        )
