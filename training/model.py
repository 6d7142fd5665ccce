"""The Qwen2 decoder of `nano`, with the tensor names of Hugging Face and an optional LoRA adapter as input.

In: token ids and, optionally, one adapter for all layers. Out: last hidden states or logits.
Knows nothing about where adapters come from.
"""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

MODULE_TYPES = ("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj")
RANK = 8
ALPHA = 16
SCALING = ALPHA / RANK
QUERY_BLOCK = 128

# "q_proj" (of every layer) or "3.q_proj" (of layer 3, on top) -> (A, B);
# A is (rank, in) or (batch, rank, in), B is (out, rank) or (batch, out, rank)
Pair = tuple[Tensor, Tensor]
Adapter = dict[str, Pair]


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of the decoder, under their Hugging Face names."""

    vocab_size: int = 8192
    hidden_size: int = 256
    intermediate_size: int = 704
    num_hidden_layers: int = 6
    num_attention_heads: int = 4
    num_key_value_heads: int = 1
    max_position_embeddings: int = 4096
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-6

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads

    def module_sizes(self) -> dict[str, tuple[int, int]]:
        """Module type -> (in, out)."""
        hidden, inner = self.hidden_size, self.intermediate_size
        key_value = self.num_key_value_heads * self.head_dim
        return {
            "down_proj": (inner, hidden),
            "gate_proj": (hidden, inner),
            "k_proj": (hidden, key_value),
            "o_proj": (hidden, hidden),
            "q_proj": (hidden, hidden),
            "up_proj": (hidden, inner),
            "v_proj": (hidden, key_value),
        }

    def to_json(self) -> str:
        """Renders `config.json`; transformers 5 reads rope_parameters, older versions rope_theta."""
        fixed = {
            "architectures": ["Qwen2ForCausalLM"],
            "model_type": "qwen2",
            "attention_dropout": 0.0,
            "bos_token_id": None,
            "eos_token_id": 0,
            "hidden_act": "silu",
            "initializer_range": 0.02,
            "rope_parameters": {"rope_theta": self.rope_theta, "rope_type": "default"},
            "tie_word_embeddings": True,
            "torch_dtype": "float32",
            "use_cache": True,
            "use_sliding_window": False,
        }
        return json.dumps(fixed | asdict(self), indent=2, sort_keys=True) + "\n"


class AdaptedLinear(nn.Linear):
    """y = W x + b + scaling * B (A x), summed over the pairs that the layer has."""

    def forward(self, x: Tensor, pairs: "LayerAdapter", name: str) -> Tensor:
        y = F.linear(x, self.weight, self.bias)
        for a, b in pairs.of(name, x):
            y = y + SCALING * ((x @ a.to(x.dtype).transpose(-1, -2)) @ b.to(x.dtype).transpose(-1, -2))
        return y


class LayerAdapter:
    """What one layer takes from an adapter."""

    def __init__(self, adapter: Adapter, layer: int, inputs: dict[str, Tensor] | None = None):
        self.adapter, self.layer, self.inputs = adapter, layer, inputs

    def of(self, name: str, x: Tensor) -> list[Pair]:
        """The pairs of a projection, whose input is kept where somebody asked for the inputs."""
        own = f"{self.layer}.{name}"
        if self.inputs is not None:
            self.inputs[own] = x
        return [self.adapter[key] for key in (name, own) if key in self.adapter]


class RMSNorm(nn.Module):
    """Root mean square norm, computed in float32 like the reference."""

    def __init__(self, size: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        wide = x.float()
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return (self.weight * wide).to(x.dtype)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position embedding with Hugging Face's half split; x is (batch, heads, tokens, head_dim)."""
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-second, first], dim=-1) * sin


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Causal attention of (batch, heads, tokens, size) over (batch, shared heads, tokens, size).

    Blocks of queries meet only the keys before their end, and the query heads that share a key head are one
    matrix product. On a CPU, with bfloat16, this is several times as fast as PyTorch's fused attention.
    """
    batch, heads, tokens, size = query.shape
    shared = key.shape[1]
    query = (query * size**-0.5).view(batch, shared, heads // shared, tokens, size)
    key, value = key.flatten(0, 1), value.flatten(0, 1)  # (batch * shared, tokens, size)
    blocks = []
    for start in range(0, tokens, QUERY_BLOCK):
        end = min(tokens, start + QUERY_BLOCK)
        rows = query[:, :, :, start:end].reshape(batch * shared, -1, size)
        scores = (rows @ key[:, :end].transpose(1, 2)).unflatten(1, (-1, end - start))
        is_future = torch.arange(end)[None] > torch.arange(start, end)[:, None]
        weights = scores.float().masked_fill(is_future, float("-inf")).softmax(-1).to(value.dtype)
        blocks.append((weights.flatten(1, 2) @ value[:, :end]).view(batch, heads, end - start, size))
    return torch.cat(blocks, dim=2)


class Attention(nn.Module):
    """Causal attention with shared key and value heads."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        sizes = config.module_sizes()
        self.heads, self.key_value_heads = config.num_attention_heads, config.num_key_value_heads
        self.head_dim = config.head_dim
        self.q_proj = AdaptedLinear(*sizes["q_proj"], bias=True)
        self.k_proj = AdaptedLinear(*sizes["k_proj"], bias=True)
        self.v_proj = AdaptedLinear(*sizes["v_proj"], bias=True)
        self.o_proj = AdaptedLinear(*sizes["o_proj"], bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, adapter: LayerAdapter) -> Tensor:
        def heads(projection: AdaptedLinear, name: str, count: int) -> Tensor:
            return projection(x, adapter, name).unflatten(-1, (count, self.head_dim)).transpose(1, 2)

        query = rotate(heads(self.q_proj, "q_proj", self.heads), cos, sin)
        key = rotate(heads(self.k_proj, "k_proj", self.key_value_heads), cos, sin)
        value = heads(self.v_proj, "v_proj", self.key_value_heads)
        mixed = attend(query, key, value)
        return self.o_proj(mixed.transpose(1, 2).flatten(2), adapter, "o_proj")


class Mlp(nn.Module):
    """Gated feed-forward block."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        sizes = config.module_sizes()
        self.gate_proj = AdaptedLinear(*sizes["gate_proj"], bias=False)
        self.up_proj = AdaptedLinear(*sizes["up_proj"], bias=False)
        self.down_proj = AdaptedLinear(*sizes["down_proj"], bias=False)

    def forward(self, x: Tensor, adapter: LayerAdapter) -> Tensor:
        gated = F.silu(self.gate_proj(x, adapter, "gate_proj")) * self.up_proj(x, adapter, "up_proj")
        return self.down_proj(gated, adapter, "down_proj")


class Layer(nn.Module):
    """Attention and feed-forward, each after a norm and added to the residual stream."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.mlp = Mlp(config)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, adapter: LayerAdapter) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, adapter)
        return x + self.mlp(self.post_attention_layernorm(x), adapter)


class Decoder(nn.Module):
    """Token ids to last hidden states (after the final norm)."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        steps = torch.arange(0, config.head_dim, 2).float() / config.head_dim
        angles = torch.arange(config.max_position_embeddings).float()[:, None] / config.rope_theta**steps
        angles = torch.cat([angles, angles], dim=-1)  # (positions, head_dim)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def forward(
        self, ids: Tensor, adapter: Adapter | None = None, inputs: dict[str, Tensor] | None = None
    ) -> Tensor:
        """`inputs`, where given, receives what every adapted projection reads, by "layer.type"."""
        x = self.embed_tokens(ids)  # (batch, tokens, hidden)
        if torch.is_autocast_enabled("cpu"):
            x = x.to(torch.bfloat16)
        cos, sin = (table[: ids.shape[1]].to(x.dtype) for table in (self.cos, self.sin))
        for index, layer in enumerate(self.layers):
            x = layer(x, cos, sin, LayerAdapter(adapter or {}, index, inputs))
        return self.norm(x)


class LanguageModel(nn.Module):
    """The decoder with its tied output matrix; `state_dict` keys equal those of Qwen2ForCausalLM."""

    def __init__(self, config: ModelConfig = ModelConfig()):
        super().__init__()
        self.config = config
        self.model = Decoder(config)
        self.initialize()

    @torch.no_grad()
    def initialize(self) -> None:
        """Normal(0, 0.02); the two matrices that write into the residual stream are scaled by 1/sqrt(2 layers)."""
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue
            writes_residual = name.endswith(("o_proj.weight", "down_proj.weight"))
            depth = math.sqrt(2 * self.config.num_hidden_layers) if writes_residual else 1.0
            parameter.normal_(0.0, 0.02 / depth)
        for name, parameter in self.named_parameters():
            if name.endswith(".bias"):
                parameter.zero_()

    def forward(self, ids: Tensor, adapter: Adapter | None = None) -> Tensor:
        hidden = self.model(ids, adapter)
        return F.linear(hidden, self.model.embed_tokens.weight.to(hidden.dtype))


def load_language_model(path: Path) -> LanguageModel:
    """Reads `model.safetensors` into a frozen model in evaluation mode."""
    model = LanguageModel()
    model.load_state_dict(load_file(path))
    return model.eval().requires_grad_(False)
