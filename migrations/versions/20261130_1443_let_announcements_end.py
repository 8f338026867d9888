"""Let announcements be drafts, and end by the clock."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1443"
down_revision = "20261130_1442"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("announcement") as table:
        table.add_column(sa.Column("is_draft", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # Without the column a draft would stand above the room: it is withdrawn first.
    op.execute(sa.text("UPDATE announcement SET withdrawn_at = made_at WHERE is_draft"))
    with op.batch_alter_table("announcement") as table:
        table.drop_column("expires_at")
        table.drop_column("is_draft")
