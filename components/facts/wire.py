"""The marks of values on Pulumi's wire and in its states (pulumi/pulumi: sdk/go/common/resource/properties.go for
signatures, sdk/go/common/resource/plugin/rpc.go for values that are not known yet)."""

from __future__ import annotations

SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
"""The key that marks an object as something else than an object."""
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
"""Its value on a secret."""
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
"""Its value on an output."""

UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a text that only the deployment makes; Pulumi's own SDK for Python sends this for every type."""
UNKNOWN_STRINGS = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""One each for texts, booleans, numbers, lists, assets, archives and objects."""
