"""Which language the commands speak."""

from __future__ import annotations

import locale
import os


def default_language() -> str:
    """``zh`` in a Chinese locale, else ``en``."""
    name = next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), None)
    name = name or locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"
