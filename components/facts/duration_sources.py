"""Public logs and issues that several durations were read from."""

from __future__ import annotations

APPLY_LOG = "apply log of grid-meter-app: terraform/azure (2026-09-24, centralus)"
OLD_AKS = "Azure/AKS #1439 (2020: 9 min 10 s, its pools 4 min to 4 min 10 s; in a bad month 13 and 9)"
STEAMPIPE = "turbot/steampipe-plugin-azure"
AZURERM = "hashicorp/terraform-provider-azurerm"
AKS_ADDONS = "mspnp/aks-baseline: docs/deploy/06-aks-cluster.md (18 minutes with add-ons)"
FRONT_DOOR_RECORDED = (
    "Azure/azure-service-operator: Test_CDN_Profile_AFD_CRUD.yaml (2024-02-13, asked once a minute); assumed to be as "
    f"long in 2026, when {AZURERM} #32849 and #32980 take 20 to 25 minutes for everything, destroying included"
)
