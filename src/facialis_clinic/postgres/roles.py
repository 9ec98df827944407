"""The two roles of the site: one owns the database and migrates, one serves and can do no more than that."""

from __future__ import annotations

import psycopg
from psycopg import sql

from facialis_clinic.postgres import DatabaseError

DATABASE = "facialis"
OWNER = "facialis_owner"
APP = "facialis_app"
OLDEST = 150000
BUILTIN_LOCALES = 170000

# Rights that tables made later get by themselves. No TRUNCATE: it would pass by every trigger for rows.
_RIGHTS = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {app}",
    "ALTER DATABASE {database} SET search_path = public, pg_temp",
    "ALTER DATABASE {database} SET timezone = 'UTC'",
    "ALTER DATABASE {database} SET idle_in_transaction_session_timeout = '10min'",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)


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
            _old(admin)
            for role, password in ((OWNER, owner_password), (APP, app_password)):
                _role(admin, role, password)
            _database(admin)
        with psycopg.connect(admin_url, dbname=DATABASE, autocommit=True) as inside, inside.transaction():
            inside.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
            for line in _RIGHTS:
                inside.execute(_filled(line))
    except psycopg.Error as error:
        raise DatabaseError(f"making the roles and the database: {first_line(error)}") from error


def _role(admin: psycopg.Connection, role: str, password: str) -> None:
    verifier = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    there = admin.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if there and there[0]:
        raise DatabaseError(
            f"the role {role} is there and is a superuser or passes by row security: take that away first"
        )
    verb = "ALTER" if there else "CREATE"
    admin.execute(sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier)))


def _database(admin: psycopg.Connection) -> None:
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        return
    if not admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (True,):
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
    admin.execute(
        _filled(f"CREATE DATABASE {{database}} OWNER {{owner}} TEMPLATE template0 ENCODING 'UTF8' {_locale(admin)}")
    )


def _locale(admin: psycopg.Connection) -> str:
    if admin.info.server_version >= BUILTIN_LOCALES:
        return "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
    return "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"


def _filled(line: str) -> sql.Composed:
    return sql.SQL(line).format(  # type: ignore[arg-type]
        database=sql.Identifier(DATABASE), owner=sql.Identifier(OWNER), app=sql.Identifier(APP)
    )


def _old(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < OLDEST:
        raise DatabaseError(f"the server is PostgreSQL {version // 10000}: Facialis needs 15 or newer")


def first_line(error: Exception) -> str:
    """Return what an error says in one line, without the hints below it."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
