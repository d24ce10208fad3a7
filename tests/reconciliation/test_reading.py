"""A month's folder: read as its profile says, or refused with the file and the line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from marketplace.reconciliation import Month, read_month, reconcile
from tests.conftest import ROOT
from tests.refusing import refused

CASES = """case_code,lender,lender_case_no,debtor_key,agency,placement_start,recall_due,\
recalled_on,balance_minor,currency,oldest_due
CA000001,L1,ZX1234567890,D1,A1,2026-01-01,2026-06-30,,500000,CNY,2025-05-01
CA000002,L2,XD1234567891,D2,A1,2026-01-01,2026-06-30,2026-03-02,500000,CNY,2025-05-01
CA000003,L3,K123456789,D3,A1,2026-01-01,2026-06-30,,500000,CNY,2025-05-01
"""
CAMT = """<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Ntry><NtryRef>N1</NtryRef><Amt Ccy="CNY">12.30</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<ValDt><Dt>2026-03-02</Dt></ValDt><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>ZX9</Nm></Pty></Dbtr>
</RltdPties><RmtInf><Ustrd>ZX1234567890</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><NtryRef>N2</NtryRef><Amt Ccy="CNY">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>
<ValDt><DtTm>2026-03-03T10:00:00</DtTm></ValDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
MT940 = """:20:X
:25:Y
:28C:1/1
:60F:C260301CNY1,00
:61:2603020302C45,60NTRFNONREF//B1
:86:CASE K123456789
SECOND LINE
:61:2603030303RC4,00NTRFNONREF//B2
:86:BACK
:62F:C260331CNY2,00
-
"""
FILES: dict[str, str] = {
    "cases.csv": CASES,
    "holidays.csv": "date,calendar,kind,name,note\n2026-03-03,CN,holiday,x,\n",
    "l1.csv": "ref,no,on,fen,ccy,kind,orig\nR1,ZX1234567890,2026-03-02,1230,CNY,PAY,\n",
    "l2.csv": '合同号,入账日期,金额(元),标志\n"XD1234567891",2026/03/02,"1,000.50",正常\n'
    "\nXD1234567891,2026/03/03,1000.50,冲正\n",
    "l3.csv": "txn,cust,on,fen,memo\nT1,D3,20260302,4560,\nT2,D3,20260303,-4560,REV T1\n",
    "b1.xml": CAMT,
    "b2.csv": "\ufeff流水号,交易日期,起息日,借方金额,贷方金额,对方户名,摘要,类型\n"
    "S1,2026-03-02,2026-03-02,,1000.50,甲,XD1234567891,转入\n",
    "b3.sta": MT940,
    "claims.csv": "id,lender,case,on,amount,ref\nC1,L1,CA000001,2026-03-02,12.30,\n",
}
PROFILE: dict[str, Any] = {
    "lenders": {
        "L1": {
            "currency": "CNY", "calendar": "CN", "ledger_style": "ref", "ledger_file": "l1.csv",
            "ledger_columns": {"ref": "ledger_ref", "no": "lender_case_no", "on": "value_date",
                               "fen": "amount", "ccy": "currency", "kind": "kind",
                               "orig": "reverses_ref"},
            "ledger_amount_unit": "minor", "bank_file": "b1.xml", "bank_format": "camt",
        },
        "L2": {
            "currency": "CNY", "calendar": "CN", "ledger_style": "yuan",
            "ledger_file": "l2.csv",
            "ledger_columns": {"合同号": "lender_case_no", "入账日期": "value_date",
                               "金额(元)": "amount", "标志": "kind"},
            "ledger_amount_unit": "major", "bank_file": "b2.csv", "bank_format": "csv",
        },
        "L3": {
            "currency": "CNY", "calendar": "CN", "ledger_style": "debtor",
            "ledger_file": "l3.csv",
            "ledger_columns": {"txn": "ledger_ref", "cust": "debtor_key", "on": "value_date",
                               "fen": "amount", "memo": "memo"},
            "ledger_amount_unit": "minor", "bank_file": "b3.sta", "bank_format": "mt940",
        },
    },
    "agencies": {
        "A1": {
            "claims_file": "claims.csv", "amount_unit": "major", "case_no_is": "case_code",
            "columns": {"id": "claim_id", "lender": "lender", "case": "case_no",
                        "on": "value_date", "amount": "amount", "ref": "ledger_ref"},
        },
    },
}  # fmt: skip

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def write(**changed: str) -> Path:
        for name, content in FILES.items():
            (tmp_path / name).write_text(changed.get(name.replace(".", "_"), content), "utf-8")
        (tmp_path / "profiles.json").write_text(json.dumps(PROFILE), "utf-8")
        return tmp_path

    return write


def test_every_kind_of_file_is_read(folder: Folder) -> None:
    found: Month = read_month(folder())
    ledger = {line.id: line for line in found.ledger}
    assert ledger["l1.csv:2"].amount_minor == 1230
    assert ledger["l2.csv:2"].amount_minor == 100_050
    assert ledger["l2.csv:4"].amount_minor == -100_050, "a blank line is a line"
    assert (ledger["l3.csv:3"].amount_minor, ledger["l3.csv:3"].reverses) == (-4560, "T1")
    bank = {entry.id: entry for entry in found.bank}
    assert bank["b1.xml:N1"].text == "ZX1234567890", "a payer's name is no reference"
    assert bank["b1.xml:N2"].amount_minor == -500
    assert bank["b2.csv:2"].amount_minor == 100_050
    assert bank["b3.sta:5"].amount_minor == 4560
    assert "K123456789" in bank["b3.sta:5"].text
    assert bank["b3.sta:8"].amount_minor == -400
    assert found.calendars["L1"].holidays == {date(2026, 3, 3)}
    assert found.cases[1].windows[0].end == date(2026, 3, 2)


def test_structured_text_of_an_entry_keeps_its_purpose_and_not_the_names(
    folder: Folder,
) -> None:
    structured = "166?00GUTSCHRIFT?20CASE K1234?2156789?22 THANKS?32K999999999"
    sta = MT940.replace("CASE K123456789\nSECOND LINE", structured)
    found = next(one for one in read_month(folder(b3_sta=sta)).bank if one.id == "b3.sta:5")
    assert found.text.split() == ["CASE", "K123456789", "THANKS"]


@pytest.mark.parametrize("empty", ["", "0", "0.00", "-", " "])
def test_the_column_that_does_not_apply_may_hold_zero(folder: Folder, empty: str) -> None:
    head, line = FILES["b2.csv"].splitlines()
    paid = line.replace(",,1000.50", f",{empty},1000.50")
    back = line.replace(",,1000.50", f",1000.50,{empty}")
    month = read_month(folder(b2_csv="\n".join((head, paid, back)) + "\n"))
    amounts = {one.id: one.amount_minor for one in month.bank}
    assert (amounts["b2.csv:2"], amounts["b2.csv:3"]) == (100_050, -100_050)


def test_an_agency_need_not_number_its_claims_nor_name_postings(folder: Folder) -> None:
    path = folder(claims_csv="lender,case,on,amount\nL1,CA000001,2026年3月2日,12.30\n")
    profile = json.loads(json.dumps(PROFILE))
    for column in ("id", "ref"):
        del profile["agencies"]["A1"]["columns"][column]
    (path / "profiles.json").write_text(json.dumps(profile), "utf-8")
    (claim,) = read_month(path).claims
    assert (claim.claim_id, claim.reference, claim.value_on) == ("", "", date(2026, 3, 2))
    groups = {g.ledger: g for g in reconcile(read_month(path)).groups}
    assert groups["l1.csv:2",].claims == ("claims.csv:2",)


def test_the_month_reconciles(folder: Folder) -> None:
    automatic = [g for g in reconcile(read_month(folder())).groups if g.automatic]
    assert {(g.ledger, g.bank) for g in automatic} == {
        (("l1.csv:2",), ("b1.xml:N1",)),
        (("l2.csv:2",), ("b2.csv:2",)),
        (("l3.csv:2",), ("b3.sta:5",)),
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("l1_csv", "1230", "12x", "l1.csv:2: “12x” is not an amount."),
        ("l1_csv", "1230", "12.5", "“12.5” is not an amount"),
        *(
            ("l1_csv", "1230", amount, f"l1.csv:2: “{amount}” is not an amount")
            for amount in ("9" * 20, "1e400", "1e999999", "Infinity", "NaN", "sNaN", "9e15")
        ),
        ("l1_csv", "PAY", "P\0Y", "l1.csv:2 holds characters that no text has"),
        ("l1_csv", "ref,", "ref,\0,", "l1.csv:1 holds characters that no text has"),
        ("l1_csv", "PAY", "P" * 140_000, "l1.csv:2 holds characters that no text has"),
        ("claims_csv", "12.30", "99999999999999999999.00", "claims.csv:2: “9999"),
        ("claims_csv", "C1", "C\0", "claims.csv:2 holds characters that no text has"),
        ("b1_xml", "12.30", "1e400", "b1.xml:N1 cannot be read"),
        ("b2_csv", ",1000.50,甲", ",1e400,甲", "b2.csv:2 cannot be read"),
        ("b2_csv", "甲", "\0", "b2.csv:2 holds characters that no text has"),
        ("b2_csv", "-02,,1", "-02,,9999999999999999", "b2.csv:2 cannot be read"),
        ("b2_csv", "2026-03-02,,", "1026-03-02,,", "b2.csv:2 cannot be read"),
        ("b3_sta", "C45,60N", "C99999999999999999999,60N", "b3.sta:5 cannot be read"),
        ("b3_sta", "NONREF//B1", "\0", "b3.sta:5 holds characters that no text has"),
        ("l1_csv", "2026-03-02", "2026-02-30", "“2026-02-30” is not a date"),
        ("l1_csv", "2026-03-02", "0001-01-01", "l1.csv:2: “0001-01-01” is not a date between"),
        ("l1_csv", "2026-03-02", "1989-12-31", "“1989-12-31” is not a date between"),
        ("l1_csv", "2026-03-02", "2101-01-01", "“2101-01-01” is not a date between"),
        ("l1_csv", "CNY", "USD", "the currency USD is not the lender's"),
        ("l1_csv", "ZX1234567890", "", "“no” is empty"),
        ("l1_csv", "ref,", "refx,", "l1.csv has no column “ref”."),
        ("cases_csv", "oldest_due", "oldest", "cases.csv has no column “oldest_due”."),
        ("b1_xml", "</Ntry>", "", "b1.xml cannot be read"),
        ("b1_xml", "12.30", "much", "b1.xml:N1 cannot be read"),
        ("b1_xml", '<?xml version="1.0"?>',
         '<!DOCTYPE d [<!ENTITY a "b">]>', "b1.xml cannot be read"),
        ("b1_xml", 'Ccy="CNY">12', 'Ccy="USD">12', "USD"),
        ("b3_sta", "C45,60N", "C4x5,60N", "b3.sta:5 cannot be read"),
        ("b3_sta", "260302", "261302", "b3.sta cannot be read"),
        ("b3_sta", MT940, "what a bank never wrote\n", "b3.sta cannot be read: :20:"),
        ("b3_sta", MT940, "", "b3.sta cannot be read: :20:"),
        ("b3_sta", ":62F:C260331CNY2,00\n-\n", "", "b3.sta cannot be read: :62"),
        ("b1_xml", CAMT, "<html><body>Sign in</body></html>", "b1.xml cannot be read: Stmt"),
        ("b2_csv", "摘要", "备注", "b2.csv has no column “摘要”."),
        ("b2_csv", ",1000.50,甲", ",,甲", "b2.csv:2 cannot be read"),
        ("claims_csv", "12.30", "", "claims.csv:2: “amount” is empty."),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_file_and_line(
    folder: Folder, file: str, old: str, new: str, words: str
) -> None:
    name = file[::-1].replace("_", ".", 1)[::-1]
    path = folder(**{file: FILES[name].replace(old, new)})
    with refused(words):
        read_month(path)


def in_yen(folder: Path, amount: str = "5000") -> Path:
    """The same month in a currency without a minor unit."""
    profile = json.dumps(PROFILE).replace("CNY", "JPY").replace("minor", "major")
    (folder / "profiles.json").write_text(profile, "utf-8")
    for path in folder.iterdir():
        told = path.read_text("utf-8").replace("CNY", "JPY")
        for written in ("1230", "1,000.50", "1000.50", "4560", "12.30", "5.00"):
            told = told.replace(written, amount)
        told = told.replace("45,60", amount.replace(".", ",") + "," * ("." not in amount))
        path.write_text(told, "utf-8")
    return folder


def test_amounts_have_the_digits_of_their_currency(folder: Folder) -> None:
    found = read_month(in_yen(folder()))
    for lines in (found.ledger, found.claims, found.bank):
        told = {abs(line.amount_minor) for line in lines if line.id != "b3.sta:8"}
        assert told == {5000}
    summary = run(in_yen(folder()), "--dry-run").stdout
    assert "15,000 JPY" in summary, summary


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("l1_csv", "l1.csv:2: “5000.50” is not an amount"),
        ("claims_csv", "claims.csv:2: “5000.50” is not an amount"),
        ("b1_xml", "b1.xml:N1 cannot be read"),
        ("b2_csv", "b2.csv:2 cannot be read"),
        ("b3_sta", "b3.sta:5 cannot be read"),
    ],
)
def test_a_fraction_of_a_yen_is_refused_by_its_line(
    folder: Folder, file: str, words: str
) -> None:
    name = file.replace("_", ".")
    whole = in_yen(folder())
    told = (whole / name).read_text("utf-8")
    told = told.replace("5000,N", "5000,50N") if name == "b3.sta" else told
    told = told if name == "b3.sta" else told.replace("5000", "5000.50")
    (whole / name).write_text(told, "utf-8")
    with refused(words):
        read_month(whole)


def test_a_currency_that_is_not_kept_is_refused(folder: Folder) -> None:
    path = folder()
    profile = json.dumps(PROFILE).replace("CNY", "XTS")
    (path / "profiles.json").write_text(profile, "utf-8")
    (path / "l1.csv").write_text(FILES["l1.csv"].replace("CNY", "XTS"), "utf-8")
    with refused("The currency XTS is not kept here"):
        read_month(path)


def test_missing_files_and_profiles_are_named(folder: Folder) -> None:
    path = folder()
    (path / "l3.csv").unlink()
    with refused("l3.csv is missing"):
        read_month(path)
    (path / "profiles.json").write_text("[]")
    with refused("profiles.json is missing or does not name"):
        read_month(path)


@pytest.mark.parametrize(
    ("part", "name", "key", "value", "words"),
    [
        ("lenders", "L1", "ledger_file", None, "The profile of L1 lacks ledger_file."),
        ("lenders", "L1", "ledger_amount_unit", None, "L1 lacks ledger_amount_unit"),
        ("lenders", "L1", "bank_file", 7, "L1 lacks bank_file"),
        ("lenders", "L1", "currency", ["CNY"], "L1 lacks currency"),
        ("lenders", "L1", "ledger_columns", {"no": "lender_case_no"},
         "L1 lacks amount, value_date"),
        ("lenders", "L3", "ledger_columns", ["txn"], "L3 lacks ledger_columns"),
        ("lenders", "L3", "ledger_columns", {"x": []}, "L3 lacks ledger_columns"),
        ("agencies", "A1", "claims_file", None, "A1 lacks claims_file"),
        ("agencies", "A1", "columns", {"id": "claim_id"}, "A1 lacks amount, case_no"),
        ("lenders", "L1", "ledger_dates", "dym", "L1 lacks ledger_dates"),
        ("lenders", "L2", "bank_dates", 7, "L2 lacks bank_dates"),
        ("agencies", "A1", "dates", "European", "A1 lacks dates"),
        ("agencies", "A1", "", None, "A1 lacks claims_file, amount_unit, case_no_is, columns"),
    ],
)  # fmt: skip
def test_a_profile_that_lacks_something_is_refused_by_name(
    folder: Folder, part: str, name: str, key: str, value: object, words: str
) -> None:
    path = folder()
    profile = json.loads(json.dumps(PROFILE))
    if not key:
        profile[part][name] = value
    elif value is None:
        del profile[part][name][key]
    else:
        profile[part][name][key] = value
    (path / "profiles.json").write_text(json.dumps(profile), "utf-8")
    with refused(words):
        read_month(path)


HOME = ROOT / "var" / "dev"


def run(folder: Path, *options: str, home: Path = HOME) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "reconcile", str(folder), *options],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"RECOUP_HOME": str(home), "DATABASE_URL": ""},
    )  # fmt: skip


def test_the_command_prints_one_object_and_nothing_else(folder: Folder) -> None:
    done = run(folder(), "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"groups", "totals_by_class"}
    matched = found["totals_by_class"]["matched"]
    assert matched == {
        "groups": 3, "auto": 3, "amount_minor_by_currency": {"CNY": 1230 + 100_050 + 4560},
    }  # fmt: skip
    assert set(found["groups"][0]) == {
        "class", "auto", "ledger", "claims", "bank", "cases", "amount_minor",
        "commissionable_minor",
    }  # fmt: skip


def test_the_command_takes_what_people_decided(folder: Folder, tmp_path: Path) -> None:
    path, decided = folder(), tmp_path / "decided.json"
    found = json.loads(run(path, "--dry-run", "--json").stdout)["groups"]
    waiting = [one for one in found if not one["auto"]]
    assert waiting
    decided.write_text(json.dumps({"groups": waiting}))
    again = run(path, "--dry-run", "--json", "--decided", str(decided))
    assert again.returncode == 0, again.stderr
    lines = json.loads(again.stdout)["groups"]
    assert sorted(one["ledger"] for one in lines) == sorted(one["ledger"] for one in found)
    lenders = {
        one["ledger"][0].split(":")[0]: one["ledger"][0] for one in found if one["ledger"]
    }
    decided.write_text(json.dumps({"groups": [{"ledger": list(lenders.values())}]}))
    wrong = run(path, "--dry-run", "--json", "--decided", str(decided))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "It joins two lenders" in wrong.stderr


def test_the_command_starts_no_database(folder: Folder, tmp_path: Path) -> None:
    """It works where a database server could not, such as in a folder of its user alone."""
    home = tmp_path / "home"
    done = run(folder(), "--dry-run", "--json", home=home)
    assert done.returncode == 0, done.stderr
    assert home.is_dir()
    assert not (home / "postgres").exists()


def test_the_command_refuses_in_words(folder: Folder) -> None:
    done = run(folder(l1_csv="x\n1\n"), "--dry-run", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "has no column" in done.stderr
    assert run(folder(), "--json").returncode == 2, "nothing is kept yet: it must be a dry run"
