"""The deleted applications of the offline cloud, as `mystira offline deleted` sees them."""

from __future__ import annotations

from pathlib import Path

from mystira.deletions import Deletions
from mystira.offline_deletions import OfflineDeletions
from tests.harness.tenant import Tenant


def test_applications_are_listed_without_their_principals_and_both_come_back(tmp_path: Path) -> None:
    tenant = Tenant(tmp_path)
    api = tenant.application("api", identifierUris=[f"api://{tenant.id}/api"])
    principal, lone = tenant.principal(api), tenant.application("lone")
    for each in (api, lone):
        tenant.delete("application", each.id)
    deletions: Deletions = OfflineDeletions(tenant.world, tenant.id)
    found = {each.name: each for each in deletions.applications()}
    assert set(found) == {"api", "lone"}
    assert (found["api"].id, found["api"].client_id) == (api.properties["objectId"], api.properties["clientId"])
    assert found["api"].uris == (f"api://{tenant.id}/api",)
    restored = deletions.restore(found["api"])
    assert (restored.application, restored.principal) == (found["api"].id, principal.properties["objectId"])
    assert deletions.restore(found["lone"]).principal == ""


def test_a_purged_application_is_gone(tmp_path: Path) -> None:
    tenant = Tenant(tmp_path)
    tenant.delete("application", tenant.application("api").id)
    deletions = OfflineDeletions(tenant.world, tenant.id)
    (one,) = deletions.applications()
    deletions.purge(one)
    assert list(deletions.applications()) == []
