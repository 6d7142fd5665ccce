"""Builds the text corpus for the tokeniser and the language model.

In: the repositories of role `language-model` and `validation`. Out: `.work/corpus.jsonl`, one line per file:
role, repository, path, kind (test or production), language, text. Files that mostly stand in a repository of another
role, too, are left out: what conditions or evaluates must be new to the language model. Knows nothing about tokens.
"""

import hashlib
import json
import random

from repositories import WORK, Repository, is_test, read_list, read_sources

MAX_CHARACTERS = {"test": 3_000_000, "production": 2_500_000}  # per repository, so that none dominates
MAX_LINE_CHARACTERS = 1_000  # longer lines are minified code or embedded data
MIN_CHARACTERS = 80
MIN_LINE_CHARACTERS = 24  # shorter lines are alike everywhere
MAX_COPIED_SHARE = 0.5  # of a file's lines
SEED = 7


def is_written_by_hand(text: str) -> bool:
    """Drops minified, generated, and empty files by their text."""
    lines = text.split("\n")
    head = text[:400].lower()
    return (
        len(text.strip()) >= MIN_CHARACTERS
        and max(len(line) for line in lines) <= MAX_LINE_CHARACTERS
        and not ("generated" in head and ("do not edit" in head or "@generated" in head))
    )


def long_lines(text: str) -> set[int]:
    """Hashes of the lines that say something."""
    lines = (line.strip() for line in text.split("\n"))
    return {hash(line) for line in lines if len(line) >= MIN_LINE_CHARACTERS}


def read_foreign_lines() -> set[int]:
    """The lines of all repositories that the language model must not see."""
    others = [repository for repository in read_list() if repository.role != "language-model"]
    return {line for repository in others for _, text in read_sources(repository) for line in long_lines(text)}


def is_copied(text: str, foreign: set[int]) -> bool:
    lines = long_lines(text)
    return len(lines & foreign) > MAX_COPIED_SHARE * len(lines)


def select_files(repository: Repository, seen: set[bytes], foreign: set[int]) -> list[dict]:
    """Takes files in random order up to the repository's cap per kind; exact duplicates are taken once."""
    sources = read_sources(repository)
    random.Random(f"{SEED} {repository.name}").shuffle(sources)
    room = dict(MAX_CHARACTERS)
    rows = []
    for path, text in sources:
        kind = "test" if is_test(path) else "production"
        digest = hashlib.sha256(text.encode()).digest()
        if digest in seen or len(text) > room[kind] or not is_written_by_hand(text) or is_copied(text, foreign):
            continue
        seen.add(digest)
        room[kind] -= len(text)
        rows.append({"path": path, "kind": kind, "text": text})
    return rows


def main() -> None:
    seen: set[bytes] = set()
    totals: dict[tuple, int] = {}
    foreign = read_foreign_lines()
    with (WORK / "corpus.jsonl").open("w") as corpus:
        for repository in read_list("language-model", "validation"):
            common = {"role": repository.role, "repository": repository.name, "language": repository.language}
            other = foreign if repository.role == "language-model" else set()
            for row in select_files(repository, seen, other):
                corpus.write(json.dumps(common | row) + "\n")
                key = (repository.role, repository.language, row["kind"])
                totals[key] = totals.get(key, 0) + len(row["text"])
    for key, characters in sorted(totals.items()):
        print(*key, f"{characters / 1e6:.1f} M characters")


if __name__ == "__main__":
    main()
