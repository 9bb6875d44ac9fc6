"""How every command prints: text for people on standard output, JSON for scripts, errors as single lines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.exceptions import Abort, TyperException

from components.problems import InvalidInput, MystiraError

FAILED = 1
"""Exit code: an error, or a check that found something."""
WRONG_LINE = 2
"""Exit code: the command line itself is wrong."""
STALE = 3
"""Exit code: drift, or a file that is out of date. `make` itself ends with 2 whatever its command returned."""
INTERRUPTED = 130
"""Exit code: the user pressed Ctrl-C; what shells use for it."""

EXIT_CODES = (
    "Exit codes: 0 success; 1 an error, or a check that failed; 2 a wrong command line; 3 drift, or a stale file."
)
"""Printed below the help of every group."""

console = Console(highlight=False)
"""Standard output, for tables; lines go through :func:`say`."""

AsJson = Annotated[bool, typer.Option("--json", help="print JSON for scripts")]


class BadInput(TyperException):
    """What the command line names cannot be read: exit code 2, so that it is no verdict."""

    exit_code = WRONG_LINE


def group(help: str, **options: Any) -> typer.Typer:
    """A group of commands that prints its help when it is called without one."""
    return typer.Typer(help=help, epilog=EXIT_CODES, no_args_is_help=True, pretty_exceptions_enable=False, **options)


def print_json(value: Any) -> None:
    """Print plain data, records included, as indented JSON."""
    print(json.dumps(value, indent=2, default=_plain))


def say(line: str, *, style: str | None = None) -> None:
    """Print one line as it is: neither wrapped nor read as markup."""
    console.print(line, style=style, markup=False, soft_wrap=True)


def ended(code: int) -> None:
    """End the command with this exit code."""
    if code:
        raise typer.Exit(code)


def reported(command: Callable[[], Any]) -> int:
    """Run a command and return its exit code; what a user can get wrong is one line per error, never a traceback."""
    try:
        return int(command() or 0)
    except InvalidInput as error:
        return _failed(*map(str, error.problems))
    except MystiraError as error:
        return _failed(str(error))
    except TyperException as error:
        # A group that was called without a command has printed its help already, and has nothing to add.
        message = error.format_message().strip().rstrip(".")
        return _failed(*([f"{message}{_see(error)}"] if message else []), code=error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has had enough (`mystira show dev | head`); Python would complain again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except UnicodeDecodeError as error:
        return _failed(f"not a text file; seen: {error.reason} at byte {error.start}; allowed: UTF-8")
    except (KeyboardInterrupt, Abort):
        return _failed("interrupted", code=INTERRUPTED)


def _failed(*lines: str, code: int = FAILED) -> int:
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    for line in lines:
        errors.print(f"error: {line}", style="red", markup=False)
    return code


def _see(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"; read: {context.command_path} --help" if context is not None else ""


def _plain(value: Any) -> Any:
    """What the JSON encoder does not know: one level of it, the encoder comes back for what is inside."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value)
    return str(value)
