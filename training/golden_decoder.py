"""Writes golden vectors for the decoder: a tiny random Qwen2 saved by transformers, and what it computes.

Out: `test/golden/decoder/` with config.json, model.safetensors, expected.safetensors, expected.json.
The adapted logits are computed twice, by PEFT and by adding scaling * B A to the weights; both must agree.
"""

import json
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import Qwen2Config, Qwen2ForCausalLM

from model import MODULE_TYPES
from repositories import ROOT

FOLDER = ROOT.parent / "test" / "golden" / "decoder"
SEED = 21
TOLERANCE = 1e-4
RANK, ALPHA = 2, 4
PROMPT_TOKENS, GREEDY_TOKENS = 24, 16
TEXT_TOKENS = (17, 40)


def build_model() -> Qwen2ForCausalLM:
    """A tiny model with weights large enough that wrong rotary or attention code shows."""
    torch.manual_seed(SEED)
    config = Qwen2Config(
        vocab_size=128,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        tie_word_embeddings=True,
        rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        bos_token_id=None,
        eos_token_id=0,
    )
    model = Qwen2ForCausalLM(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            is_norm = "norm" in name
            parameter.copy_((1.0 if is_norm else 0.0) + (0.2 if is_norm else 0.4) * torch.randn_like(parameter))
    return model


def module_sizes(model: Qwen2ForCausalLM) -> dict[str, tuple[int, int]]:
    """Module type -> (in, out), read from the first layer."""
    layer = model.model.layers[0]
    owners = {name: getattr(layer.self_attn, name, None) or getattr(layer.mlp, name) for name in MODULE_TYPES}
    return {name: (linear.in_features, linear.out_features) for name, linear in owners.items()}


def random_adapter(model: Qwen2ForCausalLM) -> dict[str, torch.Tensor]:
    """One (A, B) pair per module type, shared by all layers."""
    adapter = {}
    for name, (inputs, outputs) in module_sizes(model).items():
        adapter[f"lora_A.{name}"] = 0.2 * torch.randn(RANK, inputs)
        adapter[f"lora_B.{name}"] = 0.2 * torch.randn(outputs, RANK)
    return adapter


def merge_adapter(folder: Path, adapter: dict[str, torch.Tensor]) -> Qwen2ForCausalLM:
    """Reads the model again and adds alpha / rank * B A to every adapted weight."""
    model = Qwen2ForCausalLM.from_pretrained(folder).eval()
    with torch.no_grad():
        for name, module in model.named_modules():
            kind = name.rsplit(".", 1)[-1]
            if kind in MODULE_TYPES:
                module.weight += ALPHA / RANK * adapter[f"lora_B.{kind}"] @ adapter[f"lora_A.{kind}"]
    return model


def wrap_with_peft(folder: Path, adapter: dict[str, torch.Tensor]) -> torch.nn.Module:
    """Reads the model again and puts the same adapter on it through PEFT."""
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=list(MODULE_TYPES), task_type="CAUSAL_LM")
    model = get_peft_model(Qwen2ForCausalLM.from_pretrained(folder), config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            for part in ("lora_A", "lora_B"):
                if f".{part}." in name:
                    kind = name.split(f".{part}.")[0].rsplit(".", 1)[-1]
                    parameter.copy_(adapter[f"{part}.{kind}"])
    return model


@torch.no_grad()
def greedy(model: torch.nn.Module, prompt: torch.Tensor) -> torch.Tensor:
    """Continues the prompt without a cache, so that the expectation depends on nothing but the forward pass."""
    ids = prompt.clone()
    for _ in range(GREEDY_TOKENS):
        ids = torch.cat([ids, model(ids).logits[:, -1].argmax(-1, keepdim=True)], dim=1)
    return ids[0, prompt.shape[1] :]


@torch.no_grad()
def compute(base: Qwen2ForCausalLM, adapter: dict[str, torch.Tensor]) -> tuple[dict[str, torch.Tensor], float]:
    """Returns inputs and expected values, and the largest difference between PEFT and merged weights."""
    merged, wrapped = merge_adapter(FOLDER, adapter), wrap_with_peft(FOLDER, adapter)
    prompt = torch.randint(1, 128, (1, PROMPT_TOKENS))
    texts = [torch.randint(1, 128, (1, length)) for length in TEXT_TOKENS]
    adapted = merged(prompt).logits[0]
    difference = (wrapped(prompt).logits[0] - adapted).abs().max().item()
    tensors = {
        "input.ids": prompt[0].int(),
        "expected.logits": base(prompt).logits[0],
        "expected.adapted_logits": adapted,
        "expected.greedy": greedy(base, prompt).int(),
        "expected.adapted_greedy": greedy(merged, prompt).int(),
    }
    for index, text in enumerate(texts):
        tensors[f"input.text_{index}"] = text[0].int()
        tensors[f"expected.pooled_{index}"] = base.model(text).last_hidden_state[0].mean(0)
    return tensors | {f"input.{name}": tensor for name, tensor in adapter.items()}, difference


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    model = build_model()
    model.save_pretrained(FOLDER)
    (FOLDER / "generation_config.json").unlink(missing_ok=True)
    tensors, difference = compute(Qwen2ForCausalLM.from_pretrained(FOLDER).eval(), random_adapter(model))
    assert difference < TOLERANCE, f"PEFT and merged weights differ by {difference}"
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, FOLDER / "expected.safetensors")
    description = {
        "writtenBy": "training/golden_decoder.py",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
        "seed": SEED,
        "dtype": "float32",
        "tolerance": TOLERANCE,
        "rank": RANK,
        "alpha": ALPHA,
        "peftDifference": difference,
        "moduleTypes": {name: {"in": size[0], "out": size[1]} for name, size in module_sizes(model).items()},
        "shapes": {name: list(tensor.shape) for name, tensor in sorted(tensors.items())},
    }
    (FOLDER / "expected.json").write_text(json.dumps(description, indent=2) + "\n")


if __name__ == "__main__":
    main()
