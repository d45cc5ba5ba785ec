"""Notices to people of one region: the queue of people, the Lambda that mails, and its alarms."""

from typing import Final

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.carte_function import ALIAS, CarteFunction, Home
from infra_cdk.constructs.faults import counted, failures, faults
from infra_cdk.constructs.mail_sender import let_send_mails, mail_environment
from infra_cdk.constructs.queues import CONSUMER_ACTIONS, WorkQueue
from infra_cdk.sign_in import pool_of
from services.domain import log_lines

HANDLER: Final = "services.people_notices.handler.handler"
NAME: Final = "people-notices"
_TIMEOUT_S: Final = 25
_MARGIN_S: Final = 30
_MEMORY_MB: Final = 512
_INVOCATIONS_AT_ONCE: Final = 2  # mails are few
_TABLE_ACTIONS: Final = (
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
)
_MINUTE: Final = Duration.minutes(1)
_FIVE: Final = Duration.minutes(5)


def mails_people(deployment: Deployment) -> bool:
    """Return whether people are mailed: there is a sender, and a site that mails refer to."""
    has_site = bool(deployment.domain) or deployment.stage == "local"
    # A strongly consistent table takes no transactions, and every edit of roles is one.
    return bool(deployment.mail_from) and has_site and not deployment.database.strong


def trigger_arn(stack: Stack, deployment: Deployment) -> str:
    """Return the ARN of the Lambda that the user pool calls: that of the pool's own region.

    By name, so that no stack waits for the other.
    """
    return (
        f"arn:{stack.partition}:lambda:{deployment.primary}:{deployment.account}:"
        f"function:carte-{NAME}:{ALIAS}"
    )


class PeopleQueue(WorkQueue):
    """The queue of people to look at: whose roles changed, or who signed in.

    Attributes:
        queue: Filled by the convergence Lambda, and by the Lambda of notices itself.
        dead_letters: People who could not be mailed again and again.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            name="carte-people",
            of="the queue of notices to people",
            visibility_s=_TIMEOUT_S + _MARGIN_S,
        )


class PeopleNotices(CarteFunction):
    """The Lambda that mails people about their accounts, and the trigger of the user pool.

    Without a sender of mails, or without a domain of the site, it mails nobody; without a user pool
    it mails nobody about roles.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, home: Home, people: PeopleQueue
    ) -> None:
        deployment = home.deployment
        pool = pool_of(deployment)
        super().__init__(
            scope,
            construct_id,
            home=home,
            name=NAME,
            description="carte: mails people about sign-ins and roles",
            handler=HANDLER,
            table_actions=_TABLE_ACTIONS,
            memory_mb=_MEMORY_MB,
            timeout_s=_TIMEOUT_S,
            environment={
                "CARTE_REGIONS": ",".join(deployment.regions),
                "CARTE_PEOPLE_QUEUE": people.queue.queue_url,
                **mail_environment(deployment),
                **({"CARTE_USER_POOL": pool} if pool else {}),
            },
            works_on_orders=True,
        )
        # The identity itself is made with the Lambda of fulfilment.
        let_send_mails(self, home)
        partition = Stack.of(self).partition
        pools = f"arn:{partition}:cognito-idp:{deployment.primary}:{deployment.account}:userpool"
        if pool:
            self.allow(("cognito-idp:AdminGetUser",), f"{pools}/{pool}")
        self.allow((*CONSUMER_ACTIONS, "sqs:SendMessage"), people.queue.queue_arn)
        lambda_.EventSourceMapping(
            self,
            "People",
            target=self.alias,
            event_source_arn=people.queue.queue_arn,
            batch_size=1,
            report_batch_item_failures=True,
            max_concurrency=_INVOCATIONS_AT_ONCE,
        )
        if mails_people(deployment) and home.region == deployment.primary:
            self.alias.add_permission(
                "UserPool",
                principal=iam.ServicePrincipal("cognito-idp.amazonaws.com"),
                source_account=deployment.account,
                source_arn=f"{pools}/*",
            )


class PeopleNoticesAlarms(Construct):
    """Alarms of the notices to people of one region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        people: PeopleQueue,
        function: PeopleNotices,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        alarm(
            self,
            "Errors",
            name="people-notices-errors",
            happened="Notices to people fail: nobody hears of a new device or of changed roles.",
            do="The log /carte/people-notices has the reason (faults): SES's limits or identity, "
            "the user pool, or the table. If the Lambda itself does not start, nobody can sign in: "
            "remove mail_from and deploy, which takes the trigger off the pool.",
            metric=failures(
                function.function,
                faults(log_lines.PEOPLE_NOTICES, _FIVE),
                _FIVE,
                "people that could not be looked at",
            ),
            above=0,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "GaveUp",
            name="people-notices-gave-up",
            happened="A person could not be mailed after five attempts.",
            do="The message in carte-people-dead-letters names the person; the log "
            "/carte/people-notices has the reason. Send the message to carte-people "
            "again: nothing is mailed twice.",
            metric=people.dead_letters.metric_approximate_number_of_messages_visible(
                period=_MINUTE
            ),
            above=0,
            topic=topic,
        )
        alarm(
            self,
            "Refused",
            name="people-mails-refused",
            happened="SES refuses a notice to a person for good.",
            do="The log /carte/people-notices names the person (faults); correct the address in "
            "the user pool.",
            metric=counted("PeopleMailsRefused", _FIVE),
            above=0,
            topic=topic,
        )
        alarm(
            self,
            "TooLate",
            name="people-notices-too-late",
            happened="A person was not mailed for a day about a new device or changed roles, and "
            "is not any more.",
            do="The log /carte/people-notices names the person (faults), and its lines of the day "
            "before say why: SES's limits, or the user pool's region. Tell the person another way.",
            metric=counted("PeopleNoticesGivenUp", _FIVE),
            above=0,
            topic=topic,
        )
