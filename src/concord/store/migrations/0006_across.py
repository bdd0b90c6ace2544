"""Returns compared with each other before the deadline; threads between establishment and LA; receipts; copies awaited.

`compare_return` and `upns_elsewhere` look at several establishments' rolls at once, which no session of the application
can: they run as the owner of the tables and give back only what concerns the establishments whose pupils they are.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

ELSEWHERE = """
CREATE FUNCTION upns_elsewhere(wanted bigint) RETURNS SETOF varchar
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT e.upn FROM enrolled_in_return e
  JOIN return_version v ON v.id = e.version_id JOIN collection_return r ON r.id = v.of_id
  JOIN enrolled_in_return o ON o.upn = e.upn AND o.roll = 'on'
  JOIN collection_return s ON s.current_id = o.version_id AND s.collection = r.collection AND s.id <> r.id
  WHERE e.version_id = wanted AND e.roll = 'on'
    AND r.establishment_id = ANY (string_to_array(coalesce(current_setting('concord.scope', true), ''), ','))
$$;
REVOKE ALL ON FUNCTION upns_elsewhere(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION upns_elsewhere(bigint) TO concord_app;
"""

# Every pupil the version names, or did before, or the census before it did: looked at anew in all returns at once.
# `fine` are pairs of statuses that agree ('MS'); `before` the census before; `born_from`, `born_to` bound the age at
# which a child must be somewhere.
COMPARE = """
CREATE FUNCTION compare_return(wanted bigint, before varchar, fine varchar[], born_from date, born_to date,
                               at timestamptz) RETURNS SETOF varchar
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mine collection_return; touched varchar[]; was varchar[];
BEGIN
  SELECT r.* INTO mine FROM collection_return r JOIN return_version v ON v.of_id = r.id
  WHERE v.id = wanted AND r.current_id = v.id
    AND r.establishment_id = ANY (string_to_array(coalesce(current_setting('concord.scope', true), ''), ','));
  IF mine.id IS NULL THEN RETURN; END IF;

  SELECT array_agg(one.upn) INTO touched FROM (
    SELECT e.upn FROM enrolled_in_return e JOIN return_version v ON v.id = e.version_id
    JOIN collection_return r ON r.id = v.of_id
    WHERE e.upn <> '' AND r.establishment_id = mine.establishment_id AND r.collection IN (mine.collection, before)
    UNION SELECT f.upn FROM across_finding f JOIN return_version v ON v.id = f.version_id WHERE v.of_id = mine.id
  ) one;
  WITH gone AS (
    DELETE FROM across_finding f WHERE f.collection = mine.collection AND f.upn = ANY (touched) RETURNING f.establishment
  ) SELECT array_agg(DISTINCT establishment) INTO was FROM gone;
  DELETE FROM enrolled_in_return e USING return_version v
    WHERE v.id = e.version_id AND v.of_id = mine.id AND v.id <> wanted;

  WITH named AS MATERIALIZED (
    SELECT e.upn, e.roll, e.status, e."row", e.born, e.version_id, r.establishment_id AS place
    FROM unnest(touched) AS t (upn) JOIN enrolled_in_return e USING (upn)
    JOIN collection_return r ON r.current_id = e.version_id AND r.collection = mine.collection
    WHERE NOT EXISTS (SELECT 1 FROM pupil p WHERE p.upn = e.upn AND p.hidden)
  ), pairs AS (
    SELECT a.version_id, a.place, a.upn, min(a."row") AS "row", min(a.status) AS status,
           array_agg(DISTINCT b.place ORDER BY b.place) FILTER (WHERE NOT (a.status || b.status) = ANY (fine)) AS others,
           bool_or(b.status IN ('M', 'S')) FILTER (WHERE NOT (a.status || b.status) = ANY (fine)) AS dual,
           count(b.place) AS elsewhere
    FROM named a LEFT JOIN named b ON b.upn = a.upn AND b.place <> a.place AND b.roll = 'on'
    WHERE a.roll = 'on' GROUP BY a.version_id, a.place, a.upn
  ), found AS (
    SELECT version_id, place, upn, "row", status, coalesce(others, '{}') AS others,
           CASE WHEN status IN ('M', 'S') OR dual THEN 'dual' ELSE 'two_rolls' END AS kind
    FROM pairs WHERE others IS NOT NULL OR (status IN ('M', 'S') AND elsewhere = 0)
    UNION ALL
    SELECT a.version_id, a.place, a.upn, a."row", a.status, '{}', 'leaver' FROM named a
    WHERE a.roll = 'off' AND a.born BETWEEN born_from AND born_to
      AND NOT EXISTS (SELECT 1 FROM named b WHERE b.upn = a.upn AND b.roll = 'on')
    UNION ALL
    SELECT now.current_id, now.establishment_id, e.upn, NULL, e.status, '{}', 'unclaimed'
    FROM unnest(touched) AS t (upn) JOIN enrolled_in_return e USING (upn)
    JOIN collection_return past ON past.current_id = e.version_id AND past.collection = before
    JOIN collection_return now ON now.establishment_id = past.establishment_id AND now.collection = mine.collection
    JOIN return_version v ON v.id = now.current_id AND v.checked IS NOT NULL
    WHERE e.roll = 'on' AND e.born BETWEEN born_from AND born_to
      AND NOT EXISTS (SELECT 1 FROM named b WHERE b.upn = e.upn)
      AND NOT EXISTS (SELECT 1 FROM pupil p WHERE p.upn = e.upn AND p.hidden)
  )
  INSERT INTO across_finding (version_id, establishment, collection, kind, upn, "row", status, others, found)
  SELECT version_id, place, mine.collection, kind, upn, "row", coalesce(status, ''), others, at FROM found
  ON CONFLICT (version_id, kind, upn) DO NOTHING;

  RETURN QUERY SELECT f.establishment FROM across_finding f
    WHERE f.collection = mine.collection AND f.upn = ANY (touched)
    UNION SELECT unnest(was);
END $$;
REVOKE ALL ON FUNCTION compare_return(bigint, varchar, varchar[], date, date, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION compare_return(bigint, varchar, varchar[], date, date, timestamptz) TO concord_app;
"""

_PLACE = (
    "({column} = ANY ((SELECT string_to_array(coalesce(current_setting('concord.scope', true), ''), ',')"
    "::varchar[])::varchar[]))"
)
_PLACES = (("across_finding", "establishment"), ("copy_note", "establishment_id"))
_PARTS = (
    ("enrolled_in_return", "return_version", "version_id"),
    ("return_counts", "return_version", "version_id"),
    ("return_receipt", "return_version", "version_id"),
    ("query_thread", "collection_return", "of_id"),
    ("thread_message", "query_thread", "thread_id"),
    ("referral", "query_thread", "thread_id"),
)
LOCKS = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
    f"CREATE POLICY in_scope ON {table} TO concord_app USING {_PLACE.format(column=column)}"
    f" WITH CHECK {_PLACE.format(column=column)};"
    for table, column in _PLACES
) + "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
    f"CREATE POLICY of_whole ON {table} TO concord_app USING (EXISTS (SELECT 1 FROM {whole} w WHERE w.id = {key}))"
    f" WITH CHECK (EXISTS (SELECT 1 FROM {whole} w WHERE w.id = {key}));"
    for table, whole, key in _PARTS
)
KEPT = "REVOKE UPDATE, DELETE, TRUNCATE ON thread_message, copy_note FROM concord_app;"


class Migration(migrations.Migration):
    dependencies = [("store", "0005_register")]

    operations = [
        migrations.CreateModel(
            name="ReturnCounts",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="store.returnversion",
                    ),
                ),
                ("counts", models.JSONField()),
            ],
            options={
                "db_table": "return_counts",
            },
        ),
        migrations.CreateModel(
            name="QueryThread",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(blank=True, max_length=20)),
                ("state", models.CharField(max_length=20)),
                ("opened", models.DateTimeField()),
                ("changed", models.DateTimeField()),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="threads", to="store.collectionreturn"
                    ),
                ),
            ],
            options={
                "db_table": "query_thread",
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.CharField(max_length=20)),
                ("asked", models.DateField()),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("words", models.TextField()),
                ("by", models.CharField(max_length=64)),
                ("recorded", models.DateTimeField()),
                ("outcome", models.TextField(blank=True)),
                ("answered", models.DateField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=64)),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="referrals", to="store.querythread"
                    ),
                ),
            ],
            options={
                "db_table": "referral",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReturnReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("manifest", models.JSONField()),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("receipt", models.JSONField(null=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="receipts", to="store.returnversion"
                    ),
                ),
            ],
            options={
                "db_table": "return_receipt",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ThreadMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("role", models.CharField(max_length=40)),
                ("side", models.CharField(max_length=20)),
                ("text", models.TextField()),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="store.querythread"
                    ),
                ),
            ],
            options={
                "db_table": "thread_message",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="AcrossFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("establishment", models.CharField(max_length=8)),
                ("collection", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=12)),
                ("upn", models.CharField(max_length=20)),
                ("row", models.IntegerField(null=True)),
                ("status", models.CharField(blank=True, max_length=1)),
                (
                    "others",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), default=list, size=None
                    ),
                ),
                ("found", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="across", to="store.returnversion"
                    ),
                ),
            ],
            options={
                "db_table": "across_finding",
                "indexes": [
                    models.Index(fields=["establishment", "collection"], name="across_by_place"),
                    models.Index(fields=["collection", "upn"], name="across_by_upn"),
                ],
                "constraints": [models.UniqueConstraint(fields=("version", "kind", "upn"), name="one_finding_across")],
            },
        ),
        migrations.CreateModel(
            name="CopyNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("collection", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("text", models.TextField(blank=True)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copy_notes", to="store.establishment"
                    ),
                ),
            ],
            options={
                "db_table": "copy_note",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["collection", "establishment"], name="copy_note_of")],
            },
        ),
        migrations.CreateModel(
            name="EnrolledInReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField()),
                ("upn", models.CharField(max_length=20)),
                ("roll", models.CharField(max_length=3)),
                ("status", models.CharField(blank=True, max_length=1)),
                ("entry", models.DateField(null=True)),
                ("leaving", models.DateField(null=True)),
                ("born", models.DateField(null=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="enrolled", to="store.returnversion"
                    ),
                ),
            ],
            options={
                "db_table": "enrolled_in_return",
                "indexes": [models.Index(fields=["upn", "version"], name="enrolled_by_upn")],
            },
        ),
        migrations.AddConstraint(
            model_name="querythread",
            constraint=models.UniqueConstraint(fields=("of", "rule"), name="one_thread_a_rule"),
        ),
        *(migrations.RunSQL(sql) for sql in (ELSEWHERE, COMPARE, LOCKS, KEPT)),
    ]
