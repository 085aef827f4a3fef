"""Migrations: from empty to exactly the tables, harmless twice, and never downwards by mistake."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session
from writers import in_processes

import store.tables  # noqa: F401 - the tables must be known for comparison
from store import db, journal, migrate, schema
from store.tables import Attachment, Event, JournalEntry, Volume

AT = {"at": "2026-11-20 01:30:00+00"}


def differences(url):
    engine = db.make_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": db.Base.metadata}
        )
        found = compare_metadata(context, db.Base.metadata)
    engine.dispose()
    return found


def test_an_empty_database_becomes_exactly_the_tables(empty_database_url):
    assert not schema.is_current(empty_database_url)
    migrate.upgrade(empty_database_url)
    assert schema.is_current(empty_database_url)
    assert differences(empty_database_url) == []


def test_the_comparison_would_find_a_missing_column(database_url):
    engine = db.make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE source DROP COLUMN region"))
    engine.dispose()
    assert "region" in repr(differences(database_url))


def test_upgrading_twice_is_harmless(database):
    with db.transaction() as session:
        session.execute(text("INSERT INTO unit (name, kind, rank, active) VALUES ('办公室', '科室', 0, true)"))
    migrate.upgrade(database)
    with db.reading() as session:
        assert session.execute(text("SELECT name FROM unit")).scalars().all() == ["办公室"]
    assert differences(database) == []


def upgrade(url, _):
    migrate.upgrade(url)
    return schema.is_current(url)


def test_processes_that_upgrade_together_end_with_the_tables(empty_database_url):
    assert in_processes(2, upgrade, empty_database_url) == [True, True]
    assert differences(empty_database_url) == []


def test_a_newer_schema_is_refused_and_nothing_is_changed(database_url):
    engine = db.make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        before = sorted(inspect(connection).get_table_names())
    assert not schema.is_current(database_url)
    with pytest.raises(RuntimeError, match=r"9999.*升级程序.*没有改动"):
        migrate.upgrade(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["9999"]
        assert sorted(inspect(connection).get_table_names()) == before
    engine.dispose()


def test_a_migration_that_fails_half_way_leaves_nothing_behind(empty_database_url, monkeypatch):
    real = migrate.command.upgrade

    def fails(config, revision):
        engine = config.attributes["connection"]
        engine.execute(text("CREATE TABLE half (id INTEGER)"))
        raise OSError("power cut")

    monkeypatch.setattr(migrate.command, "upgrade", fails)
    with pytest.raises(OSError, match="power cut"):
        migrate.upgrade(empty_database_url)
    monkeypatch.setattr(migrate.command, "upgrade", real)
    migrate.upgrade(empty_database_url)
    assert differences(empty_database_url) == []


def test_rows_of_the_first_schema_are_kept(empty_database_url):
    migrate.upgrade(empty_database_url, "0001")
    engine = db.make_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO unit (id, name, kind, rank, active) VALUES (1, '办公室', '科室', 0, true)")
        )
        person = "INSERT INTO person (id, name, unit_id, active, role) VALUES (1, '值班员A', 1, true, 'duty')"
        connection.execute(text(person))
    migrate.upgrade(empty_database_url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT name, must_change, totp_step FROM person")).all() == [
            ("值班员A", False, 0)
        ]
    engine.dispose()
    assert differences(empty_database_url) == []


def test_rows_of_the_second_schema_are_kept_and_seasons_get_their_raised_level(empty_database_url):
    migrate.upgrade(empty_database_url, "0002")
    engine = db.make_engine(empty_database_url)
    rows = (
        "INSERT INTO person (id, name, active, role) VALUES (1, '值班员A', true, 'duty')",
        "INSERT INTO unit (id, name, kind, rank, active) VALUES (1, '办公室', '科室', 0, true)",
        "INSERT INTO season (id, name, start_on, end_on) VALUES (1, '双11', '2026-11-08', '2026-11-12')",
        "INSERT INTO lead (id, title, channel, state, suspected, quiet, detected_at, proposed_at, level, reasons)"
        " VALUES (1, '线索', 'news', 'confirmed', false, false, :at, :at, 'blue', '[]')",
        'INSERT INTO "case" (id, year, number, lead_id, title, channel, state, level, emergency, unit_id, t0, t0_basis,'
        " detected_at, opened_at, opened_by)"
        " VALUES (1, 2026, 1, 1, '事项', 'news', 'released', 'blue', false, 1, :at, 'detected', :at, :at, 1)",
        "INSERT INTO release (id, case_id, kind, published_at, channel, publisher, recorded_at, recorded_by)"
        " VALUES (1, 1, 'release', :at, '局网站', '本局', :at, 1)",
    )
    with engine.begin() as connection:
        for row in rows:
            connection.execute(text(row), AT if ":at" in row else {})
    migrate.upgrade(empty_database_url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT name, persons, judge_minutes FROM season")).all() == [("双11", 3, 15)]
        assert connection.execute(text("SELECT channel, outlet_id FROM release")).all() == [("局网站", None)]
    engine.dispose()
    assert differences(empty_database_url) == []


def test_a_chain_of_the_fourth_schema_still_holds_and_pictures_get_the_time_of_their_lead(empty_database_url):
    migrate.upgrade(empty_database_url, "0004")
    old = JournalEntry(
        seq=1,
        at=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
        actor="person-1",
        action="open_evidence",
        object="article-1",
    )
    old.facts, old.previous = {"reason": "核对原文", "sound": True}, journal.FIRST
    old.hash = journal.digest_of(old)
    lead = (
        "INSERT INTO lead (id, title, channel, state, suspected, quiet, detected_at, proposed_at, level, reasons)"
        " VALUES (1, '线索', 'news', 'open', false, false, :at, :at, 'blue', '[]')"
    )
    picture = (
        "INSERT INTO attachment (id, lead_id, name, media_type, size, sha256)"
        " VALUES ({}, {}, '截图', 'image/png', 9, 'ab')"
    )
    db.connect(empty_database_url)
    with db.transaction() as session:
        session.add(old)
        session.execute(text(lead), AT)
        session.execute(text(picture.format(1, 1)))
        session.execute(text(picture.format(2, "NULL")))
    db.disconnect()
    migrate.upgrade(empty_database_url)
    assert differences(empty_database_url) == []
    db.connect(empty_database_url)
    with db.transaction() as session:
        entered = [row.entered_at for row in session.scalars(select(Attachment).order_by(Attachment.id))]
        assert entered == [datetime(2026, 11, 20, 1, 30, tzinfo=UTC), None]
        journal.record_words(session, "person-1", "open_evidence", "article-1", entered[0], "核对原文", {})
        assert journal.first_broken(session) is None
        assert journal.head(session)[0] == 2
    db.disconnect()


def test_articles_of_the_sixth_schema_are_counted_by_the_hour_and_running_topics_ask_for_their_heat(empty_database_url):
    migrate.upgrade(empty_database_url, "0006")
    engine = db.make_engine(empty_database_url)
    source = (
        "INSERT INTO source (id, name, url, kind, role, channel, authority, interval, enabled, attempts, created_at,"
        " failures) VALUES (1, '清源晚报', 'https://a.example', 'feed', 'open', 'news', 'city', 300, true, 0, :at, 0)"
    )
    event = (
        "INSERT INTO event (id, key, title, channel, first_at, last_at, articles, copies)"
        " VALUES ({0}, '{0}', '话题', 'news', {1}, {1}, 1, 0)"
    )
    article = (
        "INSERT INTO article (id, source_id, link, title, body, channel, published_at, date_only, first_seen_at,"
        " attempts, event_id) VALUES ({0}, 1, 'https://a.example/{0}', '标题', '正文', 'news', :at, {1}, :seen, 0, 1)"
    )
    verdict = (
        "INSERT INTO verdict (article_id, maker, at, relevance, sections, sentiment, sentiment_score, intent, topic,"
        " emergency, rumour, place, ours, grave, opens, reasons)"
        " VALUES (1, 'system', :at, 1, '[\"食品安全科\"]', 'negative', -1, '投诉', '食品', 0, 0, '[]', true, false,"
        " 'none', '[]')"
    )
    seen = {"seen": "2026-11-20 03:10:00+00"}
    with engine.begin() as connection:
        connection.execute(text(source), AT)
        connection.execute(text(event.format(1, ":at")), AT)
        connection.execute(text(event.format(2, "'2026-11-01 01:30:00+00'")))
        connection.execute(text(article.format(1, "false")), AT | seen)
        connection.execute(text(article.format(2, "true")), AT | seen)
        connection.execute(text(verdict), AT)
    migrate.upgrade(empty_database_url)
    assert differences(empty_database_url) == []
    with Session(engine) as session:
        rows = session.execute(
            select(Volume.scope, Volume.name, Volume.hour, Volume.articles).order_by(Volume.id)
        ).all()
        hour = datetime(2026, 11, 20, 1, tzinfo=UTC)
        assert [(row.scope, row.name, row.hour, row.articles) for row in rows] == [
            ("all", "", hour, 1),
            ("all", "", hour.replace(hour=3), 1),
            ("topic", "食品", hour, 1),
            ("unit", "食品安全科", hour, 1),
        ]
        assert [event.heat_at is not None for event in session.scalars(select(Event).order_by(Event.id))] == [
            True,
            False,
        ]
    engine.dispose()
