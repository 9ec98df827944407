"""The chain: who may write it, how a row gets its place and its hash, and that none is changed afterwards.

An event is first put into ``audit_pending``. Just before the transaction commits, a deferred trigger moves all that it
holds into ``audit_event``: so a page and its log entry stand or fall together, what was rolled back to a savepoint is
gone, and the chain's lock is held for the commit alone and not for the whole request.
"""

from django.db import migrations

HASH = """
CREATE FUNCTION audit_hash(event audit_event) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    -- The bytes are described in docs/audit.md; the verifier makes them by itself.
    SELECT sha256(convert_to(concat_ws(E'\\t',
        'facialis.audit/1',
        encode(event.previous, 'hex'),
        coalesce(event.subject::text, '-'),
        event.seq::text,
        (extract(epoch FROM event.at) * 1000000)::bigint::text,
        coalesce(event.actor::text, '-'),
        event.role,
        event.verb,
        event.kind,
        coalesce(event.thing::text, '-'),
        coalesce(encode(event.note_hash, 'hex'), '-')
    ), 'UTF8'))
$$;
"""

PLACE = """
CREATE FUNCTION audit_place() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    chain_id uuid := coalesce(NEW.subject, '00000000-0000-0000-0000-000000000000');
    head audit_head;
BEGIN
    INSERT INTO audit_head VALUES (chain_id, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM audit_head WHERE chain = chain_id FOR UPDATE;
    NEW.seq := head.seq + 1;
    NEW.at := coalesce(NEW.at, clock_timestamp());
    NEW.previous := head.hash;
    NEW.hash := audit_hash(NEW);
    UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash WHERE chain = chain_id;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_event_place BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_place();
"""

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only the databases that tests make for themselves are emptied between two tests.
    IF TG_OP = 'TRUNCATE' AND starts_with(current_database(), 'test_') THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_event_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_note_refuse BEFORE UPDATE OR TRUNCATE ON audit_note
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_refuse BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

PENDING = """
CREATE TABLE audit_pending (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ready boolean NOT NULL DEFAULT false,
    subject uuid,
    actor uuid,
    role text NOT NULL CHECK (role ~ '^[a-z][a-z_]{0,31}$'),
    verb text NOT NULL CHECK (verb ~ '^[a-z][a-z_]{0,31}$'),
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{0,31}$'),
    thing uuid,
    note text NOT NULL DEFAULT ''
);
CREATE INDEX audit_pending_txid ON audit_pending (txid);
-- One page that opens one thing for one reason is one reading of it, however often it asks.
CREATE UNIQUE INDEX audit_pending_read_once ON audit_pending (txid, subject, actor, kind, thing, md5(note))
    NULLS NOT DISTINCT WHERE verb = 'read';
"""

APPEND = """
CREATE FUNCTION audit_ready() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- This queues audit_append behind all other deferred checks of the transaction, foreign keys among them: once a
    -- chain is locked, the transaction must not wait for any other row.
    UPDATE audit_pending SET ready = true WHERE txid = pg_current_xact_id() AND NOT ready;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_pending_ready AFTER INSERT ON audit_pending
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_ready();

CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    practice CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    one audit_pending;
    fresh bytea;
    digest bytea;
BEGIN
    -- All chains of the transaction are locked in one order, the same for everybody: nobody waits in a circle.
    INSERT INTO audit_head
        SELECT DISTINCT coalesce(subject, practice), 0, decode(repeat('00', 32), 'hex')
        FROM audit_pending WHERE txid = pg_current_xact_id() ORDER BY 1
        ON CONFLICT DO NOTHING;
    PERFORM FROM audit_head
        WHERE chain IN (SELECT coalesce(subject, practice) FROM audit_pending WHERE txid = pg_current_xact_id())
        ORDER BY chain FOR UPDATE;
    FOR one IN SELECT * FROM audit_pending WHERE txid = pg_current_xact_id() ORDER BY id LOOP
        digest := NULL;
        IF one.note <> '' THEN
            fresh := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
            digest := sha256(fresh || convert_to(one.note, 'UTF8'));
            INSERT INTO audit_note (hash, subject, salt, text) VALUES (digest, one.subject, fresh, one.note);
        END IF;
        INSERT INTO audit_event (subject, actor, role, verb, kind, thing, note_hash)
            VALUES (one.subject, one.actor, one.role, one.verb, one.kind, one.thing, digest);
        IF one.verb = 'forgot' AND one.kind = 'person' AND one.subject IS NOT NULL THEN
            -- The one way in which a note goes, and the chain tells it.
            DELETE FROM audit_note WHERE subject = one.subject;
        END IF;
    END LOOP;
    DELETE FROM audit_pending WHERE txid = pg_current_xact_id();
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_pending_append AFTER UPDATE ON audit_pending
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_append();
REVOKE ALL ON FUNCTION audit_append(), audit_ready() FROM PUBLIC;
"""

RIGHTS = """
REVOKE ALL ON audit_event, audit_head, audit_note, audit_pending, audit_verification FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'facialis_app') THEN
        REVOKE ALL ON audit_event, audit_head, audit_note, audit_pending, audit_verification FROM facialis_app;
        GRANT SELECT ON audit_event, audit_head, audit_note TO facialis_app;
        GRANT INSERT ON audit_pending TO facialis_app;
        GRANT SELECT, INSERT ON audit_verification TO facialis_app;
        GRANT USAGE ON SEQUENCE audit_verification_id_seq TO facialis_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(sql) for sql in (HASH, PLACE, REFUSE, PENDING, APPEND, RIGHTS)]
