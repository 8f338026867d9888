"""What registrations answer to features below them."""

from webinar_app.courses.events import ItemsInUseAsked
from webinar_app.infra.db import Db
from webinar_app.registrations.queries import count_people_by_item


def items_in_ledger(db: Db, question: ItemsInUseAsked) -> dict[int, str]:
    """Give the items that stand in somebody's record, each with a sentence."""
    counted = count_people_by_item(db, question.item_ids)
    return {item_id: _sentence(number) for item_id, number in counted.items()}


def _sentence(number: int) -> str:
    who = "1 person" if number == 1 else f"{number} people"
    return f"It stands in the record of {who}. Keep it, or change its words."
