"""Microsoft.Web: App Service plans, sites, slots and their parts; the autoscaling of a plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from components.app_hosting.facts import DOMAIN, LIMITS, PRODUCTION, SKUS, SLOTS, ZONES, tier_name
from components.facts.ids import path_values
from components.facts.types import RESOURCE_TYPES
from components.problems import MystiraError
from offline.azure.behaviour import Behaviour, Request, at, completed, kept
from offline.azure.errors import ArmError
from offline.azure.regions import display_name
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

PREFIX = "azure-native:web:"
PLAN, SITE, SITE_SLOT = (RESOURCE_TYPES[key] for key in ("app-service-plan", "web-app", "web-app-slot"))
REFUSED = "BadRequest"
KIND = "pulumi/pulumi-azure-native #4748"
WINDOWS_KIND = "app"

RELEASE = "__release"
"""In the body of a site or slot: what runs there. Nothing of Azure returns it; a swap moves it."""
HEALTHY = "healthy"

_EVERYBODY: Properties = {
    "ipAddress": "Any",
    "action": "Allow",
    "priority": 2147483647,
    "name": "Allow all",
    "description": "Allow all access",
}
_UNREAD = ("appSettings", "connectionStrings")
"""Of ``siteConfig``: what no read of a site returns (pulumi/pulumi-azure-native #4263)."""
OUTBOUND = "198.51.100.1,198.51.100.2"
"""Addresses of Azure's from which a site without a network goes out; from the block for documentation (RFC 5737)."""
FRAMEWORK, FRAMEWORK_4 = "netFrameworkVersion", "v4."
"""Azure takes every version of .NET Framework 4 and keeps it as ``v4.0`` (tests/evidence/web-app.yaml)."""
WINDOWS_PHP = "5.6"
"""What a site on Windows starts with (tests/evidence/web-app.yaml); one on Linux has none."""


def _plan_sku(inputs: Properties) -> str:
    return str(at(inputs, "sku", "name"))


class Plan(Behaviour):
    fills_in: ClassVar[Properties] = {
        "asyncScalingEnabled": False,
        "elasticScaleEnabled": False,
        "hyperV": False,
        "isSpot": False,
        "isXenon": False,
        "kind": WINDOWS_KIND,
        "maximumElasticWorkerCount": 1,
        "perSiteScaling": False,
        "reserved": False,
        "targetWorkerCount": 0,
        "targetWorkerSizeId": 0,
        "zoneRedundant": False,
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        sku = _plan_sku(request.inputs)
        tier = SKUS.get(sku)
        if tier is None:
            message = f"The SKU '{sku}' is not valid for this App Service plan."
            yield ArmError(REFUSED, message, f"one of {', '.join(SKUS)} (components/app_hosting/facts.py)")
            return
        capacity = int(at(request.inputs, "sku", "capacity") or 1)
        if capacity > tier.instances:
            message = f"The SKU '{sku}' allows at most {tier.instances} instances."
            yield ArmError(REFUSED, message, f"fewer, or a larger SKU ({LIMITS})")
        if request.inputs.get("zoneRedundant") and not tier.zones:
            message = f"Zone redundancy is not supported for the SKU '{sku}'."
            yield ArmError(REFUSED, message, f"a Premium SKU, or no zone redundancy ({ZONES})")

    def computed(self, request: Request) -> Properties:
        sku = _plan_sku(request.inputs)
        capacity = at(request.inputs, "sku", "capacity") or 1
        return {
            "geoRegion": display_name(request.inputs.get("location")),
            "maximumNumberOfWorkers": SKUS[sku].instances if sku in SKUS else 0,
            "numberOfWorkers": capacity,
            "resourceGroup": _value(request, "resourceGroupName"),
            "sku": {
                "name": sku,
                "tier": tier_name(sku),
                "size": sku,
                "family": sku[0] + sku[2:],
                "capacity": capacity,
            },
            "status": "Ready",
            "subscription": _value(request, "subscriptionId"),
        }

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        sites = [site for site in cloud.of_type(SITE.token) if _same_id(site.body.get("serverFarmId"), each.id)]
        return {"numberOfSites": len(sites)}


class Site(Behaviour):
    """A site, or one of its slots."""

    taken = ("Conflict", "Website with given name {name} already exists.", 409)
    fills_in: ClassVar[Properties] = {
        "clientAffinityEnabled": True,
        "clientAffinityProxyEnabled": False,
        "clientCertEnabled": False,
        "clientCertMode": "Required",
        "containerSize": 0,
        "dailyMemoryTimeQuota": 0,
        "dnsConfiguration": {},
        "enabled": True,
        "endToEndEncryptionEnabled": False,
        "hostNamesDisabled": False,
        "httpsOnly": False,
        "hyperV": False,
        "ipMode": "IPv4",
        "isXenon": False,
        "keyVaultReferenceIdentity": "SystemAssigned",
        "kind": WINDOWS_KIND,
        "outboundVnetRouting": {
            "allTraffic": False,
            "applicationTraffic": False,
            "backupRestoreTraffic": False,
            "contentShareTraffic": False,
            "imagePullTraffic": False,
        },
        "publicNetworkAccess": "Enabled",
        "redundancyMode": "None",
        "reserved": False,
        "scmSiteAlsoStopped": False,
        "storageAccountRequired": False,
    }
    settles: ClassVar[Properties] = {
        "siteConfig": {
            "appCommandLine": "",
            "autoHealEnabled": False,
            "azureStorageAccounts": {},
            "defaultDocuments": [
                "Default.htm",
                "Default.html",
                "Default.asp",
                "index.htm",
                "index.html",
                "iisstart.htm",
                "default.aspx",
                "index.php",
                "hostingstart.html",
            ],
            "detailedErrorLoggingEnabled": False,
            "experiments": {"rampUpRules": []},
            "ftpsState": "FtpsOnly",
            "functionsRuntimeScaleMonitoringEnabled": False,
            "http20ProxyFlag": 0,
            "httpLoggingEnabled": False,
            "loadBalancing": "LeastRequests",
            "localMySqlEnabled": False,
            "logsDirectorySizeLimit": 35,
            "managedPipelineMode": "Integrated",
            "minTlsVersion": "1.2",
            "netFrameworkVersion": "v4.0",
            "nodeVersion": "",
            "phpVersion": "",
            "powerShellVersion": "",
            "preWarmedInstanceCount": 0,
            "pythonVersion": "",
            "remoteDebuggingEnabled": False,
            "requestTracingEnabled": False,
            "scmIpSecurityRestrictionsUseMain": False,
            "scmMinTlsVersion": "1.2",
            "scmType": "None",
            "use32BitWorkerProcess": True,
            "vnetName": "",
            "vnetPrivatePortsCount": 0,
            "vnetRouteAllEnabled": False,
            "webSocketsEnabled": False,
        }
    }

    def settled(self, each: CloudObject, cloud: Writer) -> Properties:
        config = each.body.get("siteConfig") or {}
        path = {"physicalPath": "site\\wwwroot", "preloadEnabled": config.get("alwaysOn", False), "virtualPath": "/"}
        windows = {} if each.body.get("reserved") else {"phpVersion": WINDOWS_PHP}
        user = f"${_host_label(each.id, '__')}"
        own = {"publishingUsername": user, "virtualApplications": [path], **windows}
        return {"siteConfig": {**self.settles["siteConfig"], **own}}

    def computed(self, request: Request) -> Properties:
        name = _host_label(request.id)
        sent = {key: value for key, value in (request.inputs.get("siteConfig") or {}).items() if key not in _UNREAD}
        if str(sent.get(FRAMEWORK)).startswith(FRAMEWORK_4):
            del sent[FRAMEWORK]
        plan = request.cloud.get(str(request.inputs.get("serverFarmId")))
        subscription = _value(request, "subscriptionId")
        return {
            "availabilityState": "Normal",
            "customDomainVerificationId": hashlib.sha256(subscription.encode()).hexdigest().upper(),
            "defaultHostName": f"{name}.{DOMAIN}",
            "enabledHostNames": [f"{name}.{DOMAIN}", f"{name}.scm.{DOMAIN}"],
            "hostNameSslStates": [
                {"name": f"{name}{part}.{DOMAIN}", "sslState": "Disabled", "hostType": kind}
                for part, kind in (("", "Standard"), (".scm", "Repository"))
            ],
            "hostNames": [f"{name}.{DOMAIN}"],
            "outboundIpAddresses": OUTBOUND,
            "possibleOutboundIpAddresses": OUTBOUND,
            "repositorySiteName": _site_name(request.id),
            "resourceGroup": _value(request, "resourceGroupName"),
            "siteConfig": {
                "acrUseManagedIdentityCreds": False,
                "alwaysOn": False,
                "elasticWebAppScaleLimit": 0,
                "http20Enabled": False,
                "ipSecurityRestrictions": [dict(_EVERYBODY)],
                "linuxFxVersion": "",
                "minimumElasticInstanceCount": 0,
                "numberOfWorkers": 1,
                "scmIpSecurityRestrictions": [dict(_EVERYBODY)],
                **sent,
            },
            "sku": at(plan.body if plan else {}, "sku", "tier"),
            "slotSwapStatus": kept(request, "slotSwapStatus", None),
            "state": "Running",
            "usageState": "Normal",
            RELEASE: kept(request, RELEASE, {HEALTHY: True}),
        }


class Slot(Site):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        site = request.cloud.get(_site_id(request.id))
        plan = request.cloud.get(str(request.inputs.get("serverFarmId")))
        tier = SKUS.get(_plan_sku(plan.body)) if plan else None
        others = [each for each in _slots(request.cloud, _site_id(request.id)) if each.id.lower() != request.id.lower()]
        if plan is not None and tier is not None and request.old is None and len(others) >= tier.slots:
            name = at(plan.body, "sku", "tier")
            message = (
                "Cannot complete the operation because the site will exceed the number of slots allowed for the "
                f"'{name}' SKU."
            )
            yield ArmError("Conflict", message, f"a larger SKU, or no slot ({SLOTS})", status=409)
        kind = request.inputs.get("kind") or WINDOWS_KIND
        if site is not None and kind != site.body.get("kind"):
            message = f"The kind '{kind}' of the slot differs from the kind '{site.body.get('kind')}' of its site."
            yield ArmError(REFUSED, message, f"give both the same kind ({KIND})")

    def computed(self, request: Request) -> Properties:
        return {**super().computed(request), "name": f"{_site_name(request.id)}/{request.name}"}


class Variables(Behaviour):
    """The variables of a site or a slot: a request replaces all of them."""

    def computed(self, request: Request) -> Properties:
        return {"name": "appsettings", "type": "Microsoft.Web/sites/config"}


class StickyNames(Behaviour):
    fills_in: ClassVar[Properties] = {"appSettingNames": [], "azureStorageConfigNames": [], "connectionStringNames": []}

    def computed(self, request: Request) -> Properties:
        return {"name": _value(request, "name"), "type": SITE.arm}


class Policy(Behaviour):
    """Whether a site takes a publishing password, which each one does until this says otherwise."""


class Autoscale(Behaviour):
    fills_in: ClassVar[Properties] = {"enabled": False, "tags": {}}
    """Azure's defaults: a setting changes nothing until it is enabled (tests/evidence/autoscale-setting.yaml)."""
    trigger: ClassVar[Properties] = {"dividePerInstance": False, "metricNamespace": ""}
    """What Azure adds to the trigger of a rule."""

    def computed(self, request: Request) -> Properties:
        """The answer. The SDK takes its properties one by one, and returns them in one object."""
        sent = request.inputs
        answer = {
            "enabled": bool(sent.get("enabled")),
            "name": sent.get("name") or request.name,
            "predictiveAutoscalePolicy": sent.get("predictiveAutoscalePolicy") or {"scaleMode": "Disabled"},
            "profiles": [self._profile(each) for each in sent["profiles"]],
            "targetResourceUri": sent.get("targetResourceUri"),
        }
        return {"properties": answer}

    def _profile(self, profile: Properties) -> Properties:
        rules = [{**rule, "metricTrigger": completed(rule["metricTrigger"], self.trigger)} for rule in profile["rules"]]
        return {**profile, "rules": rules}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        target = request.cloud.get(str(request.inputs.get("targetResourceUri")))
        tier = SKUS.get(_plan_sku(target.body)) if target and target.token == PLAN.token else None
        if target is not None and tier is not None and not tier.autoscale:
            message = f"The plan {target.id} of the SKU {_plan_sku(target.body)} does not support autoscale."
            yield ArmError(REFUSED, message, f"a Standard or Premium SKU ({LIMITS})")


def swap(world: World, site_id: str, slot: str) -> None:
    """Swap a slot with production: code and variables change places, but for what is sticky
    (tests/evidence/web-app-slot.yaml). Raises ``MystiraError`` where either does not exist."""
    slot_id = f"{site_id}/slots/{slot}"
    with world.writing("swap", SITE_SLOT.token, slot_id) as cloud:
        site, other = (_existing(cloud, id) for id in (site_id, slot_id))
        status = {"sourceSlotName": slot, "destinationSlotName": PRODUCTION.capitalize()}
        for mine, theirs in ((site, other), (other, site)):
            cloud.put(mine.id, mine.token, {**mine.body, RELEASE: theirs.body[RELEASE], "slotSwapStatus": status})
        names = cloud.get(f"{site_id}/config/slotConfigNames")
        sticky: set[str] = set((names.body if names else {}).get("appSettingNames") or ())
        variables = [cloud.get(f"{id}/config/appsettings") for id in (site_id, slot_id)]
        for mine, theirs in (variables, variables[::-1]):
            if mine is not None and theirs is not None:
                moved = _moved(mine.body["properties"], theirs.body["properties"], sticky)
                cloud.put(mine.id, mine.token, {**mine.body, "properties": moved})


def _moved(mine: Properties, theirs: Properties, sticky: set[str]) -> Properties:
    stays = {name: value for name, value in mine.items() if name in sticky}
    return {**{name: value for name, value in theirs.items() if name not in sticky}, **stays}


def health(world: World, id: str) -> float:
    """The share of a site's or slot's instances, in percent, that answer at the path of its health check."""
    with world.reading() as cloud:
        body = _existing(cloud, id).body
    return 100.0 if body["state"] == "Running" and body[RELEASE].get(HEALTHY) else 0.0


def _existing(cloud: Writer, id: str) -> CloudObject:
    found = cloud.get(id)
    if found is None:
        raise MystiraError(f"the offline cloud has no {id}; bring the stack up first")
    return found


def _slots(cloud: Writer, site_id: str) -> list[CloudObject]:
    return [each for each in cloud.below(site_id) if each.token == SITE_SLOT.token]


def _site_id(id: str) -> str:
    return id.partition("/slots/")[0]


def _site_name(id: str) -> str:
    return _site_id(id).rpartition("/")[2]


def _host_label(id: str, between: str = "-") -> str:
    """The first label of a host: the site's name, followed by the slot's."""
    site, _, slot = id.partition("/slots/")
    name = site.rpartition("/")[2]
    return f"{name}{between}{slot}" if slot else name


def _same_id(one: Any, other: str) -> bool:
    return str(one).lower() == other.lower()


def _value(request: Request, name: str) -> str:
    """A part of a request's id, such as its ``resourceGroupName``."""
    return path_values(request.row, request.id).get(name, "")


_PARTS: Mapping[str, Any] = {
    "WebAppApplicationSettings": Variables(),
    "WebAppApplicationSettingsSlot": Variables(),
    "WebAppFtpAllowed": Policy(),
    "WebAppFtpAllowedSlot": Policy(),
    "WebAppScmAllowed": Policy(),
    "WebAppScmAllowedSlot": Policy(),
    "WebAppSlotConfigurationNames": StickyNames(),
}

BEHAVIOURS: Mapping[str, Behaviour] = {
    PLAN.token: Plan(),
    SITE.token: Site(),
    SITE_SLOT.token: Slot(),
    RESOURCE_TYPES["autoscale-setting"].token: Autoscale(),
    **{f"{PREFIX}{name}": behaviour for name, behaviour in _PARTS.items()},
}
