"""Messages to a topic about count files of which rows, or all, were refused."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_LISTED: Final = 10  # refused rows of a message; the report has more
_FIELDS: Final = (
    *("file", "upload", "region", "report", "status", "uploadedBy", "uploadedAt"),
    *("rows", "loaded", "unchanged", "unknown", "refused", "error", "hint"),
)


class ImportNotices:
    """Publishes a message for each import that ended with refused rows."""

    def __init__(self, sns: "SNSClient", topic: str) -> None:
        self._sns = sns
        self._topic = topic

    def tell(self, report: Mapping[str, Any]) -> None:
        """Publish a summary of a report that has an error or refused rows; ignore other reports.

        Raises:
            ClientError: SNS refused it or did not answer; the file is delivered again.
        """
        if not report.get("refused") and "error" not in report:
            return
        fields = {name: report[name] for name in _FIELDS if name in report}
        problems = list(report.get("problems", ()))[:_LISTED]
        message = orjson.dumps({"notice": "COUNT_FILE_REFUSED", **fields, "problems": problems})
        self._sns.publish(
            TopicArn=self._topic,
            Message=message.decode(),
            MessageAttributes={
                "status": {"DataType": "String", "StringValue": str(report["status"])}
            },
        )
