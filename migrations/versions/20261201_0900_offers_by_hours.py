"""when an offer of a place would end by its hours alone: start and closing cut it, and they may move"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_0900"
down_revision = "20261130_1650"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("waiting_place", sa.Column("offer_by_hours", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("waiting_place") as batch:
        batch.drop_column("offer_by_hours")
