"""A deployment file that is wrong is refused with words that help."""

import subprocess
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from infra_cdk.app import synthesize
from infra_cdk.config import ConfigError, Deployment, project_version
from infra_cdk.config.regions import aws_regions
from services.domain.aws_regions import AWS_REGIONS

ROOT = Path(__file__).parents[2]
DOMAIN = "[domain]\nname = 'menus.example.com'\nzone_id = 'Z0123456789ABC'"
NAMED = f"{DOMAIN}\nzone_name = 'example.com'"
CHECK = "01234567-89ab-cdef-0123-456789abcdef"
TWO = 'regions = ["us-east-1", "eu-west-1"]'
SWITCH = "[recovery]\nregion_switch = true\n[recovery.health_checks]"
GAME_DAY = '[game_days]\nuntil = "2027-03-31"'
EXAMPLE = ROOT / "infra_cdk" / "deployment.example.toml"
MRK = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd"
ONE_REGION = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_the_example_is_a_deployment() -> None:
    assert Deployment.from_toml(EXAMPLE).account == "123456789012"


def test_the_version_is_the_projects_with_the_commit() -> None:
    # Between releases the project's version stays; a smoke test must tell new code from old.
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    command = ["git", "rev-parse", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert project_version() == version
    assert Deployment().version == f"{version}+{done.stdout[:12]}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('account = "123"', "twelve digits"),
        ("account = 123456789012", "account must be text"),
        ("regions = []", "at least one"),
        ('regions = ["mars-1"]', "not an AWS region"),
        ('regions = ["us-eats-1"]', "did you mean us-east-1"),
        ("regions = [1]", "not an AWS region"),
        ('regions = ["eu-west-1", "eu-west-1"]', "twice"),
        ('region = "eu-west-1"', "not a setting; settings are"),
        ('stage = "prod"', "not one of aws, local"),
        ('identity.replica = "eu-west-1"', "go together"),
        (f'identity.key = "{MRK}"', "go together"),
        (f'identity.replica = "us-east-1"\nidentity.key = "{MRK}"', "is the primary region"),
        (f'identity.replica = "mars-1"\nidentity.key = "{MRK}"', "not an AWS region"),
        (f'identity.replica = "eu-west-1"\nidentity.key = "{ONE_REGION}"', "multi-Region key"),
        ("memory_mb = true", "memory_mb must be a whole number"),
        ("memory_mb = 64", "not within 128 to 10240"),
        ("log_retention_days = 31", "31 is not one of 1, 3, 5"),
        ("throttle_rate = 0", "answer nobody"),
        ('table = "a b"', "letters, digits"),
        ("regions = [", "deployment.toml"),
        ("oidc_jwks = '{}'", "for the local cloud"),
        ('oidc_issuer = "http://x"', "https://"),
        ('cors_origins = ["shop.example"]', "no origin such as https://shop.example"),
        ('alarm_addresses = ["nobody"]', "not an e-mail address"),
        ('alarm_addresses = "a@example.com"', "alarm_addresses must be a list"),
        ("monthly_budget_usd = 100", "nobody hears"),
        ("cost_anomaly_usd = 100", "nobody hears"),
        ("cost_anomaly_usd = -1", "cost_anomaly_usd is below 0"),
        ('domain = "example.com"', r"must be a table: write \[domain\]"),
        ('[domain]\nname = "menus.example.com"', "domain.zone_name '' is not a name"),
        ("[domain]\nzone = 1", "'domain.zone' is not a setting; settings are domain.name"),
        (f"{DOMAIN}\nzone_name = 'other.org'", "not within the zone other.org"),
        ('[database]\nconsistency = "bank"', "not one of eventual, strong"),
        ("[database]\nwarm_reads = 100", "below 12000"),
        ('[lambdas]\nstart = "provisioned"', "say how many"),
        ('[lambdas]\nstart = "snapstart"\nprovisioned = 3', "takes one of the two"),
        ("[lambdas]\nprovisioned = 3", 'write start = "provisioned" or provisioned = 0'),
        ('[cache]\nstage_gb = "1"', "not one of none, 0.5, 1.6"),
        ('[cache]\ndax_node = "t3.small"', "such as dax.t3.small"),
        ('[cache.zones]\neu-west-1 = ["eu-west-2a"]', "not a zone of eu-west-1"),
        ('[cache.zones]\nsa-east-1 = ["sa-east-1a"]', "not in regions"),
        ("[edge]\nrate_limit = 1", "below 10"),
        ('[edge]\nsite_replica = "us-east-1"', "where the first copy is"),
        ("[edge]\non = 1", "edge.on must be true or false"),
        ("[backup]\ndays = 35", "nobody hears of one that fails"),
        ("[backup]\ndays = 3", "not 0 or within 7 to 3650"),
        ('[backup]\ncopy_region = "eu-west-1"', "write backup.days, too"),
        (
            'alarm_addresses = ["a@example.com"]\n[backup]\ndays = 7\ncopy_region = "us-east-1"',
            "where the backups are made",
        ),
        ("[recovery]\non = true", "needs a domain"),
        ('[recovery.controls]\neu-west-1 = "on"', "not a routing control's ARN"),
        ("[recovery]\nregion_switch = true", "needs a domain"),
        ("[recovery]\naccelerated_dns = true", "needs a domain"),
        (f"{NAMED}\n[recovery]\nregion_switch = true", "exactly two regions, not 3"),
        ('[recovery.health_checks]\neu-west-1 = "x"', "not the id of a health check"),
        (f'[recovery.health_checks]\neu-west-1 = "{CHECK}"', "write region_switch = true"),
        (f'{TWO}\n{NAMED}\n{SWITCH}\nsa-east-1 = "{CHECK}"', "sa-east-1, which is not in"),
        ("[audit]\ndays = 30", "not within 90 to 3650"),
        ('[game_days]\nuntil = "tomorrow"', "not a day such as"),
        ('[game_days]\nuntil = "2027-02-30"', "not a day such as"),
        ("[game_days]\nminutes = 600", "not within 2 to 60"),
        (f'regions = ["eu-west-1"]\n{GAME_DAY}', "needs a second region"),
        (
            f'{TWO[:-1]}, "us-east-2"]\n{GAME_DAY}\n[database]\nconsistency = "strong"',
            "takes no writes",
        ),
        (f'{GAME_DAY}\n[lambdas]\nstart = "provisioned"\nprovisioned = 5', "cannot be stopped"),
        ('[pipeline]\nrepository = "everybody/*"', "not owner/name"),
        ('[pipeline]\nenvironment = "*"', "one plain name"),
        ('[pipeline]\nrepository = "a/b"\nowner_id = 1', "write both"),
        ("[pipeline]\nowner_id = 1\nrepository_id = 2", "pipeline.repository is empty"),
        ("[database]\nkey_number = 2", 'write keys = "customer"'),
        ("[database]\nkey_number = 0", "below 1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "deployment.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        Deployment.from_toml(path)


STRONG = '[database]\nconsistency = "strong"'
THREE = 'regions = ["us-east-1", "us-east-2", "us-west-2"]'


def test_three_regions_may_be_strongly_consistent(tmp_path: Path) -> None:
    path = tmp_path / "deployment.toml"
    path.write_text(f"{THREE}\n{STRONG}")
    assert Deployment.from_toml(path).database.strong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'regions = ["us-east-1", "us-east-2"]\n{STRONG}', "exactly three regions, not 2"),
        (f'regions = ["us-east-1", "us-east-2", "af-south-1"]\n{STRONG}', "not offered in af-"),
        (f'{THREE}\noidc_issuer = "https://x"\n{STRONG}', "every mutation is a transaction"),
        (f'{THREE}\n{STRONG}\n[cache]\ndax_node = "dax.t3.small"', "remove dax_node"),
    ],
)
def test_what_strong_consistency_cannot_have_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "deployment.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        Deployment.from_toml(path)


def test_every_setting_is_in_the_example() -> None:
    text = EXAMPLE.read_text()
    local = {"stage", "version", "oidc_jwks"}
    for setting in fields(Deployment):
        if setting.name not in local:
            assert setting.name in text, setting.name
        value = getattr(Deployment(), setting.name)
        for inner in fields(value) if is_dataclass(value) else ():
            assert inner.name in text, f"{setting.name}.{inner.name}"


def test_every_region_has_a_place_at_the_edge() -> None:
    commercial = {one for one in aws_regions() if not one.startswith(("us-gov", "us-iso", "cn-"))}
    unplaced = {one for one in commercial - AWS_REGIONS.keys() if "iso" not in one}
    # Regions that botocore knows and nobody deploys to yet; they would be chosen last.
    assert unplaced <= {"eusc-de-east-1", "me-west-1", "sa-west-1"}, unplaced


def test_a_missing_file_points_to_the_example(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"deployment\.example\.toml"):
        Deployment.from_toml(tmp_path / "none.toml")


def test_a_missing_package_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make package"):
        synthesize(Deployment(), tmp_path / "none.zip", tmp_path)
