"""Bills services without a region: CloudFront, WAF, Route 53, Secrets Manager, Cognito."""

from collections.abc import Mapping

from loadtests.cost.bill import Bill
from loadtests.cost.demand import HOURS, MILLION, EdgeDemand
from loadtests.cost.resources import Templates
from loadtests.cost.traffic import Traffic


def edge(bill: Bill, templates: Templates, geographies: Mapping[str, EdgeDemand]) -> None:
    """CloudFront by geography, its function, and the firewall before it."""
    if not templates.count("AWS::CloudFront::Distribution"):
        return
    for name, demand in geographies.items():
        bill.add(
            "CloudFront",
            f"requests ({name})",
            f"cdn_requests_{name}",
            demand.requests / MILLION,
            because="menus, queries, mutations and the site's files",
        )
        bill.add(
            "CloudFront",
            f"data to viewers ({name})",
            f"cdn_data_{name}",
            demand.gigabytes,
            because="compressed menus, queries and the site's files",
        )
    total = sum(demand.requests for demand in geographies.values()) / MILLION
    if templates.count("AWS::CloudFront::Function"):
        reason = "every request"
        bill.add("CloudFront", "edge function", "cdn_functions", total, because=reason)
        bill.add("CloudFront", "drain flags", "cdn_key_values", total, because=reason)
    acls, rules = templates.waf_rules()
    if acls:
        bill.add("WAF", "web ACLs", "waf_acl", acls, because="from the templates")
        bill.add("WAF", "rules", "waf_rule", rules, because="from the templates")
        bill.add("WAF", "requests", "waf_requests", total, because="every request")


def routing(bill: Bill, templates: Templates) -> None:
    """Names and health checks. Queries of alias records to AWS's endpoints cost nothing."""
    reason = "from the templates"
    zones = 1 if templates.has_records() else 0
    bill.add("Route 53", "hosted zone", "dns_zone", zones, because=reason)
    checks, options = templates.health_checks()
    bill.add("Route 53", "health checks", "health_check", checks, because=reason)
    bill.add("Route 53", "fast interval, HTTPS", "health_check_option", options, because=reason)
    clusters = templates.count("AWS::Route53RecoveryControl::Cluster")
    bill.add(
        "Route 53", "routing controls", "routing_control_hours", clusters * HOURS, because=reason
    )
    plans = templates.count("AWS::ARCRegionSwitch::Plan")
    bill.add("ARC", "plans of Region switch", "region_switch_plans", plans, because=reason)


def secrets(bill: Bill, templates: Templates) -> None:
    """Bill the secrets that CloudFront shows the API: each copy is one."""
    held = templates.secrets()
    origin = "from the templates; each region's copy is billed"
    bill.add("Secrets Manager", "origin secrets", "secret", held, because=origin)


def staff(bill: Bill, templates: Templates, traffic: Traffic) -> None:
    """Bill the staff's accounts."""
    if templates.count("AWS::Cognito::UserPool"):
        people = traffic.edits.staff
        bill.add("Cognito", "staff", "monthly_users", people, because="people with a token a month")
