"""What watches the resources of a stack."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from components.alerts.availability import HostWatch, host_watch
from components.alerts.metric_alert import Watch, metric_alert
from components.alerts.processing import Detection, Quiet, failure_anomalies, quiet_time
from components.alerts.query_alert import Question, query_alert
from components.placement import Placement


class Alerts(pulumi.ComponentResource):
    """The metric alerts of a stack, what it asks its workspace and its hosts, the quiet times, and the detection of
    failures.

    It reads the ids of what it watches, and nothing reads anything of it.
    """

    TOKEN = "mystira:monitoring:Alerts"

    def __init__(
        self,
        name: str,
        place: Placement,
        *,
        watches: Sequence[Watch],
        questions: Sequence[Question],
        hosts: Sequence[HostWatch],
        quiet: Sequence[Quiet],
        detections: Sequence[Detection],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        for watch in watches:
            metric_alert(watch, place, child)
        for question in questions:
            query_alert(question, place, child)
        for host in hosts:
            host_watch(host, place, child)
        for time in quiet:
            quiet_time(time, place, child)
        for detection in detections:
            failure_anomalies(detection, place, child)
        self.register_outputs({})
