"""Stores of any size for the web benchmarks: units of 5,000 findings each, written by the database itself.

Every finding has an answer, a response with all four roles, two measures, one of them reported on and proved. The texts are made up.
"""

from __future__ import annotations

import datetime as dt
import json

UNIT_SIZE = 5_000
NOW = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
_STATEMENTS = (
    """INSERT INTO ledger_area (id, unit_id, inspection_id, reference, "order", places, version, number, title)
    {numbers} SELECT {first} + i, {unit}, {inspection}, 'F' || i, i * 10, '[]', 1, '（' || i || '）', '第' || i || '个方面的问题'
    FROM n WHERE i <= 3""",
    """INSERT INTO ledger_item (id, unit_id, inspection_id, reference, "order", places, version, area_id, number, title)
    {numbers} SELECT {first} + i, {unit}, {inspection}, 'T' || i, i * 10, '[]', 1, {first} + 1 + i * 3 / ({count} + 1),
    '' || i, '制度执行和日常管理不够严格，第' || i || '条' FROM n WHERE i % 4 = 1""",
    """INSERT INTO ledger_finding (id, unit_id, inspection_id, reference, "order", places, version, area_id, item_id, number,
    text, cause, layer, closure_stage, cycle, "key")
    {numbers} SELECT {first} + i, {unit}, {inspection}, 'W' || i, i * 10, '[[12, 0, 40]]', 1,
    {first} + 1 + (i - (i - 1) % 4) * 3 / ({count} + 1), {first} + i - (i - 1) % 4, '一是',
    '部分制度落实不到位，' || (i % 31 + 2) || '份资料登记不完整，台账更新不及时，编号' || i, '', 'internal', 'none', 1, {false} FROM n""",
    """INSERT INTO ledger_response (id, unit_id, inspection_id, reference, "order", places, version, objective, labels,
    completion_status, status_text)
    {numbers} SELECT {first} + i, {unit}, {inspection}, 'Y' || i, i * 10, '[]', 1, '', '{{}}', '', '' FROM n""",
    """INSERT INTO ledger_answer (id, finding_id, response_id) {numbers} SELECT {first} + i, {first} + i, {first} + i FROM n""",
    """INSERT INTO ledger_measure (id, unit_id, inspection_id, reference, "order", places, version, response_id, number, text,
    due_text, due_parts, due_on, due_statement, original_due_on, recurrences, rectification_class, percent, completion_status)
    {numbers} SELECT 2 * ({first} + i) + m.k, {unit}, {inspection}, 'C' || (2 * i + m.k), (2 * i + m.k) * 10, '[]', 1, {first} + i,
    CASE m.k WHEN 0 THEN '①' ELSE '②' END, '修订管理办法并组织' || (i % 9 + 1) || '次专题培训，逐项核对登记，按月通报结果',
    '2026年6月底前', '[]', {due}, '', {due}, '[]', 'time_limited', i % 100,
    CASE i % 5 WHEN 0 THEN 'completed' ELSE 'ongoing' END FROM n, (SELECT 0 AS k UNION ALL SELECT 1) m""",
    """INSERT INTO ledger_assignment (id, unit_id, inspection_id, response_id, role, name, person_id, "order", since)
    {numbers} SELECT 4 * ({first} + i) + r.k, {unit}, {inspection}, {first} + i, r.role, r.name || (i % 11),
    CASE r.k WHEN 0 THEN {person} END, r.k, '2026-01-01' FROM n, (SELECT 0 AS k, 'lead_leader' AS role, '甲某某' AS name
    UNION ALL SELECT 1, 'responsible_leader', '乙某某' UNION ALL SELECT 2, 'responsible_department', '第1科室'
    UNION ALL SELECT 3, 'cooperating_department', '第2科室') r""",
    """INSERT INTO ledger_progressupdate (id, unit_id, inspection_id, response_id, measure_id, cycle, revision, percent,
    completion_status, done, difficulty, next_step, places, reported_at)
    {numbers} SELECT {first} + i, {unit}, {inspection}, {first} + i, 2 * ({first} + i), '2026-05下', 1, i % 100, 'ongoing',
    '已召开专题会议，完成第一批资料核对，发现问题' || (i % 7) || '处并已更正。', '', '', '[]', '2026-05-20 08:00:00' FROM n""",
    """INSERT INTO ledger_storedfile (id, algorithm, digest, size, media_type, facts, stored_at)
    SELECT {unit}, 'sha256', 'bench{unit}', 1, 'application/pdf', '{{}}', '2026-05-20 08:00:00'""",
    """INSERT INTO ledger_evidence (id, unit_id, inspection_id, reference, title, kind, formed_on, copies, note, layer, number,
    added_at, version)
    {numbers} SELECT {first} + i, {unit}, {inspection}, 'Z' || i, '培训签到和通报第' || i || '份', 'meeting', '2026-05-18', 1, '', 'internal',
    1, '2026-05-20 08:00:00', 1 FROM n""",
    """INSERT INTO ledger_evidenceversion (id, evidence_id, number, file_id, name, reason, uploaded_at)
    {numbers} SELECT {first} + i, {first} + i, 1, {unit}, '签到.pdf', '', '2026-05-20 08:00:00' FROM n""",
    """INSERT INTO ledger_evidencelink (id, evidence_id, measure_id, linked_at)
    {numbers} SELECT {first} + i, {first} + i, 2 * ({first} + i), '2026-05-20 08:00:00' FROM n""",
)


def fill(findings: int, unit_size: int = UNIT_SIZE) -> tuple[int, str, str]:
    """Fill an empty, migrated database with `findings` and return (an inspection's id, log-in name, password) of one unit.

    The unit returned stands in the middle of the store.
    """
    from django.db import connection, transaction  # noqa: PLC0415 — the settings must be named first

    from zhenggai.web.accounts import actions  # noqa: PLC0415
    from zhenggai.web.audit.chain import Actor  # noqa: PLC0415
    from zhenggai.web.ledger.models import Inspection  # noqa: PLC0415

    statements = [_completed(statement, connection.vendor) for statement in _STATEMENTS]
    units = max(1, -(-findings // unit_size))
    actor = Actor(None, "系统", NOW)
    above = actions.create_organization(actor=actor, kind="inspection_office", name="某市委巡察办")
    chosen = (0, "", "")
    for n in range(units):
        count = min(unit_size, findings - n * unit_size)
        with transaction.atomic():
            unit = actions.create_organization(actor=actor, kind="unit", name=f"第{n + 1}单位", parent=above)
            password = f"Bench-{n}-quiet-lake"
            person = actions.create_person(
                actor=actor, unit=unit, name="甲某某0", login=f"office{n}", password=password, must_change=False
            )
            actions.grant_roles(actor=actor, person=person, roles=["office"], scope=unit)
            inspection = Inspection.objects.create(
                unit=unit, code="2026-1", title="巡察反馈意见整改", profile="inspection-2024@1", created_at=NOW
            )
            values = {
                "numbers": _NUMBERS.format(count=count),
                "first": n * unit_size + 10,
                "unit": unit.pk,
                "inspection": inspection.pk,
                "person": person.pk,
                "count": count,
                "due": _due(connection.vendor),
                "false": "false" if connection.vendor == "postgresql" else "0",
            }
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement.format(**values))
        if n == units // 2:
            chosen = (inspection.pk, f"office{n}", password)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return chosen


def _completed(statement: str, vendor: str) -> str:
    """Return the statement with the defaults of the columns that it does not name."""
    from django.apps import apps  # noqa: PLC0415 — the settings must be named first
    from django.db.models import JSONField  # noqa: PLC0415

    head, _, rest = statement.partition("(")
    columns, _, _ = rest.partition(")")
    named = {column.strip().strip('"') for column in columns.split(",")}
    (model,) = [model for model in apps.get_models() if model._meta.db_table == head.split()[-1]]  # noqa: SLF001 — Django's documented way
    more = [field for field in model._meta.concrete_fields if field.column not in named and not field.null]  # noqa: SLF001
    if not more:
        return statement
    added = ", ".join(_literal(field.get_default(), vendor, isinstance(field, JSONField)) for field in more)
    added = added.replace("{", "{{").replace("}", "}}")
    named_more = "".join(f'"{field.column}", ' for field in more)
    return f"{head}({named_more}{rest.replace('SELECT ', f'SELECT {added}, ', 1)}"


def _literal(value: object, vendor: str, as_json: bool) -> str:
    if isinstance(value, bool):
        return str(value).lower() if vendor == "postgresql" else str(int(value))
    if isinstance(value, int):
        return str(value)
    return f"'{json.dumps(value) if as_json else value}'"


def _due(vendor: str) -> str:
    if vendor == "postgresql":
        return "DATE '2026-04-01' + CAST(i % 200 AS integer)"
    return "date('2026-04-01', '+' || (i % 200) || ' days')"
