"""Trains the memory on the repositories of the role `conditioning`: what earlier assertions say about later ones.

In: tasks, the language model, and the shared adapter, both frozen. Out: `.work/memory.safetensors`, the best on the
validation repositories. A task of position p is predicted with what the tasks of smaller positions wrote.
"""

import argparse
import copy
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from assertions import tasks_by_repository
from export import read_adapter
from memory import Memory, Sums, Trace, trace_tasks
from model import Adapter, LanguageModel, load_language_model
from repositories import WORK
from tasks import Batch, build_batch, mean_over, score_tasks, token_losses
from workers import WORKERS, average_gradients, average_numbers, gather_objects, run_workers

SEED = 31
CONTEXT_TASKS, ASKED_TASKS = 160, 160  # of each repository
CONTEXT_PREFIX = 256
REPOSITORIES, TASKS = 6, 3  # of each worker and step
PREFIX_TOKENS, ROW_TOKENS = 256, 289
LEARNING_RATE, STRENGTH_FACTOR = 7e-4, 10.0
WARMUP_STEPS = 20
MIN_TASKS, MIN_CONTEXT_TOKENS = 8, 48
VALIDATION_TASKS = 24
AVERAGING = 0.03


@dataclass
class Sample:
    """One repository: earlier assertions, what they leave behind, and later ones to be predicted."""

    name: str
    context: list[dict]
    trace: Trace
    asked: list[dict]


def fits(task: dict) -> bool:
    return len(task["target_ids"]) <= ROW_TOKENS - PREFIX_TOKENS - 2


def make_sample(
    model: LanguageModel, adapter: Adapter, name: str, tasks: list[dict], asked: int, all_rows: bool = False
) -> Sample | None:
    """Context and asked tasks stand at different positions, or, at the start, in different files."""
    chooser = random.Random(f"{SEED} {name}")
    files = sorted({task["path"] for task in tasks if task["position"] == 0})
    told = set(chooser.sample(files, len(files) // 2))
    context = [task for task in tasks if fits(task) and (task["position"] > 0 or task["path"] in told)]
    wanted = [task for task in tasks if (all_rows or fits(task)) and (task["position"] > 0 or task["path"] not in told)]
    if all_rows:  # of validation: the history alone
        context, wanted = [task for task in tasks if fits(task)], [task for task in tasks if task["position"] > 0]
    context = sorted(chooser.sample(context, min(CONTEXT_TASKS, len(context))), key=lambda task: task["position"])
    wanted = chooser.sample(wanted, min(asked, len(wanted)))
    wanted = [task for task in wanted if count_told(context, task) >= MIN_TASKS]
    if len(wanted) < MIN_TASKS:
        return None
    return Sample(name, context, trace_tasks(model, context, adapter, CONTEXT_PREFIX), wanted)


def count_told(context: list[dict], task: dict) -> int:
    """How many of the context may be known when the task is asked; tasks of the start are asked beside it."""
    limit = max(1, task["position"])
    return sum(known["position"] < limit for known in context)


def told_trace(sample: Sample, task: dict) -> Trace:
    return sample.trace.select(sample.trace.tasks < count_told(sample.context, task))


def thin(trace: Trace) -> Trace:
    """A random part of the tokens, so that memories of all sizes are seen."""
    share = random.uniform(0.3, 1.0)
    keep = torch.rand(len(trace.errors)) < max(share, MIN_CONTEXT_TOKENS / max(1, len(trace.errors)))
    return trace.select(keep)


def join(shared: Adapter, memory: Adapter, rows: int) -> Adapter:
    expanded = {name: (a.expand(rows, *a.shape), b.expand(rows, *b.shape)) for name, (a, b) in shared.items()}
    return expanded | memory


def stack(sums: list[Sums]) -> Sums:
    return {key: torch.stack([item[key] for item in sums]) for key in sums[0]}


def row_losses(model: LanguageModel, batch: Batch, adapter: Adapter) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        losses, _ = token_losses(model, batch, adapter)
    return mean_over(losses, batch.target)


class Trainer:
    """The memory in training."""

    def __init__(self, model: LanguageModel, shared: Adapter, samples: list[Sample], rank: int, rate: float):
        self.model, self.shared, self.samples, self.rank, self.rate = model, shared, samples, rank, rate
        self.memory = Memory()
        strengths = [p for name, p in self.memory.named_parameters() if name.startswith("s.")]
        others = [p for name, p in self.memory.named_parameters() if not name.startswith("s.")]
        groups = [{"params": others, "factor": 1.0}, {"params": strengths, "factor": STRENGTH_FACTOR}]
        self.optimizer = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.95), weight_decay=0.01)
        self.random = random.Random(SEED + rank)
        self.row_losses = torch.compile(row_losses)

    def loss(self) -> Tensor:
        tasks, sums = [], []
        for sample in self.random.sample(self.samples, REPOSITORIES):
            asked = self.random.sample(sample.asked, TASKS)
            first = min(asked, key=lambda task: count_told(sample.context, task))
            known = self.memory.sums(thin(told_trace(sample, first)))
            tasks += asked
            sums += [known] * TASKS
        adapter = join(self.shared, self.memory.adapter(stack(sums)), len(tasks))
        return self.row_losses(self.model, build_batch(tasks, PREFIX_TOKENS, ROW_TOKENS), adapter).mean()

    def update(self, factor: float) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * factor * group["factor"]
        loss = self.loss()
        self.optimizer.zero_grad()
        loss.backward()
        average_gradients(self.memory.parameters())
        torch.nn.utils.clip_grad_norm_(self.memory.parameters(), 1.0)
        self.optimizer.step()
        return average_numbers([loss.item()])[0]


@torch.no_grad()
def validate(model: LanguageModel, shared: Adapter, memory: Memory, samples: list[Sample], rank: int) -> dict[str, float]:
    """Mean over repositories of nats per token: own memory, that of another repository, none; exact match; own better."""
    totals = {name: 0.0 for name in ("own", "other", "shared", "own_exact", "other_exact", "shared_exact", "wins")}
    for index, sample in list(enumerate(samples))[rank::WORKERS]:
        other = samples[(index + 5) % len(samples)]
        sums = {
            "own": [memory.sums(told_trace(sample, task)) for task in sample.asked],
            "other": [memory.sums(other.trace)] * len(sample.asked),
        }
        scores = {"shared": score_tasks(model, sample.asked, shared)}
        for name, found in sums.items():
            adapter = join(shared, memory.adapter(stack(found)), len(sample.asked))
            scores[name] = score_tasks(model, sample.asked, adapter)
        means = {name: sum(score.nll for score in found) / len(found) for name, found in scores.items()}
        for name, found in scores.items():
            totals[name] += means[name]
            totals[f"{name}_exact"] += sum(score.exact for score in found) / len(found)
        totals["wins"] += means["own"] < means["other"]
    numbers = average_numbers(list(totals.values()))
    return {name: round(number * WORKERS / len(samples), 4) for name, number in zip(totals, numbers)}


def work(rank: int, steps: int, every: int, weights: Path, shared_path: Path, out: Path, rate: float) -> None:
    torch.manual_seed(SEED)
    random.seed(SEED + rank)
    model, shared = load_language_model(weights), read_adapter(shared_path)
    started = time.monotonic()

    def samples_of(role: str, asked: int, all_rows: bool) -> list[Sample]:
        named = list(tasks_by_repository(role).items())
        made = [make_sample(model, shared, *item, asked, all_rows) for item in named[rank::WORKERS]]
        return [sample for sample in gather_objects(made, len(named)) if sample]

    samples, validation = samples_of("conditioning", ASKED_TASKS, False), samples_of("validation", VALIDATION_TASKS, True)
    trainer = Trainer(model, shared, samples, rank, rate)
    torch.manual_seed(SEED + 1 + rank)
    if rank == 0:
        print(f"{len(samples)} repositories, {len(validation)} of validation, {time.monotonic() - started:.0f} s", flush=True)
    average, best, smoothed = copy.deepcopy(trainer.memory), float("inf"), None
    started = time.monotonic()
    for step in range(steps):
        number = trainer.update(min(1, (step + 1) / WARMUP_STEPS) * max(0.03, 1 - step / steps))
        with torch.no_grad():
            for kept, newest in zip(average.parameters(), trainer.memory.parameters()):
                kept.lerp_(newest, max(AVERAGING, 1 / (step + 1)))
        smoothed = number if smoothed is None else 0.97 * smoothed + 0.03 * number
        if rank == 0 and (step + 1) % 25 == 0:
            print(f"step {step + 1} loss {smoothed:.3f} {time.monotonic() - started:.0f} s", flush=True)
        if (step + 1) % every == 0 or step + 1 == steps:
            found = validate(model, shared, average, validation, rank)
            if rank == 0:
                print(f"validation at {step + 1}: {found}", flush=True)
                if found["own"] < best:
                    save_file(average.tensors(), out)
            best = min(best, found["own"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=180)
    parser.add_argument("--validate-every", type=int, default=60)
    parser.add_argument("--weights", type=Path, default=WORK / "model.safetensors")
    parser.add_argument("--shared", type=Path, default=WORK / "shared_adapter.safetensors")
    parser.add_argument("--out", type=Path, default=WORK / "memory.safetensors")
    parser.add_argument("--rate", type=float, default=LEARNING_RATE)
    a = parser.parse_args()
    run_workers(work, a.steps, a.validate_every, a.weights, a.shared, a.out, a.rate)


if __name__ == "__main__":
    main()
