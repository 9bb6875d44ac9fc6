"""The kinds of the Key Vault driver, which AKS installs with its add-on."""

from __future__ import annotations

from offline.kubernetes.played.definitions.shape import TEXT, TEXTS, Definition

DEFINITIONS = (
    Definition(
        group="secrets-store.csi.x-k8s.io",
        kind="SecretProviderClass",
        plural="secretproviderclasses",
        versions=("v1",),
        source="kubernetes-sigs/secrets-store-csi-driver v1.5.3, apis/v1/secretproviderclass_types.go",
        spec={
            "provider": TEXT,
            "parameters": TEXTS,
            "secretObjects": [
                {
                    "secretName": TEXT,
                    "type": TEXT,
                    "labels": TEXTS,
                    "annotations": TEXTS,
                    "data": [{"objectName": TEXT, "key": TEXT}],
                }
            ],
        },
        required=(),
    ),
)
