"""Waiting for what goes away without intervention: how long, and what a person reads meanwhile and after it."""

from __future__ import annotations

import asyncio

import pulumi
import pytest

from components.facts.errors import LONGEST_DELAY_SECONDS, TRANSIENT_ERRORS, TransientError
from components.guard.waiting import Patience, missing_right, role_with_it, transient
from offline.world.faults import KINDS

URN = "urn:pulumi:dev::mystira::azure-native:authorization:RoleAssignment::app"
KIND = "azure-native:authorization:RoleAssignment"
ACT = "Microsoft.Authorization/roleAssignments/write"
SCOPE = "/subscriptions/0/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s"
CALLER = "ed5eb828-25b9-42d5-af64-7282b4d1a781"
FORBIDDEN = (
    f"Status=403 Code=\"AuthorizationFailed\" Message=\"The client '{CALLER}' with object id '{CALLER}' does not have "
    f"authorization to perform action '{ACT}' over scope '{SCOPE}' or the scope is invalid. If access was recently "
    'granted, please refresh your credentials."'
)
"""As Azure said it (pulumi/pulumi-azure #595)."""
LINKED = (
    f"Status=403 Code=\"LinkedAuthorizationFailed\" Message=\"The client '{CALLER}' with object id '{CALLER}' has "
    "permission to perform action 'Microsoft.ContainerService/managedClusters/write' on scope '/cluster'; however, it "
    "does not have permission to perform action 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked "
    f"scope(s) '{SCOPE}' or the linked scope(s) are invalid.\""
)
"""As Azure says it (Azure/aad-pod-identity #613)."""
LINKED_TODAY = LINKED.replace("action 'Microsoft.Network", "action(s) 'Microsoft.Network").replace(
    "' or the linked", "' (respectively) or the linked"
)
"""As Azure says it since (Azure/enterprise-azure-policy-as-code #1339)."""
UNMET = FORBIDDEN.replace(
    "does not have authorization", "has an authorization with ABAC condition that is not fulfilled"
)
"""As Azure says it (Azure/enterprise-azure-policy-as-code: Set-AzRoleAssignmentRestMethod.ps1)."""
KUBELET = (
    'Status=400 Code="CustomKubeletIdentityMissingPermissionError" Message="The cluster using user-assigned managed '
    "identity must be granted 'Managed Identity Operator' role to assign kubelet identity.\""
)

API_SERVER = (
    f'namespaces is forbidden: User "{CALLER}" cannot create resource "namespaces" in API group "" at the cluster '
    "scope: User does not have access to the resource in Azure. Update role assignment to allow access."
)
"""As the API server of a cluster says it (Microsoft: Control cluster and node access using PIM)."""
POD_SECURITY = (
    'pods "x" is forbidden: violates PodSecurity "restricted:v1.36": allowPrivilegeEscalation != false (container "x" '
    "must set securityContext.allowPrivilegeEscalation=false)"
)


class Clock:
    """A clock that only moves while somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def patience(clock: Clock) -> Patience:
    return Patience(clock.now, clock.sleep, lambda _least, most: most)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the log gets: its level and its text."""
    lines: list[tuple[str, str]] = []
    for level in ("info", "warn", "error"):
        monkeypatch.setattr(pulumi.log, level, lambda text, level=level: lines.append((level, text)))
    return lines


def failing(*errors: str) -> pulumi.ErrorHookArgs:
    """The newest error first."""
    return pulumi.ErrorHookArgs(URN, "id", "app", KIND, failed_operation="create", errors=list(errors))


def until_given_up(patience: Patience, error: str) -> int:
    """Meets an error again and again; returns how often it was tried again."""
    for attempt in range(1, 100):
        if not asyncio.run(patience.retry(failing(*[error] * attempt))):
            return attempt - 1
    raise AssertionError("Pulumi itself gives up after 100 attempts")


def error_of(row: TransientError) -> str:
    code, _, detail = row.code.partition(": ")
    return f'Status=409 {row.written.format(code=code)} Message="{detail} wait"'


@pytest.mark.parametrize("row", TRANSIENT_ERRORS, ids=lambda row: row.code)
def test_an_operation_is_tried_until_the_deadline_of_its_error(
    row: TransientError, patience: Patience, clock: Clock, said: list[tuple[str, str]]
) -> None:
    assert until_given_up(patience, error_of(row)) > 1
    assert clock.slept[:2] == [5.0, 10.0]
    assert max(clock.slept) == LONGEST_DELAY_SECONDS
    # The last attempt is neither before the deadline nor after it.
    assert clock.seconds == 60 * row.minutes
    assert [level for level, _ in said] == ["info", "error"]


def test_a_new_role_is_waited_for_as_long_as_its_source_says() -> None:
    """Microsoft: up to ten minutes."""
    rows = [row for row in TRANSIENT_ERRORS if "ten minutes" in row.why or "Kubelet" in row.code]
    assert len(rows) == 3
    assert all(row.minutes > 10 for row in rows)


def test_a_role_at_a_cluster_is_waited_for_and_a_refused_pod_is_not() -> None:
    """Microsoft: up to five minutes. The API server forbids much that no waiting changes."""
    row = transient(API_SERVER)
    assert row is not None
    assert row.minutes == 10
    assert missing_right(API_SERVER) == 'create resource "namespaces"'
    assert transient(POD_SECURITY) is None


def test_the_first_error_says_at_once_what_is_waited_for(patience: Patience, said: list[tuple[str, str]]) -> None:
    assert asyncio.run(patience.retry(failing(FORBIDDEN)))
    ((level, text),) = said
    assert level == "info"
    assert text.startswith(f"{KIND} app: trying again for up to 12 minutes: ")
    assert f"missing: {ACT} at {SCOPE} for {CALLER}" in text
    assert asyncio.run(patience.retry(failing(FORBIDDEN, FORBIDDEN)))
    assert len(said) == 1


@pytest.mark.parametrize(
    ("error", "missing"),
    [
        (FORBIDDEN, f"{ACT} at {SCOPE} for {CALLER}"),
        (LINKED, f"Microsoft.Network/virtualNetworks/subnets/join/action at {SCOPE} for {CALLER}"),
        (LINKED_TODAY, f"Microsoft.Network/virtualNetworks/subnets/join/action at {SCOPE} for {CALLER}"),
        (KUBELET, "Managed Identity Operator"),
    ],
    ids=["own", "linked", "linked today", "kubelet"],
)
def test_a_right_that_does_not_come_is_named(
    error: str, missing: str, patience: Patience, said: list[tuple[str, str]]
) -> None:
    until_given_up(patience, error)
    level, text = said[-1]
    assert level == "error"
    assert text == (
        f"{KIND} app: a right is missing; seen: no {missing} after 12 minutes; allowed: a role that contains it, given "
        "by an owner; read: docs/runbooks/limits.md"
    )


@pytest.mark.parametrize(
    ("action", "role"),
    [
        ("Microsoft.Consumption/budgets/write", "Cost Management Contributor"),
        ("Microsoft.CostManagement/scheduledActions/delete", "Cost Management Contributor"),
        ("Microsoft.Insights/diagnosticSettings/write", "Monitoring Contributor"),
        ("Microsoft.Security/securityContacts/write", "Security Admin"),
    ],
)
def test_what_a_person_gives_at_the_subscription_is_named(
    action: str, role: str, patience: Patience, said: list[tuple[str, str]]
) -> None:
    there = f"/subscriptions/0/providers/{action.rpartition('/')[0]}/x"
    until_given_up(patience, FORBIDDEN.replace(ACT, action).replace(SCOPE, there))
    (_, waiting), (_, given_up) = said
    assert waiting.endswith(f"missing: {action} at {there} for {CALLER}; what has it: {role} at the subscription")
    assert f"; allowed: {role} at the subscription, or another role that contains it, given by an owner; " in given_up
    # In a group its own roles reach it.
    assert role_with_it(FORBIDDEN.replace(ACT, action)) == ""


def test_nobody_waits_for_a_condition_to_hold(patience: Patience, said: list[tuple[str, str]]) -> None:
    """Azure's own words are the error: the right is there, and what it is used for is not what the condition names."""
    assert transient(UNMET) is None
    assert not asyncio.run(patience.retry(failing(UNMET)))
    assert said == []


def test_each_error_of_an_operation_has_a_time_limit_of_its_own(patience: Patience, clock: Clock) -> None:
    busy = error_of(next(row for row in TRANSIENT_ERRORS if row.code == "ServerIsBusy"))
    until_given_up(patience, busy)
    assert asyncio.run(patience.retry(failing(FORBIDDEN, busy)))
    assert clock.seconds > 10 * 60


def test_a_subnet_whose_server_is_gone_is_waited_for() -> None:
    row = transient(KINDS["subnet-in-use"].message)
    assert row is not None
    assert row.minutes == 20


@pytest.mark.parametrize(
    "error",
    [
        'Code="InvalidParameter" Message="x"',
        'Code="BadRequest" Message="PrincipalNotFound is only a word here"',
        'Code="OperationNotAllowed" Message="quota exceeded"',
        'Code="InUseSubnetCannotBeDeleted" Message="Subnet a is in use by /networkInterfaces/b/ipConfigurations/c"',
        "",
    ],
)
def test_other_errors_are_final(error: str, patience: Patience, clock: Clock) -> None:
    assert transient(error) is None
    assert not asyncio.run(patience.retry(failing(error)))
    assert not asyncio.run(patience.retry(failing()))
    assert clock.slept == []


def test_a_refused_update_says_what_it_sent_of_properties_that_others_change(
    patience: Patience, said: list[tuple[str, str]]
) -> None:
    """Azure refuses to shrink a disk that has grown since the last refresh (astronomer/deploy-action #33)."""
    error = (
        "Code=\"InvalidParameterValue\" Message=\"Requested data Disk size '1' cannot be less than current size '2'.\""
    )
    for kind, operation in (("Server", "update"), ("Server", "create"), ("Configuration", "update")):
        token = f"azure-native:dbforpostgresql:{kind}"
        args = pulumi.ErrorHookArgs(URN, "id", "core", token, failed_operation=operation, errors=[error])
        assert not asyncio.run(patience.retry(args))
    ((level, text),) = said
    assert level == "warn"
    assert "storage.storageSizeGB (storage auto-grow)" in text
    assert "run `pulumi refresh`, then the same command again" in text


def test_an_id_that_is_taken_is_final_and_explained(patience: Patience, said: list[tuple[str, str]]) -> None:
    assert not asyncio.run(patience.retry(failing("cannot create already existing resource '/x'")))
    ((level, text),) = said
    assert level == "warn"
    assert "docs/runbooks/recovery.md" in text
