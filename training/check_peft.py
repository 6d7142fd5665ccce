"""Checks an export of `code2lora export` against Hugging Face PEFT: same logits as our own decoder.

In: the folder of a model pack and the folder of an export. Out: the largest difference of the logits and the
share of equal most probable tokens, for the base model and with the adapter; exit code 1 when they differ.

    python training/check_peft.py models/nano adapter
"""

import argparse
import json
from dataclasses import fields
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from model import MODULE_TYPES, SCALING, Adapter, LanguageModel, ModelConfig

TOLERANCE = 1e-3
TOKENS = 64
SEED = 3


def load_ours(pack: Path) -> LanguageModel:
    """Our decoder with the weights of the pack."""
    config = json.loads((pack / "config.json").read_text())
    known = {field.name for field in fields(ModelConfig)}
    model = LanguageModel(ModelConfig(**{name: value for name, value in config.items() if name in known}))
    model.load_state_dict(load_file(pack / "model.safetensors"))
    return model.eval()


def load_adapter(export: Path, layers: int) -> Adapter:
    """The pairs of layer 0, after checking that every layer has the same; B carries the export's own scaling."""
    tensors = load_file(export / "adapter_model.safetensors")
    config = json.loads((export / "adapter_config.json").read_text())
    correction = config["lora_alpha"] / config["r"] / SCALING

    def shared(name: str, side: str) -> torch.Tensor:
        block = "self_attn" if name[0] in "qkvo" else "mlp"
        keys = [f"base_model.model.model.layers.{i}.{block}.{name}.lora_{side}.weight" for i in range(layers)]
        assert all(torch.equal(tensors[key], tensors[keys[0]]) for key in keys), f"{name} differs between layers"
        return tensors[keys[0]]

    return {name: (shared(name, "A"), shared(name, "B") * correction) for name in MODULE_TYPES}


def compare(label: str, ours: torch.Tensor, theirs: torch.Tensor) -> bool:
    difference = (ours - theirs).abs().max().item()
    equal = (ours.argmax(-1) == theirs.argmax(-1)).float().mean().item()
    print(f"{label}: largest difference {difference:.2e}, equal argmax {equal:.1%}")
    return difference <= TOLERANCE and equal == 1.0


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("export", type=Path)
    arguments = parser.parse_args()
    ours = load_ours(arguments.pack)
    torch.manual_seed(SEED)
    ids = torch.randint(0, ours.config.vocab_size, (1, TOKENS))
    base = AutoModelForCausalLM.from_pretrained(arguments.pack, dtype=torch.float32).eval()
    base_logits = base(ids).logits
    adapter = load_adapter(arguments.export, ours.config.num_hidden_layers)
    adapted = PeftModel.from_pretrained(base, arguments.export).eval()
    adapted_logits = adapted(ids).logits
    moved = (adapted_logits - base_logits).abs().max().item()
    print(f"the adapter moves the logits by {moved:.2e}")
    good = [
        compare("base", ours(ids), base_logits),
        compare("adapted", ours(ids, adapter), adapted_logits),
        moved > TOLERANCE,
    ]
    raise SystemExit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
