"""why an order is closed, and what is to be given back"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1000"
down_revision = "20261201_1103"
branch_labels = None
depends_on = None

CLOSINGS = ("cancelled", "by_staff", "rejected", "withdrawn", "left", "lapsed", "called_off", "merged", "given_up")
NAMES = ("closed_why", "closed_at", "refund_due", "refund_basis")


def upgrade() -> None:
    op.add_column("payment_order", sa.Column("closed_why", sa.String(length=24), nullable=True))
    op.add_column("payment_order", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payment_order", sa.Column("refund_due", sa.Numeric(12, 2), nullable=True))
    op.add_column("payment_order", sa.Column("refund_basis", sa.String(length=200), nullable=False, server_default=""))
    # In place: moving the table would break the rows that point to it.
    allowed = ", ".join(f"'{one}'" for one in CLOSINGS)
    op.execute(f"ALTER TABLE payment_order ADD CONSTRAINT ck_payment_order_closing CHECK (closed_why IN ({allowed}))")
    op.execute(
        "ALTER TABLE payment_order ADD CONSTRAINT ck_payment_order_refund_due_not_negative CHECK (refund_due >= 0)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE payment_order DROP CONSTRAINT ck_payment_order_refund_due_not_negative")
    op.execute("ALTER TABLE payment_order DROP CONSTRAINT ck_payment_order_closing")
    for name in reversed(NAMES):
        op.drop_column("payment_order", name)
