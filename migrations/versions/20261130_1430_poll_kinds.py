"""Every kind of poll: written answers, timers, pins, planned slides, and what an earlier poll said."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_1430"
down_revision: str | None = "20261130_1425"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("single", "multiple", "yes_no", "rating")
NEW_KINDS = (
    "single", "multiple", "yes_no", "yes_no_abstain", "true_false", "rating", "rating_7", "rating_10", "grid",
    "ranking", "text", "words", "number", "quiz",
)  # fmt: skip
VISIBILITIES = ("hosts_only", "after_vote", "after_close", "always")


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("setup", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("planned_slide", sa.Integer(), nullable=True),
        sa.Column("open_seconds", sa.Integer(), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("repeats", sa.String(length=8), nullable=True),
        sa.Column("earlier", sa.JSON(none_as_null=True), nullable=True),
    ]


def _allow(name: str, column: str, values: tuple[str, ...]) -> None:
    # Both databases change a check in place; moving the table would break the rows that point to it.
    allowed = ", ".join(f"'{value}'" for value in values)
    op.execute(f"ALTER TABLE poll DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE poll ADD CONSTRAINT {name} CHECK ({column} IN ({allowed}))")


def upgrade() -> None:
    _allow("ck_poll_pollkind", "kind", NEW_KINDS)
    _allow("ck_poll_resultvisibility", "visibility", (*VISIBILITIES, "never"))
    for column in _columns():
        op.add_column("poll", column)
    with op.batch_alter_table("ballot") as batch:
        batch.alter_column("choices", existing_type=sa.String(80), type_=sa.String(length=600), existing_nullable=False)
        batch.add_column(sa.Column("waited_ms", sa.Integer(), nullable=True))
    op.create_table(
        "poll_text",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("folded", sa.String(length=600), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_text_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "folded", name=op.f("pk_poll_text")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("poll_text")
    # What the older release cannot hold goes: its polls with their ballots.
    gone = "(SELECT id FROM poll WHERE kind NOT IN ({}))".format(", ".join(f"'{kind}'" for kind in KINDS))
    for table in ("ballot", "poll_mark", "poll_count", "poll_option"):
        op.execute(f"DELETE FROM {table} WHERE poll_id IN {gone}")
    op.execute(f"DELETE FROM poll WHERE id IN {gone}")
    op.execute("UPDATE poll SET visibility = 'hosts_only' WHERE visibility = 'never'")
    with op.batch_alter_table("ballot") as batch:
        batch.drop_column("waited_ms")
        batch.alter_column("choices", existing_type=sa.String(600), type_=sa.String(length=80), existing_nullable=False)
    for column in reversed(_columns()):
        op.drop_column("poll", column.name)
    _allow("ck_poll_resultvisibility", "visibility", VISIBILITIES)
    _allow("ck_poll_pollkind", "kind", KINDS)
