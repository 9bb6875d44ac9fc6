"""The subscription: quotas, resource providers, the login."""

from __future__ import annotations

from collections.abc import Mapping

from components.subscription.facts import LIMITED
from offline.azure.codes.repositories import NATIVE
from offline.azure.codes.rule import Rule, unconfirmed

ACTIVITY_LOG = "Microsoft: Diagnostic settings in Azure Monitor (activity log)"
VCPU_QUOTA = "Microsoft: Troubleshoot the QuotaExceeded error in AKS (ErrCode_InsufficientVCPUQuota)"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "ErrCode_InsufficientVCPUQuota": (Rule("more vCPUs than the quota of a family or a region has left", VCPU_QUOTA),),
    "PublicIPCountLimitReached": (
        Rule("more public addresses than a region allows", "MicrosoftDocs/azure-docs#106096"),
    ),
    "MaxStorageAccountsCountPerSubscriptionExceeded": (
        Rule("more storage accounts than a region allows", "Azure/azure-sdk-for-cpp#3959"),
    ),
    "AuthorizationFailed": (
        Rule("a login without a role in the subscription", "pulumi/pulumi-azure#595"),
        Rule("an action that no role of the login has", "Microsoft: Troubleshoot Azure RBAC"),
        Rule(
            "an action that a role of the login has under a condition that does not hold",
            "Azure/enterprise-azure-policy-as-code: Set-AzRoleAssignmentRestMethod.ps1",
        ),
    ),
    "LinkedAuthorizationFailed": (
        Rule("a reference to a resource that the login may not use", "Azure/enterprise-azure-policy-as-code#1339"),
    ),
    "SubscriptionNotFound": (
        Rule(
            "REST: a subscription that the login does not see", "Microsoft: Troubleshoot common Azure deployment errors"
        ),
    ),
    "FeatureNotFound": (unconfirmed("REST: a feature that does not exist", "Microsoft: Set up preview features"),),
    "MissingApiVersionParameter": (
        Rule(
            "REST: a request that names no version of the API", "Microsoft: Troubleshoot common Azure deployment errors"
        ),
    ),
    "InvalidAuthenticationTokenTenant": (Rule("a token of another tenant", "Azure/azure-sdk-for-net#49391"),),
    "LocationRequired": (Rule("an activity log alert without a location", "Azure/azure-rest-api-specs#35342"),),
    "InvalidInsightAlertRequestScope": (
        Rule("an alert about costs at another scope than a subscription", "public repositories of infrastructure"),
    ),
    "InvalidScheduledActionDisplayName": (
        Rule("a display name of more than 25 characters", "public repositories of infrastructure"),
    ),
    "BadRequest": (
        unconfirmed("the activity log: a setting without a sink, a category that there is not", ACTIVITY_LOG),
        unconfirmed("the 101st activity log alert", "MicrosoftDocs/azure-docs#48303"),
        unconfirmed("an alert about costs: the sixth, a change, more than a year", LIMITED),
    ),
    "Conflict": (Rule("a diagnostic setting without Microsoft.Insights registered", f"{NATIVE}#3479"),),
}
