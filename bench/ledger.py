"""What the ledger costs: an entry added, an entry proved, all of it verified; on one core.

    python bench/ledger.py [--entries 1000000] [--results DIR]

Entries are what a scan writes of a medium, in SQLite, in a home of its own. All but the last
20,000 are written to the tables at once, signed and chained as the store does; those are
added through the store, 1,000 to a transaction, each timed; then some with a transaction
each, which waits for the disk. Proofs are of entries spread over all of it, each made from
nothing, the best of three. At last everything is verified, and an export by itself.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench import results  # noqa: E402
from bench.commands import on_cores  # noqa: E402
from replique import store  # noqa: E402
from replique.evidence.entries import write  # noqa: E402
from replique.evidence.heads import sign_head  # noqa: E402
from replique.evidence.merkle import Frontier  # noqa: E402
from replique.store import Home  # noqa: E402

TOGETHER = 1000
TIMED = 20_000
AT_ONCE = 5000
TRIES = 3
ALONE = 300
PROOFS = 200


def body(number: int) -> dict[str, object]:
    """Return what an entry says of a medium."""
    return {
        "found": number % 3,
        "occurrences": hashlib.sha256(b"%d" % number).hexdigest(),
        "probes": [hashlib.sha256(b"settings").hexdigest()],
        "size": 1_000_000 + number,
        "state": "ok",
        "verb": "searched",
    }


def grow(home: Home, count: int) -> None:
    """Write a ledger of so many entries to the tables at once."""
    from django.db import transaction  # noqa: PLC0415 — once it is set up

    from replique.store import ledger_home  # noqa: PLC0415
    from replique.store.ledger import BAND, THE_HEAD  # noqa: PLC0415
    from replique.store.ledger_models import (  # noqa: PLC0415
        LedgerEntry,
        LedgerHead,
        LedgerSubtree,
    )

    signer = ledger_home.signer(home, new=True)
    tree, last = Frontier(), bytes(32)
    with transaction.atomic():
        for start in range(0, count, AT_ONCE):
            rows, roots = [], []
            for number in range(start, min(start + AT_ONCE, count)):
                said = body(number)
                entry = write(
                    signer,
                    sequence=number,
                    kind="sample",
                    subject=f"sample/{said['occurrences']}",
                    body=said,
                    previous=last.hex(),
                )
                last = entry.leaf
                line = entry.line.decode()
                rows.append(LedgerEntry(number, entry.kind, entry.subject, line))
                roots += [
                    LedgerSubtree(band=level // BAND, position=position, root=root)
                    for level, position, root in tree.append(last)
                    if level and level % BAND == 0
                ]
            LedgerEntry.objects.bulk_create(rows)
            LedgerSubtree.objects.bulk_create(roots)
        head = sign_head(signer, size=tree.size, root=tree.root(), last=last)
        LedgerHead.objects.create(
            pk=THE_HEAD, size=tree.size, line=head.line.decode(), frontier=b"".join(tree.hashes)
        )


def appended(numbers: range) -> Iterator[float]:
    """Add entries in one transaction; yield how long each took, seconds."""
    from django.db import transaction  # noqa: PLC0415 — once it is set up

    from replique.store.ledger import append  # noqa: PLC0415

    with transaction.atomic():
        for number in numbers:
            said = body(number)
            began = time.perf_counter()
            append("sample", f"sample/{said['occurrences']}", said)
            yield time.perf_counter() - began


def timed(work: Callable[[], object]) -> float:
    """Return how long something takes, seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def alone(numbers: range) -> list[float]:
    """Return how long entries take with a transaction each, seconds."""
    return [timed(partial(list, appended(range(number, number + 1)))) for number in numbers]


def measured(count: int, folder: Path) -> dict[str, float]:
    """Write, prove, verify and export a ledger of so many entries."""
    home = store.open(folder / "home")
    from replique.store.ledger_checking import check  # noqa: PLC0415 — once Django is set up
    from replique.store.ledger_export import export  # noqa: PLC0415
    from replique.store.ledger_reading import prove  # noqa: PLC0415

    before = max(count - TIMED, count // 2)
    grow(home, before)
    took = [
        each
        for start in range(before, count, TOGETHER)
        for each in appended(range(start, min(start + TOGETHER, count)))
    ]
    proofs = [
        min(timed(partial(prove, str(number))) for _try in range(TRIES))
        for number in range(0, count, max(count // PROOFS, 1))
    ]
    verifying_s = timed(lambda: _sound(check().problems))
    size = home.database.stat().st_size
    single = alone(range(count, count + ALONE))
    exporting_s = timed(lambda: export(folder / "export"))
    store.close()
    words = [sys.executable, str(folder / "export" / "verify_ledger.py"), str(folder / "export")]
    return {
        "entries": count,
        "append_ms": round(statistics.median(took) * 1e3, 3),
        "append_p99_ms": round(statistics.quantiles(took, n=100)[98] * 1e3, 3),
        "append_alone_ms": round(statistics.median(single) * 1e3, 3),
        "proof_ms": round(statistics.median(proofs) * 1e3, 3),
        "proof_worst_ms": round(max(proofs) * 1e3, 3),
        "verifying_s": round(verifying_s, 1),
        "exporting_s": round(exporting_s, 1),
        "verifier_alone_s": round(timed(lambda: subprocess.run(words, check=True)), 1),
        "bytes_an_entry": round(size / count),
    }


def _sound(problems: object) -> None:
    if problems:
        raise RuntimeError(f"the ledger does not verify: {problems}")


def main() -> None:
    """Measure, and keep what came of it."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--entries", type=int, default=1_000_000, help="%(default)s")
    ask.add_argument("--results", type=Path, default=results.FOLDER)
    asked = ask.parse_args()
    os.environ.pop("DATABASE_URL", None)
    waiting = results.Waiting()
    with tempfile.TemporaryDirectory() as folder, on_cores(1):
        made = measured(asked.entries, Path(folder))
    for name, value in made.items():
        print(f"{name:20} {value}", flush=True)
    results.keep(
        "ledger",
        made,
        script=f"bench/ledger.py --entries {asked.entries}",
        material="entries as a scan writes them, SQLite",
        folder=asked.results,
        waiting=waiting.share(),
    )


if __name__ == "__main__":
    main()
