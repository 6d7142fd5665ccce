"""Encodes histories with the language model: one repository embedding, and one diff embedding per step.

In: `.work/histories-v1/*.jsonl` (written by `history.ts`) and the language model. Out: `.work/embeddings/*.pt` with
`repository` (512), `diffs` (steps, 512), and the assertions as token ids with the number of steps before scoring.
The recipe is the manifest's, term by term; the run time in TypeScript must give the same vectors.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from export import RECIPE
from model import LanguageModel, load_language_model
from repositories import WORK, Repository, read_list
from tokenizer import load_tokenizer

BATCH_TOKENS = 8192
MAX_PREFIX_TOKENS = 448
MAX_TARGET_TOKENS = 63
MAX_ASSERTIONS_PER_COMMIT = 8
MAX_ASSERTIONS = 400
MIN_ASSERTIONS = 8
SEED = 17
HISTORIES, EMBEDDINGS = WORK / "histories-v1", WORK / "embeddings"


def split_windows(ids: list[int], recipe: dict) -> list[list[int]]:
    """Cuts token ids into overlapping windows; stops once a window reaches the end."""
    size, step = recipe["windowTokens"], recipe["windowTokens"] - recipe["overlapTokens"]
    windows = []
    for start in range(0, len(ids), step):
        windows.append(ids[start : start + size])
        if start + size >= len(ids):
            break
    kept = [window for window in windows if len(window) >= recipe["minTokens"]]
    return kept[: recipe["maxWindows"]]


@torch.no_grad()
def encode_windows(model: LanguageModel, windows: list[list[int]]) -> Tensor:
    """Mean over tokens of the last hidden states, one row per window: (windows, 256)."""
    order = sorted(range(len(windows)), key=lambda index: len(windows[index]))
    rows = torch.zeros(len(windows), model.config.hidden_size)
    while order:
        size = max(1, BATCH_TOKENS // len(windows[order[-1]]))
        batch, order = order[-size:], order[:-size]
        lengths = torch.tensor([len(windows[index]) for index in batch])
        # Padding stands on the right, so causal attention keeps it away from the real tokens.
        ids = torch.zeros(len(batch), int(lengths.max()), dtype=torch.long)
        for row, index in enumerate(batch):
            ids[row, : lengths[row]] = torch.tensor(windows[index])
        with torch.autocast("cpu", torch.bfloat16):
            hidden = model.model(ids)
        mask = torch.arange(ids.shape[1]) < lengths[:, None]
        rows[torch.tensor(batch)] = (hidden.float() * mask[..., None]).sum(1) / lengths[:, None]
    return rows


def pool_diff(rows: Tensor, size: int) -> Tensor:
    """[max over windows ; mean over windows]; an empty diff is the zero vector."""
    return torch.cat([rows.amax(0), rows.mean(0)]) if len(rows) else torch.zeros(2 * size)


def pool_repository(files: list[Tensor], size: int) -> Tensor:
    """[mean over files ; max over files] of the files' mean window; files without a window do not count."""
    items = [rows.mean(0) for rows in files if len(rows)]
    if not items:
        return torch.zeros(2 * size)
    stacked = torch.stack(items)
    return torch.cat([stacked.mean(0), stacked.amax(0)])


def encode_texts(model: LanguageModel, texts: list[list[list[int]]]) -> list[Tensor]:
    """Encodes the windows of many texts together and hands them back text by text."""
    rows = encode_windows(model, [window for windows in texts for window in windows])
    return list(rows.split([len(windows) for windows in texts]))


@dataclass
class History:
    """A history as windows of token ids."""

    files: list[list[list[int]]]
    diffs: list[list[list[int]]]
    assertions: list[dict]

    @property
    def tokens(self) -> int:
        return sum(len(window) for windows in [*self.files, *self.diffs] for window in windows)


def to_task(record: dict, steps: int, tokenizer: Tokenizer) -> dict | None:
    """Tokenises prefix and target; white space before the value belongs to the target, as at run time."""
    prefix = record["prefix"].rstrip(" \t")
    target = record["prefix"][len(prefix) :] + record["target"]
    target_ids = tokenizer.encode(target, add_special_tokens=False).ids
    prefix_ids = tokenizer.encode(prefix, add_special_tokens=False).ids[-MAX_PREFIX_TOKENS:]
    if not prefix_ids or not 0 < len(target_ids) <= MAX_TARGET_TOKENS:
        return None
    kept = ("commit", "path", "line", "language", "family", "target")
    return {key: record.get(key) for key in kept} | {"steps": steps, "prefix_ids": prefix_ids, "target_ids": target_ids}


def select_assertions(records: list[tuple[dict, int]]) -> list[tuple[dict, int]]:
    """Takes at most a few assertions per commit and a few hundred per repository, at random, in history order."""
    chooser = random.Random(SEED)
    by_commit: dict[str, list[int]] = {}
    for index, (record, _) in enumerate(records):
        by_commit.setdefault(record["commit"], []).append(index)
    picked = [
        index
        for indices in by_commit.values()
        for index in chooser.sample(indices, min(len(indices), MAX_ASSERTIONS_PER_COMMIT))
    ]
    if len(picked) > MAX_ASSERTIONS:
        picked = chooser.sample(picked, MAX_ASSERTIONS)
    return [records[index] for index in sorted(picked)]


def replace_surrogates(record: dict) -> dict:
    """Replaces halves of surrogate pairs, which JavaScript strings may hold, as its text encoder does."""
    return {
        key: value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if isinstance(value, str) else value
        for key, value in record.items()
    }


def read_records(path: Path) -> Iterator[dict]:
    with path.open() as lines:
        for line in lines:
            yield json.loads(line, object_hook=replace_surrogates)


def truncate_steps(files: list[list[list[int]]], diffs: list[list[list[int]]], max_tokens: int) -> int:
    """Returns how many steps fit into the token budget, after the files of the start commit."""
    room = max_tokens - sum(len(window) for windows in files for window in windows)
    for step, windows in enumerate(diffs):
        room -= sum(map(len, windows))
        if room < 0:
            return step
    return len(diffs)


def read_history(path: Path, tokenizer: Tokenizer, max_tokens: int) -> History:
    """Reads one history, up to a token budget; assertions of commit t are scored after the step of commit t."""
    files: list[str] = []
    diffs: list[str] = []
    records: list[tuple[dict, int]] = []
    for record in read_records(path):
        if record["type"] == "start":
            ordered = sorted(record["files"], key=lambda file: file["path"])
            files = [file["text"] for file in ordered[: RECIPE["repository"]["maxFiles"]]]
        elif record["type"] == "commit" and record["step"]:
            diffs.append(record["diff"])
        elif record["type"] == "assertion" and record["isNew"]:
            records.append((record, len(diffs)))

    def windows_of(texts: list[str], recipe: dict) -> list[list[list[int]]]:
        # Only the first windows count, and 16 characters a token are more than any source text needs.
        limit = 16 * recipe["windowTokens"] * recipe["maxWindows"]
        encoded = tokenizer.encode_batch_fast([text[:limit] for text in texts], add_special_tokens=False)
        return [split_windows(item.ids, recipe) for item in encoded]

    file_windows, diff_windows = windows_of(files, RECIPE["repository"]), windows_of(diffs, RECIPE["diff"])
    steps = truncate_steps(file_windows, diff_windows, max_tokens)
    reachable = [(record, step) for record, step in records if step <= steps]
    tasks = [to_task(record, step, tokenizer) for record, step in select_assertions(reachable)]
    return History(file_windows, diff_windows[:steps], [task for task in tasks if task])


def embed_history(model: LanguageModel, history: History) -> dict:
    """Encodes one history."""
    size = model.config.hidden_size
    rows = encode_texts(model, [*history.files, *history.diffs])
    diffs = [pool_diff(item, size) for item in rows[len(history.files) :]]
    return {
        "repository": pool_repository(rows[: len(history.files)], size),
        "diffs": torch.stack(diffs) if diffs else torch.zeros(0, 2 * size),
        "assertions": history.assertions,
    }


def history_path(repository: Repository) -> Path:
    return HISTORIES / f"{repository.name.replace('/', '+')}.jsonl"


def embedding_path(repository: Repository) -> Path:
    return EMBEDDINGS / f"{repository.name.replace('/', '+')}.pt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--roles", nargs="+", default=["conditioning", "validation"])
    parser.add_argument("--max-tokens", type=int, default=90_000, help="of a history; later commits are left out")
    parser.add_argument("--share", default="0/1", help="i/n: only every n-th repository, from i; for several processes")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    EMBEDDINGS.mkdir(exist_ok=True)
    model, tokenizer = load_language_model(WORK / "model.safetensors"), load_tokenizer()
    index, count = map(int, arguments.share.split("/"))
    total, started = 0, time.time()
    for repository in read_list(*arguments.roles)[index::count]:
        source, path = history_path(repository), embedding_path(repository)
        if not source.exists() or path.exists():
            continue
        history = read_history(source, tokenizer, arguments.max_tokens)
        if history.tokens > arguments.max_tokens or len(history.assertions) < MIN_ASSERTIONS:
            print(f"left out {repository.name}: {history.tokens} tokens, {len(history.assertions)} assertions")
            continue
        torch.save(embed_history(model, history), path)
        total += history.tokens
        sizes = f"{len(history.files)} files, {len(history.diffs)} steps, {len(history.assertions)} assertions"
        print(f"{repository.name}: {sizes}; {total / 1e6:.2f} M tokens, {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
