"""Azure AI Foundry: an account, its content filter, its models and its project."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi
from pulumi_azure_native import cognitiveservices

from components.ai.facts import ATTACKS, BASE_POLICY, COMPLETION, FORMAT, HARMS, KIND, PROMPT, SKU
from components.ai.spec import AiSpec, DeploymentSpec
from components.placement import Placement
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings, surround


class AiAccount(pulumi.ComponentResource):
    """An account that only the network and ``allowed_ranges`` reach.

    Clients log in with their identity at ``endpoint``. ``key`` is secret and exists only with ``local_auth``.
    It has no lock, which would stop the deletion of a single deployment.
    """

    TOKEN = "mystira:ai:AiAccount"
    id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    key: pulumi.Output[str] | None

    def __init__(
        self,
        name: str,
        spec: AiSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        private: PrivatePath,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        account = self._account(name, spec, place)
        below = pulumi.ResourceOptions(parent=account)
        policy = cognitiveservices.RaiPolicy(
            name,
            rai_policy_name=spec.policy,
            account_name=account.name,
            resource_group_name=place.resource_group,
            properties=cognitiveservices.RaiPolicyPropertiesArgs(
                base_policy_name=BASE_POLICY,
                mode=cognitiveservices.RaiPolicyMode.BLOCKING,
                content_filters=list(_filters(spec.severity)),
            ),
            tags=place.tags,
            opts=below,
        )
        deployments = [_deployment(account, policy, each, place) for each in spec.deployments]
        project = cognitiveservices.Project(
            name,
            project_name=spec.project,
            account_name=account.name,
            resource_group_name=place.resource_group,
            location=place.location,
            identity=_own_identity(),
            properties=cognitiveservices.ProjectPropertiesArgs(display_name=spec.project),
            tags=place.tags,
            opts=below,
        )
        inside = [policy, *deployments, project]
        surround(self, account, "ai-account", surroundings, inside=inside, private=private, others_below=True)
        self.id = account.id
        self.endpoint = account.properties.endpoint
        self.key = _key(account, spec, place) if spec.local_auth else None
        self.register_outputs({"endpoint": self.endpoint})

    def _account(self, name: str, spec: AiSpec, place: Placement) -> cognitiveservices.Account:
        return cognitiveservices.Account(
            name,
            account_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            kind=KIND,
            sku=cognitiveservices.SkuArgs(name=SKU),
            identity=_own_identity(),
            properties=cognitiveservices.AccountPropertiesArgs(
                allow_project_management=True,
                custom_sub_domain_name=spec.name,
                disable_local_auth=not spec.local_auth,
                public_network_access="Enabled" if spec.public_access else "Disabled",
                network_acls=cognitiveservices.NetworkRuleSetArgs(
                    default_action=cognitiveservices.NetworkRuleAction.DENY,
                    bypass=cognitiveservices.ByPassSelection.NONE,
                    ip_rules=[cognitiveservices.IpRuleArgs(value=each) for each in spec.allowed_ranges],
                ),
                restore=True if spec.recover else None,
            ),
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _own_identity() -> cognitiveservices.IdentityArgs:
    return cognitiveservices.IdentityArgs(type=cognitiveservices.ResourceIdentityType.SYSTEM_ASSIGNED)


def _filters(severity: str) -> Iterator[cognitiveservices.RaiPolicyContentFilterArgs]:
    """Every filter says where it looks and that it blocks: Azure refuses one that leaves either out."""
    for harm in HARMS:
        for source in (PROMPT, COMPLETION):
            yield cognitiveservices.RaiPolicyContentFilterArgs(
                name=harm, source=source, enabled=True, blocking=True, severity_threshold=severity
            )
    for attack, source in ATTACKS.items():
        yield cognitiveservices.RaiPolicyContentFilterArgs(name=attack, source=source, enabled=True, blocking=True)


def _deployment(
    account: cognitiveservices.Account,
    policy: cognitiveservices.RaiPolicy,
    spec: DeploymentSpec,
    place: Placement,
) -> cognitiveservices.Deployment:
    """Azure changes the version of a deployment and never its model: that is deleted first, because it has the name."""
    return cognitiveservices.Deployment(
        spec.name,
        deployment_name=spec.name,
        account_name=account.name,
        resource_group_name=place.resource_group,
        sku=cognitiveservices.SkuArgs(name=spec.sku, capacity=spec.capacity),
        properties=cognitiveservices.DeploymentPropertiesArgs(
            model=cognitiveservices.DeploymentModelArgs(format=FORMAT, name=spec.model, version=spec.version),
            version_upgrade_option=spec.upgrade,
            rai_policy_name=policy.name if spec.filtered else None,
        ),
        tags=place.tags,
        opts=pulumi.ResourceOptions(
            parent=account,
            replace_on_changes=["properties.model.format", "properties.model.name"],
            delete_before_replace=True,
        ),
    )


def _key(account: cognitiveservices.Account, spec: AiSpec, place: Placement) -> pulumi.Output[str]:
    """Azure lists no keys while they are off. In a preview that is about to switch them on, the tag of the account is
    unknown, and so is the name that depends on it (azure-native: provider.go, Update)."""
    keys = cognitiveservices.list_account_keys_output(
        account_name=pulumi.Output.all(account.name, account.etag).apply(lambda known: str(known[0])),
        resource_group_name=place.resource_group,
        opts=pulumi.InvokeOutputOptions(parent=account),
    )
    return pulumi.Output.secret(keys.key1 if spec.store_key == "primary" else keys.key2)
