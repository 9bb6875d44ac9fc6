"""Who is logged in to the offline cloud, and what that login may see.

The ids are obviously fictitious; the committed settings of the stacks name the same ones. A settings file with other
ids is somebody else's login here, exactly as it would be with `az login`, until `python -m offline cloud subscribe`
adds them.
"""

from __future__ import annotations

from collections.abc import Mapping

TENANT_ID = "00000000-0000-4000-8000-000000000000"
"""The Entra tenant of the login."""

SUBSCRIPTIONS: Mapping[str, str] = {
    "00000000-0000-4000-8000-000000000001": "development",
    "00000000-0000-4000-8000-000000000002": "staging",
    "00000000-0000-4000-8000-000000000003": "production",
}
"""The subscriptions of that tenant that the login may use, by id."""

OBJECT_ID = "00000000-0000-4000-8000-0000000000aa"
"""The user object behind the login."""

USER_NAME = "engineer@offline.example"
"""What Azure writes into `createdBy`."""

CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The Azure CLI's own application id: what a person's login shows in its token."""
