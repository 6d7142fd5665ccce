"""The corpus as token streams, and random rows of them.

In: `.work/corpus.jsonl` and the tokeniser. Out: one stream per language and kind, kept in `.work/tokens-ROLE.npz`,
and batches of rows. Knows nothing about models.
"""

import json
import random

import numpy as np
import torch
from torch import Tensor

from repositories import WORK
from tokenizer import END_TOKEN, load_tokenizer

CORPUS = WORK / "corpus.jsonl"
ROW_TOKENS = 512
SEED = 3


def tokenize_corpus(role: str) -> dict[str, np.ndarray]:
    """Returns one token stream per language and kind: files in random order, `<|endoftext|>` after each."""
    files: dict[str, list[str]] = {}
    with CORPUS.open() as corpus:
        for line in corpus:
            row = json.loads(line)
            if row["role"] == role:
                files.setdefault(f"{row['language']} {row['kind']}", []).append(row["text"])
    tokenizer = load_tokenizer()
    streams = {}
    for name, texts in sorted(files.items()):
        random.Random(f"{SEED} {name}").shuffle(texts)
        ids = [id for encoded in tokenizer.encode_batch_fast(texts) for id in [*encoded.ids, END_TOKEN]]
        streams[name] = np.array(ids, dtype=np.uint16)
    return streams


def read_tokens(role: str) -> dict[str, np.ndarray]:
    """The role's token streams; tokenised once for each corpus."""
    path = WORK / f"tokens-{role}.npz"
    if not path.exists() or path.stat().st_mtime < CORPUS.stat().st_mtime:
        staged = path.with_name(f"staged-{path.name}")
        np.savez(staged, **tokenize_corpus(role))
        staged.replace(path)
    with np.load(path) as streams:
        return dict(streams)


class RowSampler:
    """Takes rows of the stream in random order, each once a pass; every pass cuts at another offset."""

    def __init__(self, stream: np.ndarray, seed: int):
        self.stream = stream
        self.queue: list[int] = []
        self.random = random.Random(seed)

    def take_start(self) -> int:
        if not self.queue:
            shift = self.random.randrange(ROW_TOKENS)
            self.queue.extend(range(shift, len(self.stream) - ROW_TOKENS - 1, ROW_TOKENS))
            self.random.shuffle(self.queue)
        return self.queue.pop()

    def take_batch(self, count: int) -> Tensor:
        """Returns (count, 513) token ids."""
        starts = [self.take_start() for _ in range(count)]
        rows = [self.stream[start : start + ROW_TOKENS + 1] for start in starts]
        return torch.from_numpy(np.stack(rows).astype(np.int64))
