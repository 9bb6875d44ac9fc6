"""Runs checkov's checks of ARM templates or of Kubernetes' objects over a folder and prints one JSON document.

Standard library and checkov only. It calls checkov's own runner of the framework instead of the command line: that
imports those of all frameworks, which takes four times as long, and asks a server for policies. The version is pinned
beside this file.
"""

from __future__ import annotations

import json
import logging
import sys
from importlib import import_module

REGISTRIES = {
    "arm": (("checkov.arm.registry", "arm_resource_registry"), ("checkov.arm.registry", "arm_parameter_registry")),
    "kubernetes": (("checkov.kubernetes.checks.resource.registry", "registry"),),
}
"""By framework: where its checks are."""


def main(framework: str, folder: str) -> None:
    """Print the results (check, file, resource) that failed and that passed, the files that could not be read, and all
    checks there are (type, check, name)."""
    # It warns of every parameter without a value.
    logging.disable(logging.WARNING)
    chosen = import_module("checkov.runner_filter").RunnerFilter(framework=[framework])
    report = import_module(f"checkov.{framework}.runner").Runner().run(root_folder=folder, runner_filter=chosen)

    def rows(records: list) -> list[list[str]]:
        return sorted([each.check_id, each.file_path.lstrip("/"), each.resource] for each in records)

    checks = {
        (kind, each.id, each.name)
        for module, name in REGISTRIES[framework]
        for kind, known in getattr(import_module(module), name).checks.items()
        for each in known
    }
    found = {
        "failed": rows(report.failed_checks),
        "passed": rows(report.passed_checks),
        "unreadable": sorted(report.parsing_errors),
        "checks": sorted(checks),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
