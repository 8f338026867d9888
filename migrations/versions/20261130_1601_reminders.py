"""Reminders: how long before the start an entry rings, by person."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1601"
down_revision = "20261130_1600"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "personal_calendar", sa.Column("alarm_minutes", sa.Integer(), server_default=sa.text("10"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("personal_calendar", "alarm_minutes")
