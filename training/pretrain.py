"""Trains the language model of `nano` from scratch on the corpus.

In: `.work/corpus.jsonl` and the tokeniser. Out: `.work/model.safetensors`. Rows of 512 tokens, a quarter each from
Python tests, Python production, JS/TS tests, and JS/TS production files. Resumes from `.work/pretrain.pt`.
The schedule is by time or by tokens: constant, then a linear way down over the last 40 %.
"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F

from model import LanguageModel
from muon import Muon
from repositories import WORK
from tokenizer import END_TOKEN, load_tokenizer
from workers import WORKERS, average_gradients, average_numbers, run_workers

ROW_TOKENS = 512
BATCH_ROWS = 8  # of each worker; larger batches leave the cache of a small machine
SEED = 3
LEARNING_RATE_MUON = 3e-3  # comparable to an AdamW rate, see muon.py
LEARNING_RATE_ADAM = 2e-3
WARMUP_STEPS = 40
DECAY_SHARE = 0.4
CHECKPOINT = WORK / "pretrain.pt"
CHECKPOINT_SECONDS = 120


def tokenize_corpus(role: str) -> dict[str, np.ndarray]:
    """Returns one token stream per language and kind: files in random order, `<|endoftext|>` after each."""
    files: dict[str, list[str]] = {}
    with (WORK / "corpus.jsonl").open() as corpus:
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


class RowSampler:
    """Takes rows from every stream in turn; each pass over a stream starts at another offset."""

    def __init__(self, streams: dict[str, np.ndarray]):
        self.streams = list(streams.values())
        self.queues: list[list[int]] = [[] for _ in self.streams]
        self.random = random.Random(SEED)

    def take_row(self, index: int) -> np.ndarray:
        stream, queue = self.streams[index], self.queues[index]
        if not queue:
            shift = self.random.randrange(ROW_TOKENS)
            queue.extend(range(shift, len(stream) - ROW_TOKENS - 1, ROW_TOKENS))
            self.random.shuffle(queue)
        start = queue.pop()
        return stream[start : start + ROW_TOKENS + 1]

    def take_batch(self) -> Tensor:
        """Returns (rows, 513) token ids, rows spread evenly over the streams."""
        rows = [self.take_row(row % len(self.streams)) for row in range(BATCH_ROWS)]
        return torch.from_numpy(np.stack(rows).astype(np.int64))


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


def learning_rate_factor(step: int, progress: float) -> float:
    """Trapezoid: warm-up, constant, linear decay to 2 %."""
    return min(1.0, (step + 1) / WARMUP_STEPS) * min(1.0, max(0.02, (1 - progress) / DECAY_SHARE))


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


class Pretraining:
    """The training state that a checkpoint holds: weights, optimisers, seconds and tokens spent."""

    def __init__(self, model: LanguageModel):
        self.model = model
        self.optimizers = build_optimizers(model)
        self.step, self.seconds = 0, 0.0

    def save(self, path: Path) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "seconds": self.seconds,
        }
        staged = path.with_suffix(".staged")
        torch.save(state, staged)
        staged.replace(path)

    def load(self, path: Path) -> None:
        state = torch.load(path)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(saved)
        self.step, self.seconds = state["step"], state["seconds"]

    def update(self, factor: float) -> None:
        """Applies one optimiser step at the given share of the full learning rates."""
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, full in zip(self.optimizers, (LEARNING_RATE_MUON, LEARNING_RATE_ADAM)):
            for group in optimizer.param_groups:
                group["lr"] = full * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1


def run(training: Pretraining, sampler: RowSampler, rank: int, budget_seconds: float, max_steps: int) -> None:
    """Trains until the time or the steps are used up; every worker does the same updates."""
    compiled = torch.compile(language_loss)
    smoothed, saved_at, last = None, time.time(), time.time()
    while training.seconds < budget_seconds and training.step < max_steps:
        progress = max(training.seconds / budget_seconds, training.step / max_steps)
        batches = [sampler.take_batch() for _ in range(WORKERS)]
        with torch.autocast("cpu", torch.bfloat16):
            loss = compiled(training.model, batches[rank])
        loss.backward()
        now = time.time()
        average_gradients(training.model.parameters())
        mean_loss, training.seconds = average_numbers([loss.item(), training.seconds + now - last])
        last = now
        training.update(learning_rate_factor(training.step, progress))
        smoothed = mean_loss if smoothed is None else 0.97 * smoothed + 0.03 * mean_loss
        if rank == 0 and training.step % 25 == 0:
            tokens = training.step * WORKERS * BATCH_ROWS * ROW_TOKENS
            print(
                f"step {training.step} {training.seconds:.0f} s {tokens / 1e6:.2f} M tokens loss {smoothed:.3f}",
                flush=True,
            )
        if rank == 0 and now - saved_at > CHECKPOINT_SECONDS:
            training.save(CHECKPOINT)
            saved_at = now


def work(rank: int, minutes: float, steps: int) -> None:
    """One worker: reads the data, trains, and, if it is the first, writes the result."""
    torch.manual_seed(SEED)
    training = Pretraining(LanguageModel())
    if CHECKPOINT.exists():
        training.load(CHECKPOINT)
    streams = tokenize_corpus("train")
    sampler = RowSampler(streams)
    for _ in range(training.step * WORKERS):
        sampler.take_batch()  # a resumed run goes on where the data stopped
    run(training, sampler, rank, minutes * 60, steps)
    if rank == 0:
        finish(training, streams)


def finish(training: Pretraining, streams: dict[str, np.ndarray]) -> None:
    """Writes the weights and says how well they predict."""
    training.save(CHECKPOINT)
    save_file(training.model.state_dict(), WORK / "model.safetensors", metadata={"format": "pt"})
    print({name: f"{len(stream) / 1e6:.2f} M tokens" for name, stream in streams.items()})
    losses = validation_loss(training.model, tokenize_corpus("validation"))
    print(f"{training.step} steps, {training.seconds:.0f} s, validation losses {losses}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1e9, help="time budget, summed over restarts")
    parser.add_argument("--steps", type=int, default=10**9, help="step budget; reproducible, unlike the time budget")
    arguments = parser.parse_args()
    run_workers(work, arguments.minutes, arguments.steps)


if __name__ == "__main__":
    main()
