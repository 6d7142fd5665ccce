"""Assertion tasks as padded batches, and how well the language model predicts their values.

In: tasks from `embed.py` (prefix ids, target ids). Out: ids, masks, and per-task scores.
Knows nothing about histories or the hypernetwork.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from model import Adapter, LanguageModel
from tokenizer import END_TOKEN

FULL_PREFIX_TOKENS = 448


@dataclass
class Batch:
    """Rows of prefix + target + end token, padded on the right; masks cover the predicted positions."""

    ids: Tensor  # (rows, tokens)
    target: Tensor  # (rows, tokens - 1), True where the next token belongs to the target or is its end
    prefix: Tensor  # (rows, tokens - 1), True where the next token belongs to the prefix
    last: Tensor  # (rows,), position of the end token among the predictions


def build_batch(tasks: list[dict], prefix_tokens: int = FULL_PREFIX_TOKENS, length: int = 0) -> Batch:
    """Pads tasks into one batch of at least `length` tokens, keeping the last tokens of every prefix."""
    rows = []
    for task in tasks:
        prefix = task["prefix_ids"][-prefix_tokens:]
        rows.append((len(prefix), [*prefix, *task["target_ids"], END_TOKEN]))
    length = max(length, *(len(ids) for _, ids in rows))
    ids = torch.full((len(rows), length), END_TOKEN)
    for row, (_, sequence) in enumerate(rows):
        ids[row, : len(sequence)] = torch.tensor(sequence)
    starts = torch.tensor([start for start, _ in rows])[:, None] - 1
    ends = torch.tensor([len(sequence) for _, sequence in rows])[:, None] - 1
    positions = torch.arange(length - 1)[None]
    return Batch(
        ids=ids,
        target=(positions >= starts) & (positions < ends),
        prefix=positions < starts,
        last=ends[:, 0] - 1,
    )


def token_losses(model: LanguageModel, batch: Batch, adapter: Adapter | None) -> tuple[Tensor, Tensor]:
    """Returns -log p of every next token (rows, tokens - 1), in nats, and whether it was the likeliest one."""
    hidden = model.model(batch.ids[:, :-1], adapter)
    logits = F.linear(hidden, model.model.embed_tokens.weight.to(hidden.dtype)).float()
    labels = batch.ids[:, 1:]
    losses = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none").view_as(labels)
    return losses, logits.detach().argmax(-1) == labels


def mean_over(values: Tensor, mask: Tensor) -> Tensor:
    """Per-row mean over the mask: (rows, tokens) -> (rows,)."""
    return (values * mask).sum(1) / mask.sum(1)


@dataclass
class Score:
    """How one task was predicted."""

    nll: float  # nats per token of target and end
    value_nll: float  # nats per token of the target alone; fair to a model that never saw our end token
    exact: bool  # every target token and the end were the likeliest (teacher-forced)
    value_exact: bool  # every target token was the likeliest
    tokens: int


@torch.no_grad()
def score_tasks(model: LanguageModel, tasks: list[dict], adapter: Adapter | None, rows: int = 12) -> list[Score]:
    """Scores tasks under one adapter (unbatched), or one adapter per task (batched on the first dimension)."""
    scores: list[Score | None] = [None] * len(tasks)
    order = sorted(range(len(tasks)), key=lambda index: len(tasks[index]["prefix_ids"]))
    for start in range(0, len(order), rows):
        picked = order[start : start + rows]
        batch = build_batch([tasks[index] for index in picked])
        with torch.autocast("cpu", torch.bfloat16):
            losses, hits = token_losses(model, batch, rows_of(adapter, picked))
        value = batch.target.clone()
        value[torch.arange(len(picked)), batch.last] = False
        columns = zip(
            mean_over(losses, batch.target).tolist(),
            mean_over(losses, value).tolist(),
            (hits | ~batch.target).all(1).tolist(),
            (hits | ~value).all(1).tolist(),
            batch.target.sum(1).tolist(),
        )
        for index, column in zip(picked, columns):
            scores[index] = Score(*column)
    return scores


def rows_of(adapter: Adapter | None, rows: list[int]) -> Adapter | None:
    """Takes the rows of a batched adapter; an unbatched one serves all rows."""
    if adapter is None or next(iter(adapter.values()))[0].dim() == 2:
        return adapter
    index = torch.tensor(rows)
    return {name: (a[index], b[index]) for name, (a, b) in adapter.items()}
