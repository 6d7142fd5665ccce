"""Embedded repositories as training samples, and what the hypernetwork makes of one.

In: `.work/embeddings/*.pt`. Out: samples, raw or standardised, and their contexts. Knows nothing about training.
"""

import copy
import random
from dataclasses import dataclass

import torch
from torch import Tensor

from embed import embedding_path
from hypernetwork import Hypernetwork, fold_standardization
from model import Adapter
from repositories import read_list

SEED = 23
MIN_STD = 1e-3


@dataclass
class Sample:
    """One repository: its embeddings and the tasks scored along its history."""

    name: str
    repository: Tensor  # (embedding,)
    diffs: Tensor  # (steps, embedding)
    tasks: list[dict]


@dataclass
class Standardization:
    """Mean and standard deviation of the training population, for the two kinds of embeddings."""

    repository: tuple[Tensor, Tensor]
    diffs: tuple[Tensor, Tensor]


def load_samples(*roles: str) -> list[Sample]:
    """Reads the embedded repositories of the given roles."""
    samples = []
    for repository in read_list(*roles):
        path = embedding_path(repository)
        if path.exists():
            data = torch.load(path)
            samples.append(Sample(repository.name, data["repository"], data["diffs"], data["assertions"]))
    return samples


def measure_standardization(samples: list[Sample]) -> Standardization:
    """Measures per-dimension mean and std; empty diffs do not count."""

    def measure(rows: Tensor) -> tuple[Tensor, Tensor]:
        return rows.mean(0), rows.std(0).clamp_min(MIN_STD)

    diffs = torch.cat([sample.diffs for sample in samples])
    return Standardization(
        repository=measure(torch.stack([sample.repository for sample in samples])),
        diffs=measure(diffs[diffs.abs().sum(1) > 0]),
    )


def standardize(samples: list[Sample], scale: Standardization) -> list[Sample]:
    """Centres and scales the embeddings; `fold` later moves this into the weights."""
    (repository_mean, repository_std), (diff_mean, diff_std) = scale.repository, scale.diffs
    return [
        Sample(
            sample.name,
            (sample.repository - repository_mean) / repository_std,
            (sample.diffs - diff_mean) / diff_std,
            sample.tasks,
        )
        for sample in samples
    ]


def fold(hypernetwork: Hypernetwork, scale: Standardization) -> Hypernetwork:
    """Returns a copy that takes raw embeddings."""
    folded = copy.deepcopy(hypernetwork)
    fold_standardization(folded.gru_state.repo_init_proj[0], *scale.repository)
    fold_standardization(folded.gru_state.diff_proj[0], *scale.diffs)
    return folded


@torch.no_grad()
def task_contexts(hypernetwork: Hypernetwork, sample: Sample, tasks: list[dict]) -> Tensor:
    """Contexts at the tasks' commits, without augmentation: (tasks, hidden)."""
    contexts = hypernetwork.contexts(sample.repository[None], sample.diffs[None])[0]
    return contexts[torch.tensor([task["steps"] for task in tasks])]


@torch.no_grad()
def average_adapter(hypernetwork: Hypernetwork, samples: list[Sample]) -> Adapter:
    """Mean of the samples' last adapters."""
    contexts = [hypernetwork.contexts(sample.repository[None], sample.diffs[None])[0, -1] for sample in samples]
    adapters = hypernetwork.head_state(torch.stack(contexts))
    return {name: (a.mean(0), b.mean(0)) for name, (a, b) in adapters.items()}


def pick_tasks(sample: Sample, count: int) -> list[dict]:
    """Takes a fixed random choice of tasks."""
    return random.Random(SEED).sample(sample.tasks, min(count, len(sample.tasks)))
