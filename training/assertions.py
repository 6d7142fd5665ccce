"""The assertions of the histories as tasks of token ids, by repository, in the order of the history.

In: `.work/histories-v1/*.jsonl`. Out: lists of tasks; a task's `position` says which of them may be known when it is
checked: those of smaller positions. Knows nothing about models.
"""

import json
import os

from embed import history_path, read_records, to_task
from repositories import WORK, Repository, read_list
from tokenizer import load_tokenizer

CACHE = WORK / "tasks"


def read_tasks(repository: Repository) -> list[dict]:
    """All assertions of one repository, start commit first; tokenised once, then read from the cache."""
    cached = CACHE / f"{repository.name.replace('/', '+')}.jsonl"
    if not cached.exists():
        CACHE.mkdir(exist_ok=True)
        tokenizer, tasks, steps = load_tokenizer(), [], 0
        for record in read_records(history_path(repository)):
            if record["type"] == "commit":
                steps += record["step"]
            elif record["type"] == "assertion":
                task = to_task(record, steps, tokenizer)
                if task:
                    tasks.append(task | {"position": record["position"]})
        staged = cached.with_suffix(f".{os.getpid()}")
        staged.write_text("".join(json.dumps(task) + "\n" for task in tasks))
        staged.replace(cached)
    return [json.loads(line) for line in cached.read_text().splitlines()]


def tasks_by_repository(*roles: str) -> dict[str, list[dict]]:
    """Repository -> tasks, for the repositories that have a history."""
    found = [repository for repository in read_list(*roles) if history_path(repository).exists()]
    return {repository.name: read_tasks(repository) for repository in found}
