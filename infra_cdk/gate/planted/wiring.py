"""Faults of what resources are called, keep, allow and lead to."""

from typing import Any, Final

from infra_cdk.gate.planting import Faults, Plant, Templates, found, removing, setting

_HERE: Final = "carte-eu-west-1"
_ALARM: Final = "AWS::CloudWatch::Alarm"
_CDN: Final = "AWS::CloudFront::Distribution"
_ROLE: Final = "AWS::IAM::Role"
_BUCKET: Final = "AWS::S3::Bucket"
_TRUSTS: Final = "AssumeRolePolicyDocument.Statement.0.Principal.Service"


def _alarm(name: str, key: str, value: Any) -> Plant:
    def plant(templates: Templates) -> None:
        for stack in templates.values():
            for body in stack["Resources"].values():
                if body["Type"] == _ALARM and body["Properties"]["AlarmName"] == name:
                    body["Properties"][key] = value
                    return
        raise LookupError(f"there is no alarm {name}")

    return plant


def _two_lines(templates: Templates) -> None:
    alarm = found(templates, _ALARM, having="Metrics.1", stack=_HERE)
    alarm["Properties"]["Metrics"][1]["ReturnData"] = True


def _faults_of_nobody(templates: Templates) -> None:
    for body in templates[_HERE]["Resources"].values():
        if body["Type"] == _ALARM and body["Properties"]["AlarmName"] == "carte-menu-faults":
            for one in body["Properties"]["Metrics"]:
                metric = one.get("MetricStat", {}).get("Metric", {})
                if metric.get("MetricName") == "Faults":
                    metric["Dimensions"][0]["Value"] = "menu"
                    return
    raise LookupError("there is no alarm on faults")


def _granted_elsewhere(templates: Templates) -> None:
    policy = found(templates, "AWS::IAM::Policy", stack=_HERE)
    statement = policy["Properties"]["PolicyDocument"]["Statement"][0]
    statement["Resource"] = "arn:aws:logs:eu-west-1:210987654321:log-group:x"


def _another_service(templates: Templates) -> None:
    policy = found(templates, "AWS::IAM::Policy", stack=_HERE)
    statement = policy["Properties"]["PolicyDocument"]["Statement"][0]
    statement["Resource"] = "arn:aws:sqs:eu-west-1:123456789012:carte-counts"


def _any_source(templates: Templates) -> None:
    policy = found(templates, "AWS::SQS::QueuePolicy", stack=_HERE)
    for one in policy["Properties"]["PolicyDocument"]["Statement"]:
        one["Condition"] = {"StringEquals": {"aws:SourceAccount": "210987654321"}}


def _without_results(templates: Templates) -> None:
    for body in templates[_HERE]["Resources"].values():
        if body["Type"] == "AWS::IAM::Policy":
            statements = body["Properties"]["PolicyDocument"]["Statement"]
            kept = [one for one in statements if one["Action"] != "s3:PutObject"]
            if len(kept) < len(statements) and "carte-canary" in str(statements):
                statements[:] = kept
                return
    raise LookupError("no canary may write")


def _without_tables(templates: Templates) -> None:
    for body in templates[_HERE]["Resources"].values():
        if body["Type"] == "AWS::IAM::Policy":
            statements = body["Properties"]["PolicyDocument"]["Statement"]
            kept = [one for one in statements if ":::carte-search-" not in str(one)]
            if len(kept) < len(statements):
                statements[:] = kept
                return
    raise LookupError("nobody may read the tables of the search")


WIRING: Final[Faults] = (
    (
        "a canary that starts before its bucket is there",
        "canaries-wait-for-their-bucket",
        setting("AWS::Synthetics::Canary", "^DependsOn", []),
    ),
    (
        "an average of how long clients wait",
        "alarms-look-at-the-right-figure",
        _alarm("carte-menu-slow", "ExtendedStatistic", "p50"),
    ),
    (
        "a health check that is gone and rings for nobody",
        "silence-means-what-it-must",
        _alarm("carte-unhealthy-eu-west-1", "TreatMissingData", "notBreaching"),
    ),
    (
        "a reconciler that nobody runs and that rings for nobody",
        "silence-means-what-it-must",
        _alarm("carte-reconciler-behind", "TreatMissingData", "notBreaching"),
    ),
    ("an alarm that judges two metrics", "alarms-have-one-line", _two_lines),
    ("an alarm on the faults of nobody", "faults-are-those-of-a-lambda", _faults_of_nobody),
    (
        "a path that does not compress",
        "paths-do-what-they-are-for",
        setting(_CDN, "DistributionConfig.DefaultCacheBehavior.Compress", value=False),
    ),
    (
        "an origin that is reached without TLS",
        "origins-are-the-names-of-the-deployment",
        setting(
            _CDN,
            "DistributionConfig.Origins.-1.CustomOriginConfig.OriginProtocolPolicy",
            "match-viewer",
        ),
    ),
    (
        "an error that is kept for ten seconds",
        "groups-and-errors-follow-the-rules",
        removing(_CDN, "DistributionConfig.CustomErrorResponses.0"),
    ),
    (
        "an edge function with another line",
        "edge-functions-are-their-sources",
        setting("AWS::CloudFront::Function", "FunctionCode", lambda code: f"{code}\nreturn"),
    ),
    (
        "a content security policy with a slip",
        "header-policies-are-sound",
        setting(
            "AWS::CloudFront::ResponseHeadersPolicy",
            "ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy"
            ".ContentSecurityPolicy",
            lambda text: text.replace("font-src 'self'", "font-src self"),
        ),
    ),
    (
        "a certificate without the names below",
        "certificates-are-for-their-names",
        removing("AWS::CertificateManager::Certificate", "SubjectAlternativeNames", stack=_HERE),
    ),
    (
        "a record of the wrong type",
        "records-point-where-their-names-say",
        setting("AWS::Route53::RecordSet", "Type", "AAAA", having="AliasTarget", stack=_HERE),
    ),
    (
        "a table's bucket that goes with its stack",
        "data-outlives-its-stack-and-nothing-else-does",
        setting(_BUCKET, "^DeletionPolicy", "Delete"),
    ),
    (
        "a topic with another name",
        "names-stay-what-they-are",
        setting("AWS::SNS::Topic", "TopicName", "carte-alarm", stack=_HERE),
    ),
    (
        "a bucket of count files that keeps one version",
        "buckets-are-what-they-are-for",
        removing(_BUCKET, "VersioningConfiguration", stack=_HERE),
    ),
    (
        "a canary that may not write its results",
        "services-may-do-what-they-need",
        _without_results,
    ),
    (
        "a menu Lambda that may not read the tables of its searches",
        "settings-reach-the-templates",
        _without_tables,
    ),
    (
        "a pipeline's role that another environment may assume",
        "the-repositorys-token-is-the-key",
        setting(
            _ROLE,
            "AssumeRolePolicyDocument.Statement.0.Condition.StringEquals",
            {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
            having="RoleName",
        ),
    ),
    (
        "a saved query for a field that no line has",
        "saved-queries-find-what-is-logged",
        setting(
            "AWS::Logs::QueryDefinition",
            "QueryString",
            lambda text: text.replace("Code", "Cause"),
            stack=_HERE,
        ),
    ),
    (
        "a saved query that the operations page calls otherwise",
        "names-stay-what-they-are",
        setting("AWS::Logs::QueryDefinition", "Name", "carte/faults", stack=_HERE),
    ),
    (
        "a bucket that each upload asks first",
        "properties-are-what-they-must-be",
        removing("AWS::S3::Bucket", "CorsConfiguration.CorsRules.0.MaxAge", stack=_HERE),
    ),
    (
        "a package that nobody uploads",
        "packages-are-uploaded",
        setting("AWS::Lambda::Function", "Code.S3Key", lambda key: f"{key}x", stack=_HERE),
    ),
    (
        "a policy of another version",
        "statements-are-whole",
        setting("AWS::IAM::Policy", "PolicyDocument.Version", "2008-10-17", stack=_HERE),
    ),
    ("a right in another account", "statements-name-what-is-there", _granted_elsewhere),
    (
        "a right on a resource of another service",
        "actions-are-on-resources-of-their-service",
        _another_service,
    ),
    ("a queue that another account may fill", "conditions-name-this-account", _any_source),
    (
        "a role that another service assumes",
        "roles-are-assumed-by-who-uses-them",
        setting(_ROLE, _TRUSTS, "ec2.amazonaws.com", stack=_HERE),
    ),
    (
        "a bucket that is read without TLS",
        "everything-travels-by-tls",
        setting("AWS::S3::BucketPolicy", "PolicyDocument.Statement.0.Effect", "Allow", stack=_HERE),
    ),
)
