"""Writes golden vectors for the hypernetwork: small random weights, inputs, and what PyTorch computes from them.

Out: `test/golden/hypernetwork.safetensors` and `.json`. Tensor names: weights as in `code2lora.safetensors`,
inputs `input.*`, expected values `expected.*`. Step 2 has a zero diff vector, as an empty embedding gives.
"""

import json

import torch
from safetensors.torch import save_file

from hypernetwork import Hypernetwork
from repositories import ROOT

FOLDER = ROOT.parent / "test" / "golden"
SEED = 20
TOLERANCE = 1e-5
EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE, RANK, ALPHA, STEPS = 12, 8, 6, 2, 4, 3
MODULE_SIZES = {"down_proj": (10, 6), "k_proj": (6, 4), "q_proj": (6, 6)}  # (in, out)


def build() -> Hypernetwork:
    """A hypernetwork whose norms and scales are not the defaults; one scale lies above the clamp of 0.3."""
    torch.manual_seed(SEED)
    hypernetwork = Hypernetwork(MODULE_SIZES, EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE, RANK)
    with torch.no_grad():
        for name, parameter in hypernetwork.named_parameters():
            if "log_scale" in name:
                parameter.copy_(-2.0 + 0.5 * torch.randn(()))
            elif parameter.dim() == 1:
                parameter.add_(0.3 * torch.randn_like(parameter))
            else:
                parameter.mul_(2.0)
        hypernetwork.head_state.log_scale_B["q_proj"].fill_(0.5)
    return hypernetwork


@torch.no_grad()
def compute(hypernetwork: Hypernetwork) -> tuple[dict, dict]:
    """Returns inputs and expected outputs; row 0 of states and contexts is the start, row t is step t."""
    repository, diffs = torch.randn(EMBEDDING_SIZE), torch.randn(STEPS, EMBEDDING_SIZE)
    diffs[1] = 0.0
    gru = hypernetwork.gru_state
    initial = gru.initial_state(repository[None])
    states = torch.cat([initial[:, None], gru.states(initial, diffs[None])], dim=1)[0]
    contexts = hypernetwork.contexts(repository[None], diffs[None])[0]
    expected = {"initial_state": initial[0], "states": states, "contexts": contexts}
    for name, (a, b) in hypernetwork.head_state(contexts).items():
        expected[f"lora_A.{name}"], expected[f"lora_B.{name}"] = a, b  # (1 + steps, rank, in), (1 + steps, out, rank)
    return {"repository": repository, "diffs": diffs}, expected


def main() -> None:
    hypernetwork = build()
    inputs, expected = compute(hypernetwork)
    tensors = dict(hypernetwork.state_dict())
    tensors |= {f"input.{name}": tensor for name, tensor in inputs.items()}
    tensors |= {f"expected.{name}": tensor for name, tensor in expected.items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, FOLDER / "hypernetwork.safetensors")
    description = {
        "writtenBy": "training/golden_hypernetwork.py",
        "versions": {"torch": torch.__version__},
        "seed": SEED,
        "dtype": "float32",
        "tolerance": TOLERANCE,
        "embeddingSize": EMBEDDING_SIZE,
        "hiddenSize": HIDDEN_SIZE,
        "trunkSize": TRUNK_SIZE,
        "rank": RANK,
        "alpha": ALPHA,
        "gateOrder": "rzn",
        "steps": STEPS,
        "moduleTypes": {name: {"in": size[0], "out": size[1]} for name, size in MODULE_SIZES.items()},
        "shapes": {name: list(tensor.shape) for name, tensor in sorted(tensors.items())},
    }
    (FOLDER / "hypernetwork.json").write_text(json.dumps(description, indent=2) + "\n")


if __name__ == "__main__":
    main()
