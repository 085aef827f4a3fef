"""专题: watch queries, subscribers, hits, who is told, and what a query would have hit"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('watch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('general', sa.Boolean(), nullable=False),
    sa.Column('as_lead', sa.Boolean(), nullable=False),
    sa.Column('unit_ids', sa.JSON(), nullable=False),
    sa.Column('channels', sa.JSON(), nullable=False),
    sa.Column('quiet_from', sa.String(length=5), nullable=True),
    sa.Column('quiet_to', sa.String(length=5), nullable=True),
    sa.Column('cool_minutes', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('origin', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['changed_by'], ['person.id'], name=op.f('fk_watch_changed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch')),
    sa.UniqueConstraint('name', name=op.f('uq_watch_name'))
    )
    op.create_table('watch_subscriber',
    sa.Column('watch_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_watch_subscriber_watch_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_watch_subscriber_person_id')),
    sa.PrimaryKeyConstraint('watch_id', 'person_id', name=op.f('pk_watch_subscriber'))
    )
    op.create_table('watch_hit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('watch_id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('spans', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_watch_hit_watch_id')),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_watch_hit_article_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch_hit')),
    sa.UniqueConstraint('watch_id', 'article_id', name=op.f('uq_watch_hit_watch_id_article_id'))
    )
    op.create_index('ix_watch_hit_watch_id_at', 'watch_hit', ['watch_id', 'at'])
    op.create_index('ix_watch_hit_article_id', 'watch_hit', ['article_id'])
    op.create_table('watch_tell',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('tell_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['hit_id'], ['watch_hit.id'], name=op.f('fk_watch_tell_hit_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_watch_tell_person_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_watch_tell_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch_tell')),
    sa.UniqueConstraint('hit_id', 'person_id', name=op.f('uq_watch_tell_hit_id_person_id'))
    )
    op.create_index('ix_watch_tell_person_id', 'watch_tell', ['person_id'])
    op.create_index('ix_watch_tell_tell_at', 'watch_tell', ['tell_at'])
    op.create_table('watch_trial',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('general', sa.Boolean(), nullable=False),
    sa.Column('watch_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ask_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('read', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.JSON(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_watch_trial_watch_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_watch_trial_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch_trial'))
    )
    op.create_index('ix_watch_trial_ask_at', 'watch_trial', ['ask_at'])
