"""The settings of a stack: typed, checked, every mistake of a file reported at once."""

from stacks.settings.loading import from_engine, from_file, load
from stacks.settings.models import EnvironmentSettings, Settings, SharedSettings

__all__ = ["EnvironmentSettings", "Settings", "SharedSettings", "from_engine", "from_file", "load"]
