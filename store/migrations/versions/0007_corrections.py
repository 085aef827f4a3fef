"""改判: corrections of verdicts, and what was learned from them"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text_key', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=100), nullable=True),
    sa.Column('sentiment', sa.String(length=10), nullable=True),
    sa.Column('relevant', sa.Boolean(), nullable=True),
    sa.Column('emergency', sa.Boolean(), nullable=True),
    sa.Column('false_alarm', sa.Boolean(), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('said', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_correction_article_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_correction_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    op.create_index('ix_correction_article_id', 'correction', ['article_id'])
    op.create_index('ix_correction_at', 'correction', ['at'])
    op.create_table('learned',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=60), nullable=False),
    sa.Column('version', sa.String(length=64), nullable=True),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('adopted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=60), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learned'))
    )
