"""Trains the adapter that all repositories share, on the repositories of the role `shared`; the language model is frozen.

In: tasks and the language model. Out: `.work/shared_adapter.safetensors`, the pack's mean adapter. One LoRA pair for
each module type, the same in every layer. Repositories count equally, whatever their size.
"""

import argparse
import random
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from assertions import tasks_by_repository
from export import adapter_tensors
from model import RANK, Adapter, LanguageModel, ModelConfig, load_language_model
from repositories import WORK
from tasks import build_batch, mean_over, score_tasks, token_losses
from workers import WORKERS, average_gradients, average_numbers, run_workers

SEED = 29
ROWS = 12  # of each worker
PREFIX_TOKENS, ROW_TOKENS = 256, 289
PREFIX_WEIGHT = 0.2
LEARNING_RATE = 2e-3
LARGEST = 0.28  # an entry of the adapter: what the heads of the hypernetwork can hold
WARMUP_STEPS = 20
VALIDATION_TASKS = 24  # of each repository
OUT = WORK / "shared_adapter.safetensors"


class SharedAdapter(nn.Module):
    """A LoRA pair for each module type: A random, B zero."""

    def __init__(self, rank: int = RANK):
        super().__init__()
        sizes = sorted(ModelConfig().module_sizes().items())
        self.A = nn.ParameterDict({t: nn.Parameter(torch.randn(rank, i) / i**0.5) for t, (i, _) in sizes})
        self.B = nn.ParameterDict({t: nn.Parameter(torch.zeros(o, rank)) for t, (_, o) in sizes})

    def forward(self) -> Adapter:
        return {name: (self.A[name], self.B[name]) for name in self.A}


def row_loss(model: LanguageModel, batch, adapter: Adapter) -> Tensor:
    """Mean over rows of the loss of value and end, and a share of the prefix's."""
    with torch.autocast("cpu", torch.bfloat16):
        losses, _ = token_losses(model, batch, adapter)
    return (mean_over(losses, batch.target) + PREFIX_WEIGHT * mean_over(losses, batch.prefix)).mean()


def draw(tasks: dict[str, list[dict]], chooser: random.Random) -> list[dict]:
    """Rows of as many repositories, each drawn alike."""
    names = chooser.sample(sorted(tasks), ROWS)
    return [chooser.choice(tasks[name]) for name in names]


def fits(task: dict) -> bool:
    return len(task["target_ids"]) <= ROW_TOKENS - PREFIX_TOKENS - 2


@torch.no_grad()
def validate(model: LanguageModel, adapter: Adapter | None, validation: dict[str, list[dict]], rank: int) -> list[float]:
    """Mean over repositories: nats per token of value and end, and exact match with end."""
    names = sorted(validation)
    totals = [0.0, 0.0]
    for name in names[rank::WORKERS]:
        scores = score_tasks(model, validation[name], adapter)
        totals[0] += sum(score.nll for score in scores) / len(scores)
        totals[1] += sum(score.exact for score in scores) / len(scores)
    return [round(total * WORKERS / len(names), 4) for total in average_numbers(totals)]


def choose_validation() -> dict[str, list[dict]]:
    chooser = random.Random(SEED)
    return {name: chooser.sample(tasks, min(VALIDATION_TASKS, len(tasks)))
            for name, tasks in tasks_by_repository("validation").items()}


def work(rank: int, steps: int, weights: Path, out: Path, lora_rank: int) -> None:
    torch.manual_seed(SEED)
    model, adapter = load_language_model(weights), SharedAdapter(lora_rank)
    optimizer = torch.optim.AdamW(adapter.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.95), weight_decay=0.01)
    tasks = {name: list(filter(fits, found)) for name, found in tasks_by_repository("shared").items()}
    validation, chooser = choose_validation(), random.Random(SEED + rank)
    loss_of, smoothed, started = torch.compile(row_loss), None, time.monotonic()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1, (step + 1) / WARMUP_STEPS) * max(0.02, 1 - step / steps)
        loss = loss_of(model, build_batch(draw(tasks, chooser), PREFIX_TOKENS, ROW_TOKENS), adapter())
        optimizer.zero_grad()
        loss.backward()
        average_gradients(adapter.parameters())
        torch.nn.utils.clip_grad_norm_(adapter.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            for parameter in adapter.parameters():
                parameter.clamp_(-LARGEST, LARGEST)
        [number] = average_numbers([loss.item()])
        smoothed = number if smoothed is None else 0.97 * smoothed + 0.03 * number
        if rank == 0 and (step + 1) % 25 == 0:
            print(f"step {step + 1} loss {smoothed:.3f} {time.monotonic() - started:.0f} s", flush=True)
        if (step + 1) % 200 == 0 or step + 1 == steps:
            losses = validate(model, adapter(), validation, rank)
            if rank == 0:
                print(f"validation at {step + 1}: nll {losses[0]}, exact match {losses[1]}", flush=True)
                save_file({k: v.detach().contiguous() for k, v in adapter_tensors(adapter()).items()}, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--weights", type=Path, default=WORK / "model.safetensors")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--rank", type=int, default=RANK)
    arguments = parser.parse_args()
    run_workers(work, arguments.steps, arguments.weights, arguments.out, arguments.rank)


if __name__ == "__main__":
    main()
