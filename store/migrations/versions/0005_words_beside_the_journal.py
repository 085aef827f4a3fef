"""what people write for the journal stands beside its chain; when a screenshot was entered"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.create_table('journal_words',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['seq'], ['journal.seq'], name=op.f('fk_journal_words_seq')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_journal_words'))
    )
    op.add_column('attachment', sa.Column('entered_at', sa.DateTime(timezone=True)))
    op.execute('UPDATE attachment SET entered_at = (SELECT proposed_at FROM lead WHERE lead.id = attachment.lead_id)')
