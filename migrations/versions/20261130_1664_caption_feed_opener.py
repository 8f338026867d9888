"""who opened the address for captions from outside: it is good while that person may caption"""

from alembic import op

revision = "20261130_1664"
down_revision = "20261130_1663"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Addresses that were made before name nobody; they take nothing until they are made anew.
    op.execute(
        "ALTER TABLE caption_feed ADD COLUMN opened_by_id INTEGER"
        " CONSTRAINT fk_caption_feed_opened_by_id_person REFERENCES person (id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("caption_feed") as batch:
        batch.drop_column("opened_by_id")
