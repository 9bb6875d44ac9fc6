"""A wrong word, file or setting is one line on standard error, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.problems import InvalidInput, Problem
from mystira.app import main
from offline.__main__ import main as offline_main
from offline.commands.output import reported
from tests.harness.settings import edit
from tests.mystira.conftest import Done, Run

NO_COMMAND = "No such command"
MISSING = "Missing argument"
NO_STACK = "no such stack; seen: nope; allowed: "


def one_line(done: Done, code: int, text: str) -> None:
    """The command failed with one line that says this."""
    (line,) = done.err.splitlines()
    assert line.startswith("error: ")
    assert text in line
    assert done.code == code
    assert "Traceback" not in done.out


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        ("nope", 2, NO_COMMAND),
        ("show", 2, MISSING),
        ("show dev --nope", 2, "No such option"),
        ("show nope", 1, NO_STACK),
        ("show prd", 1, "did you mean prod?"),
        ("status nope", 1, NO_STACK),
        ("diff dev", 2, MISSING),
        ("diff dev nope", 1, NO_STACK),
        ("graph nope", 1, NO_STACK),
        ("explain", 2, MISSING),
        ("explain redis.sku nope", 1, NO_STACK),
        ("explain redis.skuu", 1, "STACK: missing: the word is no setting"),
        ("explain redis.skuu", 1, "did you mean redis.sku"),
        ("explain registry.sku dev", 1, "has no setting registry.sku; seen: dev; allowed: shared"),
        ("explain redis.sku --try Balanced_B5", 1, "STACK: missing; seen: --try Balanced_B5; allowed: dev, staging"),
        ("explain redis.sku dev --try {", 1, "--try: not YAML; seen: {"),
        ("explain nope dev --try 1", 1, "WORD: no setting, so that there is nothing to try; seen: nope"),
        ("explain urn:pulumi:nope::mystira::t::n", 1, NO_STACK),
        ("check nope", 1, NO_STACK),
        ("check --folder nowhere", 1, "nowhere: no settings files"),
        ("grants nope", 1, NO_STACK),
        ("grants shared", 1, "shared has no databases"),
        ("quota nope", 1, NO_STACK),
        ("quota shared", 1, "shared has no cluster"),
        ("quota dev --usage nowhere.json", 1, "nowhere.json: cannot be read; seen: No such file"),
        ("quota dev --usage Makefile", 1, "usage: not a list of usages"),
        ("secrets dev", 2, "Missing option"),
        ("secrets shared --state -", 1, "shared has no vaults"),
        ("secrets dev --state nowhere.json", 1, "nowhere.json: cannot be read"),
        ("secrets dev --state Makefile", 1, "not what `pulumi stack export` prints"),
        ("secrets dev --state -", 1, "not what `pulumi stack export` prints"),
        ("adopt dev --from nowhere.txt", 1, "nowhere.txt: cannot be read"),
        ("adopt dev --from Makefile", 1, "Makefile: holds no id of an Azure resource"),
        ("accept --nope", 2, "No such option"),
        ("offline nope", 2, NO_COMMAND),
        ("offline up", 2, MISSING),
        ("offline up nope", 1, NO_STACK),
        ("offline drift nope", 1, NO_STACK),
        ("offline secrets nope", 1, NO_STACK),
        ("offline restore nope", 1, "no saved world has this name; seen: nope; allowed: none yet"),
        ("offline cloud nope", 2, NO_COMMAND),
        ("offline cloud set", 2, MISSING),
        ("offline cloud set /nothing a b", 1, "the offline cloud has no /nothing"),
        ("offline cloud delete /nothing", 1, "the offline cloud has no /nothing"),
        ("offline cloud add nope /nothing", 1, "no such type; seen: nope"),
        ("offline cloud take nope x", 1, "no such type; seen: nope"),
        ("offline cloud add resource-group /nothing", 1, "not the id of a resource-group"),
        ("offline cloud purge", 1, "nothing to purge"),
        ("offline cloud quota mars cores 1", 1, "no such region; seen: mars"),
        ("offline cloud quota southafricanorth nope 1", 1, "no such quota; seen: nope"),
        ("offline cloud quota southafricanorth cores many", 2, "Invalid value"),
        ("offline cloud register nope", 1, "no resource provider that can be registered"),
        ("offline fault nope", 2, NO_COMMAND),
        ("offline fault add", 2, MISSING),
        ("offline fault add nope", 1, "no such fault; seen: nope"),
        ("offline fault add busy --verb nope", 1, "no such operation; seen: nope"),
    ],
)
def test_a_wrong_command_line_is_one_line(line: str, code: int, text: str, run: Run) -> None:
    one_line(run(*line.split()), code, text)


@pytest.mark.parametrize("line", ["show dev", "show dev --json", "grants dev", "quota dev", "adopt dev --from x"])
def test_settings_with_a_problem_are_one_line(line: str, folder: Path, run: Run) -> None:
    edit(folder, "dev", {"redis.sku": "nope"})
    one_line(run(*line.split(), "--folder", folder), 1, "mystira:redis.sku: not a SKU")


@pytest.mark.parametrize("content", [b"", b"[", b"\xff\xfe\x00", b"config: 3", b"{}"])
def test_a_settings_file_that_is_none_is_one_line(content: bytes, folder: Path, run: Run) -> None:
    (folder / "Pulumi.dev.yaml").write_bytes(content)
    one_line(run("show", "dev", "--folder", folder), 1, "")


@pytest.mark.parametrize("line", ["quota dev --usage", "secrets dev --state", "adopt dev --from"])
@pytest.mark.parametrize("content", [b"\xff\xfe", b"{", b"{}", b"[1]", b'{"version": 4, "resources": [3]}'])
def test_a_file_of_another_kind_is_one_line(line: str, content: bytes, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "input"
    file.write_bytes(content)
    one_line(run(*line.split(), file), 1, "")


@pytest.mark.parametrize("line", ["quota dev --usage", "secrets dev --state", "adopt dev --from"])
def test_a_folder_instead_of_a_file_is_one_line(line: str, tmp_path: Path, run: Run) -> None:
    one_line(run(*line.split(), tmp_path), 1, f"{tmp_path}: cannot be read")


@pytest.mark.parametrize("path", ["name.first", "rules.one", "rules.7.name", "rules.0.name.first"])
def test_a_property_that_is_not_there_is_one_line(path: str, run: Run) -> None:
    id = "/subscriptions/s/resourceGroups/g"
    assert run("offline", "cloud", "add", "resource-group", id, '{"rules": [{"name": "a"}]}').code == 0
    one_line(run("offline", "cloud", "set", id, path, "b"), 1, f"no such property; seen: {path}")


def test_several_problems_are_one_line_each(folder: Path, run: Run) -> None:
    edit(folder, "dev", {"redis.eviction": "nope", "azure.region": "mars"})
    done = run("show", "dev", "--folder", folder)
    assert done.code == 1
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["error", "error"]


def test_whoever_stops_reading_gets_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise BrokenPipeError

    redirected: list[object] = []
    monkeypatch.setattr("mystira.plans.say", full)
    monkeypatch.setattr("os.dup2", lambda *files: redirected.append(files))
    assert main(["show", "dev"]) == 1
    assert redirected


def test_an_interrupted_command_ends_as_shells_expect(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mystira.plans.say", interrupted)
    assert run("show", "dev").code == 130


def test_a_mistake_in_this_program_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr("mystira.plans.say", broken)
    with pytest.raises(LookupError):
        main(["show", "dev"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (PermissionError(13, "Permission denied", "Pulumi.dev.yaml"), 1, "error: Pulumi.dev.yaml: Permission denied"),
        (OSError("no space"), 1, "error: no space"),
        (UnicodeDecodeError("utf-8", b"x", 3, 4, "bad byte"), 1, "error: not a text file; seen: bad byte at byte 3"),
        (InvalidInput([Problem("a", "wrong"), Problem("b", "wrong")]), 1, "error: a: wrong\nerror: b: wrong"),
    ],
)
def test_what_a_command_raises_is_one_line(
    error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise error

    assert reported(command) == code
    assert capsys.readouterr().err.startswith(said)


def test_scripts_get_the_same_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """`python -m offline` has the same words, with the same errors."""
    for line in ("cloud nope", "cloud set", "fault nope", "fault add nope", "restore nope"):
        words = line.split()
        assert offline_main(words) == run("offline", *words).code
