"""Queue raised hands."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1444"
down_revision = "20261130_1443"
branch_labels = None
depends_on = None

UP = sa.text("lowered_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "raised_hand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lowered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_raised_hand_registration_id_registration")
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_raised_hand_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raised_hand")),
        sa.UniqueConstraint("code", name=op.f("uq_raised_hand_code")),
    )
    op.create_index(op.f("ix_raised_hand_webinar_id"), "raised_hand", ["webinar_id"])
    op.create_index(
        "uq_raised_hand_up", "raised_hand", ["registration_id"], unique=True, sqlite_where=UP, postgresql_where=UP
    )


def downgrade() -> None:
    op.drop_table("raised_hand")
