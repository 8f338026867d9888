"""corrections of attendance, and claims"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_1448"
down_revision: str | None = "20261130_1447"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "attendance_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("time", "reversal", name="entrykind", **CHECKED), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_attendance_entry_made_by_id_person"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_attendance_entry_registration_id_registration"
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["attendance_entry.id"], name="fk_attendance_entry_reverses_id_attendance_entry"
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_attendance_entry_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("id", name="pk_attendance_entry"),
        sa.UniqueConstraint("code", name="uq_attendance_entry_code"),
        sa.UniqueConstraint("reverses_id", name="uq_attendance_entry_reverses_id"),
    )
    op.create_index("ix_attendance_entry_registration_id", "attendance_entry", ["registration_id"])
    op.create_table(
        "attendance_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("open", "accepted", "declined", name="claimstate", **CHECKED), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name="fk_attendance_claim_answered_by_id_person"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["attendance_entry.id"], name="fk_attendance_claim_entry_id_attendance_entry"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_attendance_claim_registration_id_registration"
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_attendance_claim_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("id", name="pk_attendance_claim"),
        sa.UniqueConstraint("code", name="uq_attendance_claim_code"),
    )
    op.create_index("ix_attendance_claim_webinar", "attendance_claim", ["webinar_id", "state"])
    op.create_index(
        "uq_attendance_claim_open", "attendance_claim", ["registration_id"], unique=True, sqlite_where=OPEN,
        postgresql_where=OPEN,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("attendance_claim")
    op.drop_table("attendance_entry")
