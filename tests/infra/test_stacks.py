"""What the stacks are meant to say, read from the synthesized templates."""

import json

import pytest

from infra_cdk.checks.model import Cloud
from tests.infra.conftest import Assembly

REGIONAL = "carte-eu-west-1"
MENU_API = "services.menu_api.handler.handler"


def test_synthesis_needs_no_look_up(assembly: Assembly) -> None:
    manifest = json.loads((assembly.folder / "manifest.json").read_text())
    assert "missing" not in manifest
    stacks = {
        k for k, v in manifest["artifacts"].items() if v["type"] == "aws:cloudformation:stack"
    }
    assert stacks == {
        "carte-data",
        "carte-identity",
        "carte-operations",
        *(f"carte-{region}" for region in assembly.deployment.regions),
    }


def test_every_replica_is_protected_and_can_be_restored(assembly: Assembly) -> None:
    (table,) = assembly.resources("carte-data", "AWS::DynamoDB::GlobalTable").values()
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert [one["Region"] for one in table["Replicas"]] == [
        *assembly.deployment.regions[1:],
        "us-east-1",
    ]
    for replica in table["Replicas"]:
        assert replica["DeletionProtectionEnabled"] is True
        recovery = replica["PointInTimeRecoverySpecification"]
        assert recovery["PointInTimeRecoveryEnabled"] is True


def test_the_table_outlives_its_stack(assembly: Assembly) -> None:
    resources = assembly.template("carte-data")["Resources"]
    (table,) = (one for one in resources.values() if one["Type"] == "AWS::DynamoDB::GlobalTable")
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == (
        "RetainExceptOnCreate",
        "Retain",
    )


def test_routes_are_exactly_the_contract(assembly: Assembly) -> None:
    paths: dict[str, str] = {}
    resources = assembly.resources(REGIONAL, "AWS::ApiGateway::Resource")

    def path(logical_id: str) -> str:
        if logical_id not in paths:
            parent = resources[logical_id]["ParentId"].get("Ref")
            prefix = path(parent) if parent else ""
            paths[logical_id] = f"{prefix}/{resources[logical_id]['PathPart']}"
        return paths[logical_id]

    routes = {
        (path(method["ResourceId"]["Ref"]), method["HttpMethod"])
        for method in assembly.resources(REGIONAL, "AWS::ApiGateway::Method").values()
    }
    assert routes == {
        ("/graphql", "GET"),
        ("/graphql", "HEAD"),
        ("/graphql", "POST"),
        ("/graphql", "OPTIONS"),
        ("/graphql/persisted/{documentId}", "GET"),
        ("/graphql/persisted/{documentId}", "HEAD"),
        *((path, method) for path in ("/health", "/ready") for method in ("GET", "HEAD")),
        *(("/stock-alerts/opt-out", method) for method in ("GET", "HEAD", "POST")),
    }


def test_the_lambda_may_do_no_more_with_the_table_than_it_does(assembly: Assembly) -> None:
    rights = assembly.rights(REGIONAL, MENU_API)
    table = {action for action in rights if action.startswith("dynamodb:")}
    assert table == {
        "dynamodb:BatchGetItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
    }
    for action in table:
        arn = json.dumps(rights[action])
        assert ":dynamodb:eu-west-1:123456789012:table/carte" in arn
        assert "*" not in arn
    starred = {action for action, resource in rights.items() if resource == "*"}
    assert starred <= {
        *("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        *("cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"),
    }
    # It reads figures and alarms, and changes nothing of CloudWatch.
    assert {action for action in rights if action.startswith("cloudwatch:")} == {
        *("cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"),
    }


def test_the_lambda_is_what_the_contract_says(assembly: Assembly) -> None:
    function = assembly.function(REGIONAL, MENU_API)
    assert function["Architectures"] == ["arm64"]
    assert function["Runtime"] == "python3.13"
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["Environment"]["Variables"] == {
        "CARTE_REGION": "eu-west-1",
        "CARTE_REGIONS": "us-east-1,eu-west-1,ap-southeast-1",
        "CARTE_TABLE": "carte",
        "CARTE_VERSION": assembly.deployment.version,
        "CARTE_STAGE": "aws",
        "CARTE_COUNT_BUCKET": "carte-counts-123456789012-eu-west-1",
        "CARTE_SEARCH_BUCKET": "carte-search-123456789012-eu-west-1",
    }


def test_callers_reach_the_alias_never_the_latest_code(assembly: Assembly) -> None:
    methods = assembly.resources(REGIONAL, "AWS::ApiGateway::Method").values()
    aliases = assembly.resources(REGIONAL, "AWS::Lambda::Alias")
    called = [name for name in aliases if name.startswith(("MenuApi", "StockAlerts"))]
    assert len(called) == 2
    for method in methods:
        uri = json.dumps(method["Integration"]["Uri"])
        assert sum(alias in uri for alias in called) == 1


def test_every_log_is_kept_for_a_while_and_not_for_ever(assembly: Assembly) -> None:
    logs = assembly.resources(REGIONAL, "AWS::Logs::LogGroup").values()
    assert {log["LogGroupName"] for log in logs} == {
        "/carte/alerts",
        "/carte/api-access",
        "/carte/convergence",
        "/carte/fulfilment",
        "/carte/inventory",
        "/carte/live",
        "/carte/live-fan-out",
        "/carte/menu-api",
        "/carte/people-notices",
        "/carte/reconciler",
        "/carte/sweeper",
    }
    assert {log["RetentionInDays"] for log in logs} == {assembly.deployment.log_retention_days}


def test_the_stage_is_throttled_traced_and_logged(assembly: Assembly) -> None:
    (stage,) = assembly.resources(REGIONAL, "AWS::ApiGateway::Stage").values()
    assert stage["StageName"] == "live"
    assert stage["TracingEnabled"] is True
    assert "AccessLogSetting" in stage
    (whole,) = (one for one in stage["MethodSettings"] if one["ResourcePath"] == "/*")
    assert whole["ThrottlingRateLimit"] == assembly.deployment.throttle_rate
    assert whole["ThrottlingBurstLimit"] == assembly.deployment.throttle_burst


def test_regions_do_not_refer_to_each_other(assembly: Assembly) -> None:
    for region in assembly.deployment.regions:
        template = assembly.template(f"carte-{region}")
        names = template["Resources"], template.get("Outputs", {}), template.get("Parameters", {})
        text = json.dumps(names).replace("us-east-1,eu-west-1,ap-southeast-1", "")
        for other in assembly.deployment.regions:
            assert (other in text) == (other == region), f"{region} names {other}"


def test_nobody_signs_up_by_themselves_and_everybody_has_a_second_factor(
    assembly: Assembly,
) -> None:
    (pool,) = assembly.resources("carte-identity", "AWS::Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["MfaConfiguration"] == "ON"
    assert pool["DeletionProtection"] == "ACTIVE"


def test_staff_sign_in_by_code_on_the_pools_pages_and_come_back_to_the_site(
    production: Assembly,
) -> None:
    (client,) = production.resources("carte-identity", "AWS::Cognito::UserPoolClient").values()
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == [
        "openid",
        "email",
        "aws.cognito.signin.user.admin",
    ]
    assert client["CallbackURLs"] == client["LogoutURLs"] == ["https://menus.example.com/signin"]
    assert "GenerateSecret" not in client
    (domain,) = production.resources("carte-identity", "AWS::Cognito::UserPoolDomain").values()
    assert domain["Domain"] == f"carte-{production.deployment.account}"


def test_the_pool_reports_each_sign_in_to_the_lambda_of_notices_of_its_region(
    options: Assembly, assembly: Assembly
) -> None:
    (pool,) = options.resources("carte-identity", "AWS::Cognito::UserPool").values()
    deployment = options.deployment
    trigger = json.dumps(pool["LambdaConfig"])
    assert "PostAuthentication" in trigger
    assert (
        f":lambda:{deployment.primary}:{deployment.account}:function:carte-people-notices:live"
        in trigger
    )
    # A device is remembered, so that a new one is known to be one; it replaces no second factor.
    assert pool["DeviceConfiguration"] == {
        "ChallengeRequiredOnNewDevice": False,
        "DeviceOnlyRememberedOnUserPrompt": False,
    }
    for region in deployment.regions:
        permissions = options.resources(f"carte-{region}", "AWS::Lambda::Permission").values()
        of_pool = [one for one in permissions if "cognito" in json.dumps(one["Principal"])]
        assert len(of_pool) == (region == deployment.primary)
        assert all(one["SourceAccount"] == deployment.account for one in of_pool)
    (without_mails,) = assembly.resources("carte-identity", "AWS::Cognito::UserPool").values()
    assert "LambdaConfig" not in without_mails


def test_the_lambda_of_notices_reads_people_of_the_pool_and_nothing_else_there(
    options: Assembly,
) -> None:
    rights = options.rights(REGIONAL, "services.people_notices.handler.handler")
    of_cognito = {name: one for name, one in rights.items() if name.startswith("cognito")}
    assert of_cognito.keys() == {"cognito-idp:AdminGetUser"}
    assert "userpool/eu-west-1_Example" in json.dumps(of_cognito)


def test_a_pool_with_a_replica_has_what_replication_needs(options: Assembly) -> None:
    identity = options.deployment.identity
    (pool,) = options.resources("carte-identity", "AWS::Cognito::UserPool").values()
    assert pool["KeyConfiguration"] == {
        "KeyType": "CUSTOMER_MANAGED_KEY",
        "KmsKeyArn": identity.key,
    }
    assert pool["IssuerConfiguration"] == {"Type": "UPDATED"}
    assert pool["UserPoolTier"] == "ESSENTIALS"
    (replica,) = options.resources("carte-identity", "AWS::Cognito::UserPoolReplica").values()
    assert replica["RegionName"] == identity.replica
    outputs = options.template("carte-identity")["Outputs"]
    issuer = json.dumps(outputs["OidcIssuer"]["Value"])
    assert f"https://issuer-cognito-idp.{options.deployment.primary}.amazonaws.com/" in issuer


def test_without_a_replica_the_pool_is_as_it_was(production: Assembly) -> None:
    (pool,) = production.resources("carte-identity", "AWS::Cognito::UserPool").values()
    assert not {"KeyConfiguration", "IssuerConfiguration"} & pool.keys()
    assert not production.resources("carte-identity", "AWS::Cognito::UserPoolReplica")


def test_without_a_site_staff_sign_in_by_srp_alone_and_the_pools_pages_are_off(
    assembly: Assembly,
) -> None:
    # The CDK's default is the implicit flow, with a callback at example.com.
    (client,) = assembly.resources("carte-identity", "AWS::Cognito::UserPoolClient").values()
    assert client["AllowedOAuthFlowsUserPoolClient"] is False
    assert not {"AllowedOAuthFlows", "CallbackURLs"} & client.keys()
    assert set(client["ExplicitAuthFlows"]) == {
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    }


def test_a_failed_first_creation_leaves_no_name_taken(production: Assembly) -> None:
    # CloudFormation user guide, `RetainExceptOnCreate`: with Retain, a bucket or table of a failed
    # creation stays, and every repetition fails at its name.
    for stack in Cloud.of_assembly(production.folder).stacks:
        for one in stack.resources():
            assert one.body.get("DeletionPolicy") != "Retain", f"{stack.name}/{one.logical_id}"


PAYING = ("services.fulfilment.handler.handler", "services.payments.handler.handler")


@pytest.mark.parametrize("handler", PAYING)
def test_a_lambda_that_pays_may_read_its_regions_copy_of_the_secret(
    production: Assembly, handler: str
) -> None:
    resource = json.dumps(production.rights(REGIONAL, handler)["secretsmanager:GetSecretValue"])
    assert ":secretsmanager:eu-west-1:123456789012:secret:carte-payments-??????" in resource
    variables = production.function(REGIONAL, handler)["Environment"]["Variables"]
    assert variables["CARTE_PAYMENT_SECRET"] == "carte-payments"  # noqa: S105 - its name
    assert "CARTE_PAYMENT_URL" not in variables


def test_the_payment_secret_is_in_every_region_and_outlives_its_stack(
    production: Assembly,
) -> None:
    body = next(
        one
        for one in production.template("carte-secrets")["Resources"].values()
        if one["Type"] == "AWS::SecretsManager::Secret"
        and one["Properties"]["Name"] == "carte-payments"
    )
    copies = {one["Region"] for one in body["Properties"]["ReplicaRegions"]}
    assert copies == {"eu-west-1", "ap-southeast-1"}
    assert body["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_webhook_is_a_route_of_its_own_lambda(production: Assembly) -> None:
    aliases = production.resources(REGIONAL, "AWS::Lambda::Alias")
    (alias,) = (name for name in aliases if name.startswith("PaymentWebhook"))
    (method,) = (
        one
        for one in production.resources(REGIONAL, "AWS::ApiGateway::Method").values()
        if alias in json.dumps(one["Integration"]["Uri"])
    )
    assert method["HttpMethod"] == "POST"


def test_opting_out_is_a_route_of_the_lambda_of_alerts(production: Assembly) -> None:
    aliases = production.resources(REGIONAL, "AWS::Lambda::Alias")
    (alias,) = (name for name in aliases if name.startswith("StockAlerts"))
    methods = {
        one["HttpMethod"]
        for one in production.resources(REGIONAL, "AWS::ApiGateway::Method").values()
        if alias in json.dumps(one["Integration"]["Uri"])
    }
    assert methods == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("of", ["alerts", "fulfilment", "people_notices"])
def test_every_lambda_that_mails_knows_the_site_that_its_links_lead_to(
    production: Assembly, of: str
) -> None:
    variables = production.function(REGIONAL, f"services.{of}.handler.handler")["Environment"][
        "Variables"
    ]
    assert variables["CARTE_SITE_URL"] == "https://menus.example.com"


def test_without_payments_no_lambda_pays(assembly: Assembly) -> None:
    handlers = {
        one["Handler"] for one in assembly.resources(REGIONAL, "AWS::Lambda::Function").values()
    }
    assert PAYING[0] in handlers
    assert PAYING[1] not in handlers
    assert "secretsmanager:GetSecretValue" not in assembly.rights(REGIONAL, PAYING[0])
    assert "CARTE_CARDS" not in assembly.function(REGIONAL, MENU_API)["Environment"]["Variables"]
