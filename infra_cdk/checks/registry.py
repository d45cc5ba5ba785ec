"""All checks, by subject. A new one is a function with a sentence, listed here."""

from typing import Final

from infra_cdk.checks import alarms, api, compute, data, edge, regions, rights, routing, site_policy
from infra_cdk.checks.model import Check, Cloud, Finding, Rule

_RULES: Final[tuple[Rule, ...]] = (
    data.every_replica_can_be_restored,
    data.strong_tables_do_without_ttl,
    data.only_operation_records_expire,
    data.every_region_has_a_replica,
    data.the_table_outlives_its_stack,
    data.the_stream_has_both_images,
    api.cache_keys_are_declared,
    api.only_persisted_reads_are_cached,
    api.cached_methods_key_all_that_varies,
    api.lambdas_answer_before_the_gateway_gives_up,
    api.the_stage_is_throttled_and_logged,
    api.callers_reach_an_alias,
    compute.snapstart_or_provisioned,
    compute.streams_give_up_in_time_and_tell,
    compute.queues_wait_for_their_consumer,
    compute.handlers_exist,
    compute.functions_are_told_their_own_region,
    compute.functions_know_every_region,
    compute.logs_go_where_they_end,
    routing.health_checks_ask_their_own_region,
    routing.ill_regions_are_left_in_time,
    routing.latency_records_name_their_region,
    routing.records_lead_to_a_custom_domain,
    routing.every_region_has_a_next_one,
    edge.origin_groups_are_read_only,
    edge.edge_resources_are_in_us_east_1,
    edge.behaviors_lead_to_origins,
    edge.every_region_is_an_origin,
    edge.apis_get_their_own_host,
    edge.dead_origins_are_left_soon,
    edge.groups_fail_over_on_errors,
    edge.writes_are_never_cached,
    edge.persisted_reads_key_their_variables,
    site_policy.the_site_may_load_what_it_needs,
    alarms.alarms_say_what_to_do,
    alarms.alarms_tell_somebody,
    alarms.alarms_decide_what_silence_means,
    alarms.alarms_look_where_the_metric_is,
    rights.no_right_is_a_wildcard,
    rights.services_call_for_this_account_only,
    rights.the_pipeline_role_is_for_one_repository,
    rights.the_menu_lambda_never_scans_or_deletes,
    regions.regions_do_not_refer_to_each_other,
    regions.no_stack_waits_for_another_region,
    regions.global_names_are_used_once,
    regions.templates_fit,
    regions.every_stack_has_an_explicit_place,
)
CHECKS: Final = tuple(Check(rule.__name__.replace("_", "-"), rule) for rule in _RULES)


def findings(cloud: Cloud) -> list[Finding]:
    """What all checks find wrong in a deployment."""
    return [one for check in CHECKS for one in check.findings(cloud)]
