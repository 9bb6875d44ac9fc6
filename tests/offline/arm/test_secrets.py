"""Secrets become parameters."""

from __future__ import annotations

from typing import Any

from components.facts.wire import SECRET_SIGNATURE, SIGNATURE_KEY
from offline.arm.secrets import Parameter, completed, hide, secret_paths

SECRET = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:abc"}


def hidden(properties: Any, state: Any) -> tuple[Any, dict[str, str]]:
    return hide(completed(properties, state), set(secret_paths(state)), "secrets_vault_name")


def test_a_secret_is_a_parameter_and_nothing_else_is() -> None:
    made, parameters = hidden({"value": "hunter2", "contentType": "password"}, {"value": SECRET, "contentType": "p"})
    assert made == {"value": "[parameters('secrets_vault_name_value')]", "contentType": "password"}
    assert isinstance(made["value"], Parameter)
    assert parameters == {"secrets_vault_name_value": "secureString"}


def test_what_nothing_reads_back_is_a_parameter_as_well() -> None:
    made, parameters = hidden({"properties": {"contentType": "p"}}, {"properties": {"value": SECRET}, "tags": {}})
    assert made["properties"]["value"] == "[parameters('secrets_vault_name_properties_value')]"
    assert list(parameters.values()) == ["secureString"]


def test_where_one_item_of_a_list_is_secret_all_are() -> None:
    made, parameters = hidden({"rules": [{"key": "a"}, {"key": "b"}]}, {"rules": [{"key": SECRET}]})
    assert "'a'" not in str(made)
    assert "'b'" not in str(made)
    assert len(parameters) == 2


def test_a_secret_object_is_one_parameter() -> None:
    _, parameters = hidden({"settings": {"a": "b"}}, {"settings": SECRET})
    assert parameters == {"secrets_vault_name_settings": "secureObject"}


def test_the_name_of_a_parameter_is_a_word() -> None:
    made, _ = hide({"my-key": "x"}, {("my-key",)}, "secrets_mys-dev-kv/a.b")
    assert made == {"my-key": "[parameters('secrets_mys_dev_kv_a_b_my_key')]"}
