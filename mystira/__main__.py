"""``python -m mystira``: the same as `mystira`."""

from __future__ import annotations

import sys

from mystira.app import main

if __name__ == "__main__":
    sys.exit(main())
