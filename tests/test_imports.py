"""What import-linter cannot say: that no module imports itself by way of others."""

from __future__ import annotations

import grimp
import networkx as nx

from tools.check import PACKAGES


def test_no_module_is_part_of_a_circle() -> None:
    graph = grimp.build_graph(*PACKAGES)
    imports = nx.DiGraph()
    for module in graph.modules:
        imports.add_edges_from((module, other) for other in graph.find_modules_directly_imported_by(module))
    circles = [sorted(group) for group in nx.strongly_connected_components(imports) if len(group) > 1]
    assert circles == []
