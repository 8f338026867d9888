"""when the address of a personal feed was made"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1301"
down_revision = "20261201_1300"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("personal_calendar", sa.Column("feed_opened_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("personal_calendar", "feed_opened_at")
