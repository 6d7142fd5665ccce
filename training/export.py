"""Writes the model pack `models/nano`: weights, tokeniser, and a manifest with sizes and sha256 sums.

In: what the training steps left in `.work`. Out: the pack's files, each written beside its place and renamed,
so that a reader never sees half a file. `--untrained` writes a pack of the same layout with random weights.
"""

import argparse
import hashlib
import json
import os
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from hypernetwork import Hypernetwork, index_adapter
from memory import RANK as MEMORY_RANK
from memory import SCALE as MEMORY_SCALE
from memory import TYPES as MEMORY_TYPES
from memory import Memory
from model import ALPHA, MODULE_TYPES, RANK, Adapter, LanguageModel, ModelConfig
from repositories import ROOT, WORK

PACK = ROOT.parent / "models" / "nano"
SEED = 5
EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE = 512, 256, 64
UNHASHED = {"manifest.json", "README.md"}

RECIPE = {
    "repository": {
        "windowTokens": 512,
        "overlapTokens": 64,
        "minTokens": 8,
        "maxWindows": 8,
        "maxFiles": 1000,
        "emptyItem": "skip",
        "windowPooling": ["mean"],
        "itemPooling": ["mean", "max"],
        "normalize": "none",
    },
    "diff": {
        "windowTokens": 512,
        "overlapTokens": 64,
        "minTokens": 8,
        "maxWindows": 16,
        "windowPooling": ["max", "mean"],
        "emptyItem": "zero",
        "normalize": "none",
    },
    "history": {"steps": "production-diff", "base": "first-parent", "startCommit": "skip", "contextLines": 3},
    "retokenize": False,
    "rounding": "none",
}

ADAPTATION = {
    "parts": ["memory", "refinement"],
    "maxCommits": 100,
    "signal": {"promptTokens": 256, "perCommit": 16, "atStart": 160},
    "memory": {
        "weights": "memory.safetensors",
        "rank": MEMORY_RANK,
        "decay": 0.99,
        "moduleTypes": list(MEMORY_TYPES),
        "scale": MEMORY_SCALE,
    },
    "refinement": {
        "rank": RANK,
        "learningRate": 5e-4,
        "batch": 4,
        "steps": 2,
        "stepsAtStart": 20,
        "buffer": 128,
    },
}


def build_manifest(calibration: dict) -> dict:
    """Describes the pack; every number that the run time needs is data here."""
    return {
        "schema": "code2lora/model-pack@1",
        "name": "nano",
        "version": "1.0.0",
        "license": "MIT",
        "baseModel": {
            "architecture": "qwen2",
            "config": "config.json",
            "weights": ["model.safetensors"],
            "tokenizer": "tokenizer.json",
            "contextTokens": 512,
            "endToken": 0,
        },
        "encoder": {"kind": "base-model", "embeddingSize": ModelConfig().hidden_size},
        "recipe": RECIPE,
        "hypernetwork": {
            "weights": "code2lora.safetensors",
            "embeddingSize": EMBEDDING_SIZE,
            "hiddenSize": HIDDEN_SIZE,
            "trunkSize": TRUNK_SIZE,
            "rank": RANK,
            "alpha": ALPHA,
            "gateOrder": "rzn",
            "moduleTypes": list(MODULE_TYPES),
        },
        "meanAdapter": "mean_adapter.safetensors",
        "adaptation": ADAPTATION,
        "calibration": calibration,
        "files": {path.name: describe(path) for path in sorted(PACK.iterdir()) if path.name not in UNHASHED},
    }


def describe(path: Path) -> dict:
    """Returns size and sha256 of a file."""
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def place(content: bytes | dict[str, torch.Tensor] | Path, name: str) -> None:
    """Writes one file of the pack and renames it into its place."""
    staged = WORK / f"staged-{name}"
    if isinstance(content, bytes):
        staged.write_bytes(content)
    elif isinstance(content, Path):
        shutil.copyfile(content, staged)
    else:
        tensors = {key: tensor.detach().float().contiguous() for key, tensor in content.items()}
        save_file(tensors, staged, metadata={"format": "pt"})
    staged.chmod(0o644)
    os.replace(staged, PACK / name)


def adapter_tensors(adapter: Adapter) -> dict[str, torch.Tensor]:
    """Names one unbatched adapter `lora_A.<type>` (rank, in) and `lora_B.<type>` (out, rank), unscaled."""
    named = {f"lora_A.{name}": a for name, (a, _) in adapter.items()}
    return named | {f"lora_B.{name}": b for name, (_, b) in adapter.items()}


def read_adapter(path: Path) -> Adapter:
    """The way back."""
    tensors = load_file(path)
    names = sorted(key.removeprefix("lora_A.") for key in tensors if key.startswith("lora_A."))
    return {name: (tensors[f"lora_A.{name}"], tensors[f"lora_B.{name}"]) for name in names}


def untrained_parts() -> tuple[dict, dict, dict, dict]:
    """Random weights in the pack's layout: language model, hypernetwork, mean adapter, memory."""
    torch.manual_seed(SEED)
    config = ModelConfig()
    hypernetwork = Hypernetwork(config.module_sizes(), EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE, RANK)
    with torch.no_grad():
        adapter = index_adapter(hypernetwork.head_state(torch.zeros(1, HIDDEN_SIZE)), 0)
    parts = LanguageModel(config).state_dict(), hypernetwork.state_dict(), adapter_tensors(adapter)
    return (*parts, Memory(config).tensors())


def read_parts() -> tuple[dict, dict, dict, dict]:
    """Trained weights from `.work`; parts that are not there yet stay untrained."""
    parts = untrained_parts()
    names = ("model", "code2lora", "shared_adapter", "memory")
    paths = [WORK / f"{name}.safetensors" for name in names]
    return tuple(load_file(path) if path.exists() else part for path, part in zip(paths, parts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--untrained", action="store_true", help="ignore trained weights")
    parts = untrained_parts() if parser.parse_args().untrained else read_parts()
    language_model, hypernetwork, mean_adapter, memory = parts
    PACK.mkdir(parents=True, exist_ok=True)
    place(ModelConfig().to_json().encode(), "config.json")
    place(WORK / "tokenizer.json", "tokenizer.json")
    place(language_model, "model.safetensors")
    place(hypernetwork, "code2lora.safetensors")
    place(mean_adapter, "mean_adapter.safetensors")
    place(memory, "memory.safetensors")
    calibration = WORK / "calibration.json"
    measured = json.loads(calibration.read_text()) if calibration.exists() else {}
    place((json.dumps(build_manifest(measured), indent=2) + "\n").encode(), "manifest.json")
    print(f"{PACK}: {sum(path.stat().st_size for path in PACK.iterdir()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
