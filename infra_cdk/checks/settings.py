"""Checks of the templates against the deployment file: each setting arrives where it acts."""

from collections.abc import Iterator
from typing import Any, Final

from infra_cdk.checks.api import OWN_ANSWER, STAGE
from infra_cdk.checks.compute import FUNCTION, environment
from infra_cdk.checks.edge import WEB_ACL
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, records_of_the_api, references
from infra_cdk.checks.rights import is_granted
from infra_cdk.config import Deployment
from services.domain.orders.table_indexes import INDEXES

# What health checks, canaries and smoke tests of all regions need together, with a margin.
_PROBES: Final = (100, 100)
_INVENTORY: Final = "services.inventory.handler.handler"
_MENU: Final = "services.menu_api.handler.handler"
IDENTITY: Final = "AWS::SES::EmailIdentity"
_DKIM_RECORDS: Final = 3
_SHIFTS: Final = {
    "canary": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    "linear": "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
    "all-at-once": "CodeDeployDefault.LambdaAllAtOnce",
}


def settings_reach_the_templates(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every setting of the deployment file has its effect in the templates."""
    if cloud.deployment is None:
        return
    for rule in (
        _table,
        _menu,
        _menu_buckets,
        _pictures,
        _count_columns,
        _mails,
        _logs,
        _api,
        _own_answers,
        _health,
        _stages,
        _shifting,
        _firewall,
        _canary,
        _budget,
        _dax,
    ):
        yield from rule(cloud, cloud.deployment)


def alarms_reach_the_addresses(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every topic that an alarm or a vault notifies mails every address of the deployment file."""
    if cloud.deployment is None:
        return
    wanted = set(cloud.deployment.alarm_addresses)
    for stack in cloud.stacks:
        notified = _notified(stack)
        policies = {
            topic: as_text(one.properties["PolicyDocument"])
            for one in stack.resources("AWS::SNS::TopicPolicy")
            for topic in references(one.properties["Topics"])
        }
        for topic in stack.resources("AWS::SNS::Topic"):
            if topic.logical_id not in notified:
                continue
            addresses = {
                str(one.properties.get("Endpoint"))
                for one in stack.resources("AWS::SNS::Subscription")
                if topic.logical_id in references(one.properties.get("TopicArn"))
                and one.properties.get("Protocol") == "email"
            }
            if addresses != wanted:
                yield topic, f"mails {sorted(addresses)}, not {sorted(wanted)}"
            policy = policies.get(topic.logical_id, "")
            sender = notified[topic.logical_id]
            for part in (f'"{sender}"', '"sns:Publish"', '"aws:SourceAccount"'):
                if part not in policy:
                    yield topic, f"has no {part} in its policy: it hears nothing, or anybody"


def _notified(stack: Stack) -> dict[str, str]:
    """Return the topics of a stack that alarms and vaults notify, and which service publishes."""
    found: dict[str, str] = {}
    for alarm in stack.resources("AWS::CloudWatch::Alarm"):
        for topic in references(alarm.properties.get("AlarmActions")):
            found[topic] = "cloudwatch.amazonaws.com"
    for vault in stack.resources("AWS::Backup::BackupVault"):
        for topic in references(vault.properties.get("Notifications", {}).get("SNSTopicArn")):
            found[topic] = "backup.amazonaws.com"
    return found


def _count_columns(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    for function in cloud.resources(FUNCTION):
        if function.properties.get("Handler") == _INVENTORY:
            found = environment(function).get("CARTE_COUNT_COLUMNS", "")
            if found != deployment.count_columns:
                yield function, f"reads the columns {found!r}, not {deployment.count_columns!r}"


def _mails(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    domain = deployment.mail_from.rpartition("@")[2]
    sends = bool(domain) and not deployment.database.strong
    zone = deployment.domain.zone_name
    in_zone = bool(zone) and f".{domain}".endswith(f".{zone}")
    for stack in cloud.regional():
        made = {one.logical_id for one in stack.resources(IDENTITY)}
        named = {one.properties.get("EmailIdentity") for one in stack.resources(IDENTITY)}
        wanted = {domain} if sends and deployment.mail_identity else set()
        if named != wanted:
            yield next(stack.resources()), f"has the SES identities {named}, not {wanted}"
        proofs = [
            one
            for one in stack.resources("AWS::Route53::RecordSet")
            if references(one.properties.get("Name")) & made
        ]
        if made and in_zone != (len(proofs) == _DKIM_RECORDS):
            yield next(stack.resources()), f"proves its domain to SES by {len(proofs)} records"


def _table(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    database = deployment.database
    for table in cloud.resources("AWS::DynamoDB::GlobalTable"):
        properties = table.properties
        if properties.get("TableName") != deployment.table:
            yield table, f"is called {properties.get('TableName')}, not {deployment.table}"
        if ("TimeToLiveSpecification" in properties) == database.strong:
            yield table, "lets nothing expire, or may not let anything"
        sealed = properties.get("SSESpecification", {})
        wanted = {} if database.keys == "aws-owned" else {"SSEEnabled": True, "SSEType": "KMS"}
        if sealed != wanted and not (not wanted and sealed == {"SSEEnabled": False}):
            yield table, f"is encrypted by {sealed}"
        suffix = "" if database.key_number == 1 else f"-{database.key_number}"
        for replica in properties.get("Replicas", []):
            key = as_text(replica.get("SSESpecification", {}).get("KMSMasterKeyId", ""))
            alias = f":{replica.get('Region')}:{deployment.account}:alias/carte-table{suffix}"
            if key.endswith(alias) != (database.keys == "customer"):
                yield table, f"is encrypted in {replica.get('Region')} by {key or 'no key'}"
        if {
            one.get("AttributeName") for one in properties.get("AttributeDefinitions", [])
        } != _KEYS:
            yield table, "does not define its keys and those of its indexes"


_KEYS: Final = {"pk", "sk"}.union(*((one.partition, one.sort) for one in INDEXES))


def _health(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    for stack in cloud.regional():
        for check in stack.resources("AWS::Route53::HealthCheck"):
            config = check.properties["HealthCheckConfig"]
            region = config.get("AlarmIdentifier", {}).get("Region", stack.region)
            if region != stack.region:
                yield check, f"looks at an alarm in {region}"
            host = config.get("FullyQualifiedDomainName")
            if host not in {None, deployment.domain.regional_api(stack.region)}:
                yield check, f"checks {host}"
            control = config.get("RoutingControlArn")
            if config.get("Type") == "RECOVERY_CONTROL" and (
                control != deployment.recovery.controls.get(stack.region)
            ):
                yield check, f"follows {control}"
        for record in records_of_the_api(stack):
            leads = record.properties.get("ResourceRecords")
            domain = deployment.domain
            past = {
                f"{domain.third_api}.": domain.second_without,
                f"{domain.next_live}.": domain.live_without,
            }.get(as_text(record.properties.get("Name")), domain.without)
            if leads is not None and leads != [past(stack.region)]:
                yield record, f"leads to {leads}"


def _menu(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    wanted = {
        "CARTE_OIDC_ISSUER": deployment.oidc_issuer or None,
        "CARTE_OIDC_AUDIENCE": deployment.oidc_audience or None,
        "CARTE_CORS_ORIGINS": ",".join(deployment.cors_origins) or None,
        "CARTE_CARDS": "on" if deployment.takes_cards else None,
        "CARTE_VERSION": deployment.version,
        "CARTE_TABLE": deployment.table,
        "CARTE_STAGE": deployment.stage,
    }
    for function in cloud.resources(FUNCTION):
        given = environment(function)
        if function.properties.get("Handler") == _MENU:
            for name, value in wanted.items():
                if given.get(name) != value:
                    yield function, f"is given {given.get(name)} as {name}, not {value}"
            if function.properties.get("MemorySize") != deployment.memory_mb:
                yield function, f"has {function.properties.get('MemorySize')} MB"
            snapped = function.properties.get("SnapStart", {}).get("ApplyOn")
            if (snapped == "PublishedVersions") != (deployment.lambdas.start == "snapstart"):
                yield function, f"starts otherwise than by {deployment.lambdas.start}"
            if bool(deployment.cache.dax_node) != ("CARTE_DAX_ENDPOINT" in given):
                yield function, "does not use the DAX cluster that is paid for, or uses none"
    kept = [
        alias.properties["ProvisionedConcurrencyConfig"].get("ProvisionedConcurrentExecutions")
        for alias in cloud.resources("AWS::Lambda::Alias")
        if "ProvisionedConcurrencyConfig" in alias.properties
    ]
    amount = deployment.lambdas.provisioned
    if kept != ([amount] * len(deployment.regions) if amount else []):
        yield next(cloud.resources("AWS::Lambda::Alias")), f"{kept} environments are kept warm"


def _menu_buckets(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    """The menu Lambda is given its region's buckets, and may do there what it is given them for."""
    uses = {
        "CARTE_SEARCH_BUCKET": ("carte-search-", "tables/", ("s3:GetObject", "s3:PutObject")),
        # It signs uploads, which S3 takes as its own requests.
        "CARTE_COUNT_BUCKET": ("carte-counts-", "counts/", ("s3:PutObject",)),
    }
    for function in cloud.resources(FUNCTION):
        if function.properties.get("Handler") != _MENU:
            continue
        (role,) = references(function.properties.get("Role"))
        for variable, (name, folder, actions) in uses.items():
            bucket = f"{name}{deployment.account}-{function.region}"
            takes_no_counts = deployment.database.strong and variable == "CARTE_COUNT_BUCKET"
            given = environment(function).get(variable)
            if given != (None if takes_no_counts else bucket):
                yield function, f"is given {given} as {variable}, not {bucket}"
            for action in actions:
                may = is_granted(cloud, action, f"{bucket}/{folder}*", role)
                if may == takes_no_counts:
                    yield function, f"may {'' if may else 'not '}{action} of {bucket}/{folder}"


def _pictures(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    """The menu Lambda signs uploads of pictures to both buckets, or, without an edge, to none."""
    names = {
        region: f"carte-pictures-{deployment.account}-{region}"
        for region in deployment.picture_regions
    }
    for function in cloud.resources(FUNCTION):
        if function.properties.get("Handler") != _MENU:
            continue
        wanted = ",".join(f"{region}={name}" for region, name in names.items()) or None
        given = environment(function).get("CARTE_PICTURE_BUCKETS")
        if given != wanted:
            yield function, f"is given {given} for pictures, not {wanted}"
        (role,) = references(function.properties.get("Role"))
        for name in names.values():
            if not is_granted(cloud, "s3:PutObject", f"{name}/uploads/*", role):
                yield function, f"may not s3:PutObject of {name}/uploads/"


def _logs(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    for group in cloud.resources("AWS::Logs::LogGroup"):
        if group.properties.get("RetentionInDays") != deployment.log_retention_days:
            yield group, f"keeps {group.properties.get('RetentionInDays')} days"


def _api(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    for api in cloud.resources("AWS::ApiGateway::RestApi"):
        closed = api.properties.get("DisableExecuteApiEndpoint") is True
        if closed != bool(deployment.domain):
            yield api, "has a way in beside its names" if deployment.domain else "has no way in"


def _own_answers(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    for answer in cloud.resources(OWN_ANSWER):
        headers = answer.properties.get("ResponseParameters", {})
        origin = headers.get("gatewayresponse.header.Access-Control-Allow-Origin")
        if origin != ("'*'" if deployment.cors_origins else None):
            yield answer, f"pages of other origins read it by {origin}"


def _stages(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    size = deployment.cache.stage_gb
    for stage in cloud.resources(STAGE):
        cached = stage.properties.get("CacheClusterSize") if size != "none" else "none"
        if cached != size or bool(stage.properties.get("CacheClusterEnabled")) != (size != "none"):
            yield stage, f"has a cache of {cached}, not {size}"
        settings = {
            str(one.get("ResourcePath")).replace("~1", "/"): one
            for one in stage.properties.get("MethodSettings", [])
        }
        whole = settings.get("/*", {})
        limits = (whole.get("ThrottlingRateLimit"), whole.get("ThrottlingBurstLimit"))
        if limits != (deployment.throttle_rate, deployment.throttle_burst):
            yield stage, f"takes {limits} requests"
        for path in ("//health", "//ready"):
            own = settings.get(path, {})
            limits = own.get("ThrottlingRateLimit"), own.get("ThrottlingBurstLimit")
            if limits != _PROBES:
                yield stage, f"{path} shares the clients' throttle: a busy hour drains the region"
        kept = {path: one for path, one in settings.items() if one.get("CachingEnabled")}
        persisted = {"//graphql/persisted/{documentId}"} if size != "none" else set()
        if kept.keys() != persisted:
            yield stage, f"keeps {sorted(kept)}, not {sorted(persisted)}"
        for path, one in kept.items():
            how = one.get("CacheTtlInSeconds"), one.get("CacheDataEncrypted")
            if how != (deployment.cache.ttl_s, True):
                yield stage, f"keeps {path} for {how[0]} s, encrypted: {how[1]}"


def _shifting(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    wanted = _SHIFTS[deployment.lambdas.shift]
    for group in cloud.resources("AWS::CodeDeploy::DeploymentGroup"):
        if group.properties.get("DeploymentConfigName") != wanted:
            yield group, f"shifts by {as_text(group.properties.get('DeploymentConfigName'))}"
    for stack in cloud.regional():
        shifted = [
            alias
            for alias in stack.resources("AWS::Lambda::Alias")
            if "CodeDeployLambdaAliasUpdate" in alias.body.get("UpdatePolicy", {})
        ]
        if len(shifted) != 1 or not list(stack.resources("AWS::CodeDeploy::DeploymentGroup")):
            yield next(stack.resources(FUNCTION)), "takes all traffic at once"


def _firewall(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    for acl in cloud.resources(WEB_ACL):
        limits = [
            one["Statement"]["RateBasedStatement"].get("Limit")
            for one in acl.properties.get("Rules", [])
            if "RateBasedStatement" in one.get("Statement", {})
        ]
        if limits != [deployment.edge.rate_limit]:
            yield acl, f"limits an address to {limits}, not {deployment.edge.rate_limit}"


def _canary(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    canaries = list(cloud.resources("AWS::Synthetics::Canary"))
    expected = len(deployment.regions) if deployment.canary_store else 0
    if len(canaries) != expected:
        yield next(cloud.resources()), f"{len(canaries)} canaries, not {expected}"
    for canary in canaries:
        given: dict[str, Any] = canary.properties["RunConfig"].get("EnvironmentVariables", {})
        if given.get("CARTE_STORE") != deployment.canary_store:
            yield canary, f"reads the store {given.get('CARTE_STORE')}"
        url = as_text(given.get("CARTE_URL"))
        if deployment.domain and url != f"https://{deployment.domain.regional_api(canary.region)}":
            yield canary, f"reads {url}"
        results = f"s3://carte-canary-{deployment.account}-{canary.region}"
        if canary.properties.get("ArtifactS3Location") != results:
            yield canary, f"writes to {canary.properties.get('ArtifactS3Location')}"


def _budget(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    found = list(cloud.resources("AWS::Budgets::Budget"))
    if bool(found) != bool(deployment.monthly_budget_usd) and deployment.stage == "aws":
        yield next(cloud.resources()), f"{len(found)} budgets"
    for one in found:
        amount = one.properties["Budget"].get("BudgetLimit", {}).get("Amount")
        if amount != deployment.monthly_budget_usd:
            yield one, f"warns at {amount}"
        for each in one.properties.get("NotificationsWithSubscribers", []):
            addresses = [person.get("Address") for person in each.get("Subscribers", [])]
            if addresses != [*deployment.alarm_addresses]:
                yield one, f"warns {addresses}"


def _dax(cloud: Cloud, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    for cluster in cloud.resources("AWS::DAX::Cluster"):
        wanted = (deployment.cache.dax_node, deployment.cache.dax_nodes)
        made = cluster.properties.get("NodeType"), cluster.properties.get("ReplicationFactor")
        if made != wanted:
            yield cluster, f"has {made}, not {wanted}"
