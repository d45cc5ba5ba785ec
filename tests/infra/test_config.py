"""A deployment file that is wrong is refused with words that help."""

import tomllib
from pathlib import Path

import pytest

from infra_cdk.app import synthesize
from infra_cdk.config import ConfigError, Deployment, project_version

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "infra_cdk" / "deployment.example.toml"


def test_the_example_is_a_deployment() -> None:
    assert Deployment.from_toml(EXAMPLE).account == "123456789012"


def test_the_version_is_the_projects() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert Deployment().version == project_version() == version


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('account = "123"', "twelve digits"),
        ("account = 123456789012", "account must be a str"),
        ("regions = []", "at least one"),
        ('regions = ["mars-1"]', "not an AWS region"),
        ('regions = ["us-eats-1"]', "did you mean us-east-1"),
        ("regions = [1]", "not an AWS region"),
        ('regions = ["eu-west-1", "eu-west-1"]', "twice"),
        ('region = "eu-west-1"', "not a setting; settings are"),
        ('stage = "prod"', "neither aws nor local"),
        ("memory_mb = true", "memory_mb must be a int"),
        ("memory_mb = 64", "not within 128 to 10240"),
        ("log_retention_days = 31", "31 is not one of 1, 3, 5"),
        ("throttle_rate = 0", "answer nobody"),
        ('table = "a b"', "letters, digits"),
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
