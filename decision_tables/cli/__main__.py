"""``python -m decision_tables.cli``."""

import sys

from decision_tables.cli import main

sys.exit(main())
