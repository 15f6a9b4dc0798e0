"""The WSGI application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenggai.web.settings")
application = get_wsgi_application()


def warm_up() -> None:
    """Load the readers and their patterns now, so that the first person who uploads a document does not wait for them."""
    from zhenggai.document import known_formats, read_bytes  # noqa: PLC0415 — after the application, which needs less
    from zhenggai.plan import build_plan  # noqa: PLC0415

    known_formats()
    words = "一、问题\n1.制度不完善。\n整改措施：完善制度。（责任部门：办公室；完成时限：2026年6月底前）"
    build_plan(read_bytes(words.encode(), "方案.txt"))


warm_up()
