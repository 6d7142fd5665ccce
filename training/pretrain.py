"""Trains the language model of `nano` from scratch on the corpus.

In: `.work/corpus.jsonl` and the tokeniser. Out: `.work/pretrain.pt` and, after the decay, `.work/model.safetensors`.
The learning rate warms up and stays (stable phase); `--decay-steps N` takes it from any checkpoint down to nearly
zero. Both phases go on by themselves where they were stopped. All accounts are in steps: the clock may run on.
"""

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from model import LanguageModel
from muon import Muon
from repositories import WORK
from tokens import ROW_TOKENS, RowSampler, read_tokens
from workers import WORKERS, average_gradients, average_numbers, run_workers

BATCH_ROWS = 8  # of each worker; larger batches leave the cache of a small machine
STEP_TOKENS = WORKERS * BATCH_ROWS * ROW_TOKENS
SEED = 3
LEARNING_RATE_MUON = 2e-3  # comparable to an AdamW rate, see muon.py
LEARNING_RATE_ADAM = 1.5e-3
WARMUP_STEPS = 100
FINAL_FACTOR = 0.02
MAX_PASSES = 4  # over the corpus, both phases together
STABLE_SHARE = 0.8  # of these passes, at most
CHECKPOINT = WORK / "pretrain.pt"
CHECKPOINT_SECONDS = 180
REPORT_STEPS, VALIDATION_STEPS = 25, 500


def language_loss(model: LanguageModel, batch: Tensor) -> Tensor:
    """Mean cross entropy of the next token, in nats."""
    logits = model(batch[:, :-1])
    return F.cross_entropy(logits.flatten(0, 1).float(), batch[:, 1:].flatten())


def build_optimizers(model: LanguageModel) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embeddings, norms, and biases."""
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and "embed_tokens" not in name]
    rest = [p for name, p in model.named_parameters() if p.dim() < 2 or "embed_tokens" in name]
    return [
        Muon(matrices, lr=LEARNING_RATE_MUON, weight_decay=0.05),
        torch.optim.AdamW(rest, lr=LEARNING_RATE_ADAM, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]


@torch.no_grad()
def validation_loss(model: LanguageModel, streams: dict[str, np.ndarray], rows: int = 24) -> dict[str, float]:
    """Loss on evenly spaced rows of the validation repositories, per stream."""
    losses = {}
    for name, stream in streams.items():
        starts = np.linspace(0, len(stream) - ROW_TOKENS - 2, rows).astype(int)
        batch = np.stack([stream[start : start + ROW_TOKENS + 1] for start in starts]).astype(np.int64)
        with torch.autocast("cpu", torch.bfloat16):
            losses[name] = round(language_loss(model, torch.from_numpy(batch)).item(), 3)
    return losses


@dataclass(frozen=True)
class Schedule:
    """Share of the full learning rates at each step: up, level, and, in the decay, linearly down."""

    last_step: int
    decay_from: int | None = None

    def factor(self, step: int) -> float:
        if self.decay_from is None:
            return min(1.0, (step + 1) / WARMUP_STEPS)
        left = (self.last_step - step) / (self.last_step - self.decay_from)
        return max(FINAL_FACTOR, left)


class Pretraining:
    """What a checkpoint holds: weights, optimisers, the number of steps, and the smoothed loss."""

    def __init__(self) -> None:
        self.model = LanguageModel()
        self.optimizers = build_optimizers(self.model)
        self.step, self.loss = 0, float("nan")

    def save(self, path: Path) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "loss": self.loss,
        }
        staged = path.with_suffix(".staged")
        torch.save(state, staged)
        staged.replace(path)

    def load(self, path: Path) -> None:
        state = torch.load(path)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(saved)
        self.step, self.loss = state["step"], state["loss"]

    def update(self, factor: float, loss: float) -> None:
        """Applies one optimiser step at the given share of the full learning rates."""
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, full in zip(self.optimizers, (LEARNING_RATE_MUON, LEARNING_RATE_ADAM)):
            for group in optimizer.param_groups:
                group["lr"] = full * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.loss = loss if math.isnan(self.loss) else 0.98 * self.loss + 0.02 * loss


class Reporter:
    """The first worker's side work: progress, validation, checkpoints."""

    def __init__(self, training: Pretraining, checkpoint: Path):
        self.training, self.checkpoint = training, checkpoint
        self.streams = read_tokens("validation")
        self.saved_at = self.reported_at = time.monotonic()
        self.reported_step = training.step

    def report(self) -> None:
        step, now = self.training.step, time.monotonic()
        if step % REPORT_STEPS == 0:
            speed = (step - self.reported_step) * STEP_TOKENS / (now - self.reported_at)
            tokens = f"{step * STEP_TOKENS / 1e6:.2f} M tokens"
            print(f"step {step} {tokens} loss {self.training.loss:.3f} {speed:.0f} tokens/s", flush=True)
            self.reported_step, self.reported_at = step, now
        if step % VALIDATION_STEPS == 0:
            self.validate()
        if now - self.saved_at > CHECKPOINT_SECONDS:
            self.training.save(self.checkpoint)
            self.saved_at = now

    def validate(self) -> None:
        losses = validation_loss(self.training.model, self.streams)
        print(f"validation at {self.training.step}: {losses}", flush=True)


def train(training: Pretraining, stream: np.ndarray, schedule: Schedule, rank: int, reporter: Reporter | None) -> None:
    """Trains up to the schedule's last step; every worker does the same updates."""
    sampler = RowSampler(stream, SEED)
    for _ in range(training.step * WORKERS):
        sampler.take_batch(BATCH_ROWS)  # a resumed run goes on where the data stopped
    compiled = torch.compile(language_loss)
    while training.step < schedule.last_step:
        batches = [sampler.take_batch(BATCH_ROWS) for _ in range(WORKERS)]
        with torch.autocast("cpu", torch.bfloat16):
            loss = compiled(training.model, batches[rank])
        loss.backward()
        average_gradients(training.model.parameters())
        training.update(schedule.factor(training.step), average_numbers([loss.item()])[0])
        if reporter:
            reporter.report()


def run_stable(rank: int, max_steps: int, weights: Path | None) -> None:
    """One worker of the stable phase, which ends at the given step or where passes must be left for the decay."""
    training, stream = start(CHECKPOINT, weights)
    limit = int(STABLE_SHARE * MAX_PASSES * len(stream) / STEP_TOKENS)
    reporter = Reporter(training, CHECKPOINT) if rank == 0 else None
    train(training, stream, Schedule(min(limit, max_steps)), rank, reporter)
    if reporter:
        training.save(CHECKPOINT)
        print(f"stable phase: {training.step} steps of at most {limit}; --decay-steps finishes the model")


def run_decay(rank: int, source: Path, decay_steps: int) -> None:
    """One worker of the decay, which keeps a checkpoint of its own; the source stays fit for more stable steps."""
    begin = torch.load(source)["step"]
    checkpoint = source.with_name(f"{source.stem}-decay-{begin}-{decay_steps}.pt")
    training, stream = start(checkpoint if checkpoint.exists() else source)
    reporter = Reporter(training, checkpoint) if rank == 0 else None
    train(training, stream, Schedule(begin + decay_steps, begin), rank, reporter)
    if reporter:
        training.save(checkpoint)
        save_file(training.model.state_dict(), WORK / "model.safetensors", metadata={"format": "pt"})
        reporter.validate()


def start(checkpoint: Path, weights: Path | None = None) -> tuple[Pretraining, np.ndarray]:
    """The state of the checkpoint, or a fresh one (of the given weights), and the tokens to train on."""
    torch.manual_seed(SEED)
    training = Pretraining()
    if checkpoint.exists():
        training.load(checkpoint)
    elif weights:
        training.model.load_state_dict(load_file(weights))
    return training, np.concatenate(list(read_tokens("language-model").values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=10**9, help="end the stable phase here, at the latest")
    parser.add_argument("--weights", type=Path, help="begin with these weights where there is no checkpoint yet")
    parser.add_argument("--decay-steps", type=int, help="decay from the checkpoint over so many steps, and finish")
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT, help="where the decay starts")
    arguments = parser.parse_args()
    for role in ("language-model", "validation"):  # before the workers, so that they do not both do it
        counts = {name: f"{len(stream) / 1e6:.2f} M tokens" for name, stream in read_tokens(role).items()}
        print(role, counts, flush=True)
    if arguments.decay_steps:
        run_workers(run_decay, arguments.checkpoint, arguments.decay_steps)
    else:
        run_workers(run_stable, arguments.steps, arguments.weights)


if __name__ == "__main__":
    main()
