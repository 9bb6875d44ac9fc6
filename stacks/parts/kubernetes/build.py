"""The provider of what is in the cluster, and the namespaces."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import containerservice
from pulumi_kubernetes import Provider

from components.aks.cluster import Cluster
from components.kubernetes.kubeconfig import kubeconfig
from components.kubernetes.namespaces import Namespaces
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.kubernetes.plan import KUBERNETES_PROVIDER, NAMESPACES, KubernetesPlan
from stacks.parts.site import AZURE, Site


def build_kubernetes(site: Site, plan: KubernetesPlan) -> None:
    """Grant what is granted at the cluster, then make the provider, for which all that is in the cluster waits."""
    granted = site.grant(each for each in site.plan.grants if each.scope == CLUSTER_SCOPE)
    found = containerservice.list_managed_cluster_user_credentials_output(
        resource_group_name=site.group("core"),
        resource_name=site.component(Cluster, CLUSTER_SCOPE).name,
        opts=pulumi.InvokeOutputOptions(provider=site.providers[AZURE]),
    )
    provider = Provider(
        "kubernetes",
        kubeconfig=pulumi.Output.secret(found.apply(lambda answer: kubeconfig(answer.kubeconfigs[0].value))),
        cluster_identifier=plan.identifier,
        opts=pulumi.ResourceOptions(depends_on=granted),
    )
    site.providers.put(KUBERNETES_PROVIDER, provider)
    site.components.put(NAMESPACES, Namespaces("core", plan.namespaces, site.options(KUBERNETES_PROVIDER)))
