"""Tools in Go, built once per user from the Go module proxy: each has a module of its own that pins it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from offline.engine import cache
from offline.engine.build import go_program
from offline.engine.once import once

TOOLS = Path(__file__).resolve().parent


@dataclass(frozen=True)
class GoTool:
    """A program, by the folder below `tools` whose `go.mod` pins it."""

    name: str
    module: str
    package: str
    tags: tuple[str, ...] = ()
    """Build tags: what is left out."""

    @property
    def version(self) -> str:
        """The version that its `go.mod` pins."""
        text = (TOOLS / self.name / "go.mod").read_text()
        (found,) = re.findall(rf"^\s*(?:require )?{re.escape(self.module)} v([\d.]+)", text, re.MULTILINE)
        return found

    def program(self) -> Path:
        """The program: the one on the PATH, or one that is built on first use."""
        found = shutil.which(self.name)
        if found:
            return Path(found)
        folder = cache.folder(self.name, self.version)

        def build(scratch: Path) -> None:
            made = scratch / folder.name / self.name
            tags = ["-tags", ",".join(self.tags)] if self.tags else []
            command = [*go_program(scratch), "build", "-trimpath", *tags, "-o", str(made), self.package]
            subprocess.run(command, cwd=TOOLS / self.name, check=True, capture_output=True)

        return once(folder, build) / self.name


ACTIONLINT = GoTool("actionlint", "github.com/rhysd/actionlint", "github.com/rhysd/actionlint/cmd/actionlint")
GITLEAKS = GoTool("gitleaks", "github.com/zricethezav/gitleaks/v8", "github.com/zricethezav/gitleaks/v8")
KUBE_SCORE = GoTool("kube-score", "github.com/zegl/kube-score", "github.com/zegl/kube-score/cmd/kube-score")
PROMTOOL = GoTool(
    "promtool",
    "github.com/prometheus/prometheus",
    "github.com/prometheus/prometheus/cmd/promtool",
    ("remove_all_sd",),
)
"""Without the discovery of targets in every cloud, which checks and tests of rules do not ask (its README: Service
discovery plugins)."""

GO_TOOLS = (ACTIONLINT, GITLEAKS, KUBE_SCORE, PROMTOOL)
