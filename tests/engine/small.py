"""A small program on the engine, in a world of its own."""

from __future__ import annotations

from pathlib import Path

from offline.engine.documents import dump, parse
from offline.engine.home import Home
from offline.engine.prepare import prepare
from offline.engine.run import Engine
from offline.world.store import World

STACK = "one"
HERE = Path(__file__).parent


class SmallProgram:
    """The program in the folder ``name`` beside this file, with its one stack; nothing is up yet."""

    def __init__(self, name: str, world: Path) -> None:
        self.name = name
        self.engine = Engine(Home(world), HERE / name, say=lambda _: None)
        prepare(self.engine)
        self.engine.ensure_stack(STACK)
        self.world = World(self.engine.home.cloud)

    def pulumi(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output of a Pulumi command on the stack."""
        done = self.engine.capture([*arguments, "--stack", STACK])
        return done.returncode, done.stdout + done.stderr

    def up(self, *flags: str) -> tuple[int, str]:
        """Bring the stack up without a preview."""
        return self.pulumi("up", "--yes", "--skip-preview", *flags)

    def destroy(self) -> tuple[int, str]:
        """Delete all of the stack without a preview, what is protected included."""
        return self.pulumi("destroy", "--yes", "--skip-preview", "--run-program", "--ignore-protect")

    def configure(self, key: str, value: str) -> None:
        """Set a value of the program's settings in the file, as `pulumi config set` does, which takes longer."""
        file = self.engine.settings_file(STACK)
        content = parse(file.read_text())
        content["config"][f"{self.name}:{key}"] = value
        file.write_text(dump(content))

    def setting(self, key: str) -> str:
        """A value of the program's settings, empty where there is none."""
        config = parse(self.engine.settings_file(STACK).read_text())["config"]
        return str(config.get(f"{self.name}:{key}", ""))
