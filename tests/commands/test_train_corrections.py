"""An office teaches the service: corrected, trained, adopted while the worker runs, broken, mended, taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import own_lessons as made
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from alerts import checks
from classifier import layer
from classifier.jobs import judge_due
from classifier.standing import Standing
from domain.case import Level
from domain.correction import Answers
from huiying.cli import main
from huiying.folder import template_text
from store import corrections, db, leads, learned, sources, teaching
from store.articles import NewArticle, add_articles, verdict_of
from store.correcting import correct
from store.db import reading, transaction
from store.org import put_units, read_org
from store.settings import Settings
from store.tables import Article, JournalEntry, Lead, Learned, Person, Source, Unit

T = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
FEW = [text for n, text in enumerate(made.texts()) if n % 2]
NEW = "清源市大桥下的换电柜坏了，换电的押金退不了"


class Office:
    """An office whose worker runs: `standing` is its judge."""

    def __init__(self, folder: Path, url: str) -> None:
        self.env = {"HUIYING_DATA_DIR": str(folder), "DATABASE_URL": url}
        self.settings = Settings.from_env(self.env)
        self.settings.org_file.write_text(template_text("market_supervision"), "utf-8")
        org = read_org(self.settings.org_file)
        with transaction() as session:
            put_units(session, org)
            session.add(Person(name="值班员A", username="duty", role="duty"))
            sources.add_source(session, "https://box.example/", T, name="局长信箱", channel="message")
        self.numbers = count()
        self.standing = Standing(org, folder)

    def publish(self, *texts: str) -> list[int]:
        """Let articles come in and be judged; return their ids."""
        with transaction() as session:
            source = session.scalars(select(Source)).one()
            links = [NewArticle(f"https://box.example/{next(self.numbers):05}", "", text) for text in texts]
            ids = [one.id for one in add_articles(session, source, links, T, with_page=False)]
        judge_due(self.standing, lambda: T)  # type: ignore[arg-type]
        return ids

    def section(self, article_id: int) -> str:
        """Return the unit the shown verdict ranks first."""
        with reading() as session:
            found = verdict_of(session.get_one(Article, article_id))
            assert found is not None
            return found.sections[0]

    def correct(self, *ids: int, **answers: object) -> None:
        """Let the duty officer correct articles."""
        with transaction() as session:
            person = session.scalars(select(Person)).one()
            for id_ in ids:
                correct(session, session.get_one(Article, id_), Answers(**answers), person, T)  # type: ignore[arg-type]

    def train(self, *words: str) -> Result:
        """Run `huiying train`."""
        done = CliRunner().invoke(main, ["train", *words], env=self.env)
        db.connect(self.env["DATABASE_URL"])
        return done

    @property
    def folder(self) -> Path:
        """Where the parameters in force lie."""
        with reading() as session:
            row = learned.current(session)
            assert row is not None
            assert row.version is not None
            return learned.folder_of(self.settings.data_dir, row.version)


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    return Office(tmp_path, database)


def test_what_is_adopted_judges_at_once_and_can_be_taken_back(office):
    taught = office.publish(*FEW)
    office.correct(*taught, unit=made.UNIT)
    assert office.section(office.publish(NEW)[0]) != made.UNIT
    done = office.train("--corrections")
    assert done.exit_code == 0, done.output
    assert "牵头科室：学习 " in done.output
    assert "已采用，下一批信息起生效" in done.output
    assert office.section(office.publish(NEW + "。")[0]) == made.UNIT
    files = {name: (office.folder / name).read_bytes() for name in layer.FILES}
    again = office.train("--corrections")
    assert "已采用" in again.output
    assert files == {name: (office.folder / name).read_bytes() for name in layer.FILES}
    assert "恢复上一份" in office.train("--revert").output
    assert "恢复随程序提供的参数" in office.train("--revert").output
    assert office.section(office.publish(NEW + "！")[0]) != made.UNIT
    nothing = office.train("--revert")
    assert (nothing.exit_code, "没有可撤回的" in nothing.output) == (1, True)
    with reading() as session:
        actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)).all()
        figures = session.scalars(select(Learned.figures).order_by(Learned.id)).first()
    assert actions[-4:] == ["adopt_learned", "adopt_learned", "revert_learned", "revert_learned"]
    assert [one["question"] for one in figures or []] == ["unit", "relevant", "all"]


def test_a_broken_file_falls_back_with_a_finding_until_it_is_mended(office):
    office.correct(*office.publish(*FEW), unit=made.UNIT)
    office.train("--corrections")
    weights = office.folder / "weights.npy"
    kept = weights.read_bytes()
    weights.unlink()
    assert office.section(office.publish(NEW)[0]) != made.UNIT
    with reading() as session:
        (finding,) = checks.parameters(session, T)
    assert finding.words == "本单位的初判参数不能用，已改用随程序提供的参数：文件读不出（No such file or directory）"
    weights.write_bytes(b"\x93NUMPY foreign")
    assert office.section(office.publish(NEW + "1")[0]) != made.UNIT
    weights.write_bytes(kept)
    assert office.section(office.publish(NEW + "2")[0]) == made.UNIT
    with reading() as session:
        assert list(checks.parameters(session, T)) == []


def test_too_few_are_counted_and_nothing_is_written(office):
    office.correct(*office.publish(*FEW[:12]), sentiment="neutral")
    done = office.train("--corrections")
    assert done.exit_code == 1
    assert "每一问至少要 40 条" in done.output
    assert "态度 12 条" in done.output
    with reading() as session:
        assert session.scalars(select(Learned)).all() == []
    assert office.train().exit_code == 2
    assert "选一个" in office.train("--revert", "--corrections").output


def lead_on(article_id: int) -> int:
    """Open a lead that rests on an article."""
    with transaction() as session:
        unit = session.scalars(select(Unit)).first()
        person = session.scalars(select(Person)).one()
        lead = leads.enter(session, person, T, title="甲", text="", channel="message", unit=unit)
        lead.article_id = article_id
        return lead.id


def test_judged_leads_teach_without_being_written_twice(office):
    mine, theirs, mixed, waiting = office.publish("甲事 电话13812345678", "乙事", "丙事", "丁事")
    made_leads = [lead_on(one) for one in (mine, theirs, mixed, waiting)]
    with transaction() as session:
        person = session.scalars(select(Person)).one()
        unit = session.scalars(select(Unit).where(Unit.name == made.UNIT)).one()
        own, foreign, both = (session.get_one(Lead, id_) for id_ in made_leads[:3])
        leads.confirm(session, own, person, T, unit=unit, level=Level.YELLOW, emergency=False)
        for lead in (foreign, both):
            leads.dismiss(session, lead, person, T, "属外市")
    office.correct(mixed, relevant=True)
    with reading() as session:
        found = {one.text: dict(one.labels) for one in teaching.teachings(session)}
        assert len(corrections.in_force(session)) == 1
    assert found == {
        "甲事 电话138******78": {"relevant": "yes", "unit": made.UNIT},
        "乙事": {"relevant": "no"},
        "丙事": {"relevant": "yes"},
    }


def test_nothing_sealed_and_nothing_taken_back_is_taught(office, monkeypatch):
    shut, open_, undone = office.publish("密封的事", "公开的事", "撤回的事")
    office.correct(shut, open_, undone, sentiment="positive")
    office.correct(undone)
    monkeypatch.setattr(Article, "sealed", property(lambda one: one.id == shut), raising=False)
    with reading() as session:
        assert [one.text for one in teaching.teachings(session)] == ["公开的事"]


@pytest.mark.parametrize(
    ("emergency", "opens", "label"),
    [(0.9, "none", "emergency"), (0.1, "provisional", "emergency"), (0.1, "lead", "relevant")],
)
def test_what_a_false_alarm_teaches_depends_on_why_it_was_proposed(office, emergency, opens, label):
    (article,) = office.publish("误报的事")
    office.correct(article, false_alarm=True)
    with transaction() as session:
        row = corrections.latest(session, article)
        assert row is not None
        row.said = row.said | {"emergency": emergency, "opens": opens}
        assert teaching.labels_of(row) == {label: "no"}
