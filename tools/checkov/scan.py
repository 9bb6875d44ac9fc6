"""Runs checkov's checks of ARM templates over a folder and prints one JSON document. Standard library and checkov only.

It calls checkov's own runner instead of its command line: that imports the runners of all its frameworks, which takes
four times as long, and asks a server for policies. The version is pinned beside this file.
"""

from __future__ import annotations

import json
import logging
import sys

from checkov.arm.registry import arm_parameter_registry, arm_resource_registry  # pyright: ignore[reportMissingImports]
from checkov.arm.runner import Runner  # pyright: ignore[reportMissingImports]
from checkov.runner_filter import RunnerFilter  # pyright: ignore[reportMissingImports]


def main(folder: str) -> None:
    """Print the results (check, file, resource) that failed and that passed, the files that could not be read, and all
    checks there are (type, check, name)."""
    # It warns of every parameter without a value.
    logging.disable(logging.WARNING)
    report = Runner().run(root_folder=folder, runner_filter=RunnerFilter(framework=["arm"]))

    def rows(records: list) -> list[list[str]]:
        return sorted([each.check_id, each.file_path.lstrip("/"), each.resource] for each in records)

    checks = {
        (kind, each.id, each.name)
        for registry in (arm_resource_registry, arm_parameter_registry)
        for kind, known in registry.checks.items()
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
    main(sys.argv[1])
