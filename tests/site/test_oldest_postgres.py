"""The main line on the oldest PostgreSQL there is support for: Debian's own, found where Debian puts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from concord.site.embedded import Embedded
from house.not_run import not_run

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
ROOT = Path(__file__).resolve().parents[2]
MAIN_LINE = """
import json, sys
from pathlib import Path
from concord.site.commands.migrate import bring_up
bring_up()
import small_hub as hub
from concord.courier.connectors.feed import Feed
from concord.desk import approve_return, audit, submit_return, view_pupil
from django.db import connection
folder = Path(sys.argv[1])
hub.settle_in(hub.HERE)
home = hub.enrolled(folder / "courier")
path = folder / "return.xml"
path.write_bytes(hub.sound())
sent = hub.run_courier(home, path)
failed = hub.run_jobs()
submit_return.submit(hub.head(), hub.HERE, "SC-AUT-2026")
approve_return.approve(hub.la(), hub.HERE, "SC-AUT-2026")
failed += hub.run_jobs()
marks = {"1": {"UPN": "Z886215026001", "Date": "2026-09-07", "Session": "AM", "AttendanceCode": "/"}}
fed = hub.run_courier(home, feeds=[Feed("attendance", marks)])
failed += hub.run_jobs()
(pupil,) = hub.owner_rows("SELECT id FROM pupil WHERE upn = 'Z886215026001'")[0]
seen = view_pupil.view(hub.la("admissions"), pupil, purpose="admissions", case="1")
with connection.cursor() as cursor:
    cursor.execute("SHOW server_version")
    (version,) = cursor.fetchone()
verdict = audit.verified()
json.dump({"version": version, "sent": sent.status, "fed": fed.status, "failed": failed, "holds": verdict.holds,
    "pupils": hub.owner_rows("SELECT count(*) FROM pupil")[0][0], "surname": seen.pupil.surname != "",
    "marks": hub.owner_rows("SELECT count(*) FROM marks_of_year")[0][0]}, sys.stdout)
"""


def test_a_return_reaches_the_register_and_a_professional_on_the_oldest_postgres(tmp_path: Path) -> None:
    if not DEBIAN:
        not_run("the system's PostgreSQL is not installed here")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CONCORD_")}
    server = Embedded(tmp_path / "database", programs=DEBIAN[0], durable=False)
    try:
        with server:
            surroundings = {
                **kept,
                **server.environment(),
                "CONCORD_HOME": str(tmp_path / "home"),
                "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}",
                "DJANGO_SETTINGS_MODULE": "concord.site.settings",
            }
            words = [sys.executable, "-W", "ignore", "-c", MAIN_LINE, str(tmp_path)]
            done = subprocess.run(words, env=surroundings, capture_output=True, text=True, check=False)
    finally:
        server.destroy()
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout)
    assert said.pop("version").startswith(DEBIAN[0].parent.name)
    whole = {"sent": 0, "fed": 0, "failed": [], "holds": True, "pupils": 10, "surname": True, "marks": 1}
    assert said == whole
