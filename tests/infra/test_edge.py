"""CloudFront: where each request goes, what is kept, and which headers the browser gets."""

import json
import re
from typing import Any

import pytest

from cli.sending import LONGEST_QUERY
from infra_cdk.constructs.edge_functions import region_chooser
from tests.infra.conftest import ACCOUNT, ROOT, Assembly

EDGE = "carte-edge"
READS = {"GET", "HEAD", "OPTIONS"}


def config(assembly: Assembly) -> dict[str, Any]:
    """The distribution's configuration."""
    (found,) = assembly.resources(EDGE, "AWS::CloudFront::Distribution").values()
    configuration: dict[str, Any] = found["DistributionConfig"]
    return configuration


def behaviors(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """Behaviors by path."""
    of = config(assembly)
    return {
        "*": of["DefaultCacheBehavior"],
        **{one["PathPattern"]: one for one in of["CacheBehaviors"]},
    }


def groups(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """Origin groups by id."""
    return {one["Id"]: one for one in config(assembly)["OriginGroups"]["Items"]}


def test_paths_are_tried_from_narrow_to_wide(production: Assembly) -> None:
    assert [*behaviors(production)] == [
        *("*", "/graphiql*", "/graphql/persisted/*"),
        *("/graphql", "/graphql/next", "/graphql/third", "/stock-alerts/opt-out"),
        *("/payments/webhook", "/uploads/*"),
    ]


def test_what_goes_to_an_origin_group_is_read_only(production: Assembly) -> None:
    grouped = {
        path
        for path, one in behaviors(production).items()
        if one["TargetOriginId"] in groups(production)
    }
    assert grouped == {"*", "/graphiql*", "/uploads/*", "/graphql/persisted/*"}
    for path in grouped:
        assert set(behaviors(production)[path]["AllowedMethods"]) <= READS


@pytest.mark.parametrize(
    ("path", "origin", "host", "wait"),
    [
        ("/graphql", "api", "api", 2),
        ("/graphql/next", "api-next-write", "next.api", 2),
        ("/graphql/third", "api-third", "third.api", 10),
        ("/payments/webhook", "api-webhook", "api", 5),
        ("/stock-alerts/opt-out", "api", "api", 2),
    ],
)
def test_what_takes_post_leads_to_its_name_of_the_api_and_is_kept_nowhere(
    production: Assembly, path: str, origin: str, host: str, wait: int
) -> None:
    graphql = behaviors(production)[path]
    assert "POST" in graphql["AllowedMethods"]
    assert graphql["TargetOriginId"] == origin
    assert graphql["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # caching disabled
    # All viewer headers except Host, to which API Gateway would answer 403.
    assert graphql["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    origins = {one["Id"]: one for one in config(production)["Origins"]}
    assert origins[origin]["DomainName"] == f"{host}.menus.example.com"
    assert origins[origin]["CustomOriginConfig"]["OriginReadTimeout"] == wait


def test_every_region_is_an_origin_that_the_function_can_choose(production: Assembly) -> None:
    origins = {one["Id"]: one for one in config(production)["Origins"]}
    for region in production.deployment.regions:
        for name, host in ((f"api-{region}", region), (f"without-{region}", f"without-{region}")):
            origin = origins[name]
            assert origin["DomainName"] == f"{host}.api.menus.example.com"
            assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
            assert origin["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]
    assert len(origins) == len(config(production)["Origins"])
    assert len(origins) <= 25  # CloudFront's quota


def test_readers_are_sent_to_the_nearest_healthy_region_and_then_to_the_next(
    production: Assembly,
) -> None:
    group = groups(production)[behaviors(production)["/graphql/persisted/*"]["TargetOriginId"]]
    origins = {one["Id"]: one for one in config(production)["Origins"]}
    first, second = (origins[one["OriginId"]] for one in group["Members"]["Items"])
    assert first["DomainName"] == "api.menus.example.com"
    assert second["DomainName"] == "next.api.menus.example.com"
    waits = [one["CustomOriginConfig"]["OriginReadTimeout"] for one in (first, second)]
    assert waits == [2, 5]


def test_an_error_is_kept_for_a_second(production: Assembly) -> None:
    errors = config(production)["CustomErrorResponses"]
    assert {one["ErrorCode"] for one in errors} >= {404, 500, 502, 503, 504}
    assert {one["ErrorCachingMinTTL"] for one in errors} == {1}


def test_a_dead_origin_costs_a_reader_seconds(production: Assembly) -> None:
    for origin in config(production)["Origins"]:
        assert origin["ConnectionAttempts"] * origin["ConnectionTimeout"] <= 2
    pictures = behaviors(production)["/uploads/*"]["TargetOriginId"]
    for name, group in groups(production).items():
        codes = group["FailoverCriteria"]["StatusCodes"]["Items"]
        # Of pictures, another bucket may have what S3 says is not there.
        missing = [403, 404] if name == pictures else []
        assert codes == [*missing, 429, 500, 502, 503, 504]
    for path, behavior in behaviors(production).items():
        grouped = behavior["TargetOriginId"] in groups(production)
        assert ("OPTIONS" in behavior.get("CachedMethods", [])) is grouped, path


def test_an_answer_is_kept_by_what_it_varies_with_and_for_as_long_as_it_says(
    production: Assembly,
) -> None:
    (policy,) = production.resources(EDGE, "AWS::CloudFront::CachePolicy").values()
    of = policy["CachePolicyConfig"]
    assert (of["MinTTL"], of["DefaultTTL"]) == (0, 0)
    key = of["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {
        "QueryStringBehavior": "whitelist",
        "QueryStrings": ["variables"],
    }
    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["Accept"]}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}


def test_answers_can_be_purged_by_the_tag_that_the_lambda_writes(production: Assembly) -> None:
    # CloudFront ignores tags of a distribution without this.
    header = config(production)["CacheTagConfig"]["HeaderName"]
    written = (ROOT / "services" / "menu_api" / "http_caching.py").read_text()
    assert f'"{header.lower()}"' in written


def test_the_function_gets_the_viewers_place(production: Assembly) -> None:
    (policy,) = production.resources(EDGE, "AWS::CloudFront::OriginRequestPolicy").values()
    headers = policy["OriginRequestPolicyConfig"]["HeadersConfig"]["Headers"]
    assert {"CloudFront-Viewer-Latitude", "CloudFront-Viewer-Longitude"} <= set(headers)


def test_the_function_that_chooses_is_the_tested_one_with_the_regions_written_in(
    production: Assembly,
) -> None:
    functions = production.resources(EDGE, "AWS::CloudFront::Function").values()
    (chooser,) = (one for one in functions if one["Name"] == "carte-choose-region")
    code = chooser["FunctionCode"]
    assert code == region_chooser(production.deployment)
    assert '["eu-west-1", 53.35, -6.26]' in code
    assert '"api.menus.example.com"' in code
    assert not re.search(r"/\* [A-Z_]+ \*/", code)
    assert len(code.encode()) < 10_000
    assert chooser["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
    stores = production.resources(EDGE, "AWS::CloudFront::KeyValueStore")
    (flags,) = (one for one, named in stores.items() if named["Name"] == "carte-drain")
    assert flags in json.dumps(chooser["FunctionConfig"]["KeyValueStoreAssociations"])


def test_only_requests_for_the_api_choose_a_region(production: Assembly) -> None:
    of_the_api = ("/graphql", "/payments/", "/stock-alerts/")
    for path, behavior in behaviors(production).items():
        if path == "/uploads/*":  # the path is the key in the bucket
            assert "FunctionAssociations" not in behavior
            continue
        association, *others = behavior["FunctionAssociations"]
        assert [one["EventType"] for one in others] == (
            [] if path.startswith(of_the_api) else ["viewer-response"]
        )
        assert association["EventType"] == "viewer-request"
        chooses = "ChooseRegion" in json.dumps(association["FunctionARN"])
        assert chooses is path.startswith(of_the_api)


def test_the_site_is_in_two_regions_and_the_first_is_copied_to_the_second(
    production: Assembly,
) -> None:
    site = groups(production)[behaviors(production)["*"]["TargetOriginId"]]
    origins = {one["Id"]: one for one in config(production)["Origins"]}
    hosts = [origins[one["OriginId"]]["DomainName"] for one in site["Members"]["Items"]]
    assert hosts == [
        f"carte-site-{ACCOUNT}-us-east-1.s3.us-east-1.amazonaws.com",
        f"carte-site-{ACCOUNT}-eu-west-1.s3.eu-west-1.amazonaws.com",
    ]
    buckets = production.resources(EDGE, "AWS::S3::Bucket").values()
    (first,) = (one for one in buckets if one["BucketName"].startswith("carte-site"))
    buckets = production.resources("carte-site", "AWS::S3::Bucket").values()
    (second,) = (one for one in buckets if one["BucketName"].startswith("carte-site"))
    (rule,) = first["ReplicationConfiguration"]["Rules"]
    assert rule["Status"] == rule["DeleteMarkerReplication"]["Status"] == "Enabled"
    assert rule["Destination"]["Bucket"] == f"arn:aws:s3:::{second['BucketName']}"
    for bucket in (first, second):
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_the_buckets_are_read_by_our_distributions_alone(production: Assembly) -> None:
    for stack in (EDGE, "carte-site"):
        for policy in production.resources(stack, "AWS::S3::BucketPolicy").values():
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Effect"] == "Allow":
                    assert "AWS" not in statement["Principal"]
                    assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == ACCOUNT
    for origin in config(production)["Origins"]:
        assert ("OriginAccessControlId" in origin) is (".s3." in origin["DomainName"])


def test_pictures_are_in_two_regions_are_read_from_either_and_never_expire(
    production: Assembly,
) -> None:
    behavior = behaviors(production)["/uploads/*"]
    group = groups(production)[behavior["TargetOriginId"]]
    origins = {one["Id"]: one for one in config(production)["Origins"]}
    regions = production.deployment.picture_regions
    names = [f"carte-pictures-{ACCOUNT}-{region}" for region in regions]
    assert [origins[one["OriginId"]]["DomainName"] for one in group["Members"]["Items"]] == [
        f"{name}.s3.{region}.amazonaws.com" for name, region in zip(names, regions, strict=True)
    ]
    for stack, name in zip((EDGE, "carte-site"), names, strict=True):
        buckets = production.resources(stack, "AWS::S3::Bucket").values()
        (bucket,) = (one for one in buckets if one["BucketName"] == name)
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        # A version of a catalog that is put in force again may refer to any of them.
        (kept,) = bucket["LifecycleConfiguration"]["Rules"]
        assert "ExpirationInDays" not in kept
        (cors,) = bucket["CorsConfiguration"]["CorsRules"]
        assert cors["AllowedMethods"] == ["POST"]
    (first,) = (
        one
        for one in production.resources(EDGE, "AWS::S3::Bucket").values()
        if one["BucketName"] == names[0]
    )
    (rule,) = first["ReplicationConfiguration"]["Rules"]
    assert rule["Destination"]["Bucket"] == f"arn:aws:s3:::{names[1]}"


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-southeast-1"])
def test_every_region_signs_uploads_of_pictures_to_both_buckets_and_reads_none(
    production: Assembly, region: str
) -> None:
    handler = "services.menu_api.handler.handler"
    function = production.function(f"carte-{region}", handler)
    assert function["Environment"]["Variables"]["CARTE_PICTURE_BUCKETS"] == ",".join(
        f"{one}=carte-pictures-{ACCOUNT}-{one}" for one in ("us-east-1", "eu-west-1")
    )
    policies = production.resources(f"carte-{region}", "AWS::IAM::Policy").values()
    granted = {
        (one["Action"], resource)
        for policy in policies
        for one in policy["PolicyDocument"]["Statement"]
        for resource in (one["Resource"] if isinstance(one["Resource"], list) else ())
        if isinstance(resource, str) and "carte-pictures" in resource
    }
    assert granted == {
        ("s3:PutObject", f"arn:aws:s3:::carte-pictures-{ACCOUNT}-{one}/uploads/*")
        for one in ("us-east-1", "eu-west-1")
    }


def test_nothing_is_seen_before_the_firewall_which_is_in_us_east_1(production: Assembly) -> None:
    (acl,) = production.resources(EDGE, "AWS::WAFv2::WebACL")
    (of,) = production.resources(EDGE, "AWS::WAFv2::WebACL").values()
    assert of["Scope"] == "CLOUDFRONT"
    assert config(production)["WebACLId"] == {"Fn::GetAtt": [acl, "Arn"]}
    rules = {one["Name"]: one for one in of["Rules"]}
    assert len({one["Priority"] for one in of["Rules"]}) == len(rules)
    rate = rules["Rate"]["Statement"]["RateBasedStatement"]
    assert (rate["AggregateKeyType"], rate["Limit"]) == ("IP", 5000)
    body = rules["Body"]["Statement"]["SizeConstraintStatement"]
    assert body["FieldToMatch"]["Body"] == {"OversizeHandling": "MATCH"}
    inspected = of["AssociationConfig"]["RequestBody"]["CLOUDFRONT"]["DefaultSizeInspectionLimit"]
    assert body["Size"] == int(inspected.removeprefix("KB_")) * 1024
    query = rules["Query"]["Statement"]["SizeConstraintStatement"]
    assert query["FieldToMatch"] == {"QueryString": {}}
    assert query["Size"] > LONGEST_QUERY, "GETs of carte's own clients are refused"
    assert {name for name in rules if name.startswith("AWSManaged")} == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }


def test_every_request_leaves_a_trace_that_ends(production: Assembly) -> None:
    (source,) = production.resources(EDGE, "AWS::Logs::DeliverySource").values()
    assert source["LogType"] == "ACCESS_LOGS"
    (distribution,) = production.resources(EDGE, "AWS::CloudFront::Distribution")
    assert distribution in json.dumps(source["ResourceArn"])
    buckets = production.resources(EDGE, "AWS::S3::Bucket").values()
    (log,) = (one for one in buckets if one["BucketName"] == f"carte-edge-logs-{ACCOUNT}")
    (rule,) = log["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == production.deployment.log_retention_days


def test_pages_carry_security_headers_and_menus_keep_their_own(production: Assembly) -> None:
    with_headers = {
        path for path, one in behaviors(production).items() if "ResponseHeadersPolicyId" in one
    }
    assert with_headers == {"*", "/graphiql*", "/uploads/*"}
    for policy in production.resources(EDGE, "AWS::CloudFront::ResponseHeadersPolicy").values():
        headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
        csp = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]
        assert "default-src 'none'" in csp
        if policy["ResponseHeadersPolicyConfig"]["Name"] == "carte-pictures":
            assert "-src 'self'" not in csp, "a picture loads and runs nothing"
        else:
            assert "script-src 'self';" in csp
        assert "frame-ancestors 'none'" in csp


def test_the_sites_name_leads_here_over_both_protocols(production: Assembly) -> None:
    records = production.resources(EDGE, "AWS::Route53::RecordSet").values()
    assert {(one["Name"], one["Type"]) for one in records if "Region" not in one} == {
        ("menus.example.com.", "A"),
        ("menus.example.com.", "AAAA"),
    }
    assert config(production)["Aliases"] == ["menus.example.com"]
    assert config(production)["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"


def test_without_a_domain_there_is_no_edge(assembly: Assembly) -> None:
    assert not (assembly.folder / "carte-edge.template.json").exists()
    assert not (assembly.folder / "carte-site.template.json").exists()
