"""registered publication channels, and what a season raises"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('publication_channel',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind in ('website', 'wechat', 'weibo', 'app', 'press', 'superior', 'other')", name=op.f('ck_publication_channel_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication_channel')),
    sa.UniqueConstraint('name', name=op.f('uq_publication_channel_name'))
    )
    with op.batch_alter_table('release', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outlet_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_release_outlet_id'), ['outlet_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_release_outlet_id'), 'publication_channel', ['outlet_id'], ['id'])

    with op.batch_alter_table('season', schema=None) as batch_op:
        batch_op.add_column(sa.Column('persons', sa.Integer(), server_default='3', nullable=False))
        batch_op.add_column(sa.Column('judge_minutes', sa.Integer(), server_default='15', nullable=False))

    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shortened_why', sa.Text(), nullable=True))
