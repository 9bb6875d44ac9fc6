"""``python -m tools.integration.service_bus STACK``: the Service Bus emulator's configuration, made from the plan.

The emulator has one namespace, whose name is fixed (Microsoft: Overview of the Azure Service Bus emulator). Believed:
it takes a time to live of an hour at most, a lock and a window for duplicates of five minutes, ten attempts. What is
longer in the plan is shortened: the tests are about who gets what.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from components.service_bus.spec import EntitySpec, ServiceBusSpec
from mystira.choosing import plan_for
from offline.commands.output import reported
from stacks.parts.service_bus.plan import SERVICE_BUS

NAMESPACE = "sbemulatorns"
LONGEST_LIFE = timedelta(hours=1)
LONGEST_WINDOW = timedelta(minutes=5)
LONGEST_LOCK = timedelta(minutes=5)
MOST_ATTEMPTS = 10
_DURATION = TypeAdapter(timedelta)


def configuration(spec: ServiceBusSpec) -> Mapping[str, Any]:
    """The document that the emulator reads as Config.json."""
    queues = [{"Name": each.name, "Properties": {**_own(each), **_received(each)}} for each in spec.queues]
    topics = [
        {
            "Name": topic.entity.name,
            "Properties": _own(topic.entity),
            "Subscriptions": [
                {"Name": name, "Properties": {**_life(topic.entity), **_received(topic.entity)}, "Rules": []}
                for name in topic.subscriptions
            ],
        }
        for topic in spec.topics
    ]
    namespace = {"Name": NAMESPACE, "Queues": queues, "Topics": topics}
    return {"UserConfig": {"Namespaces": [namespace], "Logging": {"Type": "Console"}}}


def _own(entity: EntitySpec) -> Mapping[str, Any]:
    window = entity.duplicate_window
    return {
        **_life(entity),
        "RequiresDuplicateDetection": bool(window),
        "DuplicateDetectionHistoryTimeWindow": _shortened(window or "PT20S", LONGEST_WINDOW),
    }


def _life(entity: EntitySpec) -> Mapping[str, Any]:
    return {"DefaultMessageTimeToLive": _shortened(entity.time_to_live, LONGEST_LIFE)}


def _received(entity: EntitySpec) -> Mapping[str, Any]:
    return {
        "DeadLetteringOnMessageExpiration": True,
        "ForwardDeadLetteredMessagesTo": "",
        "ForwardTo": "",
        "LockDuration": _shortened(entity.lock_duration, LONGEST_LOCK),
        "MaxDeliveryCount": min(entity.max_delivery_count, MOST_ATTEMPTS),
        "RequiresSession": False,
    }


def _shortened(duration: str, most: timedelta) -> str:
    """A duration of ISO 8601, or the longest that the emulator takes."""
    seconds = int(min(_DURATION.validate_python(duration), most).total_seconds())
    return f"PT{seconds}S"


def main() -> int:
    """Print the configuration for one stack."""
    (stack,) = sys.argv[1:] or ("dev",)
    print(json.dumps(configuration(plan_for(stack).of(SERVICE_BUS)), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(reported(main))
