"""App Service: its plans, what each SKU can do, a site with a slot, and the autoscaling of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.creation import CreationOnly, listed, marked
from components.facts.model import (
    AUTOSCALE,
    BICEP_TYPES,
    GROUP,
    NAME_RULES,
    Duration,
    NameRule,
    Naming,
    OneAtATime,
    OwnedElsewhere,
    ResourceType,
    Scope,
)

LIMITS = "Microsoft: Azure subscription and service limits, quotas, and constraints (App Service limits)"
ZONES = "Microsoft: Reliability in Azure App Service (zone redundancy: Premium v2 to v4, two instances or more)"
SUBNET = (
    "Microsoft: Integrate your app with an Azure virtual network (subnet requirements: room for twice the instances)"
)
SLOTS = "Microsoft: Set up staging environments in Azure App Service"
GRPC = "Microsoft: Configure gRPC on App Service"
KEY_VAULT_REFERENCES = "Microsoft: Use Key Vault references as app settings in Azure App Service and Azure Functions"
IDLE_SECONDS = 230
"""After so many seconds without an answer Azure's load balancer ends a request; no setting changes that (Microsoft:
Troubleshoot slow app performance issues in Azure App Service)."""

DELEGATION = "Microsoft.Web/serverFarms"
DOMAIN = "azurewebsites.net"
SLOT = "staging"
"""The one slot next to the production slot."""
PRODUCTION = "production"
"""How Azure's API names the site itself among its slots."""
GROUPS = ("sites", f"sites-{SLOT}")
"""Of a site: the sub-resources that a private endpoint leads to. That of a slot has the slot's name, and the site for
target (hashicorp/terraform-provider-azurerm #25866)."""

GRPC_PORT = 8585
"""Where a site listens for HTTP/2 without TLS, in addition to its own port (GRPC)."""
GRPC_ONLY = 2
"""Of ``http20ProxyFlag``: HTTP/2 goes on to the site for gRPC only (azure-native: web.SiteConfig)."""

FEWEST_WITH_ZONES = 2
ADDRESSES_FOR_EACH_INSTANCE = 2
KEPT_ADDRESSES = 5
"""Azure keeps five addresses of a subnet (Microsoft: Azure Virtual Network FAQ)."""


@dataclass(frozen=True)
class Tier:
    """What all SKUs of a tier can do (LIMITS, ZONES)."""

    slots: int
    """How many slots a site may have next to its production slot."""
    instances: int
    """How many instances a plan may have."""
    autoscale: bool
    """Whether rules may change the number of instances."""
    zones: bool
    """Whether instances can be spread over availability zones."""


_BASIC = Tier(slots=0, instances=3, autoscale=False, zones=False)
_STANDARD = Tier(slots=5, instances=10, autoscale=True, zones=False)
_PREMIUM = Tier(slots=20, instances=30, autoscale=True, zones=True)

SKUS: Mapping[str, Tier] = {
    **dict.fromkeys(("B1", "B2", "B3"), _BASIC),
    **dict.fromkeys(("S1", "S2", "S3"), _STANDARD),
    **dict.fromkeys(("P1v2", "P2v2", "P3v2"), _PREMIUM),
    **dict.fromkeys(("P0v3", "P1v3", "P2v3", "P3v3", "P1mv3", "P2mv3", "P3mv3", "P4mv3", "P5mv3"), _PREMIUM),
    **dict.fromkeys(("P0v4", "P1v4", "P2v4", "P3v4", "P1mv4", "P2mv4", "P3mv4", "P4mv4", "P5mv4"), _PREMIUM),
}
"""The SKUs with machines and a network of the plan's own. Free and Shared have neither; Isolated needs an App Service
Environment."""

_TIERS: Mapping[str, str] = {"B": "Basic", "S": "Standard"}


def tier_name(sku: str) -> str:
    """The tier of an SKU, as Azure names it: ``Basic`` of ``B1``, ``PremiumV3`` of ``P1v3``, ``PremiumMV3`` of
    ``P1mv3``, ``Premium0V3`` of ``P0v3`` (Azure/azure-cli: appservice/utils.py, get_sku_tier)."""
    kind, number, version = sku[:1], sku[1:2], sku[2:].upper()
    return _TIERS.get(kind, f"Premium{'0' if number == '0' else ''}{version}")


SETTLED: tuple[str, ...] = (
    "appCommandLine",
    "autoHealEnabled",
    "azureStorageAccounts",
    "defaultDocuments",
    "detailedErrorLoggingEnabled",
    "experiments",
    "functionsRuntimeScaleMonitoringEnabled",
    "httpLoggingEnabled",
    "loadBalancing",
    "localMySqlEnabled",
    "logsDirectorySizeLimit",
    "managedPipelineMode",
    "netFrameworkVersion",
    "nodeVersion",
    "phpVersion",
    "powerShellVersion",
    "preWarmedInstanceCount",
    "publishingUsername",
    "pythonVersion",
    "remoteDebuggingEnabled",
    "remoteDebuggingVersion",
    "requestTracingEnabled",
    "scmIpSecurityRestrictionsUseMain",
    "scmType",
    "use32BitWorkerProcess",
    "virtualApplications",
    "vnetName",
    "vnetPrivatePortsCount",
    "vnetRouteAllEnabled",
)
"""Settings of a site that the answer to its creation leaves out and every read has: azure-native reads them from
``config/web`` (provider/pkg/resources/customresources/custom_webapp.go; Azure/azure-cli:
test_webapp_slot_swap.yaml)."""

SWAPPED = "a swap of slots"
FILLED_IN = "App Service"


RUNTIME = "DOTNETCORE"
"""The stack of ``linuxFxVersion`` that this platform runs: ``DOTNETCORE|10.0``."""

_GROUP = GROUP + "/providers"
_WEB = GROUP + "/providers/Microsoft.Web"
_SITE = _WEB + "/sites/{name}"
_SITE_SLOT = _SITE + "/slots/{slot}"
_SPECIFICATION = "2025-05-01"
_SITE_NAME = NameRule(2, 60, r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", Scope.GLOBAL, NAME_RULES)
_SLOT_NAME = NameRule(2, 59, r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", Scope.PARENT, NAME_RULES)
_OF_A_SITE = NameRule(2, 60, _SITE_NAME.pattern, Scope.PARENT, "the site's name, which the resource shares")
_BUSY = "Azure/azure-functions-on-container-apps #34, #53 (Conflict, 59203)"
_BUSY_MESSAGE = "Cannot modify this site because another operation is in progress."


def _site_marks(*first: CreationOnly) -> tuple[CreationOnly, ...]:
    return (
        *first,
        *marked(_SPECIFICATION, "cloningInfo", "hostingEnvironmentProfile", "hyperV", "isXenon", "reserved"),
    )


_SITE_OWNED = (
    *(
        OwnedElsewhere(
            f"siteConfig.{each}", FILLED_IN, "Azure fills it in; reads have it, the answer to the creation does not"
        )
        for each in SETTLED
    ),
    OwnedElsewhere("slotSwapStatus", SWAPPED, "Azure notes the last swap (tests/evidence/web-app-slot.yaml)"),
)


def _part(key: str, token: str, path: str, *, slot: bool = False) -> ResourceType:
    """A part of a site, or of a slot, that is written as a resource."""
    of = "slots/" if slot else ""
    return ResourceType(
        key=key,
        token=f"azure-native:web:{token}",
        arm=f"Microsoft.Web/sites/{of}{path.partition('/')[0]}",
        id_template=f"{_SITE_SLOT if slot else _SITE}/{path}",
        # Azure prescribes the name, which is no input: the site's, or the slot's, identifies the resource.
        name_input="slot" if slot else "name",
        naming=Naming.FIXED,
        rule=_SLOT_NAME if slot else _OF_A_SITE,
        duration=Duration(0.2, 20),
    )


ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="autoscale-setting",
        token="azure-native:monitor:AutoscaleSetting",
        arm="Microsoft.Insights/autoscaleSettings",
        id_template=_GROUP + "/Microsoft.Insights/autoscaleSettings/{autoscaleSettingName}",
        name_input="autoscaleSettingName",
        naming=Naming.FIVE_PART,
        abbreviation="scale",
        rule=NameRule(1, 260, r"[^<>%&#.,?\\:/]+", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        diagnostics=("allLogs",),
        creation_only=marked("2021-05-01-preview", "location"),
    ),
    ResourceType(
        key="app-service-plan",
        token="azure-native:web:AppServicePlan",
        arm="Microsoft.Web/serverfarms",
        id_template=_WEB + "/serverfarms/{name}",
        name_input="name",
        naming=Naming.FIVE_PART,
        abbreviation="asp",
        rule=NameRule(
            1,
            40,
            r"[A-Za-z0-9-]+",
            Scope.RESOURCE_GROUP,
            NAME_RULES,
            disagreement="Microsoft says 60, terraform-azurerm-naming and azurecaf 40: the smaller",
        ),
        taggable=True,
        creation_only=marked(_SPECIFICATION, "hostingEnvironmentProfile", "hyperV", "isXenon", "location", "reserved"),
        replacement_cost="its sites are down until they are created again",
        owned_elsewhere=(
            OwnedElsewhere(
                "sku.capacity",
                AUTOSCALE,
                "the rules of the autoscale setting change the number of instances between its bounds "
                "(Microsoft: Get started with autoscale in Azure)",
                ("numberOfWorkers",),
            ),
        ),
        duration=Duration(0.5, 30),
    ),
    ResourceType(
        key="web-app",
        token="azure-native:web:WebApp",
        arm="Microsoft.Web/sites",
        id_template=_SITE,
        name_input="name",
        naming=Naming.FIVE_PART,
        abbreviation="api",
        rule=_SITE_NAME,
        taggable=True,
        diagnostics=("allLogs",),
        private_link=GROUPS,
        creation_only=_site_marks(*listed("kind"), *marked(_SPECIFICATION, "location")),
        replacement_cost="the site is down, and a release has to bring its code back",
        owned_elsewhere=_SITE_OWNED,
        duration=Duration(0.8, 30),
        one_at_a_time=OneAtATime(
            ("web-app-slot", "web-app-settings", "web-app-sticky-names", "web-app-scm-allowed", "web-app-ftp-allowed"),
            "Conflict",
            _BUSY,
            _BUSY_MESSAGE,
        ),
    ),
    ResourceType(
        key="web-app-slot",
        token="azure-native:web:WebAppSlot",
        arm="Microsoft.Web/sites/slots",
        id_template=_SITE_SLOT,
        name_input="slot",
        naming=Naming.IN_PARENT,
        rule=_SLOT_NAME,
        taggable=True,
        diagnostics=("allLogs",),
        creation_only=_site_marks(*marked(_SPECIFICATION, "location")),
        replacement_cost="what waits in the slot has to be released again",
        owned_elsewhere=_SITE_OWNED,
        duration=Duration(0.8, 30),
        one_at_a_time=OneAtATime(
            ("web-app-slot-settings", "web-app-slot-scm-allowed", "web-app-slot-ftp-allowed"),
            "Conflict",
            _BUSY,
            _BUSY_MESSAGE,
        ),
    ),
    _part("web-app-settings", "WebAppApplicationSettings", "config/appsettings"),
    _part("web-app-sticky-names", "WebAppSlotConfigurationNames", "config/slotConfigNames"),
    _part("web-app-scm-allowed", "WebAppScmAllowed", "basicPublishingCredentialsPolicies/scm"),
    _part("web-app-ftp-allowed", "WebAppFtpAllowed", "basicPublishingCredentialsPolicies/ftp"),
    _part("web-app-slot-settings", "WebAppApplicationSettingsSlot", "config/appsettings", slot=True),
    _part("web-app-slot-scm-allowed", "WebAppScmAllowedSlot", "basicPublishingCredentialsPolicies/scm", slot=True),
    _part("web-app-slot-ftp-allowed", "WebAppFtpAllowedSlot", "basicPublishingCredentialsPolicies/ftp", slot=True),
    ResourceType(
        key="web-app-host-name",
        token="azure-native:web:WebAppHostNameBinding",
        arm="Microsoft.Web/sites/hostNameBindings",
        id_template=_SITE + "/hostNameBindings/{hostName}",
        name_input="hostName",
        naming=Naming.FIXED,
        rule=NameRule(1, 253, r"[a-z0-9-]+(\.[a-z0-9-]+)+", Scope.GLOBAL, BICEP_TYPES),
    ),
)
