"""TLS 1.2 or newer, and encryption of what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.conditions import by_kind, either, every, off, on, one_of, present
from policies.model import Rule, Severity
from policies.values import Resource

APP_TLS = every(one_of("siteConfig.minTlsVersion", "1.2", "1.3"), one_of("siteConfig.scmMinTlsVersion", "1.2", "1.3"))
WANTED_PARAMETERS = {"require_secure_transport": ("on", "ON"), "ssl_min_protocol_version": ("TLSv1.2", "TLSv1.3")}
"""Server parameters of PostgreSQL that ask for TLS."""


def _parameter(name: str) -> Any:
    def check(resource: Resource) -> Iterator[Any]:
        if resource.value("configurationName") == name:
            yield from one_of("value", *WANTED_PARAMETERS[name])(resource)

    return check


RULES = (
    Rule(
        key="tls-version",
        severity=Severity.CRITICAL,
        demands="nothing takes a TLS version older than 1.2",
        risk="Older versions are broken: who is on the way reads and changes what is sent.",
        fix="Set the smallest version to TLS 1.2.",
        kinds=(
            "storage-account",
            "cosmos-account",
            "service-bus-namespace",
            "redis",
            "web-app",
            "web-app-slot",
            "postgresql-configuration",
            "front-door-custom-domain",
        ),
        check=by_kind(
            storage_account=one_of("minimumTlsVersion", "TLS1_2", "TLS1_3"),
            cosmos_account=one_of("minimalTlsVersion", "Tls12"),
            service_bus_namespace=one_of("minimumTlsVersion", "1.2", "1.3"),
            redis=one_of("minimumTlsVersion", "1.2", "1.3"),
            web_app=APP_TLS,
            web_app_slot=APP_TLS,
            postgresql_configuration=_parameter("ssl_min_protocol_version"),
            front_door_custom_domain=one_of("tlsSettings.minimumTlsVersion", "TLS12"),
        ),
        answers=(
            "AZR-000073",
            "AZR-000106",
            "AZR-000148",
            "AZR-000200",
            "AZR-000301",
            "AZR-000315",
            "AZR-000415",
            "CKV_AZURE_15",
            "CKV_AZURE_44",
            "CKV_AZURE_148",
            "CKV_AZURE_205",
            "f075a1bd",
            "MCSB DP-3",
        ),
    ),
    Rule(
        key="https-only",
        severity=Severity.CRITICAL,
        demands="nothing is sent in clear",
        risk="Who is on the way reads tokens and data, and answers in the service's place.",
        fix="Switch plain HTTP, plain ports and FTP off.",
        kinds=("storage-account", "web-app", "web-app-slot", "redis-database", "front-door-route"),
        check=by_kind(
            storage_account=on("enableHttpsTrafficOnly"),
            web_app=on("httpsOnly"),
            web_app_slot=on("httpsOnly"),
            redis_database=one_of("clientProtocol", "Encrypted"),
            front_door_route=every(one_of("httpsRedirect", "Enabled"), one_of("forwardingProtocol", "HttpsOnly")),
        ),
        answers=(
            "AZR-000084",
            "AZR-000196",
            "CKV_AZURE_3",
            "CKV_AZURE_14",
            "CKV_AZURE_91",
            "24ab9f11",
            "d9bd6780",
            "MCSB DP-3",
        ),
    ),
    Rule(
        key="postgresql-secure-transport",
        planned=True,
        severity=Severity.CRITICAL,
        demands="PostgreSQL takes encrypted connections only",
        risk="Who is on the way reads queries and rows.",
        fix="Set require_secure_transport on.",
        kinds=("postgresql-configuration",),
        check=_parameter("require_secure_transport"),
        answers=("AZR-000147", "MCSB DP-3"),
    ),
    Rule(
        key="ftp-off",
        severity=Severity.HIGH,
        demands="nobody uploads over FTP, nor with a publishing password",
        risk="A publishing password changes what runs, past every review.",
        fix="Set ftpsState Disabled, and allow false for FTP and SCM.",
        kinds=(
            "web-app",
            "web-app-slot",
            "web-app-scm-allowed",
            "web-app-ftp-allowed",
            "web-app-slot-scm-allowed",
            "web-app-slot-ftp-allowed",
        ),
        check=by_kind(
            web_app=one_of("siteConfig.ftpsState", "Disabled"),
            web_app_slot=one_of("siteConfig.ftpsState", "Disabled"),
            web_app_scm_allowed=off("allow"),
            web_app_ftp_allowed=off("allow"),
            web_app_slot_scm_allowed=off("allow"),
            web_app_slot_ftp_allowed=off("allow"),
        ),
        answers=("AZR-000081", "CKV_AZURE_78", "MCSB DP-3", "MCSB IM-1"),
    ),
    Rule(
        key="storage-encryption",
        severity=Severity.MEDIUM,
        demands="blobs are encrypted twice, by the service and below it",
        risk="One flawed layer of encryption opens what customers have stored. It cannot be added later.",
        fix="Set encryption.requireInfrastructureEncryption.",
        kinds=("storage-account",),
        check=on("encryption.requireInfrastructureEncryption"),
        answers=("MCSB DP-4",),
    ),
    Rule(
        key="node-encryption",
        severity=Severity.MEDIUM,
        demands="nodes encrypt their disks and caches on the host",
        risk="Temporary disks and caches of nodes hold what pods hold, in clear.",
        fix="Set enableEncryptionAtHost.",
        kinds=("kubernetes-cluster", "agent-pool"),
        check=by_kind(
            kubernetes_cluster=on("agentPoolProfiles[].enableEncryptionAtHost"),
            agent_pool=on("enableEncryptionAtHost"),
        ),
        answers=("CKV_AZURE_227", "MCSB DP-4"),
    ),
    Rule(
        key="disk-encryption",
        severity=Severity.MEDIUM,
        demands="disks are encrypted at rest",
        risk="A disk that leaves the data centre is readable.",
        fix="Leave encryption to the platform's key, or name a disk encryption set.",
        kinds=("disk",),
        check=either(present("encryption.type"), one_of("creationData.createOption", "Empty")),
        answers=("MCSB DP-4",),
    ),
)
