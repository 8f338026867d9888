"""Give chat its modes: who writes to whom, how often, links, a pinned message, paused people."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1442"
down_revision = "20261130_1441"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    with op.batch_alter_table("chat_message") as table:
        table.add_column(sa.Column("registration_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("audience", sa.String(length=24), server_default="all", nullable=False))
        table.create_foreign_key(
            op.f("fk_chat_message_registration_id_registration"), "registration", ["registration_id"], ["id"]
        )
        table.create_check_constraint(op.f("ck_chat_message_chataudience"), sa.column("audience").in_(("staff", "all")))
        table.create_index(op.f("ix_chat_message_registration_id"), ["registration_id"])
    op.create_table(
        "chat_room",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("mode", _choice("chatmode", "off", "hosts", "everyone"), nullable=False),
        sa.Column("slow_seconds", sa.Integer(), nullable=False),
        sa.Column("links", _choice("linkrule", "text", "refused"), nullable=False),
        sa.Column("pinned_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("slow_seconds between 0 and 600", name=op.f("ck_chat_room_slow_seconds_range")),
        sa.ForeignKeyConstraint(["pinned_id"], ["chat_message.id"], name=op.f("fk_chat_room_pinned_id_chat_message")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_chat_room_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("webinar_id", name=op.f("pk_chat_room")),
    )
    op.create_table(
        "chat_mute",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_chat_mute_by_id_person")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_chat_mute_registration_id_registration")
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_chat_mute_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_chat_mute")),
    )
    op.create_index(op.f("ix_chat_mute_webinar_id"), "chat_mute", ["webinar_id"])


def downgrade() -> None:
    op.drop_table("chat_mute")
    op.drop_table("chat_room")
    # Without an audience a message to the hosts would be read by everybody: it is hidden first.
    op.execute("UPDATE chat_message SET hidden_at = sent_at WHERE audience = 'staff' AND hidden_at IS NULL")
    with op.batch_alter_table("chat_message") as table:
        table.drop_index(op.f("ix_chat_message_registration_id"))
        table.drop_constraint(op.f("ck_chat_message_chataudience"), type_="check")
        table.drop_constraint(op.f("fk_chat_message_registration_id_registration"), type_="foreignkey")
        table.drop_column("audience")
        table.drop_column("registration_id")
