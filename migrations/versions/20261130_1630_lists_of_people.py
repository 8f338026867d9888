"""lists of people that are imported"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1630"
down_revision = "20261130_1610"
branch_labels = None
depends_on = None

STATES = ("checked", "running", "stopped", "done", "forgotten")


def upgrade() -> None:
    state = sa.Enum(*STATES, name="importstate", native_enum=False, create_constraint=True, length=24)
    op.create_table(
        "people_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("separator", sa.String(length=20), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("unused", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_people_import_course_id_course"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_people_import_made_by_id_person"),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_people_import_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("id", name="pk_people_import"),
        sa.UniqueConstraint("code", name="uq_people_import_code"),
    )
    op.create_index("ix_people_import_course_id", "people_import", ["course_id"])
    op.create_index("ix_people_import_webinar_id", "people_import", ["webinar_id"])
    op.create_table(
        "import_fault",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["people_import.id"], name="fk_import_fault_import_id_people_import"),
        sa.PrimaryKeyConstraint("import_id", "line", name="pk_import_fault"),
    )


def downgrade() -> None:
    op.drop_table("import_fault")
    op.drop_table("people_import")
