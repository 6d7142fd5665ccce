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

from model import SCALING, Adapter, LanguageModel, ModelConfig

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


def load_adapter(export: Path) -> Adapter:
    """Every layer's own pairs; B carries the export's own scaling, which must be that of PEFT for each module."""
    tensors = load_file(export / "adapter_model.safetensors")
    config = json.loads((export / "adapter_config.json").read_text())
    adapter = {}
    for key in (key for key in tensors if key.endswith(".lora_A.weight")):
        module = key.removeprefix("base_model.model.").removesuffix(".lora_A.weight")
        layer, kind = module.split(".")[2], module.rsplit(".", 1)[-1]
        pattern = next((name for name in config["rank_pattern"] if f".{module}".endswith(f".{name}")), None)
        rank = config["rank_pattern"].get(pattern, config["r"])
        assert tensors[key].shape[0] == rank, f"{module} has rank {tensors[key].shape[0]}, the configuration says {rank}"
        scaling = config["alpha_pattern"].get(pattern, config["lora_alpha"]) / rank
        b = tensors[key.replace(".lora_A.", ".lora_B.")] * scaling / SCALING
        adapter[f"{layer}.{kind}"] = (tensors[key], b)
    return adapter


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
    adapter = load_adapter(arguments.export)
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
