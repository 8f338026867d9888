"""money given back, and its credit notes"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1003"
down_revision = "20261201_1002"
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}
KINDS = ("invoice", "receipt")
WAYS = ("bank", "purchase_order", "cash", "stripe")


def _kinds(table: str, kinds: tuple[str, ...]) -> None:
    # In place: moving the table would break the rows that point to it.
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_documentkind")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_documentkind CHECK (kind IN ({allowed}))")


def upgrade() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("given_by", sa.Enum(*WAYS, name="paidby", **CHECKED), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.Enum("pending", "done", "failed", name="refundstate", **CHECKED), nullable=False),
        sa.Column("failure", sa.String(length=200), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_amount_above_zero")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id_payment")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_refund_asked_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("code", name=op.f("uq_refund_code")),
        sa.UniqueConstraint("payment_id", "reference", name=op.f("uq_refund_payment_id_reference")),
    )
    op.add_column("payment", sa.Column("told_refunded", sa.Numeric(12, 2), nullable=False, server_default="0"))
    op.add_column("card_event", sa.Column("reference", sa.String(length=255), nullable=True))
    op.add_column("card_event", sa.Column("told", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(op.f("ix_card_event_reference"), "card_event", ["reference"])
    _kinds("number_series", (*KINDS, "credit_note"))
    _kinds("payment_document", (*KINDS, "credit_note"))
    with op.batch_alter_table("payment_document") as table:
        table.add_column(sa.Column("refund_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_payment_document_refund_id_refund"), "refund", ["refund_id"], ["id"])
        table.create_unique_constraint(op.f("uq_payment_document_refund_id"), ["refund_id"])
        table.create_check_constraint(
            op.f("ck_payment_document_credit_note_of_refund"), "(kind = 'credit_note') = (refund_id is not null)"
        )


def downgrade() -> None:
    # The older release has no credit notes: their papers go, the money stays counted.
    op.execute("DELETE FROM payment_document WHERE kind = 'credit_note'")
    op.execute("DELETE FROM number_series WHERE kind = 'credit_note'")
    with op.batch_alter_table("payment_document") as table:
        table.drop_constraint(op.f("ck_payment_document_credit_note_of_refund"), type_="check")
        table.drop_constraint(op.f("uq_payment_document_refund_id"), type_="unique")
        table.drop_constraint(op.f("fk_payment_document_refund_id_refund"), type_="foreignkey")
        table.drop_column("refund_id")
    _kinds("payment_document", KINDS)
    _kinds("number_series", KINDS)
    op.drop_index(op.f("ix_card_event_reference"), "card_event")
    op.drop_column("card_event", "told")
    op.drop_column("card_event", "reference")
    op.drop_column("payment", "told_refunded")
    op.drop_table("refund")
