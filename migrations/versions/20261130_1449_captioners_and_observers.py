"""Let a sitting have captioners and observers."""

from collections.abc import Sequence

from alembic import op

revision: str = "20261130_1449"
down_revision: str | None = "20261130_1448"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROLES = ("host", "presenter", "moderator", "attendee")
NEW_ROLES = ("host", "presenter", "moderator", "captioner", "observer", "attendee")


def _allow(values: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{value}'" for value in values)
    op.execute("ALTER TABLE staff DROP CONSTRAINT ck_staff_sittingrole")
    op.execute(f"ALTER TABLE staff ADD CONSTRAINT ck_staff_sittingrole CHECK (role IN ({allowed}))")


def upgrade() -> None:
    _allow(NEW_ROLES)


def downgrade() -> None:
    op.execute("DELETE FROM staff WHERE role IN ('captioner', 'observer')")
    _allow(ROLES)
