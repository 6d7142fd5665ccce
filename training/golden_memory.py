"""Writes golden vectors for the memory: what PyTorch sums up over a few commits, and the adapter that recalls it.

In: `test/golden/decoder/`, whose adapter stands for the mean adapter. Out: `test/golden/memory/` with weights.safetensors
(as memory.safetensors of a pack), expected.safetensors and expected.json. The inputs of the layers are taken by hooks in
the model of transformers, text by text, so that nothing is shared with the code under test or with training.
"""

import json
import math

import torch
import transformers
from safetensors.torch import load_file, save_file
from torch.func import functional_call
from transformers import Qwen2ForCausalLM

from golden_decoder import FOLDER as DECODER
from golden_gradient import adapted_weights

FOLDER = DECODER.parent / "memory"
SEED = 37
TOLERANCE = 1e-4
RANK, DECAY, SCALE = 3, 0.75, 2.5
TYPES = ("o_proj", "down_proj", "k_proj")
COMMITS = (((9, 2), (14, 5)), ((6, 1),), ((11, 3), (5, 4), (17, 2)))  # (tokens, targets at the end) of each text

Tensors = dict[str, torch.Tensor]


def modules_by_name(model: torch.nn.Module) -> dict[str, torch.nn.Linear]:
    """`1.o_proj` -> the module."""
    return {
        f"{index}.{kind}": getattr(layer.self_attn, kind, None) or getattr(layer.mlp, kind)
        for index, layer in enumerate(model.model.layers)
        for kind in TYPES
    }


def random_weights(model: Qwen2ForCausalLM) -> Tensors:
    """The learned matrices, under their names in the file."""
    weights = {}
    for name, module in modules_by_name(model).items():
        inputs, outputs, hidden = module.in_features, module.out_features, model.config.hidden_size
        weights[f"K.{name}"] = torch.randn(RANK, inputs) / math.sqrt(inputs)
        weights[f"V.{name}"] = torch.randn(RANK, hidden) / math.sqrt(hidden)
        weights[f"A.{name}"] = torch.randn(RANK, inputs) / math.sqrt(inputs)
        weights[f"B.{name}"] = torch.randn(outputs, RANK)
        weights[f"s.{name}"] = torch.rand(1)
    return weights


def sums_of(model: Qwen2ForCausalLM, adapter: Tensors, weights: Tensors, text: torch.Tensor, count: int) -> Tensors:
    """(V g)(K a)^T summed over the last `count` tokens of one text, read alone."""
    inputs: Tensors = {}
    hooks = [
        module.register_forward_pre_hook(lambda _, x, name=name: inputs.__setitem__(name, x[0][0, -count:]))
        for name, module in modules_by_name(model).items()
    ]
    logits = functional_call(model, adapted_weights(model, adapter), (text[None, :-1],)).logits[0, -count:]
    for hook in hooks:
        hook.remove()
    table = model.get_input_embeddings().weight
    error = table[text[-count:].long()] - logits.softmax(-1) @ table
    sums = {}
    for name, rows in inputs.items():
        outer = [torch.outer(weights[f"V.{name}"] @ g, weights[f"K.{name}"] @ a) for g, a in zip(error, rows)]
        sums[name] = torch.stack(outer).sum(0)
    return sums


def recalled(weights: Tensors, state: Tensors) -> Tensors:
    """The pairs of the adapter, scaling 1."""
    pairs = {}
    for name, total in state.items():
        matrix = SCALE * total / (total.norm() + 1e-8)
        pairs[f"lora_A.{name}"] = weights[f"A.{name}"].clone()
        pairs[f"lora_B.{name}"] = weights[f"s.{name}"] * weights[f"B.{name}"] @ matrix
    return pairs


def logits_with(model: Qwen2ForCausalLM, adapter: Tensors, memory: Tensors, text: torch.Tensor) -> torch.Tensor:
    """Of a model whose weights hold both: the pairs of all layers and those of single ones."""
    names = {id(module): name for name, module in model.named_modules()}
    merged = adapted_weights(model, adapter)
    for name, module in modules_by_name(model).items():
        merged[f"{names[id(module)]}.weight"] += memory[f"lora_B.{name}"] @ memory[f"lora_A.{name}"]
    return functional_call(model, merged, (text[None],)).logits[0]


@torch.no_grad()
def main() -> None:
    model = Qwen2ForCausalLM.from_pretrained(DECODER).eval()
    given = load_file(DECODER / "expected.safetensors")
    adapter = {name.removeprefix("input."): value for name, value in given.items() if name.startswith("input.lora_")}
    torch.manual_seed(SEED)
    weights = random_weights(model)
    state = {name: torch.zeros(RANK, RANK) for name in modules_by_name(model)}
    tensors: Tensors = {}
    for commit, texts in enumerate(COMMITS):
        state = {name: DECAY * total for name, total in state.items()}
        for index, (length, count) in enumerate(texts):
            text = torch.randint(1, 128, (length,))
            tensors[f"input.text_{commit}_{index}"] = text.int()
            for name, part in sums_of(model, adapter, weights, text, count).items():
                state[name] = state[name] + part
        tensors |= {f"expected.sums_{commit}.{name}": total for name, total in state.items()}
    memory = recalled(weights, state)
    tensors |= {f"expected.{name}": value for name, value in memory.items()}
    tensors["expected.logits"] = logits_with(model, adapter, memory, given["input.ids"])
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file(weights, FOLDER / "weights.safetensors")
    save_file(tensors, FOLDER / "expected.safetensors")
    description = {
        "writtenBy": "training/golden_memory.py",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "seed": SEED,
        "tolerance": TOLERANCE,
        "rank": RANK,
        "decay": DECAY,
        "scale": SCALE,
        "moduleTypes": TYPES,
        "commits": [[{"tokens": length, "targets": count} for length, count in texts] for texts in COMMITS],
    }
    (FOLDER / "expected.json").write_text(json.dumps(description, indent=2) + "\n")


if __name__ == "__main__":
    main()
