"""Having Azure verify the mail domain: what is asked, in which order, and what a person reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import typer

from components.mail.facts import API_VERSION, VERIFICATIONS
from components.problems import MystiraError
from mystira.verify_email import AzureDomains, OfflineDomains, domain_id, report, verified
from offline.azure.services.mail import verification_states
from tests.harness.offline import Cloud, token_of
from tests.harness.preflight import answering, out_of_reach
from tests.harness.settings import GONE, edited_plan, plan

DOMAIN = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/emailServices/e/domains/mail.example"


@dataclass
class Answers:
    """Domains that answer one state after the other."""

    after: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What follows once something is asked to be verified; nothing else: verified at once."""
    asked: list[str] = field(default_factory=list)
    now: dict[str, list[str]] = field(default_factory=lambda: {each: ["NotStarted"] for each in VERIFICATIONS})

    def states(self, domain: str) -> Mapping[str, str]:
        assert domain == DOMAIN
        return {what: left.pop(0) if len(left) > 1 else left[0] for what, left in self.now.items()}

    def initiate(self, domain: str, what: str) -> None:
        self.asked.append(what)
        self.now[what] = [*self.after.get(what, ["Verified"])]


def test_everything_is_verified_the_domain_first() -> None:
    azure = Answers()
    assert set(verified(DOMAIN, azure, 1, lambda _: None).values()) == {"Verified"}
    assert azure.asked == list(VERIFICATIONS)


def test_what_is_verified_is_not_asked_for_again() -> None:
    azure = Answers()
    azure.now["Domain"] = ["Verified"]
    verified(DOMAIN, azure, 1, lambda _: None)
    assert azure.asked == ["SPF", "DKIM", "DKIM2"]


def test_nothing_else_is_asked_for_while_the_domain_is_not_verified() -> None:
    azure = Answers({"Domain": ["VerificationFailed"]})
    assert verified(DOMAIN, azure, 1, lambda _: None)["Domain"] == "VerificationFailed"
    assert azure.asked == ["Domain"]


def test_an_answer_is_waited_for_and_not_forever() -> None:
    slept: list[float] = []
    azure = Answers({"SPF": ["VerificationRequested", "VerificationInProgress", "Verified"]})
    assert verified(DOMAIN, azure, 1, slept.append)["SPF"] == "Verified"
    assert slept
    slept.clear()
    stuck = Answers({"DKIM2": ["VerificationInProgress"]})
    assert verified(DOMAIN, stuck, 1, slept.append)["DKIM2"] == "VerificationInProgress"
    assert sum(slept) == 60


def test_a_state_that_follows_the_request_late_is_waited_for() -> None:
    """Azure accepts the request (202) before the domain shows it."""
    azure = Answers({"Domain": ["NotStarted", "VerificationRequested", "Verified"]})
    assert set(verified(DOMAIN, azure, 1, lambda _: None).values()) == {"Verified"}


def test_the_id_is_that_of_the_domain_in_the_plan(folder: Path) -> None:
    assert domain_id(plan("shared")) == (
        "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/mys-shared-comms-rg-glob/providers"
        "/Microsoft.Communication/emailServices/mys-shared-comms-email-glob/domains/mail.mystira.app"
    )
    with pytest.raises(MystiraError, match=r"mystira:mail\.domain: no domain to verify"):
        domain_id(edited_plan(folder, "shared", {"mail": GONE}))


@pytest.fixture
def up(tmp_path: Path) -> Cloud:
    """What a person finds offline: the domain of ``shared``, not verified."""
    cloud = Cloud(tmp_path, "00000000-0000-4000-8000-000000000003")
    group = {"resourceGroupName": "mys-shared-comms-rg-glob", "location": "westeurope"}
    cloud.make(token_of("resource-group"), **group)
    emails = {"resourceGroupName": "mys-shared-comms-rg-glob", "emailServiceName": "mys-shared-comms-email-glob"}
    cloud.make(token_of("email-service"), **emails, location="global", dataLocation="Africa")
    domain = {"domainName": "mail.mystira.app", "domainManagement": "CustomerManaged", "location": "global"}
    cloud.make(token_of("email-domain"), **emails, **domain)
    return cloud


def test_a_person_reads_what_is_left_and_the_exit_code_says_so(up: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    domains = OfflineDomains(up.world)
    with pytest.raises(typer.Exit) as ended:
        report(plan("shared"), domains, dry_run=True)
    assert ended.value.exit_code == 1
    assert set(verification_states(up.world, domain_id(plan("shared"))).values()) == {"NotStarted"}
    with pytest.raises(typer.Exit):
        report(plan("shared"), domains)
    printed = capsys.readouterr().out
    assert "Domain: VerificationFailed" in printed
    assert "docs/runbooks/mail.md" in printed


def test_a_person_reads_what_comes_next(capsys: pytest.CaptureFixture[str]) -> None:
    class Done(Answers):
        def states(self, domain: str) -> Mapping[str, str]:
            return dict.fromkeys(VERIFICATIONS, "Verified")

    azure = Done()
    report(plan("shared"), azure, dry_run=True)
    assert azure.asked == []
    assert "Pulumi.shared.yaml: mystira:mail.domain.verified: true" in capsys.readouterr().out.replace("\n", " ")


class Azure:
    """An Azure that notes what it is asked, and has verified the domain alone."""

    def __init__(self, status: int = 200, body: object = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self._status = status
        self._body = body or {"properties": {"verificationStates": {"Domain": {"status": "Verified"}}}}
        self.domains = AzureDomains(answering(self._answer))

    def _answer(self, method: str, path: str) -> tuple[int, bytes]:
        self.asked.append((method, path))
        return self._status, json.dumps(self._body).encode()


def test_azure_is_asked_with_the_login_of_a_deployment() -> None:
    azure = Azure()
    assert azure.domains.states(DOMAIN) == {
        "Domain": "Verified",
        "SPF": "NotStarted",
        "DKIM": "NotStarted",
        "DKIM2": "NotStarted",
    }
    azure.domains.initiate(DOMAIN, "SPF")
    version = f"?api-version={API_VERSION}"
    assert azure.asked == [("GET", f"{DOMAIN}{version}"), ("POST", f"{DOMAIN}/initiateVerification{version}")]


def test_what_azure_refuses_is_one_line() -> None:
    body = {"error": {"code": "AuthorizationFailed", "message": "The client may not."}}
    with pytest.raises(MystiraError, match=r"^Azure refuses: AuthorizationFailed: The client may not\.; read: .*$"):
        Azure(403, body).domains.states(DOMAIN)


def test_an_azure_that_is_out_of_reach_is_one_line() -> None:
    with pytest.raises(MystiraError, match=r"^GET https://management\.azure\.com/.*: no route to host$"):
        AzureDomains(out_of_reach()).states(DOMAIN)
