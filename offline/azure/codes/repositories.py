"""Repositories whose threads several products cite."""

from __future__ import annotations

AZURERM = "hashicorp/terraform-provider-azurerm"
NATIVE = "pulumi/pulumi-azure-native"
RECORDINGS = "Azure/azure-service-operator, v2/internal/controllers/recordings"
