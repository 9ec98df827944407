"""The two roles of the site: one owns the database and migrates, one serves and can do no more than that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from facialis_clinic.postgres import DatabaseError

DATABASE = "facialis"
OWNER = "facialis_owner"
APP = "facialis_app"
OLDEST = 150000  # as libpq numbers versions
BUILTIN_LOCALES = 170000

_LOCALES = ("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'", "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
# Tables made later get their rights by themselves, those that are there keep what a migration took from them. No
# TRUNCATE: it would pass by every trigger for rows.
_DEFAULTS = (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES"))
# Run inside the database as its owner.
_RIGHTS = (
    f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
    f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}",
    f"ALTER DATABASE {DATABASE} SET search_path = public, pg_temp",
    f"ALTER DATABASE {DATABASE} SET timezone = 'UTC'",
    f"ALTER DATABASE {DATABASE} SET idle_in_transaction_session_timeout = '10min'",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    f"GRANT USAGE ON SCHEMA public TO {APP}",
    *(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {kind} TO {APP}" for rights, kind in _DEFAULTS),
)
_BELONG_TO_OWNER = f"GRANT {OWNER} TO CURRENT_USER"
_TOO_MUCH = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"


def provision(admin_url: str, *, owner_password: str, app_password: str) -> None:
    """Make both roles and the database on a server, or bring those that are there to what they should be.

    Parameters
    ----------
    admin_url : str
        The server as a role that may make roles and databases, a superuser or not.
    owner_password, app_password : str
        What the two roles shall sign in with. Only their scram verifiers are sent.

    Raises
    ------
    DatabaseError
        When the server is too old, cannot be reached or does not allow it.
    """
    try:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            _check_version(admin)
            for role, password in ((OWNER, owner_password), (APP, app_password)):
                _role(admin, role, password)
            if not admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user AND rolsuper").fetchone():
                admin.execute(_BELONG_TO_OWNER.encode())
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                admin.execute(_create_database(builtin=admin.info.server_version >= BUILTIN_LOCALES).encode())
        with psycopg.connect(admin_url, dbname=DATABASE, autocommit=True) as inside, inside.transaction():
            inside.execute(f"SET LOCAL ROLE {OWNER}".encode())
            for line in _RIGHTS:
                inside.execute(line.encode())
    except psycopg.Error as error:
        raise DatabaseError(f"making the roles and the database: {first_line(error)}") from error


def provision_sql(*, builtin: bool = True) -> str:
    """Return what :func:`provision` does as a script for ``psql``, for whoever makes databases by hand.

    Parameters
    ----------
    builtin : bool
        Whether the server has PostgreSQL's own locales: 17 and newer.
    """
    lines = [
        f"CREATE ROLE {OWNER} LOGIN PASSWORD 'choose one';",
        f"CREATE ROLE {APP} LOGIN PASSWORD 'choose another';",
        f"{_BELONG_TO_OWNER};",
        f"{_create_database(builtin=builtin)};",
        f"\\connect {DATABASE}",
        f"SET ROLE {OWNER};",
        *(f"{line};" for line in _RIGHTS),
    ]
    return "\n".join(lines) + "\n"


def seclude(admin_url: str) -> None:
    """Let both roles into their own database alone, and their errors to the site alone. Needs a superuser.

    The text of an error may hold a patient's values, so it is not for the server's log.
    """
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for database in ("postgres", "template1"):
            admin.execute(f"REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC".encode())
        for role in (OWNER, APP):
            admin.execute(f"ALTER ROLE {role} SET log_min_messages = 'log'".encode())


@contextmanager
def without_default_rights(url: str) -> Iterator[None]:
    """Let new tables have no rights but those that are spelled out for each, as in a dump of them; then as before.

    Parameters
    ----------
    url : str
        The database as its owner.
    """
    _default_rights(url, "REVOKE", "FROM")
    try:
        yield
    finally:
        _default_rights(url, "GRANT", "TO")


def _default_rights(url: str, verb: str, preposition: str) -> None:
    try:
        with psycopg.connect(url) as owner:
            for rights, kind in _DEFAULTS:
                line = f"ALTER DEFAULT PRIVILEGES IN SCHEMA public {verb} {rights} ON {kind} {preposition} {APP}"
                owner.execute(line.encode())
    except psycopg.Error as error:
        raise DatabaseError(f"the rights of {APP}: {first_line(error)}") from error


def check_server(url: str) -> None:
    """Refuse a server that the site cannot use: not reachable, too old, or a role that serves and may do everything."""
    try:
        with psycopg.connect(url) as connection:
            _check_version(connection)
            row = connection.execute(
                f"SELECT rolname FROM pg_roles WHERE rolname = current_user AND ({_TOO_MUCH})".encode()  # noqa: S608
            ).fetchone()
    except psycopg.Error as error:
        raise DatabaseError(f"DATABASE_URL: {first_line(error)}") from error
    if row:
        raise DatabaseError(
            f"DATABASE_URL: {row[0]} may do more than serve: use {APP}, docs/operations.md says how it is made"
        )


def first_line(error: Exception) -> str:
    """Return what an error says in one line, without the hints below it."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _role(admin: psycopg.Connection, role: str, password: str) -> None:
    """Make a role that may sign in and nothing else; refuse one that is there and may more."""
    query = f"SELECT {_TOO_MUCH} FROM pg_roles WHERE rolname = %s"  # noqa: S608 - constants
    there = admin.execute(query.encode(), [role]).fetchone()
    if there and there[0]:
        raise DatabaseError(f"the role {role} is there already and may do more than it should: take that from it first")
    verifier = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    admin.execute(f"{'ALTER' if there else 'CREATE'} ROLE {role} LOGIN PASSWORD '{verifier}'".encode())


def _create_database(*, builtin: bool) -> str:
    locale = _LOCALES[0] if builtin else _LOCALES[1]
    return f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8' {locale}"


def _check_version(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < OLDEST:
        raise DatabaseError(f"the server is PostgreSQL {version // 10000}: Facialis needs {OLDEST // 10000} or newer")
