"""A deployment file that is wrong is refused with words that help."""

from pathlib import Path

import pytest

from infra_cdk.app import synthesize
from infra_cdk.config import ConfigError, Deployment

EXAMPLE = Path(__file__).parents[2] / "infra_cdk" / "deployment.example.toml"


def test_the_example_is_a_deployment() -> None:
    assert Deployment.from_toml(EXAMPLE).account == "123456789012"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('account = "123"', "twelve digits"),
        ("account = 123456789012", "account must be a str"),
        ("regions = []", "at least one"),
        ('regions = ["mars-1"]', "not an AWS region"),
        ('regions = ["eu-west-1", "eu-west-1"]', "twice"),
        ('region = "eu-west-1"', "not a setting; settings are"),
        ('stage = "prod"', "neither aws nor local"),
        ("memory_mb = true", "memory_mb must be a int"),
        ("regions = [", "deployment.toml"),
        ("oidc_jwks = '{}'", "for the local cloud"),
        ('oidc_issuer = "http://x"', "https://"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "deployment.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        Deployment.from_toml(path)


def test_a_missing_file_points_to_the_example(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"deployment\.example\.toml"):
        Deployment.from_toml(tmp_path / "none.toml")


def test_a_missing_package_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make package"):
        synthesize(Deployment(), tmp_path / "none.zip", tmp_path)
