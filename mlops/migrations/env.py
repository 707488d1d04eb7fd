"""Run by Alembic inside our process, on the connection that ``mlops.store`` hands over."""

from __future__ import annotations

from alembic import context

from mlops.store_tables import metadata

if __name__ != "mlops.migrations.env":  # loaded by path, by Alembic; imported, it does nothing
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    context.run_migrations()
