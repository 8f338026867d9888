"""the whole reason why nothing more of an order is given back, which may have 300 characters"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1400"
down_revision = "20261201_1006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _lengthen(200, 300)


def downgrade() -> None:
    op.execute("UPDATE payment_order SET refund_basis = substr(refund_basis, 1, 200)")
    _lengthen(300, 200)


def _lengthen(old: int, new: int) -> None:
    with op.batch_alter_table("payment_order") as batch:
        batch.alter_column(
            "refund_basis", existing_type=sa.String(old), type_=sa.String(new), existing_nullable=False,
            existing_server_default="",
        )  # fmt: skip
