"""What the coverage page says of what is played."""

from __future__ import annotations

from offline.kubernetes.played import kinds
from offline.kubernetes.played.api import Kind
from offline.kubernetes.played.coverage import DEFINITIONS, PLAYED
from tools.played_coverage import played_section

OWN = ("gateway.networking.k8s.io", "gateway.envoyproxy.io", "cert-manager.io", "secrets-store.csi.x-k8s.io")


def test_every_kind_that_a_played_controller_reads_has_a_definition() -> None:
    read = {each for each in vars(kinds).values() if isinstance(each, Kind) and each.api_version.startswith(OWN)}
    made = {Kind(f"{each.group}/{version}", each.kind) for each in DEFINITIONS for version in each.versions}
    assert read <= made
    assert {each.kind for each in made} == {each.kind for each in read}


def test_the_page_has_a_line_for_all_and_says_what_is_assumed() -> None:
    text = "\n".join(played_section())
    assert "**played**" in text
    for each in PLAYED:
        assert f"| {each.who} | " in text
        assert each.duration is None or each.duration.source == "assumed"
    for each in DEFINITIONS:
        assert f"| {each.kind} | {each.group} | " in text
