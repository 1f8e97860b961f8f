"""What an operator can set. Flags, environment names, the file's keys and the page of settings all come from here.

To add one: a line in its group in ``setting_groups/``, then ``make docs``. Its flag is ``--its-name``, its name in the
environment ``DECISION_TABLES_ITS_NAME``. Kinds stand in setting_kinds.py; what contradicts each other, in
contradictions.py.
"""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from decision_tables_server.contradictions import contradictions
from decision_tables_server.setting_groups.bounding import BoundingSettings
from decision_tables_server.setting_groups.calling import CallingSettings
from decision_tables_server.setting_groups.serving import ServingSettings
from decision_tables_server.setting_groups.telling import TellingSettings

PREFIX = "DECISION_TABLES_"


class Settings(TellingSettings, BoundingSettings, CallingSettings, ServingSettings):
    """The settings of one server. Raises ValueError where they are no settings or contradict each other.

    Made directly it takes only what it is given; ``reading_settings`` takes file, environment and flags together. The
    groups stand in the order in which pydantic takes their fields: from the last to the first.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_ignore_empty=True, enable_decoding=False
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given: a server made in a test or by another program never depends on the environment."""
        return (init_settings,)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        faults = list(contradictions(self))
        if faults:
            text = "; ".join(fault.en for fault in faults)
            raise PydanticCustomError("contradictions", "{text}", {"text": text, "faults": faults})
        return self
