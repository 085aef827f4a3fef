"""what every kind of source needs: evidence, hourly yields, ranks, what is asked of the crawler"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file', sa.String(length=200), nullable=True),
    sa.Column('offset', sa.Integer(), nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('content_type', sa.String(length=100), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    sa.UniqueConstraint('sha256', name=op.f('uq_evidence_sha256'))
    )
    op.create_index('ix_evidence_at', 'evidence', ['at'])
    op.create_index('ix_evidence_file', 'evidence', ['file'])
    op.create_table('yield',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('of_day', sa.Integer(), nullable=False),
    sa.Column('visits', sa.Integer(), nullable=False),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_yield_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_yield')),
    sa.UniqueConstraint('source_id', 'hour', name=op.f('uq_yield_source_id_hour'))
    )
    op.create_index('ix_yield_of_day_hour', 'yield', ['of_day', 'hour'])
    op.create_table('ask',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ask_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.JSON(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ask_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask'))
    )
    op.create_index('ix_ask_ask_at', 'ask', ['ask_at'])
    op.create_table('rank',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('heat', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_rank_article_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rank')),
    sa.UniqueConstraint('article_id', 'at', name=op.f('uq_rank_article_id_at'))
    )
    op.create_table('reprint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_reprint_article_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reprint_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reprint')),
    sa.UniqueConstraint('article_id', name=op.f('uq_reprint_article_id'))
    )
    label = sa.Column('kind_label', sa.String(40), nullable=False, server_default='RSS、Atom、JSON Feed')
    _add('source', label, sa.Column('options', sa.JSON()), sa.Column('state', sa.JSON()))
    _add('source', *(sa.Column(name, sa.Text()) for name in ('impact', 'authorisation', 'secret', 'warning')))
    _add('source', sa.Column('trouble_told_at', sa.DateTime(timezone=True)))
    _add('source', sa.Column('owner', sa.String(100)))
    _add('source', *(sa.Column(name, sa.Integer()) for name in ('retention_days', 'season_interval')))
    _add('fetch', sa.Column('note', sa.Text()))
    _refer('fetch', 'evidence_id', 'evidence')
    _add('article', sa.Column('number', sa.String(120)), sa.Column('limit_at', sa.DateTime(timezone=True)))
    _add('article', sa.Column('place_said', sa.String(100)), sa.Column('counts', sa.JSON()), sa.Column('simple', sa.Text()))
    _refer('article', 'evidence_id', 'evidence')
    _refer('attachment', 'lead_id', 'lead')
    for table, column in (('attachment', 'lead_id'), ('fetch', 'evidence_id'), ('article', 'evidence_id'), ('article', 'number')):
        op.create_index(f'ix_{table}_{column}', table, [column])


def _add(table, *columns) -> None:
    """Add columns in place: copying a table, as batch mode does, would break what refers to its rows."""
    for column in columns:
        op.add_column(table, column)


def _refer(table, column, target) -> None:
    key = sa.ForeignKey(f'{target}.id', name=f'fk_{table}_{column}')
    op.add_column(table, sa.Column(column, sa.Integer(), key), inline_references=True)
