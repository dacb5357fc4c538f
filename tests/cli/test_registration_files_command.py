"""`hongyan registration pack`, `import`, `waves`, `migrate`: as the carrier liaison uses them."""

from __future__ import annotations

import io
import stat
import zipfile
from functools import partial
from pathlib import Path

import command_line
import pytest
from command_line import hongyan

from hongyan.compliance.registration.sheets import layouts

SIGNATURE = "杭州云雁科技"
done, refused = partial(command_line.done, "registration"), partial(command_line.refused, "registration")
FILING = """
[operator]
name = "鸿雁平台"
[layouts]
mobile = "mobile.toml"
"""


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A sandbox whose signatures wait for a pack. Its tenant has no licence, so the columns ask for none."""
    columns = (Path(layouts.__file__).parent / "layouts" / "mobile.toml").read_text("utf-8")
    bare = columns.replace('field = "license_paper"\nrequired = true', 'field = "license_paper"')
    (tmp_path / "mobile.toml").write_text(bare, "utf-8")
    (tmp_path / "filing.toml").write_text(FILING, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HONGYAN_REGISTRAR", "pack")
    monkeypatch.setenv("HONGYAN_FILING", str(tmp_path / "filing.toml"))
    assert hongyan("sandbox", "seed", "--json").code == 0
    return tmp_path


def test_a_pack_is_taken_and_its_answers_are_brought_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = done("pack", "--carrier", "mobile", "--most", "1", "--dry-run", "--json").json
    assert (len(first["filings"]), first["more"]) == (1, True)
    dry = done("pack", "--carrier", "mobile", "--dry-run", "--json").json
    assert (dry["file"], dry["filed"], len(dry["filings"])) == (None, [], 2)
    assert "would hold 2" in done("pack", "--carrier", "移动", "--dry-run").out

    made = done("pack", "--carrier", "mobile", "--json").json
    file = folder / made["file"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        assert {"manifest.json", f"{made['pack']}.xlsx"} <= set(archive.namelist())
    assert len(made["filed"]) == 2
    assert "Nothing waits" in done("pack", "--carrier", "mobile").out
    content = file.read_bytes()
    file.unlink()
    lost = done("pack", "--carrier", "mobile", "--again", "--json").json
    assert (lost["filed"], file.read_bytes() == content) == ([], True)

    first, second = made["filings"]
    answer = folder / "answer.csv"
    text = f"报备编号,审核结果,原因\n{first['reference']},已通过,\n{second['reference']},驳回,签名为中性词\n,通过,\n"
    answer.write_bytes(text.encode("gbk"))
    for words in (("--dry-run",), ()):
        said = hongyan("registration", "import", str(answer), "--carrier", "mobile", "--json", *words)
        assert said.code == 1  # one row names nothing
        assert (said.json["new"], said.json["unfit"]) == (2, 1)
    rows = {each["id"]: each for each in done("list", "--carrier", "mobile", "--json").json}
    assert [rows[each["registration"]]["state"] for each in (first, second)] == [
        "awaiting_verification",
        "failed",
    ]
    assert rows[second["registration"]]["reason"] == "SIGNATURE_ERROR"
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    again = hongyan("registration", "import", str(answer), "--carrier", "mobile")
    assert "采用 0，已知 2，未答复 0，不符 1" in again.out


def test_a_pack_that_lacks_something_is_none(folder: Path) -> None:
    said = hongyan("registration", "pack", "--carrier", "unicom")
    assert said.code == 1
    assert "nothing fills" in said.out
    assert "no pack was made" in said.out
    assert list(folder.glob("*.zip")) == []


def test_who_waits_is_told_whether_it_was_filed_and_how_much_of_the_usual_time_has_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = done("show", SIGNATURE).out
    assert "nothing was filed yet: make the pack of China Mobile" in said
    assert "has not answered" not in said.partition("China Mobile")[2].partition("\n")[0]
    row = done("list", "--signature", SIGNATURE, "--carrier", "mobile", "--json").json[0]
    assert (row["cure"], row["whose"]) == ("file", "operator")
    done("answer", str(row["id"]), "filed")
    said = done("show", SIGNATURE).out
    assert "Filed 0 working days ago, usual are 5-10 (7 for half of them)" in said
    assert "because 0 answers to our own filings are too few (20)" in said
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "已提交 0 个工作日，通常 5-10 个（半数不超过 7 个）；依据公开说明" in done("show", SIGNATURE).out


def test_what_a_carrier_says_of_something_that_was_not_filed_is_not_written_down() -> None:
    """Who has handed it in by another way says so first."""
    row = done("list", "--carrier", "telecom", "--signature", SIGNATURE, "--json").json[0]
    for said in ("accepted", "refused"):
        sentence = refused("answer", str(row["id"]), said)
        assert "registration.never_filed" in sentence
        assert "nothing was filed" in sentence
    filed = done("answer", str(row["id"]), "filed", "--reference", "HY1A-2B", "--json").json
    assert (filed["state"], filed["reference"]) == ("registering", "HY1A-2B")
    assert "registration.reference_stale" in refused(
        "answer", str(row["id"]), "accepted", "--reference", "HY1-1"
    )
    words = ("--words", "签名与营业执照名称不一致")
    said = done("answer", str(row["id"]), "refused", *words, "--json").json
    assert (said["state"], said["reason"]) == ("failed", "SIGNATURE_QUALIFICATION_ERROR")
    assert words[1] in done("show", SIGNATURE).out


def test_another_file_of_the_name_is_left_as_it_is(folder: Path) -> None:
    (folder / "x.zip").write_bytes(b"mine")
    assert "registration.pack_exists" in refused("pack", "--carrier", "mobile", "--out", "x.zip")
    assert (folder / "x.zip").read_bytes() == b"mine"
    assert len(done("pack", "--carrier", "mobile", "--json").json["filed"]) == 2


def test_who_is_not_named_is_asked_for_with_the_setting_and_an_example(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HONGYAN_FILING")
    said = hongyan("registration", "pack", "--carrier", "mobile", "--layout", "mobile.toml")
    assert said.code == 1
    assert "HONGYAN_FILING=filing.toml" in said.out
    assert '    [code_holder]\n    name = "' in said.out
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "由环境变量 HONGYAN_FILING 指定" in hongyan("registration", "pack", "--carrier", "mobile").out
    left = hongyan("registration", "pack", "--carrier", "mobile", "--json").json["left_out"][0]
    assert left["unsaid"] == ["HONGYAN_FILING: [code_holder] name", "HONGYAN_FILING: [operator] name"]


def test_a_file_that_names_nobody_is_named(folder: Path) -> None:
    file = folder / "filing.toml"
    file.write_text('[layouts]\nmobile = "mobile.toml"\n', "utf-8")
    said = hongyan("registration", "pack", "--carrier", "mobile").out
    assert f"Add to {file}, the file of HONGYAN_FILING:" in said.replace("\n", " ").replace("  ", " ")


def test_a_signature_of_which_nothing_waits_says_where_it_stands() -> None:
    assert "registration.nothing_began" in refused("pack", "--carrier", "mobile", "--signature", "没有的签名")
    wish = ("--carrier", "mobile", "--signature", SIGNATURE)
    assert "to be filed by pack" in refused("pack", *wish, "--again")
    made = done("pack", *wish, "--json").json
    assert "and not answered (its pack once more: --again)" in refused("pack", *wish)
    done("answer", str(made["filed"][0]), "accepted")
    said = refused("pack", *wish)
    assert "the carrier has accepted" in said
    assert "registration.nothing_waits" in said


def test_what_cannot_be_done_says_why() -> None:
    for words, code in (
        (("pack", "--carrier", "mobile", "--most", "0"), "registration.pack_size"),
        (("pack", "--carrier", "mobile", "--most", "-3"), "registration.pack_size"),
        (("pack", "--carrier", "mobile", "--most", "501"), "registration.pack_size"),
        (("pack", "--carrier", "x"), "registration.network_unknown"),
        (("pack", "--carrier", "mobile", "--channel", "nowhere"), "registration.channel_unknown"),
        (("pack", "--carrier", "unicom", "--layout", "mobile.toml"), "registration.layout_of_other"),
        (("pack", "--carrier", "mobile", "--out", "no/where.zip"), "registration.pack_unwritable"),
        (("import", "nothing.csv", "--carrier", "mobile"), "input.unreadable"),
        (("import", "filing.toml", "--carrier", "mobile"), "sheet.no_heading"),
        (("migrate", "filing.toml"), "sheet.no_heading"),
        (("waves", "show", "7"), "registration.plan_unknown"),
        (("waves", "plan"), "registration.nothing_to_plan"),
        (("waves", "plan", "--size", "0"), "registration.wave_size"),
    ):
        assert code in refused(*words)


def test_what_was_registered_elsewhere_is_taken_over(folder: Path) -> None:
    sheet = folder / "old.csv"
    sheet.write_text(
        "租户,企业名称,统一社会信用代码,签名,运营商,接入号,扩展码\n"
        "老客户,杭州云雁科技有限公司,91330106MA2HY0001N,云雁商城,三网,1069000012,88\n",
        "utf-8",
    )
    assert "Dry run: taken over 3, known 0, unfit 0" in done("migrate", str(sheet), "--dry-run").out
    assert done("migrate", str(sheet), "--json").json["new"] == 3
    assert done("migrate", str(sheet), "--json").json["known"] == 3
    states = {each["state"] for each in done("list", "--signature", "云雁商城", "--json").json}
    assert states == {"awaiting_verification"}


def test_waves_are_planned_started_and_paused() -> None:
    assert hongyan("extension", "assign", "77", "--signature", SIGNATURE).code == 0
    assert "3 registrations in 1 waves" in done("waves", "plan", "--dry-run").out
    assert done("waves", "plan", "--dry-run", "--json").json["left_out"] == []
    assert "no plans" in done("waves", "show").out
    made = done("waves", "plan", "--carrier", "mobile", "--carrier", "电信", "--json").json
    assert [each["network"] for each in made["items"]] == ["mobile", "telecom"]
    assert made["plan"]["state"] == "planned"
    assert "is running" in done("waves", "start", "1").out
    assert done("waves", "pause", "1", "--json").json["state"] == "paused"
    assert "is running" in done("waves", "resume", "1").out
    assert "state.illegal_transition" in refused("waves", "start", "1")
    assert done("waves", "show", "1").out.count(SIGNATURE) == 2
