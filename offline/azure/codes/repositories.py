"""Repositories whose threads several products cite."""

from __future__ import annotations

AZURERM = "hashicorp/terraform-provider-azurerm"
NATIVE = "pulumi/pulumi-azure-native"
