"""statements of attendance as PDFs: frozen facts, and the hash of the paper"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1660"
down_revision = "20261130_1455"
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}


def upgrade() -> None:
    op.create_table(
        "attendance_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("facts_hash", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.Enum("making", "ready", "failed", name="statementstate", **CHECKED), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_attendance_statement_registration_id_registration"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attendance_statement"),
        sa.UniqueConstraint("code", name="uq_attendance_statement_code"),
        sa.UniqueConstraint("registration_id", "facts_hash", name="uq_attendance_statement_registration_id_facts_hash"),
    )


def downgrade() -> None:
    op.drop_table("attendance_statement")
