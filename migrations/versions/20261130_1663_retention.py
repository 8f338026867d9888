"""legal holds, and what of a sitting has been forgotten"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1663"
down_revision = "20261130_1662"
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_legal_hold_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("webinar_id", name="pk_legal_hold"),
    )
    op.create_table(
        "forgotten",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Enum("talk", "devices", name="record", **CHECKED), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_forgotten_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("webinar_id", "what", name="pk_forgotten"),
    )


def downgrade() -> None:
    op.drop_table("forgotten")
    op.drop_table("legal_hold")
