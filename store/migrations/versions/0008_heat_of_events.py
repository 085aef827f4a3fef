"""热度: heat of events, how much came hour by hour, early warnings"""

from collections import Counter
from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from store.db import UtcDateTime

revision = '0008'
down_revision = '0007'

WEEKS = timedelta(weeks=8)
BATCH = 1000


def upgrade() -> None:
    for column in (
        sa.Column('heat_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('heat', sa.Integer(), server_default='0', nullable=False),
        sa.Column('heat_parts', sa.JSON(), nullable=True),
        sa.Column('direction', sa.String(length=8), nullable=True),
        sa.Column('day', sa.JSON(), nullable=True),
        sa.Column('topic', sa.String(length=50), nullable=True),
        sa.Column('section', sa.String(length=60), nullable=True),
        sa.Column('heated_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('heat_fault', sa.Text(), nullable=True),
    ):
        op.add_column('event', column)
    op.create_index('ix_event_heat_at', 'event', ['heat_at'])
    op.create_index('ix_event_heat_last_at', 'event', ['heat', 'last_at'])
    op.create_index('ix_article_event_id_first_seen_at', 'article', ['event_id', 'first_seen_at'])
    op.drop_index('ix_article_event_id', table_name='article')
    op.create_table('volume',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('articles', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volume')),
    sa.UniqueConstraint('scope', 'name', 'hour', name=op.f('uq_volume_scope_name_hour'))
    )
    op.create_table('warning',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('level', sa.String(length=8), nullable=False),
    sa.Column('was', sa.String(length=8), nullable=True),
    sa.Column('raised', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('excess', sa.Double(), nullable=False),
    sa.Column('heat', sa.Integer(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('tell_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_level', sa.String(length=8), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("scope in ('event', 'topic', 'unit')", name=op.f('ck_warning_scope')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_warning_event_id')),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], name=op.f('fk_warning_lead_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_warning_case_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_warning_decided_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_warning'))
    )
    op.create_index('ix_warning_tell_at', 'warning', ['tell_at'])
    op.create_index('ix_warning_scope_name_at', 'warning', ['scope', 'name', 'at'])
    op.create_index('ix_warning_at', 'warning', ['at'])
    for column in ('event_id', 'lead_id', 'case_id'):
        op.create_index(f'ix_warning_{column}', 'warning', [column])
    _count_what_is_there()


def _count_what_is_there() -> None:
    """Count the articles of the last eight weeks by hour, so that there is a usual from the first day on, and ask for
    the heat of the events that are running."""
    link = op.get_bind()
    article = sa.table('article', *(sa.column(name, kind) for name, kind in (
        ('id', sa.Integer), ('event_id', sa.Integer), ('published_at', UtcDateTime), ('date_only', sa.Boolean),
        ('first_seen_at', UtcDateTime))))
    verdict = sa.table('verdict', sa.column('article_id', sa.Integer), sa.column('maker', sa.String),
        sa.column('topic', sa.String), sa.column('sections', sa.JSON))
    event = sa.table('event', sa.column('last_at', UtcDateTime), sa.column('heat_at', UtcDateTime))
    last = link.scalar(sa.select(sa.func.max(article.c.first_seen_at, type_=UtcDateTime)))
    if last is None:
        return
    asked = sa.select(article.c.published_at, article.c.date_only, article.c.first_seen_at, verdict.c.topic,
        verdict.c.sections).outerjoin(verdict, sa.and_(verdict.c.article_id == article.c.id,
        verdict.c.maker == 'system')).where(article.c.event_id.is_not(None), article.c.first_seen_at >= last - WEEKS)
    counted: Counter = Counter()
    for published, date_only, seen, topic, sections in link.execute(asked):
        told = seen if published is None or date_only else min(published, seen)
        hour = told.replace(minute=0, second=0, microsecond=0)
        counted.update([('all', '', hour), *([('topic', topic, hour)] if topic else []),
            *([('unit', sections[0][:60], hour)] if sections else [])])
    volume = sa.table('volume', sa.column('scope'), sa.column('name'), sa.column('hour', UtcDateTime),
        sa.column('articles'))
    rows = [{'scope': scope, 'name': name, 'hour': hour, 'articles': number}
        for (scope, name, hour), number in sorted(counted.items())]
    for begin in range(0, len(rows), BATCH):
        link.execute(sa.insert(volume), rows[begin:begin + BATCH])
    link.execute(sa.update(event).where(event.c.last_at >= last - timedelta(days=2)).values(heat_at=last))
