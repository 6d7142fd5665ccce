"""Writes golden vectors for gradients: what PyTorch's autograd gives for the adapter of the golden decoder.

In: `test/golden/decoder/`. Out: `test/golden/gradient/` with expected.safetensors and expected.json. The loss is the
weighted sum of the negative log-likelihoods of some tokens of two texts.
"""

import json

import torch
import transformers
from safetensors.torch import load_file, save_file
from torch.func import functional_call
from torch.nn import functional as F
from transformers import Qwen2ForCausalLM

from golden_decoder import ALPHA, FOLDER as DECODER, RANK
from model import MODULE_TYPES

FOLDER = DECODER.parent / "gradient"
SEED = 31
TOLERANCE = 1e-4
TEXT_TOKENS = (9, 14)
TARGETS = (3, 5)  # at the end of each text


def adapted_weights(model: torch.nn.Module, adapter: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Every adapted weight of the model with alpha / rank * B A added."""
    weights = {}
    for name, module in model.named_modules():
        kind = name.rsplit(".", 1)[-1]
        if kind in MODULE_TYPES:
            product = adapter[f"lora_B.{kind}"] @ adapter[f"lora_A.{kind}"]
            weights[f"{name}.weight"] = module.weight + ALPHA / RANK * product
    return weights


def losses_of(model: torch.nn.Module, adapter: dict[str, torch.Tensor], texts: list[torch.Tensor]) -> torch.Tensor:
    """Negative log-likelihood of each target token, text after text."""
    losses = []
    for text, count in zip(texts, TARGETS):
        logits = functional_call(model, adapted_weights(model, adapter), (text[None, :-1],)).logits[0]
        losses.append(F.cross_entropy(logits[-count:], text[-count:].long(), reduction="none"))
    return torch.cat(losses)


def main() -> None:
    model = Qwen2ForCausalLM.from_pretrained(DECODER).eval().requires_grad_(False)
    tensors = load_file(DECODER / "expected.safetensors")
    adapter = {
        name.removeprefix("input."): tensor.clone().requires_grad_(True)
        for name, tensor in tensors.items()
        if name.startswith("input.lora_")
    }
    torch.manual_seed(SEED)
    texts = [torch.randint(1, 128, (length,)) for length in TEXT_TOKENS]
    weights = torch.rand(sum(TARGETS))
    losses = losses_of(model, adapter, texts)
    (losses * weights).sum().backward()
    FOLDER.mkdir(parents=True, exist_ok=True)
    expected = {f"expected.gradient.{name}": tensor.grad for name, tensor in adapter.items()}
    expected |= {f"input.text_{index}": text.int() for index, text in enumerate(texts)}
    expected |= {"input.weights": weights, "expected.losses": losses.detach()}
    save_file(expected, FOLDER / "expected.safetensors")
    description = {
        "writtenBy": "training/golden_gradient.py",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "seed": SEED,
        "tolerance": TOLERANCE,
        "targets": TARGETS,
        "largestGradient": max(tensor.grad.abs().max().item() for tensor in adapter.values()),
    }
    (FOLDER / "expected.json").write_text(json.dumps(description, indent=2) + "\n")


if __name__ == "__main__":
    main()
