"""The world's database between several writers."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

from offline.world.store import World

GROUP = "azure-native:resources:ResourceGroup"
ID = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/mys-dev-core-rg-san"


def test_what_is_only_tried_is_taken_back_and_others_wait_for_its_end(tmp_path: Path) -> None:
    world = World(tmp_path / "cloud.db")
    other = Thread(target=world.note, args=("create", "kubernetes:core/v1:ConfigMap", "settings"))
    with world.trying() as cloud:
        assert cloud.get(ID) is None
        other.start()
        other.join(0.2)
        assert other.is_alive()
        cloud.put(ID, GROUP, {})
        assert cloud.get(ID) is not None
    other.join()
    assert world.get(ID) is None
    assert [row[2] for row in world.operations()] == ["settings"]
