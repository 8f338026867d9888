"""count what was given back before refunds had a table"""

from alembic import op

revision = "20261201_1004"
down_revision = "20261201_1003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It was told by the card provider, or recorded whole by a coordinator.
    op.execute("UPDATE payment SET told_refunded = refunded")


def downgrade() -> None:
    pass
