"""What the deployed site knows of signing in, and whom its pages may talk to."""

from dataclasses import replace

from infra_cdk.config import Deployment, Domain
from infra_cdk.sign_in import origins, settings
from infra_cdk.site_policy import SITE, connecting

NAMED = Deployment(
    account="123456789012",
    regions=("us-east-1", "eu-west-1"),
    oidc_issuer="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_x",
    oidc_audience="client",
    domain=Domain(name="menus.example.com", zone_id="Z0123456789ABC", zone_name="example.com"),
)


def test_the_site_signs_in_at_the_pool_of_the_primary_region() -> None:
    assert settings(NAMED) == {
        "client": "client",
        "pages": "https://carte-123456789012.auth.us-east-1.amazoncognito.com",
        "service": "https://cognito-idp.us-east-1.amazonaws.com/",
    }


def test_without_a_client_or_a_name_nobody_signs_in_on_the_site() -> None:
    assert settings(replace(NAMED, oidc_issuer="", oidc_audience="")) == {}
    assert settings(replace(NAMED, domain=Domain())) == {}


def test_pages_talk_to_the_site_the_pool_and_the_buckets_alone() -> None:
    policy = connecting(origins(NAMED))
    assert policy["connect-src"].split() == [
        "'self'",
        "https://carte-123456789012.auth.us-east-1.amazoncognito.com",
        "https://cognito-idp.us-east-1.amazonaws.com",
        "https://carte-counts-123456789012-us-east-1.s3.us-east-1.amazonaws.com",
        "https://carte-counts-123456789012-eu-west-1.s3.eu-west-1.amazonaws.com",
        "https://carte-pictures-123456789012-us-east-1.s3.us-east-1.amazonaws.com",
        "https://carte-pictures-123456789012-eu-west-1.s3.eu-west-1.amazonaws.com",
    ]
    assert {name: policy[name] for name in policy if name != "connect-src"} == {
        name: SITE[name] for name in SITE if name != "connect-src"
    }
