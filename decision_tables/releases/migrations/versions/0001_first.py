"""The ledger, its contents, and what follows from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = (
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    """Make the tables, and the triggers that keep ledger and contents as they are."""
    _ledger_and_contents()
    _what_follows()
    for table in ("ledger", "contents"):
        _keep(table)


def _ledger_and_contents() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.String(71), nullable=False, unique=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
    )
    op.create_index("ledger_by_model", "ledger", ["model", "seq"])
    op.create_table(
        "contents",
        sa.Column("digest", sa.String(71), primary_key=True),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )


def _what_follows() -> None:
    op.create_table(
        "releases",
        sa.Column("model", sa.String(200), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("proposal", sa.String(71), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("workbook", sa.String(71), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    for name in ("digest", "proposal", "workbook"):
        op.create_index(f"releases_by_{name}", "releases", [name])
    op.create_table(
        "activations",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("starts_at", sa.String(27), nullable=False),
        sa.Column("cancelled", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("activations_by_moment", "activations", ["model", "starts_at", "seq"])
    op.create_table(
        "settings",
        sa.Column("model", sa.String(200), primary_key=True),
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("release", sa.String(71), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("decisions_by_moment", "decisions", ["model", "at"])


def _keep(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_SQLITE.format(table=table, verb=verb, VERB=verb.upper()))
        return
    if table == "ledger":
        op.execute(_POSTGRESQL_FUNCTION)
    for statement in _POSTGRESQL:
        op.execute(statement.format(table=table))
