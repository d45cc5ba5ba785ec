"""Stands in for the CloudWatch of the regions: answers that are made up, with gaps and failures."""

import random
from datetime import UTC, datetime

from services.domain.watching.figures import Alarm, Column, RegionAnswer, Span
from services.storage.cloud_figures import CloudFigures

REGIONS = ("eu-west-1", "us-east-1")
NAMES = ("requests", "errors", "p50", "p95", "p99", "repairs", "order_steps")
SINCE = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


class MadeFigures(CloudFigures):
    """Each region answers, or not."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def region_answers(self, span: Span) -> dict[str, RegionAnswer]:
        """Return the same answers for the same steps."""
        dice = random.Random(f"{self._seed}/figures/{span}")

        def column() -> Column:
            return [dice.choice((None, 0.0, 17.5, 2.0**30)) for _ in span.starts_s]

        def answer() -> RegionAnswer:
            if dice.random() < 0.2:
                return RegionAnswer.missing("AccessDenied")
            return RegionAnswer(
                {name: column() for name in NAMES if dice.random() < 0.9},
                {other: column() for other in REGIONS},
                [Alarm("carte-menu-errors", SINCE, "1 of 2")] * dice.randrange(3),
            )

        return {region: answer() for region in REGIONS}
