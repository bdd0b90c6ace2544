"""Members of staff: who they are, and their standing as teachers."""

from __future__ import annotations

from typing import Final

from concord.core.identifiers import NI_NUMBER_PATTERN, NI_PREFIXES_NEVER_ISSUED, TRN_PATTERN
from concord.core.rules.columns import absent, age_on_day, count, day, flag, given, repeated, setting, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, needed, patterned, query, truth

_T: Final = "member"
_NAME: Final = r"^[\p{L}\p{M}'’ʼ`\-. ,()/]+$"
_THREE_MONTHS: Final = count("first_start").dt.offset_by("3mo") < setting("census_day")
_ASK: Final = "Ask the member of staff again; explain it where the answer was not given."

RULES: Final[list[Rule]] = [
    patterned("W0201", _T, "TeacherNumber", "teacher reference number", TRN_PATTERN, "seven digits"),
    query(
        "W0202",
        _T,
        "TeacherNumber QTS",
        flag("QTS") & absent("TeacherNumber"),
        "A qualified teacher without a teacher reference number.",
        "Take the number from the record of qualified teachers.",
    ),
    error(
        "W0203",
        _T,
        "TeacherNumber",
        repeated("TeacherNumber"),
        "The same teacher reference number stands on two members of staff.",
        "Join the records, or correct one of the numbers.",
    ),
    needed("W0204", _T, "PersonFamilyName", "family name"),
    needed("W0205", _T, "PersonGivenName", "given name"),
    patterned(
        "W0206", _T, "PersonFamilyName", "family name", _NAME, "made of letters, spaces and hyphens", severity="query"
    ),
    patterned(
        "W0207", _T, "PersonGivenName", "given name", _NAME, "made of letters, spaces and hyphens", severity="query"
    ),
    needed("W0208", _T, "NINumber", "National Insurance number", severity="query"),
    error(
        "W0209",
        _T,
        "NINumber",
        ~text("NINumber").str.contains(NI_NUMBER_PATTERN)
        | text("NINumber").str.head(2).is_in(NI_PREFIXES_NEVER_ISSUED),
        "The National Insurance number is not one that can have been issued.",
        "Take the number from a payslip; leave it out while it is a temporary one.",
    ),
    error(
        "W0210",
        _T,
        "NINumber",
        repeated("NINumber"),
        "The same National Insurance number stands on two members of staff.",
        "Join the records, or correct one of the numbers.",
    ),
    needed("W0211", _T, "Sex", "sex"),
    coded("W0212", _T, "Sex", "sex", "sex"),
    needed("W0213", _T, "PersonBirthDate", "date of birth"),
    dated("W0214", _T, "PersonBirthDate", "date of birth"),
    query(
        "W0215",
        _T,
        "PersonBirthDate",
        (age_on_day("PersonBirthDate") < 16) | (age_on_day("PersonBirthDate") > 80),
        "The member of staff is under 16 or over 80.",
        "Check the date of birth.",
    ),
    query(
        "W0216",
        _T,
        "PersonFamilyName PersonGivenName PersonBirthDate",
        repeated("PersonFamilyName", "PersonGivenName", "PersonBirthDate"),
        "Two records have the same name and date of birth.",
        "Join the records if they are one person; explain it if they are two.",
    ),
    needed("W0221", _T, "Ethnicity", "ethnicity"),
    coded("W0222", _T, "Ethnicity", "ethnicity", "workforce_ethnicity"),
    query(
        "4221Q",
        _T,
        "Ethnicity",
        (text("Ethnicity") == "NOBT") & _THREE_MONTHS,
        "The ethnicity is still not obtained after three months' employment.",
        _ASK,
        dfe_rule="4221Q",
        source="DfE notepad entries 2016 and a local authority's guide [V]",
    ),
    needed("W0223", _T, "Disability", "answer about disability"),
    coded("W0224", _T, "Disability", "answer about disability", "staff_disability"),
    query(
        "4226Q",
        _T,
        "Disability",
        (text("Disability") == "NOBT") & _THREE_MONTHS,
        "The answer about disability is still not obtained after three months' employment.",
        _ASK,
        dfe_rule="4226Q",
        source="DfE notepad entries 2016 and a local authority's guide [V]",
    ),
    needed("W0231", _T, "QTS", "qualified teacher status", count("teaching_posts") > 0, "for a teacher"),
    truth("W0232", _T, "QTS", "qualified teacher status"),
    truth("W0233", _T, "QTLS", "qualified teacher learning and skills status"),
    truth("W0234", _T, "EYTS", "early years teacher status"),
    truth("W0235", _T, "HLTAStatus", "higher level teaching assistant status"),
    coded("W0236", _T, "QTSRoute", "route to qualified teacher status", "qts_route"),
    query(
        "W0237",
        _T,
        "QTSRoute QTS",
        given("QTSRoute") & flag("QTS"),
        "A route to qualified teacher status for a teacher who has it.",
        "The route is for those on their way: clear it, or correct the status.",
    ),
    truth("W0238", _T, "NewlyQualifiedTeacher", "early career teacher indicator"),
    truth("W0239", _T, "SLT", "senior leadership indicator"),
    query(
        "W0240",
        _T,
        "NewlyQualifiedTeacher QTS",
        flag("NewlyQualifiedTeacher") & ~flag("QTS"),
        "An early career teacher without qualified teacher status.",
        "Check both.",
    ),
    query(
        "W0241",
        _T,
        "PersonFamilyName",
        (count("own_contracts") == 0) & (count("own_absences") == 0),
        "A member of staff with neither a contract nor an absence.",
        "Enter the contract, or leave the record out of the return.",
    ),
    query(
        "W0242",
        _T,
        "QTS",
        flag("QTS") & (count("own_qualifications") == 0),
        "A qualified teacher without a qualification.",
        "Enter the highest qualification.",
    ),
    error(
        "W0243",
        _T,
        "PersonBirthDate",
        day("PersonBirthDate") > count("first_start"),
        "The member of staff was born after their first contract began.",
        "Correct the date of birth or the start of the contract.",
    ),
    needed("W0251", "former_family_name", "PersonFamilyName", "former family name"),
]
