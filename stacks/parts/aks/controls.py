"""What the AKS baseline asks of a cluster, and how this platform answers (mspnp/aks-baseline, read 2026-11-21).

Each control is met, which a test with its number proves (`pytest.mark.control`), or waived by name with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """``waived`` is the reason why it is not met; empty where it is."""

    number: int
    what: str
    answer: str
    waived: str = ""


CONTROLS: tuple[Control, ...] = (
    Control(
        1, "user-assigned identity of the control plane", "a dedicated identity, with its roles before the cluster"
    ),
    Control(2, "tier Standard", "Standard in staging and prod; Free in dev is the waiver `aks-tier`"),
    Control(
        3,
        "private cluster, VNet integration of the API server, own private DNS zone",
        "`mystira:aks.api: private` takes the API off the internet",
        "the default is a public API with authorised ranges: a private one needs a runner in the network before any "
        "Kubernetes resource can be previewed",
    ),
    Control(4, "run-command off", "off"),
    Control(5, "authorised ranges of the API", "`authorized_ranges`, and the cluster's own outbound addresses"),
    Control(6, "local accounts off", "off"),
    Control(7, "Entra integration and Azure RBAC", "both, in the tenant of the settings"),
    Control(8, "OIDC issuer and workload identity; pod identity off", "both on; no pod identity profile"),
    Control(
        9,
        "system pool of 3 to 4 nodes that only critical add-ons may use; user pool of 2 to 5",
        "three to five nodes of four vCPUs in staging and prod, tainted; every user pool has two nodes or more. dev "
        "has less: the waivers `aks-zones` and `aks-system-pool-size`",
    ),
    Control(10, "three zones", "every pool in all zones of the region"),
    Control(11, "ephemeral OS disks", "on every pool; the plan refuses a disk that does not fit the machine's own"),
    Control(
        12,
        "Azure Linux",
        "Azure Linux of the cluster's version, with encryption at host, secure boot and a virtual TPM",
    ),
    Control(
        13, "cluster autoscaler with a profile", "on every pool, minimum below maximum; least-waste, similar pools even"
    ),
    Control(14, "at most 33 % surge", "33 %"),
    Control(
        15,
        "30 pods a node",
        "30 by default. Checkov (CKV_AZURE_168) and PSRule (Azure.AKS.NodeMinPods) ask for 50: the kubelet would "
        "reserve 400 MiB more on every node for pods that the catalogue does not have",
    ),
    Control(16, "no public addresses on nodes", "none"),
    Control(17, "CNI overlay with its ranges", "overlay; each environment has its own pod and service ranges"),
    Control(18, "network policy", "Cilium"),
    Control(
        19,
        "outbound by user-defined routes through a firewall",
        "outbound through the subnet's NAT gateway, with known addresses",
        "a firewall costs more than the platform; network policies let each pod out to what it is proven to need and, "
        "with an identity, to port 443 of the internet. The security groups let nobody out to ports 22 and 3389 of a "
        "neighbour",
    ),
    Control(20, "Standard load balancer", "Standard"),
    Control(
        21,
        "Azure Policy add-on and 19 assignments",
        "the add-on, version 2",
        "the assignments: Pod Security admission (`restricted`), quotas and the policy pack refuse the same, most of "
        "it before the cluster is asked",
    ),
    Control(22, "Key Vault provider of the secrets store", "on, and it rotates, every two minutes"),
    Control(
        23,
        "Defender profile",
        "none",
        "a paid plan of the whole subscription, a decision of its owner and not of a stack",
    ),
    Control(24, "image cleaner every 120 hours", "every 120 hours"),
    Control(
        25,
        "node restriction",
        "the admission plug-in of Kubernetes itself, which AKS has on",
        "the API's own switch is a preview that the SDK's version does not have",
    ),
    Control(
        26,
        "Container Insights with Entra and a collection rule",
        "its agent with a token of Entra, and a rule that sends logs and events to the workspace, system namespaces "
        "apart",
    ),
    Control(27, "managed Prometheus", "on, with a workspace for metrics in every environment"),
    Control(
        28,
        "30 Prometheus alerts",
        "all thirty, seven of them mended so that they can fire, and two on the gateway's certificate "
        "(docs/runbooks/alerts-cluster.md)",
    ),
    Control(
        29,
        "node OS channel NodeImage, cluster channel none",
        "NodeImage; the cluster's channel is patch, in its own weekly window",
    ),
    Control(30, "blob, disk, file and snapshot drivers off", "off but for disks, which the chain's replicas live on"),
    Control(31, "Flux extension", "none", "workloads are resources of this program, in the same preview"),
    Control(32, "the kubelet's identity only pulls images", "AcrPull on the registry and nothing else"),
    Control(
        33,
        "key vault with private endpoint, RBAC and diagnostics",
        "a vault for each service, reached through a private endpoint, opened by roles only, with an audit log; pods "
        "get their secrets from it through the driver, each version under a name of its own",
    ),
    Control(
        34,
        "registry Premium, private, replicated, retention; no anonymous pull, no admin",
        "all of it, and dedicated data endpoints; public access for pushes is the waiver `registry-public-access`, "
        "nodes pull privately",
    ),
    Control(
        35,
        "diagnostic settings with named categories",
        "six named categories, kube-audit-admin instead of kube-audit; and the platform's metrics",
    ),
    Control(
        36,
        "alert on the workspace's daily cap",
        "a daily cap in every environment, and the alert `dailycap` (docs/runbooks/alerts.md)",
    ),
)
