"""Counts over other rows, by name: those of a pupil over its child rows, and those of a return over its pupils."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from concord.core.rules.columns import LEFT, ON_ROLL, age, day, flag, given, number, order, setting, text


@dataclass(frozen=True, eq=False)
class Aggregate:
    """One number for each pupil (or each return), worked out over the rows of `table` that belong to it."""

    table: str
    value: pl.Expr

    @property
    def names(self) -> set[str]:
        """The columns it stands on."""
        return set(self.value.meta.root_names())


_SESSIONS: Final = number("Sessions")
_MARK: Final = text("AttendanceReason")
NOT_POSSIBLE: Final = ("D", "Q", "X", "Y", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z", "#")
"""Marks of sessions that do not count as possible."""
TEACHING_POSTS: Final = ("HDT", "EXH", "DHT", "AHT", "TCH", "LDP", "AVT")
"""Posts of teachers [K]."""
_OWN: Final = text("EnrolStatus").is_in(["C", "M"])


def _sum(of: pl.Expr) -> pl.Expr:
    return _SESSIONS.filter(of).sum()


def _over(table: str, **values: pl.Expr) -> dict[str, Aggregate]:
    return {name: Aggregate(table, value) for name, value in values.items()}


_IN_YEAR: Final = day("StartDate") >= setting("year_from")
_SUSP: Final = text("Category").is_in(["SUSP", "FIXD"])

OF_PUPIL: Final[dict[str, Aggregate]] = {
    **_over(
        "fsm_period",
        fsm_periods=pl.len(),
        fsm_open=day("FSMendDate").is_null().sum(),
        fsm_open_england=(day("FSMendDate").is_null() & (text("UKcountry") == "ENG")).sum(),
    ),
    **_over(
        "session",
        marks=pl.len(),
        marked_sessions=_SESSIONS.sum(),
        absent_or_present=_sum(~_MARK.is_in(NOT_POSSIBLE)),
        e_sessions=_sum(_MARK == "E"),
        d_sessions=_sum(_MARK == "D"),
        n_sessions=_sum(_MARK == "N"),
        c2_sessions=_sum(_MARK == "C2"),
        x_sessions=_sum(_MARK == "X"),
        i_sessions=_sum(_MARK == "I"),
        s_sessions=_sum(_MARK == "S"),
    ),
    **_over(
        "half_term_2_session",
        half_term_2_marks=pl.len(),
        half_term_2_absent_or_present=_sum(~_MARK.is_in(NOT_POSSIBLE)),
    ),
    **_over(
        "exclusion",
        exclusions=pl.len(),
        suspensions=_SUSP.sum(),
        permanent=(text("Category") == "PERM").sum(),
        suspended_sessions=_SESSIONS.filter(_SUSP).sum(),
        suspended_sessions_this_year=_SESSIONS.filter(_SUSP & _IN_YEAR).sum(),
        suspended_sessions_last_year=_SESSIONS.filter(_SUSP & ~_IN_YEAR).sum(),
        suspended_sessions_in_attendance=_SESSIONS.filter(
            _SUSP & day("StartDate").is_between(setting("attendance_from"), setting("attendance_to"))
        ).sum(),
        last_permanent=day("StartDate").filter(text("Category") == "PERM").max(),
    ),
    **_over(
        "sen_need",
        sen_needs=pl.len(),
        sen_first=(text("SENtypeRank") == "1").sum(),
        sen_second=(text("SENtypeRank") == "2").sum(),
    ),
    **_over("address", addresses=pl.len(), own_addresses=pl.col("contact").is_null().sum()),
    **_over("ap_provision", ap_provisions=pl.len()),
    **_over(
        "school_arranged_ap",
        ap_placements=pl.len(),
        ap_open=day("LeavingDate").is_null().sum(),
        ap_open_not_part=(day("LeavingDate").is_null() & (text("APAttendancePattern") != "PT")).sum(),
    ),
    **_over(
        "learning_aim", aims=pl.len(), core_aims=flag("CoreAim").sum(), t_level_aims=(text("ProgType") == "31").sum()
    ),
    **_over("programme_aim", programmes=pl.len(), t_level_programmes=(text("ProgType") == "31").sum()),
    **_over("work_placement", placements=pl.len(), placement_hours=number("WPhours").sum()),
    **_over("learner_support", supports=pl.len()),
    **_over("learner_fam", fams=pl.len()),
    **_over("funding_basis", bases=pl.len()),
    **_over("sen_history", sen_latest=text("SENprovision").sort_by(day("StartDate"), nulls_last=False).last()),
    **_over("school_history", places=pl.len()),
    **_over("contact", contacts=pl.len()),
}

_INFANT: Final = order("NCyearActual").is_between(0, 2)
_LANGUAGE_UNKNOWN: Final = text("Language").is_in(["NOT", "REF", "ZZZ"])

OF_RETURN: Final[dict[str, Aggregate]] = {
    **_over(
        "pupil",
        pupils=pl.len(),
        on_roll=ON_ROLL.sum(),
        left=LEFT.sum(),
        own=(ON_ROLL & _OWN).sum(),
        sole=(ON_ROLL & (text("EnrolStatus") == "C")).sum(),
        subsidiary=(ON_ROLL & (text("EnrolStatus") == "S")).sum(),
        boys=(ON_ROLL & (text("Sex") == "M")).sum(),
        girls=(ON_ROLL & (text("Sex") == "F")).sum(),
        part_time=(ON_ROLL & flag("PartTime")).sum(),
        boarders=(ON_ROLL & text("Boarder").is_in(["B", "6", "7"])).sum(),
        fsm=(ON_ROLL & (pl.col("count.fsm_open") > 0)).sum(),
        fsm_any=(ON_ROLL & (pl.col("count.fsm_periods") > 0)).sum(),
        reception=(ON_ROLL & (text("NCyearActual") == "R")).sum(),
        reception_fsm=(ON_ROLL & (text("NCyearActual") == "R") & (pl.col("count.fsm_open") > 0)).sum(),
        year_1=(ON_ROLL & (text("NCyearActual") == "1")).sum(),
        year_1_fsm=(ON_ROLL & (text("NCyearActual") == "1") & (pl.col("count.fsm_open") > 0)).sum(),
        infants=(ON_ROLL & _INFANT).sum(),
        infants_lunch=(ON_ROLL & _INFANT & flag("SchoolLunchTaken")).sum(),
        yssa_expected=(ON_ROLL & (age() >= 12)).sum(),
        yssa_given=(ON_ROLL & (age() >= 12) & given("YSSA")).sum(),
        aged_5=(ON_ROLL & (age() >= 5)).sum(),
        language_unknown=(ON_ROLL & (age() >= 5) & _LANGUAGE_UNKNOWN).sum(),
        eal=(ON_ROLL & ~text("Language").is_in(["ENG", "ENB", "NOT", "REF", "ZZZ"])).sum(),
        sen=(ON_ROLL & text("SENprovision").is_in(["K", "E"])).sum(),
        sen_plan=(ON_ROLL & (text("SENprovision") == "E")).sum(),
        sen_support=(ON_ROLL & (text("SENprovision") == "K")).sum(),
        ethnicity_unknown=(ON_ROLL & (age() >= 5) & text("Ethnicity").is_in(["NOBT", "REFU"])).sum(),
        service=(ON_ROLL & (text("ServiceChild") == "Y")).sum(),
        young_carers=(ON_ROLL & text("YoungCarer").is_in(["P", "S"])).sum(),
        young_carer_given=(ON_ROLL & given("YoungCarer")).sum(),
        looked_after_before=(ON_ROLL & text("PLAA").is_in(["A", "G", "R", "C", "O"])).sum(),
        temporary_upns=text("UPN").str.contains(r"[A-Z]$").sum(),
        sixth_form=(ON_ROLL & (order("NCyearActual") >= 12)).sum(),
        nursery=(ON_ROLL & (order("NCyearActual") < 0)).sum(),
        possible=number("SessionsPossible").sum(),
        marked_pupils=(pl.col("count.marks") > 0).sum(),
        attendance_expected=(age().is_between(4, 15) & ~text("Boarder").is_in(["B", "6", "7"]).fill_null(False)).sum(),
        attendance_given=given("SessionsPossible").sum(),
        without_address=(ON_ROLL & (pl.col("count.addresses") == 0)).sum(),
        no_year=(ON_ROLL & (text("NCyearActual") == "X")).sum(),
        top_up=(ON_ROLL & flag("TopUpFunding")).sum(),
        lowest=order("NCyearActual").filter(ON_ROLL).min(),
        highest=order("NCyearActual").filter(ON_ROLL).max(),
    ),
    **_over(
        "exclusion",
        all_suspensions=_SUSP.sum(),
        all_permanent=(text("Category") == "PERM").sum(),
        all_suspended_sessions=_SESSIONS.filter(_SUSP).sum(),
    ),
    **_over(
        "session",
        all_marked=_sum(~_MARK.is_in(NOT_POSSIBLE)),
        all_absent=_sum(_MARK.is_in(["C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T", "G", "N", "O", "U"])),
        all_unauthorised=_sum(_MARK.is_in(["G", "N", "O", "U"])),
        all_n=_sum(_MARK == "N"),
    ),
    **_over(
        "class", classes=pl.len(), class_pupils=number("HomePupils").sum(), class_teachers=number("Teachers").sum()
    ),
    **_over("childcare", childcare=pl.len()),
    **_over("special_provision", special_provisions=pl.len()),
    **_over("school_arranged_ap", all_ap=pl.len()),
    **_over("ap_provision", all_admissions=pl.len()),
    **_over("member", staff=pl.len(), qualified=flag("QTS").sum()),
    **_over(
        "role",
        senco_roles=(text("RoleIdentifier") == "SENC").sum(),
        head_roles=text("RoleIdentifier").is_in(["HDTR", "EXHT"]).sum(),
    ),
    **_over("contract", contracts=pl.len()),
    **_over("absence", absences=pl.len()),
    **_over("vacancy", vacancies=pl.len()),
}

OF_MEMBER: Final[dict[str, Aggregate]] = {
    **_over(
        "contract",
        own_contracts=pl.len(),
        first_start=day("ContractStart").min(),
        teaching_posts=text("Post").is_in(TEACHING_POSTS).sum(),
    ),
    **_over("absence", own_absences=pl.len()),
    **_over("qualification", own_qualifications=pl.len()),
}

OF_CONTACT: Final[dict[str, Aggregate]] = _over("address", own_addresses_of_contact=pl.len())

OF_CONTRACT: Final[dict[str, Aggregate]] = {
    **_over(
        "role",
        roles=pl.len(),
        roles_with_pay=(given("BasePay") | given("PayRange")).sum(),
        roles_with_hours=given("HoursPerWeek").sum(),
        head_roles_here=text("RoleIdentifier").is_in(["HDTR", "EXHT"]).sum(),
    ),
}

AGGREGATES: Final = {
    "pupil": (OF_PUPIL, "pid"),
    "member": (OF_MEMBER, "mid"),
    "contract": (OF_CONTRACT, "cid"),
    "contact": (OF_CONTACT, "nid"),
    "return": (OF_RETURN, "ret"),
}
"""The counts that rows of each table may have, and the key they are grouped by."""
