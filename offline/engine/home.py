"""The folders of an offline world, and what worlds share."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from offline.engine import cache

PROJECT = Path(__file__).resolve().parents[2]
"""The checkout: the folder of ``Pulumi.yaml`` and ``__main__.py``."""

HOME_VARIABLE = "MYSTIRA_OFFLINE_HOME"
"""Environment variable that selects another world, so that several can exist side by side."""

PYTHON_VARIABLE = "MYSTIRA_PYTHON"
"""Environment variable that replaces the interpreter of plug-ins and programs. The engine tests set it."""

DEBUG_VARIABLE = "MYSTIRA_DEBUG"
"""Environment variable that has programs send their debug lines to the engine. A run with ``--debug`` sets it."""

ENGINE_VERSION = version("pulumi")
"""The engine and the SDK are released together."""

SDK_VERSION = version("pulumi-azure-native")
ENTRA_VERSION = version("pulumi-azuread")
KUBERNETES_SDK_VERSION = version("pulumi-kubernetes")


@dataclass(frozen=True)
class Home:
    """The paths of one world. A world can be copied to another root: nothing in it depends on where it is."""

    root: Path

    @classmethod
    def default(cls) -> Home:
        """The world that :data:`HOME_VARIABLE` selects, else ``.offline`` in the checkout."""
        selected = os.environ.get(HOME_VARIABLE)
        return cls(Path(selected).resolve() if selected else PROJECT / ".offline")

    @property
    def schemas(self) -> Path:
        """The SDKs' schema, extracted once per user and set of versions; the same for every world."""
        return cache.folder("sdk-schema", SDK_VERSION)

    @property
    def pulumi_home(self) -> Path:
        """The engine's private home, with its plug-ins."""
        return self.root / "home"

    @property
    def automatic_logs(self) -> Path:
        """The folder of the logs that the engine keeps of its own accord. A file in its place: it keeps none."""
        return self.pulumi_home / "logs"

    @property
    def plugins(self) -> Path:
        """The language host and the providers of this world."""
        return self.pulumi_home / "plugins"

    @property
    def programs(self) -> Path:
        """The programs that a run of this world finds on its PATH before all others."""
        return self.pulumi_home / "programs"

    @property
    def state(self) -> Path:
        """The engine's file back end."""
        return self.root / "state"

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase that encrypts the secrets of the state."""
        return self.root / "passphrase"

    @property
    def shadows(self) -> Path:
        """The shadow projects, with this world's own copies of the settings."""
        return self.root / "projects"

    @property
    def cloud(self) -> Path:
        """The database of the offline cloud."""
        return self.root / "cloud.db"

    @property
    def clusters(self) -> Path:
        """What the servers of Kubernetes clusters keep, one folder for each cluster."""
        return self.root / "clusters"

    @property
    def logs(self) -> Path:
        """What the last runs printed in full, one file for each verb and stack."""
        return self.root / "logs"

    @property
    def drift(self) -> Path:
        """What the last look for drift found, one file a stack."""
        return self.root / "drift"

    @property
    def saved(self) -> Path:
        """Copies of this world, by name."""
        return self.root / "saved"
