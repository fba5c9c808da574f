"""What Alembic runs: the migrations, on the connection that `migrating` gives."""

from alembic import context

from cloison.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,
)
context.run_migrations()
