"""The addresses of a return beyond its first page: trial, comparison, versions, threads, lists, receipts, copies."""

from __future__ import annotations

from django.urls import URLPattern, path

from concord.web.pages import across, copies, exports, held, receipts, threads, trial, versions


def addresses() -> list[URLPattern]:
    """Called once the converters of a DfE number and of a collection are registered."""
    one, county = "returns/<laestab:laestab>/<collection:collection>", "progress/<collection:collection>"
    return [
        path("returns/trial", trial.trial, name="trial"),
        path("returns/<laestab:laestab>/trial", trial.trial, name="trial_of"),
        path(f"{one}/across", across.of_return, name="across"),
        path(f"{one}/held", held.held, name="held"),
        path(f"{one}/by-pupil", versions.by_pupil, name="by_pupil"),
        path(f"{one}/versions", versions.versions, name="versions"),
        path(f"{one}/list", exports.own_list, name="own_list"),
        path(f"{one}/preview", receipts.preview, name="preview"),
        path(f"{one}/receipts", receipts.receipts, name="receipts"),
        path(f"{one}/receipts/<int:number>", receipts.document, name="receipt"),
        path(f"{one}/threads", threads.threads, name="threads"),
        path(f"{one}/threads/<int:number>", threads.act, name="thread_act"),
        path(f"{one}/copy", copies.explain, name="copy_reason"),
        path(f"{county}/across", across.of_county, name="across_county"),
        path(f"{county}/threads", threads.of_county, name="threads_county"),
        path(f"{county}/copies", copies.copies, name="copies"),
        path(f"{county}/export", exports.approved, name="export_all"),
        path(f"{county}/export/<laestab:laestab>", exports.approved_one, name="export_one"),
    ]
