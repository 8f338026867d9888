"""attention checks, who saw and answered them, and more time for who needs it"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_1445"
down_revision: str | None = "20261130_1444"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("tap", "choose", "word")
STATES = ("planned", "open", "closed", "dropped")
CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "attention_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="checkstate", **CHECKED), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="checkkind", **CHECKED), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("planned_second", sa.Integer(), nullable=True),
        sa.Column("latest_second", sa.Integer(), nullable=True),
        sa.Column("window_seconds", sa.Integer(), nullable=False),
        sa.Column("long_window_seconds", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_attention_check_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("id", name="pk_attention_check"),
        sa.UniqueConstraint("code", name="uq_attention_check_code"),
    )
    op.create_index("ix_attention_check_webinar", "attention_check", ["webinar_id", "state"])
    op.create_index(
        "uq_attention_check_open", "attention_check", ["webinar_id"], unique=True, sqlite_where=OPEN,
        postgresql_where=OPEN,
    )  # fmt: skip
    op.create_table(
        "check_response",
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given", sa.String(length=40), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_id"], ["attention_check.id"], name="fk_check_response_check_id_attention_check"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_check_response_registration_id_registration"
        ),
        sa.PrimaryKeyConstraint("check_id", "registration_id", name="pk_check_response"),
    )
    op.create_index("ix_check_response_registration_id", "check_response", ["registration_id"])
    # Not in batch mode: SQLite adds and drops a column in place, and would lose its checks in a new table.
    op.add_column("registration", sa.Column("more_time", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("registration", "more_time")
    op.drop_table("check_response")
    op.drop_table("attention_check")
