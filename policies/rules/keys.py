"""Keys and passwords off: who calls has an identity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.conditions import by_kind, off, on, one_of, present, shown, that
from policies.model import Rule, Severity
from policies.values import MISSING, UNKNOWN, Resource

DISABLED = on("disableLocalAuth")


def _never(resource: Resource) -> Iterator[Any]:
    yield f"{resource.row.key if resource.row else resource.type}: a rule that gives out keys"


def _redirects(resource: Resource) -> Iterator[Any]:
    for kind in ("web", "singlePageApplication", "publicClient"):
        for where, uri in resource.find(f"{kind}.redirectUris[]"):
            if uri is UNKNOWN:
                yield UNKNOWN
            elif uri is not MISSING and not str(uri).startswith(("https://", "http://localhost:")):
                yield f"{where}: {shown(uri)}"


RULES = (
    Rule(
        key="local-auth",
        planned=True,
        severity=Severity.HIGH,
        demands="stores accept identities only, never keys",
        risk="A key opens everything, for whoever has it, until somebody changes it; nobody sees who used it.",
        fix="Take the store out of local_auth; services log in with their identity.",
        kinds=(
            "cosmos-account",
            "storage-account",
            "service-bus-namespace",
            "service-bus-authorization-rule",
            "service-bus-queue-authorization-rule",
            "service-bus-topic-authorization-rule",
            "ai-account",
            "search-service",
            "application-insights",
        ),
        check=by_kind(
            cosmos_account=DISABLED,
            storage_account=off("allowSharedKeyAccess"),
            service_bus_namespace=DISABLED,
            service_bus_authorization_rule=_never,
            service_bus_queue_authorization_rule=_never,
            service_bus_topic_authorization_rule=_never,
            ai_account=on("properties.disableLocalAuth"),
            search_service=DISABLED,
            application_insights=DISABLED,
        ),
        answers=(
            "AZR-000178",
            "AZR-000282",
            "AZR-000420",
            "Azure.AppInsights.LocalAuth",
            "Azure.Storage.LocalAuth",
            "CKV_AZURE_140",
            "CKV_AZURE_203",
            "CKV_AZURE_236",
            "CKV2_AZURE_40",
            "MCSB IM-1",
        ),
    ),
    Rule(
        key="local-auth-elsewhere",
        severity=Severity.HIGH,
        demands="what no service logs in to by key takes none",
        risk="A key that nobody needs is a way in that nobody watches.",
        fix="Switch local authentication off.",
        kinds=("log-analytics-workspace", "communication-service"),
        check=by_kind(log_analytics_workspace=on("features.disableLocalAuth"), communication_service=DISABLED),
        answers=("MCSB IM-1",),
    ),
    Rule(
        key="redis-private-keys",
        planned=True,
        severity=Severity.HIGH,
        demands="a private Redis takes no key: what is inside the network has an identity",
        risk="A key opens the cache of all services, for whoever has it.",
        fix="Take redis out of local_auth.",
        kinds=("redis-database",),
        check=one_of("accessKeysAuthentication", "Disabled"),
        answers=("MCSB IM-1",),
    ),
    Rule(
        key="postgresql-passwords",
        planned=True,
        severity=Severity.HIGH,
        demands="people and services log in to PostgreSQL with their identity",
        risk="A password is shared, is written down and outlives who knew it.",
        fix="Take postgresql out of local_auth.",
        kinds=("postgresql-server",),
        check=one_of("authConfig.passwordAuth", "Disabled"),
        answers=("AZR-000390", "MCSB IM-1"),
    ),
    Rule(
        key="postgresql-entra",
        severity=Severity.HIGH,
        demands="PostgreSQL knows the identities of Entra",
        risk="Without them everybody shares passwords.",
        fix="Set authConfig.activeDirectoryAuth Enabled.",
        kinds=("postgresql-server",),
        check=one_of("authConfig.activeDirectoryAuth", "Enabled"),
        answers=("AZR-000389", "MCSB IM-1"),
    ),
    Rule(
        key="registry-admin",
        severity=Severity.CRITICAL,
        demands="the registry has no admin user and no anonymous pull",
        risk="One shared password pushes what runs everywhere.",
        fix="Set adminUserEnabled and anonymousPullEnabled false.",
        kinds=("container-registry",),
        check=lambda resource: (
            *off("adminUserEnabled")(resource),
            *off("anonymousPullEnabled", default=True)(resource),
        ),
        answers=("AZR-000005", "AZR-000401", "CKV_AZURE_137", "CKV_AZURE_138", "MCSB IM-1"),
    ),
    Rule(
        key="storage-local-users",
        severity=Severity.MEDIUM,
        demands="storage has no users of its own",
        risk="A local user has a password that no identity stands behind.",
        fix="Set isLocalUserEnabled false.",
        kinds=("storage-account",),
        check=off("isLocalUserEnabled"),
        answers=("CKV_AZURE_244", "MCSB IM-1"),
    ),
    Rule(
        key="storage-anonymous",
        planned=True,
        severity=Severity.CRITICAL,
        demands="nobody reads blobs without a login",
        risk="Whoever guesses or finds an address reads the file.",
        fix="Set publicAccess None and allowBlobPublicAccess false.",
        kinds=("storage-account", "blob-container"),
        check=by_kind(
            storage_account=off("allowBlobPublicAccess"),
            blob_container=one_of("publicAccess", "None"),
        ),
        answers=(
            "AZR-000198",
            "AZR-000199",
            "CKV_AZURE_34",
            "CKV_AZURE_190",
            "CKV2_AZURE_47",
            "MCSB NS-2",
        ),
    ),
    Rule(
        key="cosmos-metadata",
        severity=Severity.MEDIUM,
        demands="keys change no database, container or throughput",
        risk="A leaked key of data also deletes containers.",
        fix="Set disableKeyBasedMetadataWriteAccess.",
        kinds=("cosmos-account",),
        check=on("disableKeyBasedMetadataWriteAccess"),
        answers=("AZR-000095", "CKV_AZURE_132", "MCSB IM-1"),
    ),
    Rule(
        key="managed-identity",
        severity=Severity.MEDIUM,
        demands="what reaches other resources has a managed identity",
        risk="Without one it needs a key, which somebody has to keep.",
        fix="Set identity.",
        kinds=("web-app", "web-app-slot", "kubernetes-cluster", "ai-account", "ai-project"),
        check=present("identity.type"),
        answers=(
            "AZR-000025",
            "AZR-000082",
            "AZR-000281",
            "CKV_AZURE_16",
            "CKV_AZURE_71",
            "CKV_AZURE_238",
            "MCSB IM-3",
        ),
    ),
    Rule(
        key="federation-subject",
        severity=Severity.HIGH,
        demands="a federated credential trusts one subject of one issuer for one audience",
        risk="A credential that trusts more than one workload is every workload's identity.",
        fix="Name the whole subject, an https issuer and the audience of the token exchange.",
        kinds=("federated-credential", "application-credential"),
        check=lambda resource: (
            *that("issuer", lambda issuer: str(issuer).startswith("https://"))(resource),
            *that("subject", lambda subject: "*" not in str(subject))(resource),
            *one_of("audiences[]", "api://AzureADTokenExchange", "api://AzureADTokenExchangeUSGov")(resource),
        ),
        answers=("MCSB IM-3",),
    ),
    Rule(
        key="redirect-https",
        severity=Severity.HIGH,
        demands="who has signed in comes back over https, or to the own machine",
        risk="A code sent in clear is taken on the way, and the session with it.",
        fix="Use https redirect URIs; localhost is for dev.",
        kinds=("application",),
        check=_redirects,
        answers=("MCSB IM-1",),
    ),
    Rule(
        key="application-audience",
        severity=Severity.HIGH,
        demands="the applications of the platform are for its own tenant",
        risk="Every account of every tenant could sign in.",
        fix="Set signInAudience AzureADMyOrg.",
        kinds=("application",),
        check=one_of("signInAudience", "AzureADMyOrg"),
        answers=("MCSB IM-1",),
    ),
    Rule(
        key="application-passwords",
        severity=Severity.HIGH,
        demands="applications have no password",
        risk="A client secret is copied, forgotten and found.",
        fix="Federate a managed identity instead.",
        kinds=("application",),
        check=that("password", lambda _: False, missing=True),
        answers=("MCSB IM-8",),
    ),
    Rule(
        key="conditional-access-enforced",
        severity=Severity.MEDIUM,
        demands="a policy of sign-ins leaves the emergency accounts out",
        risk="A policy without an exception locks everybody out, those who could lift it included.",
        fix="Set conditional_access.break_glass_group.",
        kinds=("conditional-access-policy",),
        check=present("conditions.users.excludedGroups"),
        answers=("MCSB PA-5",),
    ),
)
