"""The memory: what the error signals of a repository's earlier assertions write into a few low-rank matrices.

    S_t = decay * S_(t-1) + sum over target tokens of (V g)(K a)^T      M = scale * S / |S|      dW = s * B M A

a is the input of the adapted layer at the token, g = E^T (onehot - p) the error signal at the output, under the shared
adapter; K, V, A, and B are learned. One forward pass, no backpropagation where it is used.
Knows nothing about histories.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from model import SCALING, Adapter, LanguageModel, ModelConfig
from tasks import build_batch

RANK = 32
SCALE = 8.0
INITIAL_STRENGTH = 0.1
TYPES = ("down_proj", "o_proj")
CAPTURE_ROWS = 12

Sums = dict[str, Tensor]  # "3.o_proj" -> (rank, rank) or (batch, rank, rank)


def memory_keys(config: ModelConfig = ModelConfig()) -> list[str]:
    return [f"{layer}.{name}" for layer in range(config.num_hidden_layers) for name in TYPES]


class Trace:
    """What the target tokens of some tasks leave behind: layer inputs and error signals, in half precision."""

    def __init__(self, inputs: dict[str, Tensor], errors: Tensor, tasks: Tensor):
        self.inputs = inputs  # "3.o_proj" -> (tokens, in)
        self.errors = errors  # (tokens, hidden)
        self.tasks = tasks  # (tokens,), index of the task that a token belongs to

    def select(self, keep: Tensor) -> "Trace":
        return Trace({key: rows[keep] for key, rows in self.inputs.items()}, self.errors[keep], self.tasks[keep])


@torch.no_grad()
def trace_tasks(model: LanguageModel, tasks: list[dict], adapter: Adapter, prefix_tokens: int) -> Trace:
    """One forward pass over the tasks, in their order."""
    embedding = model.model.embed_tokens.weight
    inputs, errors, owners = {key: [] for key in memory_keys()}, [], []
    for start in range(0, len(tasks), CAPTURE_ROWS):
        batch = build_batch(tasks[start : start + CAPTURE_ROWS], prefix_tokens)
        seen: dict[str, Tensor] = {}
        with torch.autocast("cpu", torch.bfloat16):
            hidden = model.model(batch.ids[:, :-1], adapter, seen)
        probabilities = F.linear(hidden[batch.target].float(), embedding).softmax(-1)
        errors.append((embedding[batch.ids[:, 1:][batch.target]] - probabilities @ embedding).half())
        owners.append(batch.target.nonzero()[:, 0] + start)
        for key in inputs:
            inputs[key].append(seen[key][batch.target].half())
    return Trace({key: torch.cat(rows) for key, rows in inputs.items()}, torch.cat(errors), torch.cat(owners))


class Memory(nn.Module):
    """K, V, A, B, and the strength s of every adapted projection."""

    def __init__(self, config: ModelConfig = ModelConfig(), rank: int = RANK):
        super().__init__()
        sizes, hidden = config.module_sizes(), config.hidden_size
        self.K, self.V, self.A, self.B, self.s = (nn.ParameterDict() for _ in range(5))
        for key in memory_keys(config):
            inputs, outputs = sizes[key.split(".")[1]]
            name = key.replace(".", "_")
            read = torch.randn(rank, inputs) / math.sqrt(inputs)
            write = torch.randn(rank, hidden) / math.sqrt(hidden)
            assert outputs == hidden
            self.K[name], self.A[name] = nn.Parameter(read.clone()), nn.Parameter(read.clone())
            self.V[name], self.B[name] = nn.Parameter(write.clone()), nn.Parameter(write.T.clone())
            self.s[name] = nn.Parameter(torch.tensor([INITIAL_STRENGTH]))

    def sums(self, trace: Trace) -> Sums:
        """Sums over all tokens of the trace: (rank, rank) for every projection."""
        return {
            key: (trace.errors.float() @ self.V[name].T).T @ (rows.float() @ self.K[name].T)
            for key, rows in trace.inputs.items()
            for name in [key.replace(".", "_")]
        }

    def adapter(self, sums: Sums) -> Adapter:
        """Pairs of single layers; the decoder's scaling is taken out."""
        pairs = {}
        for key, matrix in sums.items():
            name = key.replace(".", "_")
            norm = matrix.flatten(-2).norm(dim=-1)[..., None, None]
            b = self.s[name] * (self.B[name] @ (SCALE * matrix / (norm + 1e-8))) / SCALING
            a = self.A[name]
            pairs[key] = (a.expand(*b.shape[:-2], *a.shape), b)
        return pairs

    def tensors(self) -> dict[str, Tensor]:
        """Under the names of the pack's file: `K.3.o_proj` and so on."""
        return {
            f"{kind}.{name.replace('_', '.', 1)}": parameter.detach().contiguous()
            for kind in ("K", "V", "A", "B", "s")
            for name, parameter in getattr(self, kind).items()
        }
