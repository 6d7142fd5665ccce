"""Trains the hypernetwork on the histories of the training repositories; the language model stays frozen.

In: `.work/embeddings/*.pt`, the language model, and the shared adapter. Out: `.work/code2lora.safetensors`
(standardisation folded in) and `.work/mean_adapter.safetensors`. The shared adapter stands in the biases of the heads
and stays as it is; what is trained is what the context adds to it: roll-outs through the GRU of up to 16 commits before
each assertion with gradients, a margin between a repository's own adapter and another one's, and early stopping on the
validation repositories.
"""

import argparse
import copy
import random
import time

import torch
from safetensors.torch import save_file
from torch import Tensor

from export import EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE, adapter_tensors, read_adapter
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
BACKPROPAGATED_STEPS = 16
SCALE = 0.299  # of A and B: as far as the heads can reach, just below the clamp of 0.3
LEARNING_RATES = {"heads": 7e-5, "trunk": 1e-4, "gru": 2e-4}  # the heads' act before tanh and scale


@torch.no_grad()
def build_hypernetwork(shared: Adapter) -> Hypernetwork:
    """Starts as the shared adapter, which no context changes: the head matrices are zero."""
    hypernetwork = Hypernetwork(ModelConfig().module_sizes(), EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE, RANK)
    head = hypernetwork.head_state
    for name, pair in shared.items():
        for heads, log_scale, wanted in zip((head.heads_A, head.heads_B), (head.log_scale_A, head.log_scale_B), pair):
            log_scale[name].fill_(SCALE).log_().requires_grad_(False)
            heads[name].weight.zero_()
            heads[name].bias.copy_(torch.atanh(wanted.flatten() / SCALE)).requires_grad_(False)
    return hypernetwork


def parameter_group(name: str) -> str:
    """Which learning rate a parameter takes."""
    if name.startswith("gru_state."):
        return "gru"
    return "trunk" if ".trunk." in name else "heads"


def build_optimizer(hypernetwork: Hypernetwork) -> torch.optim.Optimizer:
    groups: dict[str, list] = {name: [] for name in LEARNING_RATES}
    for name, parameter in hypernetwork.named_parameters():
        if parameter.requires_grad:
            groups[parameter_group(name)].append(parameter)
    return torch.optim.AdamW(
        [{"params": group, "name": name, "lr": LEARNING_RATES[name]} for name, group in groups.items()],
        betas=(0.9, 0.95),
        weight_decay=0.01,
    )


def set_rates(optimizer: torch.optim.Optimizer, factor: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = LEARNING_RATES[group["name"]] * factor


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
    return truncated_contexts(hypernetwork, repository, diffs, steps)


def truncated_contexts(hypernetwork: Hypernetwork, repository: Tensor, diffs: Tensor, steps: Tensor) -> Tensor:
    """Contexts after the given numbers of steps; gradients reach back 16 steps from the first of them."""
    gru = hypernetwork.gru_state
    first = max(0, int(steps.min()) - BACKPROPAGATED_STEPS)
    state = gru.initial_state(repository[None])
    if first:
        with torch.no_grad():
            state = gru.states(state, diffs[None, :first])[:, -1]
    states = state[:, None]
    if len(diffs) > first:
        states = torch.cat([states, gru.states(state, diffs[None, first:])], dim=1)
    return gru.output_norm(states)[0, steps - first]


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

    def __init__(self, model: LanguageModel, shared: Adapter, samples: list[Sample], rank: int):
        self.model, self.rank = model, rank
        self.hypernetwork = build_hypernetwork(shared)
        self.optimizer = build_optimizer(self.hypernetwork)
        self.sampler = TaskSampler(samples, rank)
        self.row_losses = torch.compile(row_losses)

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
        trained = [parameter for parameter in self.hypernetwork.parameters() if parameter.requires_grad]
        self.optimizer.zero_grad()
        loss.backward()
        average_gradients(trained)
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        self.optimizer.step()
        return average_numbers([loss.item()])[0]

    def say(self, text: str) -> None:
        if self.rank == 0:
            print(text, flush=True)

    def train(self, steps: int, validation: list[Sample], every: int) -> Hypernetwork:
        """Returns the copy that was best on the validation repositories."""
        started, smoothed = time.time(), None
        best, best_loss = copy.deepcopy(self.hypernetwork), float("inf")
        average = copy.deepcopy(self.hypernetwork)
        for step in range(1, steps + 1):
            set_rates(self.optimizer, min(1, step / 20) * max(0.05, 1 - step / steps))
            loss = self.update(self.conditioned_loss())
            update_average(average, self.hypernetwork)
            smoothed = loss if smoothed is None else 0.95 * smoothed + 0.05 * loss
            if step % 25 == 0:
                self.say(f"step {step} {time.time() - started:.0f} s loss {smoothed:.3f}")
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


def work(rank: int, steps: int, every: int) -> None:
    """One worker's training; the first one writes the result."""
    torch.manual_seed(SEED)  # the same weights in every worker
    raw = load_samples("conditioning")
    scale = measure_standardization(raw)
    samples, validation = standardize(raw, scale), standardize(load_samples("validation"), scale)
    shared = read_adapter(WORK / "shared_adapter.safetensors")
    trainer = Trainer(load_language_model(WORK / "model.safetensors"), shared, samples, rank)
    torch.manual_seed(SEED + 1 + rank)  # different noise in every worker
    count = sum(len(sample.tasks) for sample in samples)
    trainer.say(f"{len(samples)} training repositories, {count} tasks, {len(validation)} validation repositories")
    best = trainer.train(steps, validation, every)
    best = choose_strength(trainer, best, validation)
    if rank == 0:
        save(fold(best, scale), raw)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=440)
    parser.add_argument("--validate-every", type=int, default=110, help="steps between validations")
    arguments = parser.parse_args()
    run_workers(work, arguments.steps, arguments.validate_every)


if __name__ == "__main__":
    main()
