"""Writes golden vectors for the architectures: tiny random models saved by transformers, and what they compute.

Out: `test/golden/{llama,qwen3,qwen2-shards}/`, each with config.json, weights, expected.safetensors, expected.json.
  llama         biases on attention and MLP, llama3 rotary scaling, an adapter; once more with linear scaling
  qwen3         norms of queries and keys, wide heads; the bare model, as embedding models are saved
  qwen2-shards  an output layer of its own, bfloat16, several files with an index
Expected values are computed in float32. The sizes are such that a wrong shape or a forgotten scaling shows.
"""

import json
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3Model

from model import MODULE_TYPES
from repositories import ROOT

FOLDER = ROOT.parent / "test" / "golden"
SEED = 23
TOLERANCE = 1e-4
RANK, ALPHA = 2, 4
TOKENS = 48
SIZES = dict(
    vocab_size=96,
    hidden_size=32,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
    bos_token_id=None,
    eos_token_id=0,
)
# Trained on 32 positions: of the four frequencies of a head one is kept, one blended and two are divided.
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 100.0,
    "factor": 4.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
LINEAR = {"rope_type": "linear", "rope_theta": 100.0, "factor": 4.0}


@torch.no_grad()
def randomize(model: torch.nn.Module) -> torch.nn.Module:
    """Weights large enough that wrong rotary or attention code shows."""
    for name, parameter in model.named_parameters():
        is_norm = "norm" in name
        parameter.copy_((1.0 if is_norm else 0.0) + (0.2 if is_norm else 0.4) * torch.randn_like(parameter))
    return model.eval()


def write(name: str, tensors: dict[str, torch.Tensor], **notes: object) -> None:
    """Writes what was computed, and with which versions."""
    folder = FOLDER / name
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, folder / "expected.safetensors")
    description = {
        "writtenBy": "training/golden_architectures.py",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "seed": SEED,
        "dtype": "float32",
        "tolerance": TOLERANCE,
        **notes,
        "shapes": {key: list(tensor.shape) for key, tensor in sorted(tensors.items())},
    }
    (folder / "expected.json").write_text(json.dumps(description, indent=2) + "\n")


def fresh(name: str) -> Path:
    """An empty folder."""
    shutil.rmtree(FOLDER / name, ignore_errors=True)
    (FOLDER / name).mkdir(parents=True)
    return FOLDER / name


def random_adapter(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """One (A, B) pair per module type, shared by all layers."""
    layer, adapter = model.model.layers[0], {}
    for kind in MODULE_TYPES:
        linear = getattr(layer.self_attn, kind, None) or getattr(layer.mlp, kind)
        adapter[f"lora_A.{kind}"] = 0.1 * torch.randn(RANK, linear.in_features)
        adapter[f"lora_B.{kind}"] = 0.1 * torch.randn(linear.out_features, RANK)
    return adapter


@torch.no_grad()
def merge(model: torch.nn.Module, adapter: dict[str, torch.Tensor]) -> torch.nn.Module:
    """Adds alpha / rank * B A to every adapted weight, in place."""
    for name, module in model.named_modules():
        kind = name.rsplit(".", 1)[-1]
        if kind in MODULE_TYPES:
            module.weight += ALPHA / RANK * adapter[f"lora_B.{kind}"] @ adapter[f"lora_A.{kind}"]
    return model


@torch.no_grad()
def llama() -> None:
    folder = fresh("llama")
    config = LlamaConfig(**SIZES, attention_bias=True, mlp_bias=True, tie_word_embeddings=False, rope_parameters=LLAMA3)
    model = randomize(LlamaForCausalLM(config))
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    ids, adapter = torch.randint(1, SIZES["vocab_size"], (1, TOKENS)), random_adapter(model)
    expected = {"expected.logits": model(ids).logits[0]}
    linear = LlamaForCausalLM.from_pretrained(folder, rope_parameters=LINEAR).eval()
    expected["expected.linear_logits"] = linear(ids).logits[0]
    expected["expected.adapted_logits"] = merge(model, adapter)(ids).logits[0]
    inputs = {"input.ids": ids[0].int()} | {f"input.{name}": tensor for name, tensor in adapter.items()}
    write("llama", inputs | expected, rank=RANK, alpha=ALPHA, linear=LINEAR)


@torch.no_grad()
def qwen3() -> None:
    folder = fresh("qwen3")
    rope = {"rope_type": "default", "rope_theta": 1000.0}
    config = Qwen3Config(**SIZES, head_dim=16, tie_word_embeddings=True, rope_parameters=rope)
    model = randomize(Qwen3Model(config))
    model.save_pretrained(folder)
    texts = [torch.randint(1, SIZES["vocab_size"], (1, length)) for length in (7, TOKENS)]
    tensors = {}
    for index, ids in enumerate(texts):
        tensors[f"input.text_{index}"] = ids[0].int()
        tensors[f"expected.pooled_{index}"] = model(ids).last_hidden_state[0].mean(0)
    # As the released code embeds: a padded batch, the mean over what the attention mask shows.
    batch = torch.zeros(2, TOKENS, dtype=torch.long)
    mask = torch.zeros(2, TOKENS, dtype=torch.long)
    for row, ids in enumerate(texts):
        batch[row, TOKENS - ids.shape[1] :] = ids[0]  # left padding
        mask[row, TOKENS - ids.shape[1] :] = 1
    hidden = model(batch, attention_mask=mask).last_hidden_state
    masked = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    difference = max((masked[i] - tensors[f"expected.pooled_{i}"]).abs().max().item() for i in range(2))
    assert difference < TOLERANCE, f"the padded batch differs by {difference}"
    write("qwen3", tensors, batchDifference=difference)


@torch.no_grad()
def qwen2_shards() -> None:
    folder = fresh("qwen2-shards")
    rope = {"rope_type": "default", "rope_theta": 10000.0}
    model = randomize(Qwen2ForCausalLM(Qwen2Config(**SIZES, tie_word_embeddings=False, rope_parameters=rope)))
    model.bfloat16().save_pretrained(folder, max_shard_size="16KB")
    (folder / "generation_config.json").unlink(missing_ok=True)
    ids = torch.randint(1, SIZES["vocab_size"], (1, TOKENS))
    wide = Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    write("qwen2-shards", {"input.ids": ids[0].int(), "expected.logits": wide(ids).logits[0]})


def main() -> None:
    for build in (llama, qwen3, qwen2_shards):
        torch.manual_seed(SEED)
        build()


if __name__ == "__main__":
    main()
