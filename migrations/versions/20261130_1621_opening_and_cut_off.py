"""When registration opens, until which minute people come late, and until when they give their places back."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1621"
down_revision = "20261130_1620"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("admission_rule", sa.Column("opens_typed", sa.String(length=120), server_default="", nullable=False))
    op.add_column("admission_rule", sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("admission_rule", sa.Column("late_minutes", sa.Integer(), nullable=True))
    op.add_column("admission_rule", sa.Column("cancel_hours", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("cancel_hours", "late_minutes", "opens_at", "opens_typed"):
        op.drop_column("admission_rule", name)
