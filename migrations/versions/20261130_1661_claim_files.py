"""a file to a claim of attendance"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1661"
down_revision = "20261130_1660"
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}


def upgrade() -> None:
    op.create_table(
        "attendance_claim_file",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.Enum("pdf", "png", "jpeg", name="filekind", **CHECKED), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("checking", "ready", "refused", name="claimfilestate", **CHECKED), nullable=False),
        sa.Column("refusal", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["attendance_claim.id"], name="fk_attendance_claim_file_claim_id_attendance_claim"
        ),
        sa.PrimaryKeyConstraint("claim_id", name="pk_attendance_claim_file"),
    )


def downgrade() -> None:
    op.drop_table("attendance_claim_file")
