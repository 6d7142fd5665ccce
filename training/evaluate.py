"""Measures the pack on the held-out repositories: base model, own adapter, another repository's, mean adapter.

In: embedded held-out histories and the trained parts in `.work`. Out: a Markdown table. A repository's own adapter
is that of the assertion's commit; the other one is the last adapter of the next repository in the list.
Intervals come from a bootstrap over repositories, because assertions of one repository resemble each other.
"""

import argparse
import json

import numpy as np
import torch
from safetensors.torch import load_file

from export import EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE
from hypernetwork import Hypernetwork
from model import MODULE_TYPES, RANK, Adapter, LanguageModel, ModelConfig, load_language_model
from repositories import WORK
from samples import Sample, load_samples, pick_tasks, task_contexts
from tasks import Score, score_tasks

TASKS_PER_REPOSITORY = 24
RESAMPLES = 2000
SEED = 29
ADAPTERS = ("base", "mean", "other", "own")


def load_hypernetwork() -> Hypernetwork:
    """Reads the folded hypernetwork, which takes raw embeddings."""
    hypernetwork = Hypernetwork(ModelConfig().module_sizes(), EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE, RANK)
    hypernetwork.load_state_dict(load_file(WORK / "code2lora.safetensors"))
    return hypernetwork.eval()


def load_mean_adapter() -> Adapter:
    tensors = load_file(WORK / "mean_adapter.safetensors")
    return {name: (tensors[f"lora_A.{name}"], tensors[f"lora_B.{name}"]) for name in MODULE_TYPES}


@torch.no_grad()
def score_repository(
    model: LanguageModel, hypernetwork: Hypernetwork, mean: Adapter, sample: Sample, other: Sample
) -> dict[str, list[Score]]:
    """Scores a repository's tasks under each adapter."""
    tasks = pick_tasks(sample, TASKS_PER_REPOSITORY)
    last = [{"steps": len(other.diffs)}] * len(tasks)
    head = hypernetwork.head_state
    adapters = {
        "base": None,
        "mean": mean,
        "other": head(task_contexts(hypernetwork, other, last)),
        "own": head(task_contexts(hypernetwork, sample, tasks)),
    }
    return {name: score_tasks(model, tasks, adapters[name]) for name in ADAPTERS}


def clustered_interval(groups: list[np.ndarray]) -> tuple[float, float]:
    """95 % percentile interval of the mean over all items, resampling whole repositories."""
    generator = np.random.default_rng(SEED)
    sums = np.array([group.sum() for group in groups])
    counts = np.array([len(group) for group in groups])
    picks = generator.integers(0, len(groups), (RESAMPLES, len(groups)))
    means = sums[picks].sum(1) / counts[picks].sum(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def render_cell(groups: list[np.ndarray], percent: bool = False) -> str:
    """Mean and interval."""
    mean, (low, high) = np.concatenate(groups).mean(), clustered_interval(groups)
    if percent:
        return f"{100 * mean:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"
    return f"{mean:.3f} [{low:.3f}, {high:.3f}]"


def column(results: list[dict[str, list[Score]]], adapter: str, field: str) -> list[np.ndarray]:
    """One number per task, grouped by repository."""
    return [np.array([getattr(score, field) for score in result[adapter]], dtype=float) for result in results]


def render_tables(results: list[dict[str, list[Score]]]) -> str:
    """Renders the two tables: each adapter, and the own adapter against the others."""
    lines = [
        "| adapter | nats per target token, with end | nats per target token | exact match, with end | exact match |",
        "|---|---|---|---|---|",
    ]
    for name in ADAPTERS:
        cells = [render_cell(column(results, name, field)) for field in ("nll", "value_nll")]
        cells += [render_cell(column(results, name, field), percent=True) for field in ("exact", "value_exact")]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| gain of own over | nats per target token, with end | repositories better |", "|---|---|---|"]
    own = column(results, "own", "nll")
    for name in ("base", "mean", "other"):
        gains = [theirs - ours for theirs, ours in zip(column(results, name, "nll"), own)]
        better = np.mean([gain.mean() > 0 for gain in gains])
        lines.append(f"| {name} | {render_cell(gains)} | {100 * better:.0f} % |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", default="held-out")
    role = parser.parse_args().role
    model, hypernetwork, mean = load_language_model(WORK / "model.safetensors"), load_hypernetwork(), load_mean_adapter()
    samples = load_samples(role)
    others = samples[1:] + samples[:1]
    results = [score_repository(model, hypernetwork, mean, *pair) for pair in zip(samples, others)]
    tasks = sum(len(result["own"]) for result in results)
    print(f"{len(samples)} repositories, {tasks} assertions\n\n{render_tables(results)}")
    rows = [
        {"repository": sample.name, **{name: [vars(score) for score in scores] for name, scores in result.items()}}
        for sample, result in zip(samples, results)
    ]
    (WORK / f"evaluation-{role}.json").write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
