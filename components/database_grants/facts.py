"""The job that runs the grants in the databases."""

from __future__ import annotations

from components.kubernetes.images import Image

CLI = Image(
    "mcr.microsoft.com",
    "azure-cli",
    "2.88.0",
    "sha256:23b520868509add054d385d90dc3fc5268f10a2f58947a994e30babe938e31ae",
    "pinned alike in three public repositories (read 2026-11-22)",
)
"""Fetches the token, and has the authorities that sign the server's certificate (Azure/azure-cli:
azure-linux.dockerfile installs ca-certificates)."""

PSQL = Image(
    "docker.io",
    "library/postgres",
    "17.11",
    "sha256:d74eeac9a635390a49bc21bd49fccd973de707e2a53a76ac49b552b8712ec46f",
    "pinned alike in more than five public repositories (read 2026-11-22)",
)
"""Has psql, and no authorities (docker-library/postgres: 17/bookworm/Dockerfile removes ca-certificates again)."""

AUTHORITIES = "/etc/pki/tls/certs/ca-bundle.crt"
"""Where the image of the Azure CLI has them: the path of Azure Linux's package ca-certificates. Believed."""

MILLICORES, MEMORY_MIB = 100, 512
LIMIT_MILLICORES, LIMIT_MEMORY_MIB = 500, 1024
"""What each of its two containers, one after the other, is guaranteed and may use. Assumed: the Azure CLI starts in a
few hundred MiB."""

DEADLINE_SECONDS = 540
"""When it has failed: before pulumi-kubernetes stops waiting, so that it is the job that says why."""

RETRIES = 3
