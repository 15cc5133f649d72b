"""How large the workload's container image is beside Python itself, measured by installing what it installs.

    python -m bench.image [--arch aarch64|x86_64|both]

Every package of requirements/naver-sms.txt is installed into a folder of its own, with its hash checked, for each
architecture that Lambda has; the workload's own code is put beside it, and what the container file
takes away is taken away. Counted are the bytes of all files. The bar
is 150 MB (150,000,000 bytes) for each architecture.
"""

from __future__ import annotations

import argparse
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements" / "naver-sms.txt"
CONTAINER = ROOT / "deploy" / "naver-sms.Dockerfile"
PACKAGES = ("naver_sms", "sens")
ARCHITECTURES = ("x86_64", "aarch64")
BAR_BYTES = 150_000_000
SHOWN = 6


def main() -> int:
    """Print the sizes; 0 when every architecture keeps the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--arch", choices=(*ARCHITECTURES, "both"), default="both")
    asked = options.parse_args()
    sizes = [measured(arch) for arch in (ARCHITECTURES if asked.arch == "both" else (asked.arch,))]
    return 0 if max(sizes) <= BAR_BYTES else 1


def measured(arch: str) -> int:
    """Install for one architecture, print what it is made of and return the bytes of it."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        install(site, arch)
        for name in PACKAGES:
            shutil.copytree(ROOT / "src" / name, site / name, ignore=shutil.ignore_patterns("__pycache__"))
        strip(site)
        if arch == platform.machine():
            starts(site)
        parts = sorted(((size(one), one.name) for one in site.iterdir()), reverse=True)
    total = sum(part for part, _ in parts)
    print(f"{arch}: {total / 1e6:.1f} MB of {BAR_BYTES / 1e6:.0f} MB, {len(parts)} parts")
    for part, name in parts[:SHOWN]:
        print(f"    {part / 1e6:6.1f} MB  {name}")
    return total


def strip(site: Path) -> None:
    """Take away what the container file takes away, by its own command."""
    lines = CONTAINER.read_text("utf-8").replace("\\\n", " ").splitlines()
    (command,) = (line.removeprefix("RUN ") for line in lines if line.startswith("RUN find"))
    subprocess.run(shlex.split(command.replace("/opt/naver-sms", str(site))), check=True)


def starts(site: Path) -> None:
    """Load the function as its image would: with nothing in sight but what was installed."""
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import awslambdaric.bootstrap, boto3, yaml, naver_sms.handler"
    )
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], check=True)


def install(site: Path, arch: str) -> None:
    """Install the locked packages as the container file does, for the architecture that is named."""
    # manylinux2014 and the newer names of the same promise: wheels that run on the slim image's glibc.
    platforms = [f"manylinux2014_{arch}", f"manylinux_2_17_{arch}", f"manylinux_2_28_{arch}", f"linux_{arch}"]
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-deps"]
    command += ["--no-compile", "--require-hashes", "--only-binary=:all:", "--python-version", "3.11"]
    command += [part for name in platforms for part in ("--platform", name)]
    subprocess.run([*command, "--target", str(site), "-r", str(LOCK)], check=True, stderr=subprocess.DEVNULL)


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    return (
        path.stat().st_size if path.is_file() else sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    )


if __name__ == "__main__":
    raise SystemExit(main())
