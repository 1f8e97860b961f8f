"""``python -m decision_tables_server``, the same as ``decision-tables serve``."""

import sys

from decision_tables_server.cli import main

if __name__ == "__main__":
    sys.exit(main())
