"""Whether a public host answers, asked from outside."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pulumi
from pulumi_azure_native import applicationinsights, monitor

from components.alerts.spec import HostAlertSpec, WebTestSpec
from components.placement import Placement

CRITERIA = "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria"
LINK = "hidden-link:"
"""What the tag begins with that ties a test to its component (Azure/azure-rest-api-specs: WebTestCreateStandard)."""

TIMEOUT_SECONDS = 30
"""After how long an answer is none, with a second try: Azure's default."""


@dataclass(frozen=True, kw_only=True)
class HostWatch:
    """A public host, who asks it, and who hears of it."""

    key: str
    """Its logical name."""
    test: WebTestSpec
    alert: HostAlertSpec
    place: Placement
    """Where the component is: a test belongs beside it."""
    component: pulumi.CustomResource
    """The component, for which the test waits: that its tag names it is plain text, which tells the engine nothing."""
    group: pulumi.Input[str]
    """The id of the action group."""


def host_watch(watch: HostWatch, place: Placement, opts: pulumi.ResourceOptions) -> None:
    """A test of a host, and the alert about it in ``place``, where the other alerts are."""
    test = _web_test(watch, opts)
    alert = watch.alert
    monitor.MetricAlert(
        f"{watch.key}-host",
        rule_name=alert.name,
        resource_group_name=place.resource_group,
        location="global",
        description=alert.description,
        severity=alert.severity,
        enabled=True,
        auto_mitigate=True,
        scopes=[test.id, watch.component.id],
        evaluation_frequency=alert.frequency,
        window_size=alert.window,
        criteria=monitor.WebtestLocationAvailabilityCriteriaArgs(
            odata_type=CRITERIA,
            web_test_id=test.id,
            component_id=watch.component.id,
            failed_location_count=alert.failed_locations,
        ),
        actions=[{"action_group_id": watch.group}],
        tags=place.tags,
        opts=opts,
    )


def _web_test(watch: HostWatch, opts: pulumi.ResourceOptions) -> applicationinsights.WebTest:
    spec = watch.test
    place = replace(watch.place, tags={**watch.place.tags, f"{LINK}{spec.component}": "Resource"})
    return applicationinsights.WebTest(
        watch.key,
        web_test_name=spec.name,
        synthetic_monitor_id=spec.name,
        resource_group_name=place.resource_group,
        location=place.location,
        # Otherwise the SDK says ping.
        kind=applicationinsights.WebTestKind.STANDARD,
        web_test_kind=applicationinsights.WebTestKind.STANDARD,
        enabled=True,
        frequency=spec.seconds,
        timeout=TIMEOUT_SECONDS,
        retry_enabled=True,
        locations=[applicationinsights.WebTestGeolocationArgs(location=each) for each in spec.locations],
        request=applicationinsights.WebTestPropertiesRequestArgs(
            request_url=spec.url, http_verb="GET", follow_redirects=True, parse_dependent_requests=False
        ),
        validation_rules=applicationinsights.WebTestPropertiesValidationRulesArgs(
            expected_http_status_code=200,
            s_sl_check=True,
            s_sl_cert_remaining_lifetime_check=spec.certificate_days,
        ),
        tags=place.tags,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[watch.component])),
    )
