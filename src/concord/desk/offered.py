"""What a return says of each pupil, in the shape the register keeps: a row an item; enrolments; what happened."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime

import polars as pl

from concord.core.collection import Collection
from concord.core.returns import Return

# The data items the register keeps a history of, by data category of the agreement (clause 2(b)).
ITEMS: dict[str, tuple[str, ...]] = {
    "identity": (
        "UPN",
        "FormerUPN",
        "UniqueLearnerNumber",
        "Surname",
        "Forename",
        "MiddleNames",
        "PreferredSurname",
        "FormerSurname",
        "DOB",
        "Sex",
    ),
    "characteristics": ("Ethnicity", "Language", "ServiceChild", "YSSA"),
    "care": ("PLAA", "YoungCarer"),
    "enrolment": ("NCyearActual", "PartTime", "Boarder"),
    "sen": ("SENprovision", "SENtype1", "SENtype2", "SENunitIndicator", "ResourcedProvisionIndicator"),
    "fsm": ("FSMstartDate", "FSMendDate"),
    "attainment": ("EnglishGCSEHighestPriorAttainment", "MathsGCSEHighestPriorAttainment"),
    "address": (
        "SAON",
        "PAON",
        "Street",
        "Locality",
        "Town",
        "PostTown",
        "PostCode",
        "AddressLine1",
        "AddressLine2",
        "AddressLine3",
        "AddressLine4",
        "AddressLine5",
        "UniquePropertyReferenceNumber",
    ),
}
KEPT = frozenset(item for items in ITEMS.values() for item in items)
# What is kept in rows of its own, and can be in doubt as a whole.
WHOLES = {"enrolment": "enrolment", "attendance": "attendance", "suspensions": "suspensions"}


def category_of(item: str) -> str:
    """The data category that shows an item of the register, or a whole of it; empty for what is none."""
    return next((one for one, items in ITEMS.items() if item in items), WHOLES.get(item, ""))


def fold(text: str) -> str:
    """For comparing and searching only: no accents, apostrophes, hyphens or case. What is shown is what was sent."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if one.isalnum() or one == " ")


def pupils(ret: Return) -> pl.DataFrame:
    """One row a pupil of the return, with the kept items of its own and of its child tables as columns."""
    frame = ret.tables["pupil"]
    for child in (_needs(ret), _meals(ret), _address(ret)):
        frame = frame.join(child, left_on="row", right_on="pupil", how="left")
    for item in sorted(KEPT | {"EntryDate", "LeavingDate", "EnrolStatus"}):
        if item not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.String).alias(item))
    return frame


def _child(ret: Return, table: str, columns: tuple[str, ...]) -> pl.DataFrame:
    frame = ret.tables.get(table)
    if frame is None or frame.is_empty():
        return pl.DataFrame(schema={"pupil": pl.UInt32, **dict.fromkeys(columns, pl.String)})
    return frame.select(
        "pupil", *(pl.col(c) if c in frame.columns else pl.lit(None, pl.String).alias(c) for c in columns)
    )


def _needs(ret: Return) -> pl.DataFrame:
    needs = _child(ret, "sen_need", ("SENtypeRank", "SENtype")).with_columns(pl.col("SENtypeRank").fill_null("1"))
    ranked = [
        pl.col("SENtype").filter(pl.col("SENtypeRank") == rank).first().alias(f"SENtype{rank}") for rank in ("1", "2")
    ]
    return needs.group_by("pupil").agg(ranked)


def _meals(ret: Return) -> pl.DataFrame:
    periods = _child(ret, "fsm_period", ("FSMstartDate", "FSMendDate")).sort("FSMstartDate")
    return periods.group_by("pupil").agg(pl.col("FSMstartDate").last(), pl.col("FSMendDate").last())


def _address(ret: Return) -> pl.DataFrame:
    return _child(ret, "address", ITEMS["address"]).group_by("pupil").first()


def values(frame: pl.DataFrame) -> pl.DataFrame:
    """(row, pupil id, item, value) for every kept item that has a value, of the pupils on roll."""
    on_roll = frame.filter(pl.col("Roll") == "on")
    long = on_roll.unpivot(sorted(KEPT), index=["row", "id"], variable_name="item", value_name="value")
    return long.filter(pl.col("value").is_not_null() & (pl.col("value") != "")).rename({"id": "pupil"})


def enrolments(frame: pl.DataFrame, laestab: str, via: str, now: datetime) -> pl.DataFrame:
    """One row a pupil with a readable entry date: the shape `store.register.enrol` takes."""
    day = {name: pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in ("EntryDate", "LeavingDate")}
    rows = frame.select(
        pl.col("id").alias("pupil"),
        pl.lit(laestab).alias("laestab"),
        day["EntryDate"].alias("entry"),
        pl.when(pl.col("Roll") == "off").then(day["LeavingDate"]).alias("leaving"),
        pl.col("EnrolStatus").fill_null("").alias("status"),
        pl.col("NCyearActual").fill_null("").alias("year_group"),
        pl.lit(via).alias("via"),
        pl.lit(now).alias("recorded"),
        "Roll",
    )
    sound = pl.col("entry").is_not_null() & ((pl.col("Roll") == "on") | pl.col("leaving").is_not_null())
    return rows.filter(sound).drop("Roll").unique(["pupil", "entry"], keep="first", maintain_order=True)


def sessions(ret: Return, frame: pl.DataFrame, laestab: str, window: tuple[date, date], via: str) -> pl.DataFrame:
    """Sessions possible and by code over the collection's attendance window."""
    by_code = _child(ret, "session", ("AttendanceReason", "Sessions"))
    counted: dict[int, dict[str, int]] = {}
    for pupil, code, count in by_code.iter_rows():
        if code and (count or "").isdigit():
            counted.setdefault(pupil, {})[code] = counted.get(pupil, {}).get(code, 0) + int(count)
    column = "TermlySessionsPossible" if "TermlySessionsPossible" in frame.columns else "SessionsPossible"
    if column not in frame.columns:
        return pl.DataFrame()
    rows = [
        (one["id"], laestab, *window, int(one[column]), json.dumps(counted.get(one["row"], {})), via)
        for one in frame.select("row", "id", column).iter_rows(named=True)
        if (one[column] or "").isdigit()
    ]
    names = ["pupil", "laestab", "begins", "ends", "possible", "sessions", "via"]
    return pl.DataFrame(rows, schema=names, orient="row").unique("pupil", keep="first") if rows else pl.DataFrame()


def suspensions(ret: Return, frame: pl.DataFrame, laestab: str, via: str) -> pl.DataFrame:
    """Suspensions and permanent exclusions with a readable start."""
    table = _child(ret, "exclusion", ("Category", "StartDate", "Sessions", "Reason1", "Reason2", "Reason3"))
    joined = table.rename({"pupil": "row"}).join(frame.select("row", "id"), on="row", how="inner")
    return joined.select(
        pl.col("id").alias("pupil"),
        pl.lit(laestab).alias("laestab"),
        pl.col("Category").alias("category"),
        pl.col("StartDate").str.to_date("%Y-%m-%d", strict=False).alias("start"),
        pl.col("Sessions").cast(pl.Int32, strict=False).alias("sessions"),
        pl.concat_list("Reason1", "Reason2", "Reason3").list.drop_nulls().alias("reasons"),
        pl.lit(via).alias("via"),
    ).filter(pl.col("start").is_not_null() & pl.col("category").is_not_null())


def attendance_window(collection: Collection) -> tuple[date, date]:
    return collection.windows["attendance"].first, collection.windows["attendance"].last
