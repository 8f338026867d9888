"""Let mails be delivered from their own rows, one lease and one next time each; bounces, and sendings to many."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1640"
down_revision = "20261130_1664"
branch_labels = None
depends_on = None

STATES = ("queued", "sent", "failed")
NEW_STATES = ("queued", "sending", "sent", "failed", "bounced")
TIMES = ("due_at", "lease_until", "bounced_at")
INDEXES = {
    "ix_mail_state_due_at": ["state", "due_at"],
    "ix_mail_to_address": ["to_address", "state"],
    "ix_mail_message_id": ["message_id"],
    "ix_mail_sending": ["sending", "state"],
}


def _allow(states: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{state}'" for state in states)
    op.execute("ALTER TABLE mail DROP CONSTRAINT ck_mail_mailstate")
    op.execute(f"ALTER TABLE mail ADD CONSTRAINT ck_mail_mailstate CHECK (state IN ({allowed}))")


def upgrade() -> None:
    _allow(NEW_STATES)
    for name in TIMES:
        op.add_column("mail", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("mail", sa.Column("sending", sa.String(length=60), nullable=True))
    for name, columns in INDEXES.items():
        op.create_index(name, "mail", columns)
    # A mail that waits is found by its own row from now on.
    op.execute("DELETE FROM job WHERE name = 'mailing.deliver'")


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "mail")
    for name in (*TIMES, "sending"):
        op.drop_column("mail", name)
    op.execute("UPDATE mail SET state = 'queued' WHERE state = 'sending'")
    op.execute("UPDATE mail SET state = 'failed' WHERE state = 'bounced'")
    _allow(STATES)
