"""of whom a paper is, where its order went on to somebody else"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1002"
down_revision = "20261201_1001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("payment_document") as table:
        table.add_column(sa.Column("registration_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_payment_document_registration_id_registration"), "registration", ["registration_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("payment_document") as table:
        table.drop_constraint(op.f("fk_payment_document_registration_id_registration"), type_="foreignkey")
        table.drop_column("registration_id")
