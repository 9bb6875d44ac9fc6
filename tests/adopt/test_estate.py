"""The ids of live resources, from a Terraform state file or from a list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from components.problems import InvalidInput
from stacks.adopt.estate import live_ids

GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/mys-dev-core-rg-san"
IDS = [GROUP, f"{GROUP}/providers/Microsoft.Network/virtualNetworks/mys-dev-core-vnet-san"]


def state(*ids: str) -> str:
    """A state file with these managed resources, and one that it only reads."""
    managed = [{"mode": "managed", "instances": [{"attributes": {"id": id}}]} for id in ids]
    read = {"mode": "data", "instances": [{"attributes": {"id": f"{GROUP}/providers/Microsoft.X/y/z"}}]}
    return json.dumps({"version": 4, "resources": [*managed, read]})


def test_a_state_file_gives_the_ids_of_what_it_manages(tmp_path: Path) -> None:
    file = tmp_path / "terraform.tfstate"
    file.write_text(state(*IDS, "not-an-azure-id", IDS[0]))
    assert live_ids(file) == IDS


def test_a_list_gives_one_id_a_line_with_comments(tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("\n".join([f"{IDS[0]}  # the group", "# a comment", "", IDS[1], IDS[0]]))
    assert live_ids(file) == IDS


@pytest.mark.parametrize(
    ("text", "what"),
    [("{", "not JSON"), ('{"version": 3}', "not a state file that is known"), ("nothing", "holds no id")],
)
def test_a_file_without_ids_is_one_problem(text: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=what) as caught:
        live_ids(file)
    assert len(caught.value.problems) == 1


def test_a_file_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nowhere: cannot be read"):
        live_ids(tmp_path / "nowhere")
