"""tiles and witnesses of the ledger"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('tile',
    sa.Column('log', sa.String(length=40), nullable=False),
    sa.Column('level', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('hashes', sa.LargeBinary(), nullable=False),
    sa.Column('root', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['log'], ['log.name'], name=op.f('fk_tile_log')),
    sa.PrimaryKeyConstraint('log', 'level', 'number', name=op.f('pk_tile'))
    )
    op.create_table('witness',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('verifier_key', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_witness')),
    sa.UniqueConstraint('verifier_key', name=op.f('uq_witness_verifier_key'))
    )
    op.create_table('cosignature',
    sa.Column('log', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('witness', sa.String(length=200), nullable=False),
    sa.Column('line', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['log', 'size'], ['head.log', 'head.size'], name=op.f('fk_cosignature_log')),
    sa.ForeignKeyConstraint(['witness'], ['witness.name'], name=op.f('fk_cosignature_witness')),
    sa.PrimaryKeyConstraint('log', 'size', 'witness', name=op.f('pk_cosignature'))
    )


def downgrade() -> None:
    op.drop_table('cosignature')
    op.drop_table('witness')
    op.drop_table('tile')
