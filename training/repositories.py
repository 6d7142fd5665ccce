"""The list of repositories, and reading files out of bare git directories.

In: `repositories.tsv` (role, language, repository, licence, commit, day of its first commit) and a folder of bare
clones named `owner+name`. Out: file texts at the listed commit. Knows nothing about tokens or models.
"""

import csv
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent
LIST = ROOT / "repositories.tsv"
WORK = ROOT / ".work"
CLONES = WORK / "repositories"

EXTENSIONS = {
    "python": (".py",),
    "js/ts": (".ts", ".tsx", ".js", ".jsx", ".mjs", ".mts", ".cjs", ".cts"),
}
MAX_FILE_BYTES = 120_000
GENERATED = re.compile(
    r"(^|/)(dist|build|lib-cov|vendor|vendored|_vendor|node_modules|third_party|fixtures?|__snapshots__|"
    r"testdata|test-data|site-packages|locales?|i18n|bower_components|coverage|generated)(/|$)"
    r"|\.min\.|\.d\.[mc]?ts$|\.snap$|-lock\.|\.pb\.|_pb2\.py$|\.generated\.",
    re.IGNORECASE,
)
TEST_FOLDERS = {"test", "tests", "testing", "__tests__", "__tests", "spec", "specs"}
TEST_NAME = re.compile(r"^test_.*\.py$|_tests?\.py$|^tests?\.\w+$|(\.|-|_)(test|spec)s?\.\w+$", re.IGNORECASE)


@dataclass(frozen=True)
class Repository:
    """One row of the list."""

    role: str
    language: str
    name: str
    licence: str
    commit: str
    created: str

    @property
    def git_dir(self) -> Path:
        return CLONES / self.name.replace("/", "+")


def read_list(*roles: str) -> list[Repository]:
    """Reads the rows of the given roles, in the order of the file."""
    with LIST.open(newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [
            Repository(
                row["role"], row["language"], row["repository"], row["licence"], row["commit"], row["created"]
            )
            for row in rows
            if not roles or row["role"] in roles
        ]


def run_git(git_dir: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Runs git on a bare directory and returns its standard output."""
    command = ["git", "--git-dir", str(git_dir), *arguments]
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, check=True).stdout


def is_test(path: str) -> bool:
    """Says whether a path is a test file by the usual naming conventions."""
    *folders, name = path.split("/")
    return bool(TEST_NAME.search(name)) or any(folder.lower() in TEST_FOLDERS for folder in folders)


def list_sources(repository: Repository) -> list[tuple[str, str]]:
    """Lists (blob id, path) of source files that a person wrote and that are not data."""
    listing = run_git(repository.git_dir, "ls-tree", "-r", "-l", "-z", repository.commit)
    sources = []
    for entry in listing.decode("utf-8", "replace").split("\0")[:-1]:
        meta, path = entry.split("\t", 1)
        _, kind, blob, size = meta.split()
        wanted = kind == "blob" and path.endswith(EXTENSIONS[repository.language]) and not GENERATED.search(path)
        if wanted and 0 < int(size) <= MAX_FILE_BYTES:
            sources.append((blob, path))
    return sources


def read_blobs(git_dir: Path, blobs: list[str]) -> list[str]:
    """Reads blobs through one `git cat-file --batch`; undecodable bytes are replaced."""
    output = run_git(git_dir, "cat-file", "--batch", stdin="\n".join(blobs).encode() + b"\n")
    texts, position = [], 0
    for _ in blobs:
        line_end = output.index(b"\n", position)
        size = int(output[position:line_end].split()[2])
        start = line_end + 1
        texts.append(output[start : start + size].decode("utf-8", "replace"))
        position = start + size + 1
    return texts


def read_sources(repository: Repository) -> list[tuple[str, str]]:
    """Reads (path, text) of every wanted source file at the listed commit."""
    sources = list_sources(repository)
    texts = read_blobs(repository.git_dir, [blob for blob, _ in sources])
    return [(path, text) for (_, path), text in zip(sources, texts)]
