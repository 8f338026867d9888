"""Prices beside the usual one, orders, payments, and the papers of both. No card data stands anywhere."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.payments.rules import DocumentKind, OrderState, PaidBy
from webinar_app.payments.rules.refunds import Closing, RefundState
from webinar_app.registrations.models import Registration

MONEY = Numeric(12, 2)


class PriceTier(Base):
    """A price of a course beside the usual one: until a day, or for members, or both."""

    __tablename__ = "price_tier"
    __table_args__ = (
        UniqueConstraint(
            "course_id", "name", info={"refusal": ("payment.tier_taken", "Another price here has this name.")}
        ),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    name: Mapped[str] = mapped_column(String(60))
    amount: Mapped[Decimal] = mapped_column(MONEY)
    until: Mapped[date | None]  # the last day, in the zone of the sitting
    members: Mapped[list[str]] = mapped_column(JSON, default=list)  # addresses and @domains; empty: for all


class DiscountCode(Base):
    """A code that takes a share or an amount off the price of a course; its uses are the orders that carry it."""

    __tablename__ = "discount_code"
    __table_args__ = (
        Index(
            "uq_discount_code_current",
            "course_id",
            "code",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
            info={"refusal": ("payment.code_taken", "This course has a code of this name.")},
        ),
        CheckConstraint("(percent is null) <> (amount is null)", name="percent_or_amount"),
        CheckConstraint("percent is null or (percent > 0 and percent <= 100)", name="percent_in_bounds"),
        CheckConstraint("amount is null or amount > 0", name="amount_above_zero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    code: Mapped[str] = mapped_column(String(40))
    percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    amount: Mapped[Decimal | None] = mapped_column(MONEY)
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    most_uses: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken back by a coordinator


class RefundStep(Base):
    """Until when how much of the fee of a course is given back to who cancels."""

    __tablename__ = "refund_step"
    __table_args__ = (
        UniqueConstraint(
            "course_id", "days", info={"refusal": ("payment.cut_off_taken", "There is a cut-off at this day already.")}
        ),
        CheckConstraint("days between 0 and 365", name="days_in_bounds"),
        CheckConstraint("percent between 1 and 100", name="percent_in_bounds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    days: Mapped[int]  # before the start of a sitting; after paying, where there is none
    percent: Mapped[int]


class CourseTax(Base):
    """The tax on what a course costs; a course without a row has none."""

    __tablename__ = "course_tax"
    __table_args__ = (CheckConstraint("rate between 1 and 100000", name="rate_in_bounds"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, autoincrement=False)
    label: Mapped[str] = mapped_column(String(40))
    rate: Mapped[int]  # thousandths of a percent
    is_included: Mapped[bool] = mapped_column(Boolean)  # in the price; else it is added
    number: Mapped[str] = mapped_column(String(40), default="")  # under which the provider pays it


class Order(Base):
    """What one registration costs: as it was quoted, who pays, and where that stands."""

    __tablename__ = "payment_order"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("refund_due >= 0", name="refund_due_not_negative"),
        Index("ix_payment_order_list", "provider_id", "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), unique=True)
    state: Mapped[OrderState] = mapped_column(choice(OrderState))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(MONEY)
    lines: Mapped[list[list[str]]] = mapped_column(JSON)  # the breakdown: [words, amount]
    tax: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # as it was quoted: `Taxed`
    discount_code_id: Mapped[int | None] = mapped_column(ForeignKey("discount_code.id"), index=True)
    payer_name: Mapped[str] = mapped_column(String(120), default="")  # empty: the learner pays
    payer_organisation: Mapped[str] = mapped_column(String(160), default="")
    payer_address: Mapped[str] = mapped_column(String(400), default="")
    payer_email: Mapped[str] = mapped_column(String(254), default="")
    po_number: Mapped[str] = mapped_column(String(60), default="")
    checkout_id: Mapped[str | None] = mapped_column(String(255))  # the card provider's page that is open now
    checkout_round: Mapped[int] = mapped_column(default=0)  # raised when such a page ran out: another key, another page
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was paid, or cost nothing after all
    closed_why: Mapped[Closing | None] = mapped_column(choice(Closing))  # none: it is asked for, or was and came
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refund_due: Mapped[Decimal | None] = mapped_column(MONEY)  # of all that was paid; none: nobody has decided
    refund_basis: Mapped[str] = mapped_column(String(300), default="", server_default="")  # why so much, as a sentence

    registration: Mapped[Registration] = relationship()
    discount_code: Mapped[DiscountCode | None] = relationship()
    payments: Mapped[list["Payment"]] = relationship(back_populates="order", order_by="Payment.id")
    documents: Mapped[list["Document"]] = relationship(back_populates="order", order_by="Document.id")


class Payment(Base):
    """Money that came for an order, under the reference of whoever brought it."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint(
            "provider_id", "paid_by", "reference",
            info={"refusal": ("payment.reference_taken", "A payment with this reference is recorded already.")},
        ),
        CheckConstraint(
            "refunded >= 0 and refunded <= amount", name="refund_in_bounds",
            info={"refusal": ("payment.refund_too_much", "More cannot be given back than was paid.")},
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("payment_order.id"), index=True)
    paid_by: Mapped[PaidBy] = mapped_column(choice(PaidBy))
    reference: Mapped[str] = mapped_column(String(255))
    amount: Mapped[Decimal] = mapped_column(MONEY)
    currency: Mapped[str] = mapped_column(String(3))
    refunded: Mapped[Decimal] = mapped_column(MONEY, default=0)  # given back, or asked of the card provider
    told_refunded: Mapped[Decimal] = mapped_column(MONEY, default=0, server_default="0")  # the most its events told
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refunded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    order: Mapped[Order] = relationship(back_populates="payments")
    refunds: Mapped[list["Refund"]] = relationship(back_populates="payment", order_by="Refund.id")


class Refund(Base):
    """Money of a payment that is given back; its code is the key under which the card provider is asked once."""

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint(
            "payment_id", "reference",
            info={"refusal": ("payment.refund_known", "A refund with this reference is recorded already.")},
        ),
        CheckConstraint("amount > 0", name="amount_above_zero"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    amount: Mapped[Decimal] = mapped_column(MONEY)
    given_by: Mapped[PaidBy] = mapped_column(choice(PaidBy))
    reference: Mapped[str | None] = mapped_column(String(255))  # none: the card provider has not answered yet
    reason: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[RefundState] = mapped_column(choice(RefundState))
    failure: Mapped[str] = mapped_column(String(200), default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # none: begun at the card provider
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    payment: Mapped[Payment] = relationship(back_populates="refunds")


class Document(Base):
    """An invoice, a receipt or a credit note: its number, what it says, the bytes that were sent. Never changed."""

    __tablename__ = "payment_document"
    __table_args__ = (
        UniqueConstraint("provider_id", "number"),
        UniqueConstraint("provider_id", "kind", "year", "place"),
        Index(
            "uq_payment_document_invoice", "order_id", unique=True,
            sqlite_where=text("kind = 'invoice'"), postgresql_where=text("kind = 'invoice'"),
        ),
        CheckConstraint("(kind = 'receipt') = (payment_id is not null)", name="receipt_of_payment"),
        CheckConstraint("(kind = 'credit_note') = (refund_id is not null)", name="credit_note_of_refund"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("payment_order.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)  # one receipt a payment
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"), unique=True)  # one credit note a refund
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))  # none: the order's own
    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind))
    number: Mapped[str] = mapped_column(String(24))
    year: Mapped[int]
    place: Mapped[int]  # in the series of its provider, kind and year; without gaps
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the paper says
    sha256: Mapped[str | None] = mapped_column(String(64))  # of the PDF, in storage
    size: Mapped[int | None]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)

    order: Mapped[Order] = relationship(back_populates="documents")
    refund: Mapped[Refund | None] = relationship()


class NumberSeries(Base):
    """The last number given out in a series; taken in the transaction of the paper, so that none is lost."""

    __tablename__ = "number_series"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class CardEvent(Base):
    """An event of the card provider that was taken in; the same again does nothing.

    One that gives back what has not come yet is kept with what it told, until the payment does.
    """

    __tablename__ = "card_event"

    event_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reference: Mapped[str | None] = mapped_column(String(255), index=True)  # of the payment that it waits for
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
