"""The tables of the store. Ledger and contents are the truth; the others follow from the ledger."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()

_DIGEST = String(71)
_MODEL = String(200)
_MOMENT = String(27)

LEDGER = Table(
    "ledger",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", _DIGEST, nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("model", _MODEL, nullable=False),
    Column("body", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Index("ledger_by_model", "model", "seq"),
)
"""Every act, in order; see ``entry.py``."""

CONTENTS = Table(
    "contents",
    METADATA,
    Column("digest", _DIGEST, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)
"""Workbooks, compiled models, problems and contract locks by their digests."""

RELEASES = Table(
    "releases",
    METADATA,
    Column("model", _MODEL, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("stage", String(20), nullable=False),
    Column("proposal", _DIGEST, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("workbook", _DIGEST, nullable=False),
    Column("document", Text, nullable=False),
    Index("releases_by_digest", "digest"),
    Index("releases_by_proposal", "proposal"),
    Index("releases_by_workbook", "workbook"),
)
"""Each release as it stands, as canonical JSON, with what is searched in columns of its own."""

ACTIVATIONS = Table(
    "activations",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("model", _MODEL, nullable=False),
    Column("number", Integer, nullable=False),
    Column("starts_at", _MOMENT, nullable=False),
    Column("cancelled", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Index("activations_by_moment", "model", "starts_at", "seq"),
)
"""From when on which release answers; what was active at a moment is the last one begun until then."""

SETTINGS = Table(
    "settings",
    METADATA,
    Column("model", _MODEL, primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("document", Text, nullable=False),
)
"""The policy and the shadow of each model."""

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", _MOMENT, nullable=False),
    Column("model", _MODEL, nullable=False),
    Column("release", _DIGEST, nullable=False),
    Column("document", Text, nullable=False),
    Index("decisions_by_moment", "model", "at"),
)
"""The decision log, where it is kept in the database."""

APPEND_ONLY = ("ledger", "contents")
"""Tables whose rows are never changed nor deleted; triggers refuse it, and the chain shows it anyway."""
