"""The parts around the engine: fetching it, its plug-ins, the shadow project, references, the summary."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from pulumi.runtime.proto import language_pb2
from rich.console import Console

from components.problems import InvalidInput
from offline.engine import binary, build, cache, download
from offline.engine.binary import EngineUnavailable, engine_program, ensure_engine
from offline.engine.build import BuildFailed, Source, build_programs, go_program
from offline.engine.home import ENGINE_VERSION, PROJECT, Home
from offline.engine.needs import check_needs, needs_of
from offline.engine.once import once
from offline.engine.plugins import PLUGINS, install_plugins
from offline.engine.run import Engine, EngineFailed
from offline.engine.shadow import BrokenProject, stacks_of, write_shadow
from offline.engine.summary import print_summary
from offline.rpc.language_host import interpreter
from tools import install_uv

Say = Callable[[str], None]


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for every test."""
    monkeypatch.setenv(cache.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def no_way(*_: object, **__: object) -> None:
    raise OSError("closed")


@pytest.fixture
def nothing_works(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without Pulumi, without the official site, without Go."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(binary.socket, "create_connection", no_way)
    monkeypatch.setattr(binary, "build_programs", no_way)
    return monkeypatch


def test_a_fitting_engine_of_the_machine_is_copied_once(tmp_path: Path, nothing_works: pytest.MonkeyPatch) -> None:
    found = script(tmp_path / "bin" / "pulumi", f"echo v{ENGINE_VERSION}")
    nothing_works.setattr(shutil, "which", lambda _: str(found))
    said: list[str] = []
    program = ensure_engine(said.append)
    assert program == tmp_path / "cache" / f"engine-{ENGINE_VERSION}" / "pulumi"
    assert program.read_text() == found.read_text()
    assert said == [f"Pulumi v{ENGINE_VERSION}: copying {found}"]
    found.unlink()
    assert ensure_engine(said.append) == program
    assert len(said) == 1


def test_an_engine_of_another_version_is_not_used(tmp_path: Path, nothing_works: pytest.MonkeyPatch) -> None:
    found = script(tmp_path / "bin" / "pulumi", "echo v3.1.0")
    nothing_works.setattr(shutil, "which", lambda _: str(found))
    with pytest.raises(EngineUnavailable, match=rf"is v3\.1\.0, the SDK needs v{ENGINE_VERSION}.*closed.*closed"):
        ensure_engine(lambda _: None)


def test_without_any_way_each_is_named(cache_folder: Path, nothing_works: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineUnavailable, match=r"no pulumi on PATH; .*cannot be reached \(closed\); closed"):
        ensure_engine(lambda _: None)
    assert not any(each.is_dir() for each in (cache_folder / f"engine-{ENGINE_VERSION}").iterdir())


def test_the_official_installer_is_the_second_way(tmp_path: Path, nothing_works: pytest.MonkeyPatch) -> None:
    class Connection:
        def close(self) -> None:
            pass

    installer = script(tmp_path / "installer", f'mkdir -p "$1/bin"; echo "v{ENGINE_VERSION}" > "$1/bin/pulumi"')
    nothing_works.setattr(binary.socket, "create_connection", lambda *_, **__: Connection())
    nothing_works.setattr(binary, "DOWNLOAD", (str(installer),))
    program = ensure_engine(lambda _: None)
    assert program.read_text() == f"v{ENGINE_VERSION}\n"
    assert program.stat().st_mode & 0o111


def test_the_installer_gets_the_engine_of_the_sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    class Installer:
        @staticmethod
        def install(root: str, version: object) -> None:
            asked.append((root, str(version)))

    monkeypatch.setattr(download, "PulumiCommand", Installer)
    download.download(tmp_path)
    assert asked == [(str(tmp_path), ENGINE_VERSION)]


def test_building_is_the_last_way(cache_folder: Path, nothing_works: pytest.MonkeyPatch) -> None:
    def built(folder: Path, source: Source, say: Say) -> None:
        assert folder == cache_folder / f"engine-build-{ENGINE_VERSION}"
        script(folder / "pulumi", f"echo v{next(iter(source.variables.values()))}")

    nothing_works.setattr(binary, "build_programs", built)
    assert f"echo v{ENGINE_VERSION}" in ensure_engine(lambda _: None).read_text()


def test_a_second_process_waits_for_the_first(tmp_path: Path) -> None:
    """The first one is still at work when the second asks; only one of them makes it."""
    made: list[str] = []
    waiting, finish = threading.Event(), threading.Event()

    def make(folder: Path) -> None:
        finish.wait(30)
        made.append("made")
        (folder / "tool").write_text("tool")

    def ask() -> Path:
        return once(tmp_path / "tool", make, waiting=waiting.set)

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(ask), pool.submit(ask)]
        assert waiting.wait(30)
        finish.set()
        assert {each.result() for each in answers} == {tmp_path / "tool"}
    assert made == ["made"]


def test_what_failed_halfway_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        (folder / "tool").write_text("half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        once(tmp_path / "tool", fails)
    assert [each for each in tmp_path.iterdir() if each.name != "tool.lock" and each.name != "cache"] == []
    assert once(tmp_path / "tool", lambda folder: script(folder / "tool", "whole") and None).exists()


@pytest.mark.parametrize(
    ("variables", "root"),
    [
        ({cache.CACHE_VARIABLE: "/elsewhere"}, "/elsewhere"),
        ({"XDG_CACHE_HOME": "/caches"}, "/caches/mystira"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/me"}, "/home/me/.cache/mystira"),
        ({"HOME": "/home/me"}, "/home/me/.cache/mystira"),
    ],
)
def test_the_cache_is_the_user_s(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], root: str) -> None:
    for name in (cache.CACHE_VARIABLE, "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache.folder("actionlint", "1.7.7") == Path(root) / "actionlint-1.7.7"


def test_plug_ins_start_this_checkout_and_are_written_once(tmp_path: Path) -> None:
    install_plugins(tmp_path)
    programs = [plugin.program(tmp_path) for plugin in PLUGINS]
    providers = ("azure-native", "azuread", "kubernetes")
    assert [each.name for each in programs] == [
        "pulumi-language-python",
        *(f"pulumi-resource-{each}" for each in providers),
    ]
    assert all(sys.executable in each.read_text() and each.stat().st_mode & 0o111 for each in programs)
    programs[0].write_text("another checkout's")
    untouched = programs[1].stat().st_mtime_ns
    install_plugins(tmp_path)
    assert sys.executable in programs[0].read_text()
    assert programs[1].stat().st_mtime_ns == untouched


GO = """
case "$1" in
  env) echo go1.99.0 ;;
  list) echo one; echo two ;;
  build) echo compiled one; flags="$5"; while [ "$1" != -o ]; do shift; done; echo "$flags" > "$2" ;;
esac
"""

TWO_PROGRAMS = Source("A tool v1.2.3", Path(), {"one": "example/one", "two": "example/two"}, "a minute", {"v": "1.2.3"})


def test_building_removes_its_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = script(tmp_path / "bin" / "go", GO)
    monkeypatch.setattr(shutil, "which", lambda _: str(go))
    monkeypatch.setattr(build, "PROGRESS_SECONDS", 0.0)
    (tmp_path / "build" / "cache").mkdir(parents=True)
    said: list[str] = []
    build_programs(tmp_path / "build", TWO_PROGRAMS, said.append)
    made = {each.name: each.read_text() for each in (tmp_path / "build").iterdir()}
    assert made == dict.fromkeys(("one", "two"), "-s -w -X v=1.2.3\n")
    assert "  compiling packages: 1 of about 2" in said


def test_a_failed_build_ends_with_what_go_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = script(tmp_path / "bin" / "go", 'test "$1" = env && echo go1.99.0 && exit; echo "no space left"; exit 1')
    monkeypatch.setattr(shutil, "which", lambda _: str(go))
    with pytest.raises(BuildFailed, match="failed:\nno space left"):
        build_programs(tmp_path / "build", TWO_PROGRAMS, lambda _: None)


def test_an_old_go_is_replaced_by_one_from_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = script(tmp_path / "bin" / "go", "echo go1.20.1")
    uv = script(tmp_path / "bin" / "uv", 'shift 6; mkdir -p "$1/go/bin"; touch "$1/go/bin/go"')
    monkeypatch.setattr(shutil, "which", lambda name: str({"go": old, "uv": uv}[name]))
    assert go_program(tmp_path / "build") == [str(tmp_path / "build" / "go" / "go" / "bin" / "go")]
    shutil.rmtree(tmp_path / "build")
    script(uv, "true")
    with pytest.raises(BuildFailed, match="brought no go program"):
        go_program(tmp_path / "build")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    runtime = {"name": "python", "options": {"virtualenv": ".venv"}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "p", "runtime": runtime}))
    committed = {"secretsprovider": "azurekeyvault://v", "encryptedkey": "k", "config": {"p:a": 1, "p:b": 2}}
    (folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump(committed))
    return folder


def test_the_shadow_drops_a_real_stack_s_encryption_and_keeps_what_a_user_set(project: Path, tmp_path: Path) -> None:
    shadow = write_shadow(project, tmp_path / "shadows")
    copy = shadow / "stacks" / "Pulumi.dev.yaml"
    assert yaml.safe_load(copy.read_text()) == {"config": {"p:a": 1, "p:b": 2}}
    assert yaml.safe_load((shadow / "Pulumi.yaml").read_text())["runtime"]["options"]["virtualenv"].startswith("/")
    mine = {"config": {"p:a": 1, "p:b": 20, "p:c": {"secure": "x"}}, "encryptionsalt": "s"}
    copy.write_text(yaml.safe_dump(mine))
    write_shadow(project, tmp_path / "shadows")
    assert yaml.safe_load(copy.read_text()) == mine
    (project / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": {"p:a": 5, "p:b": 3}}))
    write_shadow(project, tmp_path / "shadows")
    assert yaml.safe_load(copy.read_text())["config"] == {"p:a": 5, "p:b": 3, "p:c": {"secure": "x"}}
    assert stacks_of(project) == ["dev"]


def test_the_shadow_keeps_what_encrypts_the_copy(project: Path, tmp_path: Path) -> None:
    copy = write_shadow(project, tmp_path / "shadows") / "stacks" / "Pulumi.dev.yaml"
    mine = {"config": {"p:a": 1, "p:b": 2}, "secretsprovider": "hashivault://key", "encryptedkey": "of-this-world"}
    copy.write_text(yaml.safe_dump(mine))
    write_shadow(project, tmp_path / "shadows")
    assert yaml.safe_load(copy.read_text()) == mine


def test_the_shadow_drops_what_only_the_key_of_a_real_stack_decrypts(project: Path, tmp_path: Path) -> None:
    secret = {"secure": "v1:of-the-real-stack"}
    config = {"p:whole": secret, "p:part": {"kept": 1, "dropped": secret}, "p:list": [1, secret]}
    (project / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))
    copy = write_shadow(project, tmp_path / "shadows") / "stacks" / "Pulumi.dev.yaml"
    assert yaml.safe_load(copy.read_text())["config"] == {"p:part": {"kept": 1}, "p:list": [1]}
    generated = {"secure": "v1:of-this-world"}
    copy.write_text(yaml.safe_dump({"config": {"p:part": {"kept": 1}, "p:list": [1], "p:whole": generated}}))
    write_shadow(project, tmp_path / "shadows")
    assert yaml.safe_load(copy.read_text())["config"]["p:whole"] == generated


def test_what_a_user_removed_from_the_copy_stays_out_until_it_is_committed_otherwise(
    project: Path, tmp_path: Path
) -> None:
    copy = write_shadow(project, tmp_path / "shadows") / "stacks" / "Pulumi.dev.yaml"
    copy.write_text(yaml.safe_dump({"config": {"p:b": 2}}))
    write_shadow(project, tmp_path / "shadows")
    assert yaml.safe_load(copy.read_text())["config"] == {"p:b": 2}
    (project / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": {"p:a": 3, "p:b": 2}}))
    write_shadow(project, tmp_path / "shadows")
    assert yaml.safe_load(copy.read_text())["config"] == {"p:a": 3, "p:b": 2}
    copy.unlink()
    write_shadow(project, tmp_path / "shadows")
    assert yaml.safe_load(copy.read_text())["config"] == {"p:a": 3, "p:b": 2}


@pytest.mark.parametrize(("text", "message"), [("a: [", "Pulumi.dev.yaml: while parsing"), ("- 1", "a list; allowed")])
def test_a_broken_settings_file_is_named(project: Path, tmp_path: Path, text: str, message: str) -> None:
    (project / "Pulumi.dev.yaml").write_text(text)
    with pytest.raises(BrokenProject, match=message):
        write_shadow(project, tmp_path / "shadows")


def engine_on(project: Path, tmp_path: Path) -> Engine:
    return Engine(Home(tmp_path / "world"), project, say=lambda _: None)


def test_shared_comes_first_in_a_program_that_has_it(project: Path, tmp_path: Path) -> None:
    (project / "Pulumi.dev.yaml").write_text("config: [")
    engine = engine_on(project, tmp_path)
    assert needs_of(engine, "dev") == []
    check_needs(engine, "dev")
    (project / "Pulumi.shared.yaml").write_text("config: {}")
    assert (needs_of(engine, "dev"), needs_of(engine, "shared")) == (["shared"], [])
    with pytest.raises(InvalidInput, match="the stack shared must be up before dev"):
        check_needs(engine, "dev")


def test_what_a_failed_command_says_is_the_error(project: Path, tmp_path: Path) -> None:
    engine = engine_on(project, tmp_path)
    program = script(engine_program(), 'test "$1" = version && echo "{}" && exit; echo broken >&2; exit 1')
    assert program == engine.executable
    assert engine.json(["version"]) == {}
    with pytest.raises(EngineFailed, match="broken"):
        engine.json(["stack"])
    with pytest.raises(EngineFailed, match="broken"):
        engine.ensure_stack("dev")


def test_the_summary_of_an_empty_stack(project: Path, tmp_path: Path) -> None:
    console = Console(record=True, width=120)
    print_summary(engine_on(project, tmp_path), ["dev"], console, seconds=1)
    printed = console.export_text()
    assert "dev: 0 resources" in printed
    assert "Full log" not in printed


def options(**values: str) -> language_pb2.ProgramInfo:
    info = language_pb2.ProgramInfo(root_directory=str(PROJECT))
    info.options.update(values)
    return info


def test_the_host_honours_pulumi_s_options() -> None:
    assert interpreter(options()) == Path(sys.executable)
    assert interpreter(options(toolchain="uv", virtualenv=".venv")) == PROJECT / ".venv/bin/python"
    assert interpreter(options(toolchain="uv")) == PROJECT / ".venv/bin/python"
    with pytest.raises(ValueError, match="toolchain: seen 'conda'; allowed: pip, uv, poetry"):
        interpreter(options(toolchain="conda"))
    with pytest.raises(ValueError, match=r"no Python at .*nowhere"):
        interpreter(options(virtualenv="nowhere"))


@pytest.mark.parametrize("way", ["by_venv", "by_pip", "by_wheel"])
def test_uv_comes_by_every_way_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    """The ways themselves need the network; this proves that each is tried in turn and that the result is one file."""

    def named(name: str) -> Callable[[Path], Path]:
        def get(folder: Path) -> Path:
            if name != way:
                raise subprocess.CalledProcessError(1, "pip")
            return script(folder / "bin" / "uv", "echo uv")

        get.__name__ = name
        return get

    monkeypatch.setattr(install_uv, "WAYS", tuple(map(named, ("by_venv", "by_pip", "by_wheel"))))
    for _ in range(2):
        assert install_uv.main() == 0
        assert capsys.readouterr().out == f"{cache.uv()}\n"
    assert subprocess.run([cache.uv()], capture_output=True, text=True, check=True).stdout == "uv\n"
    assert [each.name for each in cache.uv().parent.iterdir()] == ["uv"]


def test_no_way_to_uv_names_each(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def by_hope(folder: Path) -> Path:
        raise RuntimeError("no hope")

    monkeypatch.setattr(install_uv, "WAYS", (by_hope,))
    assert install_uv.main() == 1
    assert "by_hope: no hope" in capsys.readouterr().err


def test_installing_uv_needs_nothing_but_python(tmp_path: Path) -> None:
    """It runs before the first package is installed."""
    script(cache.uv(), "echo uv")
    done = subprocess.run(
        [sys.executable, "-S", "-m", "tools.install_uv"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, f"{cache.uv()}\n"), done.stderr
