"""Forms of prices, orders and payments."""

from collections.abc import Mapping
from typing import Any

from wtforms import DateField, EmailField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from webinar_app.payments.rules import PAID_BY_WORDS, REFERENCE_LONGEST, PaidBy
from webinar_app.payments.rules.refunds import WAYS_WORDS
from webinar_app.payments.rules.tax import LABEL_LONGEST, NUMBER_LONGEST
from webinar_app.registrations.forms import REASON_WORDS
from webinar_app.registrations.rules import REASON_LONGEST
from webinar_app.web.forms import Form

_KINDS = [SelectChoice("percent", "Percent"), SelectChoice("amount", "An amount")]


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=f"Use at most {limit} characters.")


class ConfirmForm(Form):
    """Press the one button of a form."""


class CodeForm(Form):
    """Use a discount code."""

    code = StringField("Discount code", [DataRequired("Write the code."), _at_most(60)],
                       render_kw={"autocomplete": "off"})  # fmt: skip


class InvoiceForm(Form):
    """Say who pays, and have an invoice written."""

    organisation = StringField(
        "Organisation", [_at_most(160)], description="Who pays. It stands on the invoice, apart from your own name.",
        render_kw={"autocomplete": "organization"},
    )  # fmt: skip
    name = StringField("Person who pays", [_at_most(120)], description="If no organisation pays, or for its office.",
                       render_kw={"autocomplete": "off"})  # fmt: skip
    address = TextAreaField(
        "Address for the invoice", [DataRequired("Write the address for the invoice."), _at_most(400)],
        render_kw={"rows": 3, "autocomplete": "street-address"},
    )  # fmt: skip
    po_number = StringField("Purchase order number", [_at_most(60)], description="If your organisation uses one.",
                            render_kw={"autocomplete": "off"})  # fmt: skip
    email = EmailField("E-mail of who pays", [_at_most(254)], description="The invoice goes there and to you.",
                       render_kw={"autocomplete": "off"})  # fmt: skip


class RecordForm(Form):
    """Write down that the money came."""

    paid_by = RadioField(
        "How it was paid", choices=[SelectChoice(k.value, w) for k, w in PAID_BY_WORDS.items() if k is not PaidBy.CARD],
        default=PaidBy.BANK.value,
    )  # fmt: skip
    reference = StringField("Reference", [_at_most(80)], description="As on the bank statement or the cheque.",
                            render_kw={"autocomplete": "off"})  # fmt: skip
    paid_on = DateField("Paid on", [DataRequired("Write the day on which the money came.")])


class RefundForm(Form):
    """Give money back."""

    payment = SelectField("Payment", validate_choice=False)
    amount = StringField("Amount", [DataRequired("Write an amount such as 40.00."), _at_most(20)],
                         render_kw={"inputmode": "decimal", "autocomplete": "off"})  # fmt: skip
    way = RadioField("How it is given back")
    refund_reference = StringField(
        "Reference", [_at_most(REFERENCE_LONGEST)], render_kw={"autocomplete": "off"},
        description="As on the bank statement or the cheque. A card refund has its own.",
    )  # fmt: skip
    reason = StringField("Why", [DataRequired(REASON_WORDS), _at_most(REASON_LONGEST)],
                         description="It stays in the record, and stands on the credit note.",
                         render_kw={"autocomplete": "off"})  # fmt: skip

    def offer(self, order: Mapping[str, Any], *, has_cards: bool) -> None:
        """Let the coordinator choose among the payments of which something is left, and the ways it can go back."""
        open_ones = [one for one in order["payments"] if one["left"] > 0]
        words = {str(one["id"]): f"{one['words']}, {one['left_words']} left" for one in open_ones}
        self.payment.choices = [SelectChoice(value, said) for value, said in words.items()]
        by_card = has_cards and any(one["is_card"] for one in open_ones)
        ways = [SelectChoice(one.value, said) for one, said in WAYS_WORDS.items() if by_card or one is not PaidBy.CARD]
        self.way.choices = ways[::-1] if by_card else ways
        if not self.is_submitted():
            left = order["refund"]["amount"] or (open_ones[0]["left"] if open_ones else 0)
            self.amount.data = f"{min(left, open_ones[0]['left']):.2f}" if open_ones else ""
            self.way.data = str(self.way.choices[0].value)


class KeepForm(Form):
    """Decide that nothing more is given back."""

    why = StringField("Why nothing more is given back", [DataRequired(REASON_WORDS), _at_most(REASON_LONGEST)],
                      render_kw={"autocomplete": "off"})  # fmt: skip


class TierForm(Form):
    """Add a price beside the usual one."""

    name = StringField("Name", [DataRequired("Give it a name, such as Early bird."), _at_most(60)],
                       description="It stands in the breakdown, such as Early bird.")  # fmt: skip
    amount = StringField("Price", [DataRequired("Write an amount such as 40.00."), _at_most(20)],
                         render_kw={"inputmode": "decimal"})  # fmt: skip
    until = DateField("Until", [Optional()], description="The last day, in the zone of the session.")
    members = TextAreaField(
        "Only for members", [_at_most(60_000)], description="Addresses, or @domain for everybody there, one a line.",
        render_kw={"rows": 3},
    )  # fmt: skip


class TaxForm(Form):
    """Say which tax is on the price."""

    label = StringField("Name of the tax", [DataRequired("Write what it is called, such as VAT."),
                                            _at_most(LABEL_LONGEST)])  # fmt: skip
    rate = StringField("Percent", [DataRequired("Write a percentage such as 20 or 8.875."), _at_most(10)],
                       render_kw={"inputmode": "decimal"})  # fmt: skip
    way = RadioField(
        "How the prices here are meant",
        choices=[SelectChoice("included", "The tax is in them"), SelectChoice("added", "The tax is added to them")],
        default="included",
    )  # fmt: skip
    number = StringField(
        "Your tax number", [_at_most(NUMBER_LONGEST)], description="It is printed on invoice and receipt.",
        render_kw={"autocomplete": "off"},
    )  # fmt: skip


class StepForm(Form):
    """Say until when how much is given back."""

    days = IntegerField("Days", [NumberRange(0, 365, "Write days from 0 to 365.")])
    percent = IntegerField("Given back, percent", [NumberRange(1, 100, "Write a whole number from 1 to 100.")])


class DiscountForm(Form):
    """Add a discount code."""

    code = StringField("Code", [DataRequired("Write the code."), _at_most(60)], render_kw={"autocomplete": "off"})
    kind = SelectField("Takes off", choices=_KINDS, default="percent")
    value = StringField("How much", [DataRequired("Write how much it takes off."), _at_most(20)],
                        render_kw={"inputmode": "decimal"})  # fmt: skip
    first_on = DateField("From", [Optional()])
    last_on = DateField("To", [Optional()])
    most_uses = IntegerField(
        "Uses", [Optional(), NumberRange(1, 100_000, "Write a number from 1 to 100000.")],
        description="How often at most.",
    )  # fmt: skip
