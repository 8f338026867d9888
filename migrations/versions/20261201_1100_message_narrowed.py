"""messages to people of several professions and agencies"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1100"
down_revision = "20261201_1302"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("professions", "agencies"):
        op.add_column("message", sa.Column(name, sa.JSON(), server_default="[]", nullable=False))
    # A message that is on its way goes to the same people afterwards, or to nobody: the column goes with its readers.
    _convert("profession", "professions", lambda held: [held] if held else [])
    with op.batch_alter_table("message") as batch:
        batch.drop_column("profession")


def downgrade() -> None:
    op.add_column("message", sa.Column("profession", sa.String(length=80), server_default="", nullable=False))
    _convert("professions", "profession", lambda held: held[0] if held else "")
    with op.batch_alter_table("message") as batch:
        batch.alter_column("profession", existing_type=sa.String(length=80), server_default=None)
        batch.drop_column("agencies")
        batch.drop_column("professions")


def _convert(old: str, new: str, change) -> None:
    kinds = {"profession": sa.String(length=80), "professions": sa.JSON()}
    message = sa.table("message", sa.column("id", sa.Integer), *(sa.column(name, kind) for name, kind in kinds.items()))
    bind = op.get_bind()
    for key, held in bind.execute(sa.select(message.c.id, message.c[old])).all():
        if held:
            bind.execute(message.update().where(message.c.id == key).values({new: change(held)}))
