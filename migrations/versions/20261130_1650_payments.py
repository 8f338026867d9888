"""prices, orders, payments and their papers"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_1650"
down_revision = "20261130_1634"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}
CURRENT = sa.text("ended_at IS NULL")
INVOICE = sa.text("kind = 'invoice'")


def upgrade() -> None:
    op.create_table(
        "price_tier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_price_tier"),
        sa.UniqueConstraint("course_id", "name", name="uq_price_tier_course_id_name"),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_price_tier_amount_not_negative")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_price_tier_course_id_course"),
    )
    op.create_table(
        "discount_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("percent", sa.Numeric(5, 2), nullable=True),
        sa.Column("amount", sa.Numeric(12, 2), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_discount_code"),
        sa.CheckConstraint("(percent is null) <> (amount is null)", name=op.f("ck_discount_code_percent_or_amount")),
        sa.CheckConstraint(
            "percent is null or (percent > 0 and percent <= 100)", name=op.f("ck_discount_code_percent_in_bounds")
        ),
        sa.CheckConstraint("amount is null or amount > 0", name=op.f("ck_discount_code_amount_above_zero")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_discount_code_course_id_course"),
    )
    op.create_index(
        "uq_discount_code_current", "discount_code", ["course_id", "code"], unique=True, sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )  # fmt: skip
    op.create_table(
        "payment_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("open", "paid", "refunded", "void", name="orderstate", **CHECKED), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("discount_code_id", sa.Integer(), nullable=True),
        sa.Column("payer_name", sa.String(length=120), nullable=False),
        sa.Column("payer_organisation", sa.String(length=160), nullable=False),
        sa.Column("payer_address", sa.String(length=400), nullable=False),
        sa.Column("payer_email", sa.String(length=254), nullable=False),
        sa.Column("po_number", sa.String(length=60), nullable=False),
        sa.Column("checkout_id", sa.String(length=255), nullable=True),
        sa.Column("checkout_round", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_payment_order"),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_payment_order_amount_not_negative")),
        sa.UniqueConstraint("code", name="uq_payment_order_code"),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_payment_order_provider_id_provider"),
        sa.UniqueConstraint("registration_id", name="uq_payment_order_registration_id"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_payment_order_registration_id_registration"
        ),
        sa.ForeignKeyConstraint(
            ["discount_code_id"], ["discount_code.id"], name="fk_payment_order_discount_code_id_discount_code"
        ),
    )
    op.create_index("ix_payment_order_discount_code_id", "payment_order", ["discount_code_id"])
    op.create_index("ix_payment_order_list", "payment_order", ["provider_id", "state", "created_at"])
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column(
            "paid_by", sa.Enum("bank", "purchase_order", "cash", "stripe", name="paidby", **CHECKED), nullable=False
        ),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("refunded", sa.Numeric(12, 2), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_payment"),
        sa.UniqueConstraint("provider_id", "paid_by", "reference", name="uq_payment_provider_id_paid_by_reference"),
        sa.CheckConstraint("refunded >= 0 and refunded <= amount", name=op.f("ck_payment_refund_in_bounds")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_payment_provider_id_provider"),
        sa.ForeignKeyConstraint(["order_id"], ["payment_order.id"], name="fk_payment_order_id_payment_order"),
    )
    op.create_index("ix_payment_order_id", "payment", ["order_id"])
    op.create_table(
        "payment_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Enum("invoice", "receipt", name="documentkind", **CHECKED), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment_document"),
        sa.UniqueConstraint("provider_id", "number", name="uq_payment_document_provider_id_number"),
        sa.UniqueConstraint(
            "provider_id", "kind", "year", "place", name="uq_payment_document_provider_id_kind_year_place"
        ),
        sa.CheckConstraint(
            "(kind = 'receipt') = (payment_id is not null)", name=op.f("ck_payment_document_receipt_of_payment")
        ),
        sa.UniqueConstraint("code", name="uq_payment_document_code"),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_payment_document_provider_id_provider"),
        sa.ForeignKeyConstraint(["order_id"], ["payment_order.id"], name="fk_payment_document_order_id_payment_order"),
        sa.UniqueConstraint("payment_id", name="uq_payment_document_payment_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_payment_document_payment_id_payment"),
    )
    op.create_index("ix_payment_document_order_id", "payment_document", ["order_id"])
    op.create_index(
        "uq_payment_document_invoice",
        "payment_document",
        ["order_id"],
        unique=True,
        sqlite_where=INVOICE,
        postgresql_where=INVOICE,
    )
    op.create_table(
        "number_series",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("invoice", "receipt", name="documentkind", **CHECKED), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", "kind", "year", name="pk_number_series"),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_number_series_provider_id_provider"),
    )
    op.create_table(
        "card_event",
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_card_event"),
    )


def downgrade() -> None:
    op.drop_table("card_event")
    op.drop_table("number_series")
    op.drop_table("payment_document")
    op.drop_table("payment")
    op.drop_table("payment_order")
    op.drop_table("discount_code")
    op.drop_table("price_tier")
