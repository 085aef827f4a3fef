"""征求意见 and 消费预警: suggestions in groups with their decisions, drafts of warnings, what was published"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'


def upgrade() -> None:
    op.create_table('surge_warning',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('start_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('peak', sa.Integer(), nullable=False),
    sa.Column('expected', sa.Double(), nullable=False),
    sa.Column('chance', sa.Double(), nullable=False),
    sa.Column('weeks', sa.Integer(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('edited_by', sa.Integer(), nullable=True),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('grown_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cleared_by', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.CheckConstraint("state in ('draft', 'submitted', 'cleared', 'released', 'dismissed')", name=op.f('ck_surge_warning_state')),
    sa.ForeignKeyConstraint(['cleared_by'], ['person.id'], name=op.f('fk_surge_warning_cleared_by')),
    sa.ForeignKeyConstraint(['edited_by'], ['person.id'], name=op.f('fk_surge_warning_edited_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_surge_warning_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surge_warning'))
    )
    op.create_index('ix_surge_warning_kind_subject', 'surge_warning', ['kind', 'subject'])
    op.create_table('consultation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('start_on', sa.Date(), nullable=False),
    sa.Column('end_on', sa.Date(), nullable=False),
    sa.Column('link', sa.String(length=2000), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('contact', sa.String(length=200), nullable=False),
    sa.Column('watch_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('group_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('grouped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('parked', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_consultation_created_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_consultation_unit_id')),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_consultation_watch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consultation'))
    )
    op.create_index('ix_consultation_group_at', 'consultation', ['group_at'])
    op.create_table('warning_article',
    sa.Column('warning_id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_warning_article_article_id')),
    sa.ForeignKeyConstraint(['warning_id'], ['surge_warning.id'], name=op.f('fk_warning_article_warning_id')),
    sa.PrimaryKeyConstraint('warning_id', 'article_id', name=op.f('pk_warning_article'))
    )
    op.create_index('ix_warning_article_article_id', 'warning_article', ['article_id'])
    op.create_table('announcement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=True),
    sa.Column('warning_id', sa.Integer(), nullable=True),
    sa.Column('group_ids', sa.JSON(), nullable=False),
    sa.Column('outlet_id', sa.Integer(), nullable=False),
    sa.Column('link', sa.String(length=2000), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_announcement_consultation_id')),
    sa.ForeignKeyConstraint(['outlet_id'], ['publication_channel.id'], name=op.f('fk_announcement_outlet_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_announcement_recorded_by')),
    sa.ForeignKeyConstraint(['warning_id'], ['surge_warning.id'], name=op.f('fk_announcement_warning_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    op.create_index('ix_announcement_consultation_id', 'announcement', ['consultation_id'])
    op.create_index('ix_announcement_warning_id', 'announcement', ['warning_id'])
    op.create_table('suggestion_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('named', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('decision', sa.String(length=8), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_count', sa.Integer(), nullable=True),
    sa.CheckConstraint("decision in ('adopted', 'partly', 'rejected')", name=op.f('ck_suggestion_group_decision')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_suggestion_group_consultation_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_suggestion_group_decided_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion_group'))
    )
    op.create_index('ix_suggestion_group_consultation_id', 'suggestion_group', ['consultation_id'])
    op.create_table('suggestion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('origin', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_suggestion_added_by')),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_suggestion_article_id')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_suggestion_consultation_id')),
    sa.ForeignKeyConstraint(['group_id'], ['suggestion_group.id'], name=op.f('fk_suggestion_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion')),
    sa.UniqueConstraint('consultation_id', 'key', name=op.f('uq_suggestion_consultation_id_key'))
    )
    op.create_index('ix_suggestion_article_id', 'suggestion', ['article_id'])
    op.create_index('ix_suggestion_group_id', 'suggestion', ['group_id'])
