"""Trains the hypernetwork on the histories of the training repositories; the language model stays frozen.

In: `.work/embeddings/*.pt` and the language model. Out: `.work/code2lora.safetensors` (standardisation folded in)
and `.work/mean_adapter.safetensors`. First the shared part (the biases of the heads) alone, then everything:
whole roll-outs through the GRU, a margin between a repository's own adapter and another one's, and early stopping
on the validation repositories.
"""

import argparse
import copy
import random
import time

import torch
from safetensors.torch import save_file
from torch import Tensor

from export import EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE, adapter_tensors
from hypernetwork import Hypernetwork
from model import RANK, Adapter, LanguageModel, ModelConfig, load_language_model
from repositories import WORK
from samples import (
    Sample,
    average_adapter,
    fold,
    load_samples,
    measure_standardization,
    pick_tasks,
    standardize,
    task_contexts,
)
from tasks import Batch, build_batch, mean_over, score_tasks, token_losses
from workers import WORKERS, average_gradients, average_numbers, run_workers

SEED = 23
REPOSITORIES_PER_STEP, TASKS_PER_REPOSITORY = 4, 3  # of each worker
PREFIX_TOKENS, ROW_TOKENS = 224, 257  # training rows; scoring uses the whole prefix of 448
PREFIX_WEIGHT = 0.5
AVERAGING = 0.02  # share of the newest weights in the running average that is validated and kept
MARGIN_NATS, MARGIN_WEIGHT = 0.1, 0.5
STEP_DROPOUT, INPUT_NOISE, CONTEXT_DROPOUT = 0.25, 1.0, 0.25
VALIDATION_TASKS = 40
STRENGTHS = (0.25, 0.5, 0.75, 1.0, 1.5)
INITIAL_SCALE = 0.25  # of A and B; below the clamp of 0.3, so that the log-scales keep their gradient
# Rates act before tanh and scale: a rate r on a bias moves the adapter by about 0.25 r.
LEARNING_RATES = {"shared": 4e-3, "scale": 1e-3, "heads": 7e-5, "trunk": 1e-4, "gru": 2e-4}


@torch.no_grad()
def build_hypernetwork() -> Hypernetwork:
    """Starts as one shared LoRA (A random, B zero) that no context changes: the head matrices are zero."""
    hypernetwork = Hypernetwork(ModelConfig().module_sizes(), EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE, RANK)
    head = hypernetwork.head_state
    for name, (inputs, _) in head.module_sizes.items():
        head.log_scale_A[name].fill_(INITIAL_SCALE).log_()
        head.log_scale_B[name].fill_(INITIAL_SCALE).log_()
        head.heads_A[name].weight.zero_()
        head.heads_B[name].weight.zero_()
        head.heads_B[name].bias.zero_()
        wanted = torch.randn(RANK * inputs) / inputs**0.5
        head.heads_A[name].bias.copy_(torch.atanh((wanted / INITIAL_SCALE).clamp(-0.9, 0.9)))
    return hypernetwork


def parameter_group(name: str) -> str:
    """Which learning rate a parameter takes."""
    if name.startswith("gru_state."):
        return "gru"
    if ".trunk." in name:
        return "trunk"
    if "log_scale" in name:
        return "scale"
    return "shared" if name.endswith(".bias") else "heads"


def build_optimizer(hypernetwork: Hypernetwork) -> torch.optim.Optimizer:
    groups: dict[str, list] = {name: [] for name in LEARNING_RATES}
    for name, parameter in hypernetwork.named_parameters():
        groups[parameter_group(name)].append(parameter)
    return torch.optim.AdamW(
        [{"params": group, "name": name, "lr": LEARNING_RATES[name]} for name, group in groups.items()],
        betas=(0.9, 0.95),
        weight_decay=0.01,
    )


def set_rates(optimizer: torch.optim.Optimizer, factors: dict[str, float]) -> None:
    for group in optimizer.param_groups:
        group["lr"] = LEARNING_RATES[group["name"]] * factors.get(group["name"], factors["rest"])


class TaskSampler:
    """Draws repositories, and tasks of each, uniformly."""

    def __init__(self, samples: list[Sample], rank: int):
        limit = ROW_TOKENS - PREFIX_TOKENS - 2
        self.tasks = {
            sample.name: [task for task in sample.tasks if len(task["target_ids"]) <= limit] for sample in samples
        }
        self.samples = [sample for sample in samples if len(self.tasks[sample.name]) >= TASKS_PER_REPOSITORY]
        self.random = random.Random(SEED + rank)

    def draw(self) -> tuple[list[Sample], list[list[dict]]]:
        chosen = self.random.sample(self.samples, REPOSITORIES_PER_STEP)
        return chosen, [self.random.sample(self.tasks[sample.name], TASKS_PER_REPOSITORY) for sample in chosen]


def augmented_contexts(hypernetwork: Hypernetwork, sample: Sample, tasks: list[dict]) -> Tensor:
    """Contexts of the tasks' commits, with noise on the inputs and steps left out at random: (tasks, hidden)."""
    keep = torch.rand(len(sample.diffs)) >= STEP_DROPOUT
    diffs = sample.diffs[keep]
    kept_before = torch.cat([torch.zeros(1, dtype=torch.long), keep.long().cumsum(0)])
    steps = kept_before[torch.tensor([task["steps"] for task in tasks])]
    diffs = diffs[: int(steps.max())]
    repository = sample.repository + INPUT_NOISE * torch.randn_like(sample.repository)
    diffs = diffs + INPUT_NOISE * torch.randn_like(diffs)
    return hypernetwork.contexts(repository[None], diffs[None])[0, steps]


def concatenate(first: Adapter, second: Adapter) -> Adapter:
    return {name: tuple(torch.cat(pair) for pair in zip(first[name], second[name])) for name in first}


def row_losses(model: LanguageModel, batch: Batch, adapter: Adapter) -> Tensor:
    """Loss per row: target and end, plus a small share of the prefix."""
    with torch.autocast("cpu", torch.bfloat16):
        losses, _ = token_losses(model, batch, adapter)
    return mean_over(losses, batch.target) + PREFIX_WEIGHT * mean_over(losses, batch.prefix)


@torch.no_grad()
def update_average(average: Hypernetwork, newest: Hypernetwork) -> None:
    """Moves the running average a little towards the newest weights."""
    for kept, parameter in zip(average.parameters(), newest.parameters()):
        kept.lerp_(parameter, AVERAGING)


class Trainer:
    """The hypernetwork in training, on standardised samples."""

    def __init__(self, model: LanguageModel, samples: list[Sample], rank: int):
        self.model, self.rank = model, rank
        self.hypernetwork = build_hypernetwork()
        self.optimizer = build_optimizer(self.hypernetwork)
        self.sampler = TaskSampler(samples, rank)
        self.row_losses = torch.compile(row_losses)

    def shared_loss(self) -> Tensor:
        """Loss under the shared part alone."""
        _, tasks = self.sampler.draw()
        rows = [task for group in tasks for task in group]
        batch = build_batch(rows, PREFIX_TOKENS, ROW_TOKENS)
        adapter = self.hypernetwork.head_state.expand(torch.zeros(len(rows), TRUNK_SIZE))
        return self.row_losses(self.model, batch, adapter).mean()

    def conditioned_loss(self) -> Tensor:
        """Loss under the own adapter, and a margin to the loss under another repository's."""
        samples, tasks = self.sampler.draw()
        rows = [task for group in tasks for task in group]
        contexts = [augmented_contexts(self.hypernetwork, *pair) for pair in zip(samples, tasks)]
        head = self.hypernetwork.head_state
        features = head.features(torch.cat(contexts))
        features = features * (torch.rand(len(rows), 1) >= CONTEXT_DROPOUT)
        others = features.roll(TASKS_PER_REPOSITORY, 0)
        adapter = concatenate(head.expand(features), head.expand(others, detach_shared=True))
        losses = self.row_losses(self.model, build_batch(rows + rows, PREFIX_TOKENS, ROW_TOKENS), adapter)
        own, other = losses.chunk(2)
        return own.mean() + MARGIN_WEIGHT * (MARGIN_NATS + own - other).clamp_min(0).mean()

    def update(self, loss: Tensor) -> float:
        self.optimizer.zero_grad()
        loss.backward()
        average_gradients(self.hypernetwork.parameters())
        torch.nn.utils.clip_grad_norm_(self.hypernetwork.parameters(), 1.0)
        self.optimizer.step()
        return average_numbers([loss.item()])[0]

    def progress(self, started: float, seconds: float) -> float:
        """Share of the time budget spent, the same number in every worker."""
        return average_numbers([(time.time() - started) / seconds])[0]

    def say(self, text: str) -> None:
        if self.rank == 0:
            print(text, flush=True)

    def train_shared(self, seconds: float) -> None:
        """Trains the biases of the heads."""
        started, step, smoothed = time.time(), 0, None
        while (progress := self.progress(started, seconds)) < 1:
            set_rates(self.optimizer, {"shared": min(1, (step + 1) / 20) * (1 - 0.75 * progress), "rest": 0.0})
            loss = self.update(self.shared_loss())
            smoothed = loss if smoothed is None else 0.95 * smoothed + 0.05 * loss
            step += 1
            if step % 25 == 0:
                self.say(f"shared {step} {time.time() - started:.0f} s loss {smoothed:.3f}")

    def train_all(self, seconds: float, validation: list[Sample], every: int) -> Hypernetwork:
        """Trains everything and returns the copy that was best on the validation repositories."""
        started, step, smoothed = time.time(), 0, None
        best, best_loss = copy.deepcopy(self.hypernetwork), float("inf")
        average = copy.deepcopy(self.hypernetwork)
        while (progress := self.progress(started, seconds)) < 1:
            factor = min(1, (step + 1) / 20) * max(0.05, 1 - progress)
            set_rates(self.optimizer, {"shared": 0.25 * factor, "rest": factor})
            loss = self.update(self.conditioned_loss())
            update_average(average, self.hypernetwork)
            smoothed = loss if smoothed is None else 0.95 * smoothed + 0.05 * loss
            step += 1
            if step % 25 == 0:
                self.say(f"all {step} {time.time() - started:.0f} s loss {smoothed:.3f}")
            if step % every == 0:
                losses = validate(self.model, average, validation, self.rank)
                self.say(f"validation at {step}: {losses}")
                if losses["own"] < best_loss:
                    best, best_loss = copy.deepcopy(average), losses["own"]
        return best


@torch.no_grad()
def validate(model: LanguageModel, hypernetwork: Hypernetwork, samples: list[Sample], rank: int) -> dict[str, float]:
    """Mean over repositories of nats per token: own adapter, the next repository's, and the shared part alone.

    Every worker scores its share of the repositories; all get the same numbers.
    """
    head = hypernetwork.head_state
    shared = head.expand(torch.zeros(1, TRUNK_SIZE))
    shared = {name: (a[0], b[0]) for name, (a, b) in shared.items()}
    chosen = [pick_tasks(sample, VALIDATION_TASKS) for sample in samples]
    losses: dict[str, list[float]] = {"own": [], "other": [], "shared": []}
    for index, (sample, tasks) in list(enumerate(zip(samples, chosen)))[rank::WORKERS]:
        other = samples[(index + 1) % len(samples)]
        last = [{"steps": len(other.diffs)}] * len(tasks)
        adapters = {
            "own": head(task_contexts(hypernetwork, sample, tasks)),
            "other": head(task_contexts(hypernetwork, other, last)),
            "shared": shared,
        }
        for name, adapter in adapters.items():
            scores = score_tasks(model, tasks, adapter)
            losses[name].append(sum(score.nll for score in scores) / len(scores))
    totals = average_numbers([WORKERS * sum(values) / len(samples) for values in losses.values()])
    return {name: round(total, 4) for name, total in zip(losses, totals)}


@torch.no_grad()
def shrink(hypernetwork: Hypernetwork, factor: float) -> Hypernetwork:
    """Returns a copy whose heads answer to the context `factor` times as strongly."""
    copied = copy.deepcopy(hypernetwork)
    for heads in (copied.head_state.heads_A, copied.head_state.heads_B):
        for linear in heads.values():
            linear.weight.mul_(factor)
    return copied


def choose_strength(trainer: Trainer, hypernetwork: Hypernetwork, validation: list[Sample]) -> Hypernetwork:
    """Chooses on the validation repositories how strongly the context acts."""
    candidates = {}
    for factor in STRENGTHS:
        losses = validate(trainer.model, shrink(hypernetwork, factor), validation, trainer.rank)
        trainer.say(f"strength {factor}: {losses}")
        candidates[losses["own"]] = factor
    return shrink(hypernetwork, candidates[min(candidates)])


def save(folded: Hypernetwork, raw: list[Sample]) -> None:
    """Writes the weights that take raw embeddings, and the mean of the training repositories' last adapters."""
    mean = adapter_tensors(average_adapter(folded, raw))
    for name, tensors in (("code2lora", folded.state_dict()), ("mean_adapter", mean)):
        contiguous = {key: tensor.contiguous() for key, tensor in tensors.items()}
        save_file(contiguous, WORK / f"{name}.safetensors")


def work(rank: int, shared_minutes: float, minutes: float, every: int) -> None:
    """One worker's training; the first one writes the result."""
    torch.manual_seed(SEED)  # the same weights in every worker
    raw = load_samples("conditioning")
    scale = measure_standardization(raw)
    samples, validation = standardize(raw, scale), standardize(load_samples("validation"), scale)
    trainer = Trainer(load_language_model(WORK / "model.safetensors"), samples, rank)
    torch.manual_seed(SEED + 1 + rank)  # different noise in every worker
    count = sum(len(sample.tasks) for sample in samples)
    trainer.say(f"{len(samples)} training repositories, {count} tasks, {len(validation)} validation repositories")
    trainer.train_shared(shared_minutes * 60)
    losses = validate(trainer.model, trainer.hypernetwork, validation, rank)
    trainer.say(f"validation of the shared part: {losses}")
    best = trainer.train_all(minutes * 60, validation, every)
    best = choose_strength(trainer, best, validation)
    if rank == 0:
        save(fold(best, scale), raw)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared-minutes", type=float, default=2.9)
    parser.add_argument("--minutes", type=float, default=8.8)
    parser.add_argument("--validate-every", type=int, default=110, help="steps between validations")
    arguments = parser.parse_args()
    run_workers(work, arguments.shared_minutes, arguments.minutes, arguments.validate_every)


if __name__ == "__main__":
    main()
