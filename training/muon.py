"""Muon: momentum, then the nearest semi-orthogonal matrix as the update (Jordan et al. 2024).

`torch.optim.Muon` walks the matrices one by one; on a small CPU the many tiny products cost more than the
gradient. This one stacks matrices of equal shape, a transposed one counting as equal, and works on whole stacks.
"""

import torch
from torch import Tensor

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # quintic coefficients of the reference code
ITERATIONS = 5


def orthogonalize(matrices: Tensor) -> Tensor:
    """Newton-Schulz towards U V^T; matrices are (count, rows, columns) with rows <= columns."""
    a, b, c = NEWTON_SCHULZ
    x = matrices.bfloat16()
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.float()


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised, scaled so that an update's root mean square is 0.2 * lr."""

    def __init__(self, parameters: list[torch.nn.Parameter], lr: float, weight_decay: float, momentum: float = 0.95):
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            stacks: dict[tuple[int, int], list] = {}
            for parameter in group["params"]:
                stacks.setdefault(tuple(sorted(parameter.shape)), []).append(parameter)
            for shape, parameters in stacks.items():
                self.update_stack(shape, parameters, group)

    def update_stack(self, shape: tuple[int, int], parameters: list, group: dict) -> None:
        """Updates all matrices of one shape together."""
        momentum, lr = group["momentum"], group["lr"]
        directions = []
        for parameter in parameters:
            buffer = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
            buffer.lerp_(parameter.grad, 1 - momentum)
            direction = parameter.grad.lerp(buffer, momentum)
            directions.append(direction if tuple(direction.shape) == shape else direction.T)
        updates = orthogonalize(torch.stack(directions)) * (0.2 * lr * max(shape) ** 0.5)
        for parameter, update in zip(parameters, updates):
            parameter.mul_(1 - lr * group["weight_decay"])
            parameter.sub_(update if tuple(parameter.shape) == shape else update.T)
