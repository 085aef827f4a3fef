"""events merged and split by people, what the grouping was not sure of, and what was told apart"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    # In place: copying a table would break what refers to its rows.
    key = sa.ForeignKey('event.id', name='fk_event_merged_into')
    op.add_column('event', sa.Column('merged_into', sa.Integer(), key), inline_references=True)
    op.add_column('event', sa.Column('regrouped', sa.Integer()))
    op.create_index('ix_event_merged_into', 'event', ['merged_into'])
    op.create_index('ix_event_regrouped', 'event', ['regrouped'])

    op.create_table('event_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Integer(), nullable=True),
    sa.Column('undone_why', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_event_change_by')),
    sa.ForeignKeyConstraint(['from_id'], ['event.id'], name=op.f('fk_event_change_from_id')),
    sa.ForeignKeyConstraint(['to_id'], ['event.id'], name=op.f('fk_event_change_to_id')),
    sa.ForeignKeyConstraint(['undone_by'], ['person.id'], name=op.f('fk_event_change_undone_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_change'))
    )
    op.create_index('ix_event_change_from_id', 'event_change', ['from_id'])
    op.create_index('ix_event_change_to_id', 'event_change', ['to_id'])
    op.create_table('event_doubt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('alike', sa.Double(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=8), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_event_doubt_answered_by')),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_event_doubt_article_id')),
    sa.ForeignKeyConstraint(['other_id'], ['event.id'], name=op.f('fk_event_doubt_other_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_doubt')),
    sa.UniqueConstraint('article_id', name=op.f('uq_event_doubt_article_id'))
    )
    op.create_index('ix_event_doubt_other_id', 'event_doubt', ['other_id'])
    op.create_index('ix_event_doubt_answer', 'event_doubt', ['answer'])
    op.create_table('event_apart',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('one_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_event_apart_by')),
    sa.ForeignKeyConstraint(['one_id'], ['event.id'], name=op.f('fk_event_apart_one_id')),
    sa.ForeignKeyConstraint(['other_id'], ['event.id'], name=op.f('fk_event_apart_other_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_apart')),
    sa.UniqueConstraint('one_id', 'other_id', name=op.f('uq_event_apart_one_id_other_id'))
    )
    op.create_index('ix_event_apart_other_id', 'event_apart', ['other_id'])
