"""removing somebody from a sitting, with a reason, and letting them back"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1662"
down_revision = "20261130_1661"
branch_labels = None
depends_on = None

CAUSES = ("sign_out", "password", "role", "cancelled")
STANDS = sa.text("lifted_at IS NULL")


def _allow(causes: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{cause}'" for cause in causes)
    op.execute("ALTER TABLE revocation DROP CONSTRAINT ck_revocation_revocationcause")
    op.execute(f"ALTER TABLE revocation ADD CONSTRAINT ck_revocation_revocationcause CHECK (cause IN ({allowed}))")


def upgrade() -> None:
    op.create_table(
        "room_ban",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_room_ban_by_id_person"),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["person.id"], name="fk_room_ban_lifted_by_id_person"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_room_ban_person_id_person"),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_room_ban_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("id", name="pk_room_ban"),
    )
    op.create_index(
        "uq_room_ban_standing", "room_ban", ["webinar_id", "person_id"], unique=True, sqlite_where=STANDS,
        postgresql_where=STANDS,
    )  # fmt: skip
    _allow((*CAUSES, "removed"))


def downgrade() -> None:
    op.execute("DELETE FROM revocation WHERE cause = 'removed'")
    _allow(CAUSES)
    op.drop_table("room_ban")
