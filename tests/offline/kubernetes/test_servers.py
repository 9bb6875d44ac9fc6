"""The parts around the servers: their programs, command lines, certificates, logs, folders."""

from __future__ import annotations

import hashlib
import io
import os
import platform
import shutil
import ssl
import struct
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from cryptography import x509

from offline import __main__ as command
from offline.engine import cache
from offline.engine.build import Source
from offline.engine.home import HOME_VARIABLE, PROJECT, Home
from offline.engine.locks import ENGINE
from offline.kubernetes.servers import clusters, commands, downloads, programs
from offline.kubernetes.servers.certificates import make_certificates
from offline.kubernetes.servers.clusters import HOLDER_VARIABLE, Unreachable, holding, reach
from offline.kubernetes.servers.commands import Ports
from offline.kubernetes.servers.places import ACCOUNTS, ADMIN, AUTHORITY, CONTROLLERS, SERVER, Place, places
from offline.kubernetes.servers.programs import RELEASES, ServersUnavailable, ensure_servers
from offline.kubernetes.servers.shapes import ISSUER, Shape
from offline.kubernetes.servers.stores import end, known, process_of, state_of, sweep, write_state
from offline.kubernetes.servers.wal import end_of, shrink
from offline.world.store import World
from tests.harness.clusters import made_cluster
from tests.harness.entra_clusters import server_of
from tests.harness.offline import Cloud

ALL = ("etcd", "kube-apiserver", "kube-controller-manager")


def no_way(*_: object, **__: object) -> None:
    raise OSError("closed")


@pytest.fixture
def nothing_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without servers, without the official sites, without Go."""
    monkeypatch.setenv(cache.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(programs.socket, "create_connection", no_way)
    monkeypatch.setattr(programs, "build_programs", no_way)
    return monkeypatch


def stand_in(folder: Path, name: str, version: str) -> Path:
    """A program that says its version as the real ones do."""
    said = f"etcd Version: {version}" if name == "etcd" else f"Kubernetes v{version}"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{said}'\n")
    path.chmod(0o755)
    return path


def test_servers_of_the_machine_are_copied_once(tmp_path: Path, nothing_works: pytest.MonkeyPatch) -> None:
    versions = {name: release.version for release in RELEASES for name in release.source.programs}
    assert sorted(versions) == sorted(ALL)
    found = {name: stand_in(tmp_path / "bin", name, version) for name, version in versions.items()}
    nothing_works.setattr(shutil, "which", lambda name: str(found[name]))
    said: list[str] = []
    ensure_servers(said.append)
    assert len(said) == len(ALL)
    assert [programs.program(name).read_text() for name in ALL] == [found[name].read_text() for name in ALL]
    ensure_servers(said.append)
    assert len(said) == len(ALL)


def test_servers_of_another_version_are_not_used(tmp_path: Path, nothing_works: pytest.MonkeyPatch) -> None:
    nothing_works.setattr(shutil, "which", lambda name: str(stand_in(tmp_path / "bin", name, "3.4.1")))
    with pytest.raises(ServersUnavailable, match=r"no etcd v[\d.]+: .* is 3\.4\.1, wanted is .*closed.*closed"):
        ensure_servers(lambda _: None)


def test_building_is_the_last_way(nothing_works: pytest.MonkeyPatch) -> None:
    def built(folder: Path, source: Source, say: Callable[[str], None]) -> None:
        for name in source.programs:
            stand_in(folder, name, "built")

    nothing_works.setattr(programs, "build_programs", built)
    ensure_servers(lambda _: None)
    assert all("built" in programs.program(name).read_text() for name in ALL)
    assert not [each for each in cache.root().iterdir() if "build" in each.name]


def test_the_linker_is_told_kubernetes_version() -> None:
    (release,) = [each for each in RELEASES if each.tool == "kubernetes"]
    values = release.source.variables
    assert values["k8s.io/component-base/version.gitVersion"] == f"v{release.version}"
    assert values["k8s.io/client-go/pkg/version.gitMinor"] == release.version.split(".")[1]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The official sites: what is at which address."""
    files: dict[str, bytes] = {}
    monkeypatch.setattr(downloads.urllib.request, "urlopen", lambda url, timeout: io.BytesIO(files[url]))
    return files


def test_a_download_has_the_digest_that_its_site_lists(tmp_path: Path, site: dict[str, bytes]) -> None:
    url = "https://dl.k8s.io/release/v1.36.0/bin/linux/amd64/kube-apiserver"
    site |= {url: b"server", f"{url}.sha256": hashlib.sha256(b"server").hexdigest().encode()}
    downloads.kubernetes(tmp_path / "kube-apiserver", "1.36.0", "amd64")
    assert (tmp_path / "kube-apiserver").read_bytes() == b"server"
    site[url] = b"something else"
    with pytest.raises(downloads.WrongDigest, match="has the digest"):
        downloads.kubernetes(tmp_path / "kube-apiserver", "1.36.0", "amd64")


def test_etcd_comes_out_of_its_archive(tmp_path: Path, site: dict[str, bytes]) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as files:
        member = tarfile.TarInfo("etcd-v3.6.5-linux-amd64/etcd")
        member.size = len(b"store")
        files.addfile(member, io.BytesIO(b"store"))
    base = "https://github.com/etcd-io/etcd/releases/download/v3.6.5"
    name = "etcd-v3.6.5-linux-amd64.tar.gz"
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    site |= {f"{base}/{name}": packed.getvalue(), f"{base}/SHA256SUMS": f"{digest}  {name}\n".encode()}
    downloads.etcd(tmp_path / "etcd", "3.6.5", "amd64")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"etcd": b"store"}


def test_the_site_is_asked_for_this_machine(tmp_path: Path, nothing_works: pytest.MonkeyPatch) -> None:
    class Socket:
        def close(self) -> None:
            pass

    program = 'from pathlib import Path; import sys; Path(sys.argv[2]).write_text(" ".join(sys.argv[3:]))'
    nothing_works.setattr(programs.socket, "create_connection", lambda *_, **__: Socket())
    nothing_works.setattr(programs.sys, "platform", "linux")
    nothing_works.setattr(platform, "machine", lambda: "aarch64")
    nothing_works.setattr(programs, "DOWNLOAD", (sys.executable, "-c", program))
    ensure_servers(lambda _: None)
    assert programs.program("etcd").read_text() == f"{programs.ETCD_VERSION} arm64"
    shutil.rmtree(cache.root())
    nothing_works.setattr(programs, "DOWNLOAD", (sys.executable, "-c", "raise OSError('cut off')"))
    with pytest.raises(ServersUnavailable, match=r"github\.com: OSError: cut off"):
        ensure_servers(lambda _: None)
    nothing_works.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(ServersUnavailable, match="no official programs for linux on riscv64"):
        ensure_servers(lambda _: None)


def test_certificates_are_for_the_cluster_alone(tmp_path: Path) -> None:
    make_certificates(tmp_path, "mys.hcp.example", "172.16.0.1")
    assert {each.name for each in tmp_path.glob("*.crt")} == {
        f"{name}.crt" for name in (AUTHORITY, SERVER, ADMIN, CONTROLLERS)
    }
    assert (tmp_path / f"{ACCOUNTS}.key").exists()
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}
    server = x509.load_pem_x509_certificate((tmp_path / f"{SERVER}.crt").read_bytes())
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"mys.hcp.example", "localhost", "kubernetes", "kubernetes.default.svc.cluster.local"} <= set(
        names.get_values_for_type(x509.DNSName)
    )
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "172.16.0.1"]
    trust = ssl.create_default_context(cafile=str(tmp_path / f"{AUTHORITY}.crt"))
    trust.load_cert_chain(tmp_path / f"{ADMIN}.crt", tmp_path / f"{ADMIN}.key")
    admin = x509.load_pem_x509_certificate((tmp_path / f"{ADMIN}.crt").read_bytes())
    assert admin.subject.rfc4514_string() == "O=system:masters,CN=masterclient"


def frame(record: bytes) -> bytes:
    """A record as etcd writes it: its length, itself, zeros up to eight bytes."""
    padding = -len(record) % 8
    length = len(record) | ((0x80 | padding) << 56 if padding else 0)
    return struct.pack("<Q", length) + record + bytes(padding)


def test_a_log_ends_where_its_records_do(tmp_path: Path) -> None:
    folder = tmp_path / "member" / "wal"
    folder.mkdir(parents=True)
    records = frame(b"12345678") + frame(b"123") + frame(b"0000")
    log = folder / "0000000000000000-0000000000000000.wal"
    log.write_bytes(records + bytes(4096))
    (folder / "0.tmp").write_bytes(bytes(4096))
    shrink(tmp_path)
    assert log.read_bytes() == records
    assert [each.name for each in folder.iterdir()] == [log.name]
    shrink(tmp_path)
    assert end_of(log) == len(records)
    log.write_bytes(records + frame(b"cut off in the middle")[:12])
    shrink(tmp_path)
    assert log.stat().st_size == len(records) + 12


def flags(command: list[str]) -> dict[str, str]:
    return {name.removeprefix("--"): value for name, _, value in (each.partition("=") for each in command[1:])}


def test_the_api_server_is_as_aks_has_it(tmp_path: Path) -> None:
    place, shape, ports = Place(tmp_path), Shape("mys.hcp.example", "172.16.0.0/16", "https://issuer"), Ports(1, 2)
    assert shape.service_address == "172.16.0.1"
    found = flags(commands.api_server(place, ports, shape, "http://127.0.0.1:3"))
    assert found["authorization-mode"] == "RBAC,Webhook"
    assert found["service-account-issuer"] == "https://issuer"
    assert found["service-cluster-ip-range"] == "172.16.0.0/16"
    assert found["bind-address"] == "127.0.0.1"
    assert "PodNodeSelector" in found["enable-admission-plugins"]
    assert "disable-admission-plugins" not in found
    assert "anonymous-auth" not in found
    assert '"/readyz"' in Path(found["authentication-config"]).read_text()
    assert "http://127.0.0.1:3/authorization" in Path(found["authorization-webhook-config-file"]).read_text()
    alone = flags(commands.api_server(place, ports, shape))
    assert alone["authorization-mode"] == "RBAC"
    assert not [name for name in alone if "webhook" in name]


def test_the_store_listens_on_this_machine_alone(tmp_path: Path) -> None:
    found = flags(commands.etcd(Place(tmp_path), Ports(1, 2)))
    assert {value for name, value in found.items() if "urls" in name} == {"https://127.0.0.1:1", "http://127.0.0.1:0"}
    assert found["client-cert-auth"] == "true"


def test_the_controllers_are_those_without_nodes(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.run.mkdir(parents=True)
    found = flags(commands.controller_manager(place, Ports(1, 2)))["controllers"].split(",")
    assert {"namespace-controller", "garbage-collector-controller", "resourcequota-controller"} <= set(found)
    assert not [each for each in found if "node" in each or "attach" in each]


def test_a_cluster_gives_its_shape(cloud: Cloud) -> None:
    _, made, _ = made_cluster(cloud)
    found = cloud.world.get(made.id)
    assert found is not None
    shape = Shape.of(found)
    assert (shape.fqdn, shape.service_range) == (made.properties["fqdn"], "172.16.0.0/16")
    assert shape.issuer == made.properties["oidcIssuerProfile"]["issuerURL"]
    found.body["oidcIssuerProfile"] = {"enabled": False}
    assert Shape.of(found).issuer == ISSUER


def test_a_process_is_known_by_its_start_too() -> None:
    own = psutil.Process()
    pid, created = known(own)
    assert process_of([pid, created]) == own
    assert process_of([pid, created - 1]) is None
    assert process_of(None) is None
    done = subprocess.Popen(["true"])
    noted = known(psutil.Process(done.pid))
    done.wait()
    assert process_of(noted) is None


def test_only_living_processes_hold_servers(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.holders.mkdir(parents=True)
    own = clusters._note(place)
    own.touch()
    (place.holders / "1-1.5").touch()
    assert holding(place) == [clusters.holder()]
    assert [each.name for each in place.holders.iterdir()] == [own.name]


def test_a_run_of_the_engine_holds_servers_not_its_plug_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert clusters.holder() == psutil.Process()
    engine = tmp_path / ENGINE
    ask = "from offline.kubernetes.servers.clusters import holder; print(holder().pid)"
    engine.write_text(f'#!/bin/sh\n"{sys.executable}" -c "{ask}"\ntrue\n')
    engine.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    with subprocess.Popen([engine], stdout=subprocess.PIPE, text=True) as run:
        said, _ = run.communicate()
        assert int(said) == run.pid
    monkeypatch.setenv(HOLDER_VARIABLE, str(os.getppid()))
    assert clusters.holder().pid == os.getppid()


def test_what_a_killed_keeper_left_is_ended(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.run.mkdir()
    left = subprocess.Popen(["sleep", "60"])
    write_state(place, {"keeper": [1, 1.5], "children": [known(psutil.Process(left.pid))], "port": 1})
    assert state_of(place) == {}
    end(place)
    assert not psutil.pid_exists(left.pid)
    left.wait()
    assert not place.state.exists()
    end(place)


def test_stores_of_deleted_clusters_go(cloud: Cloud) -> None:
    _, made, _ = made_cluster(cloud)
    home = Home(cloud.world.path.parent)
    place, stray = Place.of(home, made.id), Place.of(home, made.id + "-gone")
    place.note(made.id)
    stray.note(made.id + "-gone")
    (home.clusters / "half").mkdir()
    sweep(cloud.world)
    assert list(places(home)) == [place]
    assert place.cluster() == made.id


def test_a_cluster_deleted_by_hand_takes_its_store_along(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    _, made, _ = made_cluster(cloud)
    home = Home(cloud.world.path.parent)
    Place.of(home, made.id).note(made.id)
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))
    assert command.main(["cloud", "delete", made.id]) == 0
    assert list(places(home)) == []


def test_an_unknown_server_has_no_address(tmp_path: Path, cloud: Cloud) -> None:
    _, made, _ = made_cluster(cloud)
    with pytest.raises(Unreachable, match=r"dial tcp: lookup mys\.hcp\.example: no such host"):
        reach(tmp_path, "https://mys.hcp.example:443")
    cloud.delete("azure-native:containerservice:ManagedCluster", made.id)
    with pytest.raises(Unreachable, match="no such host"):
        reach(World(tmp_path / "cloud.db").path.parent, server_of(made))
