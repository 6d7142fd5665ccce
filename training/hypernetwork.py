"""Code2LoRA's hypernetwork: commit embeddings to one LoRA adapter.

In: the repository embedding of the start commit and one diff embedding per commit. Out: contexts and adapters.
The formulas and tensor names are those of the paper's released code (`code2lora_core.py`, version 2).
Knows nothing about git, tokens, or the language model.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from model import MODULE_TYPES, Adapter

SCALE_RANGE = (1e-5, 0.3)


class CommitGru(nn.Module):
    """h0 from the repository embedding, then one GRU step per commit; the state is carried un-normalised."""

    def __init__(self, embedding_size: int, hidden_size: int):
        super().__init__()
        self.repo_init_proj = nn.Sequential(
            nn.Linear(embedding_size, hidden_size), nn.GELU(), nn.LayerNorm(hidden_size)
        )
        self.diff_proj = nn.Sequential(nn.Linear(embedding_size, hidden_size), nn.LayerNorm(hidden_size))
        self.gru = nn.GRU(hidden_size, hidden_size, batch_first=True)  # PyTorch gate order r, z, n
        self.output_norm = nn.LayerNorm(hidden_size)

    def initial_state(self, repository: Tensor) -> Tensor:
        """(batch, embedding) -> (batch, hidden)."""
        return self.repo_init_proj(repository)

    def states(self, initial: Tensor, diffs: Tensor) -> Tensor:
        """(batch, hidden), (batch, steps, embedding) -> (batch, steps, hidden)."""
        outputs, _ = self.gru(self.diff_proj(diffs), initial.unsqueeze(0))
        return outputs


class Head(nn.Module):
    """Context to adapter: a small trunk, then one pair of linear maps per module type."""

    def __init__(self, context_size: int, trunk_size: int, rank: int, module_sizes: dict[str, tuple[int, int]]):
        super().__init__()
        self.rank, self.module_sizes, self.trunk_size = rank, module_sizes, trunk_size
        self.trunk = nn.Sequential(
            nn.Linear(context_size, trunk_size), nn.GELU(), nn.Linear(trunk_size, trunk_size), nn.GELU()
        )
        types = sorted(module_sizes)
        self.heads_A = nn.ModuleDict({t: nn.Linear(trunk_size, rank * module_sizes[t][0]) for t in types})
        self.heads_B = nn.ModuleDict({t: nn.Linear(trunk_size, module_sizes[t][1] * rank) for t in types})
        self.log_scale_A = nn.ParameterDict({t: nn.Parameter(torch.tensor(-3.5)) for t in types})
        self.log_scale_B = nn.ParameterDict({t: nn.Parameter(torch.tensor(-3.5)) for t in types})

    def features(self, context: Tensor) -> Tensor:
        """(batch, context) -> (batch, trunk), of norm sqrt(trunk)."""
        return self.trunk_size**0.5 * F.normalize(self.trunk(context), dim=-1)

    def expand(self, features: Tensor, detach_shared: bool = False) -> Adapter:
        """(batch, trunk) -> A (batch, rank, in) and B (batch, out, rank) per module type.

        `detach_shared` keeps gradients out of the biases, which hold what all repositories share.
        """
        adapter = {}
        for name, (inputs, outputs) in sorted(self.module_sizes.items()):
            scale_a = self.log_scale_A[name].exp().clamp(*SCALE_RANGE)
            scale_b = self.log_scale_B[name].exp().clamp(*SCALE_RANGE)
            a = project(self.heads_A[name], features, detach_shared).unflatten(-1, (self.rank, inputs))
            b = project(self.heads_B[name], features, detach_shared).unflatten(-1, (outputs, self.rank))
            adapter[name] = (torch.tanh(a) * scale_a, torch.tanh(b) * scale_b)
        return adapter

    def forward(self, context: Tensor) -> Adapter:
        """(batch, context) -> one adapter per row."""
        return self.expand(self.features(context))


def project(linear: nn.Linear, features: Tensor, detach_bias: bool) -> Tensor:
    """W x + b, with or without a gradient for b."""
    return F.linear(features, linear.weight, linear.bias.detach() if detach_bias else linear.bias)


class Hypernetwork(nn.Module):
    """CommitGru and Head; `state_dict` keys are the paper's, prefixed `gru_state.` and `head_state.`."""

    def __init__(
        self,
        module_sizes: dict[str, tuple[int, int]],
        embedding_size: int = 512,
        hidden_size: int = 256,
        trunk_size: int = 64,
        rank: int = 8,
    ):
        super().__init__()
        self.gru_state = CommitGru(embedding_size, hidden_size)
        self.head_state = Head(hidden_size, trunk_size, rank, module_sizes)

    def contexts(self, repository: Tensor, diffs: Tensor) -> Tensor:
        """(batch, embedding), (batch, steps, embedding) -> (batch, 1 + steps, hidden); entry 0 is the start."""
        initial = self.gru_state.initial_state(repository)
        states = initial.unsqueeze(1)
        if diffs.shape[1]:
            states = torch.cat([states, self.gru_state.states(initial, diffs)], dim=1)
        return self.gru_state.output_norm(states)


@torch.no_grad()
def fold_standardization(linear: nn.Linear, mean: Tensor, std: Tensor) -> None:
    """Rewrites W (x - mean) / std + b as W' x + b', so that run time sees the paper's plain formula."""
    linear.weight.div_(std)
    linear.bias.sub_(linear.weight @ mean)


def index_adapter(adapter: Adapter, rows: Tensor | int) -> Adapter:
    """Takes rows of a batched adapter."""
    return {name: (a[rows], b[rows]) for name, (a, b) in adapter.items()}


assert tuple(sorted(MODULE_TYPES)) == MODULE_TYPES
