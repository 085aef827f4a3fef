"""密封: what only 纪检 and the handler read; priorities, themes and personal data in the verdict"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.create_table('seal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('about_unit_id', sa.Integer(), nullable=True),
    sa.Column('handler_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_by', sa.Integer(), nullable=True),
    sa.Column('opened_why', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_seal_by')),
    sa.ForeignKeyConstraint(['about_unit_id'], ['unit.id'], name=op.f('fk_seal_about_unit_id')),
    sa.ForeignKeyConstraint(['handler_id'], ['person.id'], name=op.f('fk_seal_handler_id')),
    sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_seal_opened_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seal'))
    )
    op.create_index('ix_seal_at', 'seal', ['at'])
    op.create_table('sealed_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seal_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['seal_id'], ['seal.id'], name=op.f('fk_sealed_text_seal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sealed_text')),
    sa.UniqueConstraint('what', name=op.f('uq_sealed_text_what'))
    )
    op.create_index('ix_sealed_text_seal_id', 'sealed_text', ['seal_id'])
    for table in ('article', 'lead', 'case'):
        # In place: copying a table would break what refers to its rows.
        key = sa.ForeignKey('seal.id', name=f'fk_{table}_seal_id')
        op.add_column(table, sa.Column('seal_id', sa.Integer(), key), inline_references=True)
        op.create_index(f'ix_{table}_seal_id', table, ['seal_id'])
    for column in (
        sa.Column('sealed', sa.String(12)),
        sa.Column('about', sa.String(100)),
        sa.Column('personal', sa.JSON()),
        sa.Column('must_respond', sa.String(20)),
        sa.Column('themes', sa.JSON()),
        *(sa.Column(flag, sa.Boolean(), server_default=sa.false(), nullable=False)
          for flag in ('major_decision', 'vital_interest', 'public_concern')),
    ):
        op.add_column('verdict', column)
