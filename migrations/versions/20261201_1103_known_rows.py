"""where the person of a row stands already that a list left out"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1103"
down_revision = "20261201_1102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_fault", sa.Column("known", sa.String(length=12), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("import_fault", "known")
