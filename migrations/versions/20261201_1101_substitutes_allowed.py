"""whether registrants of a sitting may name a substitute"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1101"
down_revision = "20261201_1100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("admission_rule", sa.Column("substitutes", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    op.drop_column("admission_rule", "substitutes")
