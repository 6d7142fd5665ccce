"""Writes golden checkpoints: tiny `.pt` files in the layout of the authors' releases, and what PyTorch computes.

Out: `test/golden/checkpoints/`: `evolving.pt`, `evolving_tasks.pt`, `static.pt`, `static_tasks.pt` with random
weights, `expected.safetensors` and `checkpoints.json`. The layouts are those of `train_code2lora_gru_v2.py` and
`train_code2lora_static_v2.py` of the paper's code. The two variants differ where real files may differ:
`evolving_tasks.pt` keeps the GRU's weights in one storage, as cuDNN leaves them behind, `static.pt` has a
configuration from before there were tasks, `static_tasks.pt` keeps its arguments as argparse and pathlib made them.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from hypernetwork import CommitGru, Head
from repositories import ROOT

FOLDER = ROOT.parent / "test" / "golden" / "checkpoints"
SEED = 22
TOLERANCE = 1e-5
EMBEDDING_SIZE, HIDDEN_SIZE, TRUNK_SIZE, RANK, ALPHA, STEPS = 12, 8, 6, 2, 4.0, 3
TASKS, TASK_SIZE = ["assert_rhs", "code_gen"], 3
MODULE_SIZES = {"down_proj": (10, 6), "k_proj": (6, 4), "q_proj": (6, 6)}  # (in, out)


class TaskHead(Head):
    """A head that also reads a row of a table of tasks; without a task it reads the first."""

    def __init__(self, context_size: int, task_count: int):
        super().__init__(context_size + (TASK_SIZE if task_count else 0), TRUNK_SIZE, RANK, MODULE_SIZES)
        self.context_size, self.task_count = context_size, task_count
        if task_count:
            self.task_embedding = nn.Embedding(task_count, TASK_SIZE)

    def features(self, context: Tensor) -> Tensor:
        if self.task_count:
            context = torch.cat([context, self.task_embedding.weight[:1].expand(len(context), -1)], dim=-1)
        return super().features(context)

    def config(self) -> dict:
        return {
            "input_dim": self.context_size,
            "hidden_dim": TRUNK_SIZE,
            "rank": RANK,
            "types": sorted(MODULE_SIZES),
            "type_dims": {name: list(sizes) for name, sizes in MODULE_SIZES.items()},
            "num_tasks": self.task_count,
            "task_dim": TASK_SIZE if self.task_count else 0,
        }


@torch.no_grad()
def randomize(module: nn.Module) -> None:
    """Norms and scales away from their defaults; one scale lies above the clamp of 0.3."""
    for name, parameter in module.named_parameters():
        if "log_scale" in name:
            parameter.copy_(-2.0 + 0.5 * torch.randn(()))
        elif parameter.dim() == 1:
            parameter.add_(0.3 * torch.randn_like(parameter))
        else:
            parameter.mul_(2.0)
    if isinstance(module, Head):
        module.log_scale_B["q_proj"].fill_(0.5)


@torch.no_grad()
def share_storage(gru: nn.GRU) -> None:
    """One storage for all weights, as cuDNN wants them and as a model saved from a GPU has them."""
    flat = torch.cat([parameter.flatten() for parameter in gru.parameters()])
    position = 0
    for parameter in gru.parameters():
        parameter.data = flat[position : position + parameter.numel()].view_as(parameter)
        position += parameter.numel()


def arguments(tasks: list[str]) -> dict:
    return {
        "alpha": ALPHA,
        "rank": RANK,
        "model_name": "Qwen/Qwen2.5-Coder-1.5B",
        "target_modules": sorted(MODULE_SIZES),
        "tasks": tasks,
        "lr": 5e-5,
        "seed": 3407,
        "limit_eval_repos": None,
        "save_every_eval": False,
    }


def adapters(name: str, head: Head, contexts: Tensor) -> dict[str, Tensor]:
    """One row per context: (contexts, rank, in) and (contexts, out, rank)."""
    return {
        f"{name}.lora_{side}.{module}": pair["AB".index(side)]
        for module, pair in head(contexts).items()
        for side in "AB"
    }


@torch.no_grad()
def write_evolving(name: str, tasks: list[str], inputs: dict[str, Tensor], shared: bool) -> dict[str, Tensor]:
    gru, head = CommitGru(EMBEDDING_SIZE, HIDDEN_SIZE), TaskHead(HIDDEN_SIZE, len(tasks) if len(tasks) > 1 else 0)
    randomize(gru)
    randomize(head)
    if shared:
        share_storage(gru.gru)
    initial = gru.initial_state(inputs["repository"][None])
    states = torch.cat([initial[:, None], gru.states(initial, inputs["diffs"][None])], dim=1)[0]
    checkpoint = {
        "gru_state": gru.state_dict(),
        "head_state": head.state_dict(),
        "head_config": head.config(),
        "gru_config": {
            "diff_input_dim": EMBEDDING_SIZE,
            "repo_state_dim": EMBEDDING_SIZE,
            "hidden_dim": HIDDEN_SIZE,
        },
        "type_dims": MODULE_SIZES,
        "args": arguments(tasks),
        "per_step_input": "diff",
    }
    torch.save(checkpoint, FOLDER / f"{name}.pt")
    return {f"{name}.states": states} | adapters(name, head, gru.output_norm(states))


@torch.no_grad()
def write_static(name: str, tasks: list[str], inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    several = len(tasks) > 1
    head = TaskHead(EMBEDDING_SIZE, len(tasks) if several else 0)
    randomize(head)
    config = {key: value for key, value in head.config().items() if several or key not in ("num_tasks", "task_dim")}
    args = arguments(tasks)
    if several:
        args = argparse.Namespace(**args, output_dir=Path("/runs/static"))
    checkpoint = {"state_dict": head.state_dict(), "config": config, "type_dims": MODULE_SIZES, "args": args}
    torch.save(checkpoint, FOLDER / f"{name}.pt")
    return adapters(name, head, inputs["repository"][None])


def main() -> None:
    torch.manual_seed(SEED)
    FOLDER.mkdir(parents=True, exist_ok=True)
    inputs = {"repository": torch.randn(EMBEDDING_SIZE), "diffs": torch.randn(STEPS, EMBEDDING_SIZE)}
    inputs["diffs"][1] = 0.0
    expected = write_evolving("evolving", TASKS[:1], inputs, shared=False)
    expected |= write_evolving("evolving_tasks", TASKS, inputs, shared=True)
    expected |= write_static("static", TASKS[:1], inputs)
    expected |= write_static("static_tasks", TASKS, inputs)
    tensors = {f"input.{name}": tensor for name, tensor in inputs.items()} | expected
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, FOLDER / "expected.safetensors")
    description = {
        "writtenBy": "training/golden_checkpoint.py",
        "versions": {"torch": torch.__version__},
        "seed": SEED,
        "dtype": "float32",
        "tolerance": TOLERANCE,
        "embeddingSize": EMBEDDING_SIZE,
        "hiddenSize": HIDDEN_SIZE,
        "trunkSize": TRUNK_SIZE,
        "rank": RANK,
        "alpha": ALPHA,
        "steps": STEPS,
        "moduleTypes": {name: {"in": size[0], "out": size[1]} for name, size in MODULE_SIZES.items()},
    }
    (FOLDER / "checkpoints.json").write_text(json.dumps(description, indent=2) + "\n")


if __name__ == "__main__":
    main()
