"""Extends the list of repositories by new clones, and draws what each of them is for.

In: `repositories.tsv` and bare clones in `.work/repositories`. Out: the same list, longer. Repositories that are
listed keep their role and commit. A clone is taken when its licence is permissive, its tests hold enough assertions,
and it is no relative (fork or near-copy) of a listed one; relatives among the new ones get the same role.
"""

import csv
import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from itertools import combinations

from repositories import CLONES, EXTENSIONS, LIST, Repository, is_test, list_sources, read_list, read_sources, run_git

ROLES = ("language-model", "shared", "conditioning", "validation", "held-out")
WANTED = {"validation": 10, "shared": 20}  # per language, listed ones included; all others serve conditioning
MIN_ASSERTIONS = 30
MIN_VALIDATION_ASSERTIONS = 100
MIN_LINE_CHARACTERS = 24  # shorter lines are alike everywhere
MAX_SHARED_BY = 4  # lines of more repositories are boilerplate
RELATED_SHARE = 0.1  # of the smaller repository's lines
SEED = 41
PERMISSIVE = {"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "PSF-2.0"}
LICENCE_NAME = re.compile(r"(licen[cs]e|copying|unlicense)(?!-logo)", re.IGNORECASE)
BSD = r"Redistribution and use in source and binary forms"
LICENCE_TEXTS = (  # the first that matches names the licence
    (r"Permission to use, copy, modify, and(/or)? distribute", "ISC"),
    (r"GNU (LESSER |AFFERO )?GENERAL PUBLIC", "GPL"),
    (r"Mozilla Public", "MPL-2.0"),
    (r"Permission is hereby granted, free of charge", "MIT"),
    (r"Apache License|Licensed under the Apache", "Apache-2.0"),
    (BSD + r".*(Neither the name|names? of .{0,80}(may|contributors))", "BSD-3-Clause"),
    (BSD, "BSD-2-Clause"),
    (r"PYTHON SOFTWARE FOUNDATION", "PSF-2.0"),
    (r"MIT License", "MIT"),
)
ASSERTION = re.compile(
    r"^\s*assert\b|\bself\.assert[A-Z]\w*\(|\bpytest\.raises\(|\bexpect\(|\bassert(\.\w+)*\("
    r"|\bt\.(is|not|deepEqual|equal|same|strictEqual|strictSame|like|true|false|throws)\w*\(|^\s*(equal|is)\(",
    re.MULTILINE,
)


def read_text(repository: Repository, path: str) -> str:
    return run_git(repository.git_dir, "show", f"{repository.commit}:{path}").decode("utf-8", "replace")


def find_licence(repository: Repository) -> str:
    """Names the licences of the files at the root, joined by OR; files that say something else count as `unknown`."""
    listing = run_git(repository.git_dir, "ls-tree", repository.commit).decode().splitlines()
    names = [line.split("\t", 1)[1] for line in listing if line.split()[1] == "blob"]
    found = set()
    for name in filter(LICENCE_NAME.match, names):
        text = re.sub(r"\s+", " ", read_text(repository, name))
        found.add(next((licence for pattern, licence in LICENCE_TEXTS if re.search(pattern, text)), "unknown"))
    return " OR ".join(sorted(found)) or "unknown"


def find_creation(repository: Repository) -> str:
    """The day of the earliest root commit; an imported history counts from its own beginning."""
    roots = run_git(repository.git_dir, "log", "--max-parents=0", "--format=%as", repository.commit)
    return min(roots.decode().split())


def find_language(name: str, commit: str) -> str:
    """The language with more files."""
    candidates = [Repository("", language, name, "", commit, "") for language in EXTENSIONS]
    return max(candidates, key=lambda candidate: len(list_sources(candidate))).language


def count_assertions(repository: Repository) -> int:
    """Roughly, by the usual names; the product extracts them by the syntax tree."""
    return sum(len(ASSERTION.findall(text)) for path, text in read_sources(repository) if is_test(path))


def describe_clone(name: str) -> Repository:
    commit = run_git(CLONES / name.replace("/", "+"), "rev-parse", "HEAD").decode().strip()
    bare = Repository("", find_language(name, commit), name, "", commit, "")
    return Repository("", bare.language, name, find_licence(bare), commit, find_creation(bare))


def find_relatives(repositories: list[Repository]) -> list[tuple[str, str]]:
    """Pairs that share a root commit, or many lines that few others have."""
    holders: dict[int, list[str]] = {}
    sizes: Counter = Counter()
    for repository in repositories:
        texts = (line.strip() for _, text in read_sources(repository) for line in text.split("\n"))
        lines = {hash(line) for line in texts if len(line) >= MIN_LINE_CHARACTERS}
        sizes[repository.name] = len(lines)
        for key in lines:
            holders.setdefault(key, []).append(repository.name)
    rare = (names for names in holders.values() if len(names) <= MAX_SHARED_BY)
    shared = Counter(pair for names in rare for pair in combinations(names, 2))
    alike = [(a, b) for (a, b), count in shared.items() if count >= RELATED_SHARE * min(sizes[a], sizes[b])]
    return alike + share_roots(repositories)


def share_roots(repositories: list[Repository]) -> list[tuple[str, str]]:
    """Pairs with a common root commit."""
    holders: dict[str, list[str]] = {}
    for repository in repositories:
        for root in run_git(repository.git_dir, "rev-list", "--max-parents=0", repository.commit).decode().split():
            holders.setdefault(root, []).append(repository.name)
    return [pair for names in holders.values() for pair in combinations(names, 2)]


def group_relatives(names: Iterable[str], pairs: list[tuple[str, str]]) -> list[set[str]]:
    """Connected components."""
    group_of = {name: {name} for name in names}
    for a, b in pairs:
        if group_of[a] is not group_of[b]:
            group_of[a] |= group_of[b]
            group_of.update(dict.fromkeys(group_of[b], group_of[a]))
    return list({id(group): group for group in group_of.values()}.values())


def draw_roles(
    listed: list[Repository], groups: list[list[Repository]], assertions: dict[str, int]
) -> dict[str, str]:
    """Deals shuffled groups out: first validation, then shared, the rest for conditioning; each language by itself."""
    roles: dict[str, str] = {}
    taken = Counter((row.role, row.language) for row in listed)
    for language in EXTENSIONS:
        pile = sorted((group for group in groups if group[0].language == language), key=lambda group: group[0].name)
        random.Random(f"{SEED} {language}").shuffle(pile)
        left = {role: count - taken[role, language] for role, count in WANTED.items()}
        for group in pile:
            is_rich = all(assertions[repository.name] >= MIN_VALIDATION_ASSERTIONS for repository in group)
            fitting = [role for role in left if left[role] >= len(group) and (role != "validation" or is_rich)]
            role = fitting[0] if fitting else "conditioning"
            left[role] = left.get(role, 0) - len(group)
            roles.update({repository.name: role for repository in group})
    return roles


def choose(listed: list[Repository]) -> list[Repository]:
    """The new rows."""
    known = {repository.name for repository in listed}
    clones = sorted(path.name.replace("+", "/", 1) for path in CLONES.iterdir())
    found = [describe_clone(name) for name in clones if name not in known]
    permitted = [repository for repository in found if set(repository.licence.split(" OR ")) <= PERMISSIVE]
    assertions = {repository.name: count_assertions(repository) for repository in permitted}
    usable = {repository.name: repository for repository in permitted if assertions[repository.name] >= MIN_ASSERTIONS}
    everyone = [*listed, *usable.values()]
    groups = group_relatives([repository.name for repository in everyone], find_relatives(everyone))
    for group in groups:
        if len(group) > 1:
            print("relatives:", *sorted(group))
    fresh = [[usable[name] for name in sorted(group)] for group in groups if not group & known]
    roles = draw_roles(listed, fresh, assertions)
    return [Repository(**asdict(row) | {"role": roles[row.name]}) for row in usable.values() if row.name in roles]


def write_list(repositories: list[Repository]) -> None:
    """Sorted by role, language, and name."""
    rows = sorted(repositories, key=lambda row: (ROLES.index(row.role), row.language, row.name.lower()))
    with LIST.open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(("role", "language", "repository", "licence", "commit", "created"))
        writer.writerows((row.role, row.language, row.name, row.licence, row.commit, row.created) for row in rows)


def main() -> None:
    listed = read_list()
    rows = [*listed, *choose(listed)]
    write_list(rows)
    for (role, language), count in sorted(Counter((row.role, row.language) for row in rows).items()):
        print(role, language, count)


if __name__ == "__main__":
    main()
