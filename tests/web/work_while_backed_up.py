"""Works until it is ended: imports and reports without a pause, and writes the number of the last event after each act."""

from __future__ import annotations

import sys

from django.core.management import call_command
from killed_work import Office, Worker

from zhenggai.web.audit.models import ChainHead


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    office = Office()

    def say(line: str) -> None:
        if line.startswith("done "):
            sys.stdout.write(f"{ChainHead.objects.get(unit=office.unit).number}\n")
            sys.stdout.flush()

    Worker(office, say, 7).work()


if __name__ == "__main__":
    main()
