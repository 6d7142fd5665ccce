"""Data-parallel training on one machine: a few processes of one thread each, which average their gradients.

On a busy machine this is faster than one process with several threads, because the processes wait for each other
once a step and not inside every matrix product.
"""

import tempfile
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist

WORKERS = 2
PATIENCE = timedelta(days=365)  # the clock runs on while the workers are stopped (SIGSTOP)


def _start(rank: int, rendezvous: Path, function: Callable, arguments: tuple) -> None:
    torch.set_num_threads(1)
    address = f"file://{rendezvous}"
    dist.init_process_group("gloo", init_method=address, rank=rank, world_size=WORKERS, timeout=PATIENCE)
    function(rank, *arguments)
    dist.destroy_process_group()


def run_workers(function: Callable, *arguments) -> None:
    """Calls function(rank, *arguments) in every worker."""
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(_start, (Path(folder) / "rendezvous", function, arguments), nprocs=WORKERS)


def average_numbers(numbers: list[float]) -> list[float]:
    """Averages a few numbers over the workers."""
    shared = torch.tensor(numbers, dtype=torch.float64)
    dist.all_reduce(shared)
    return (shared / WORKERS).tolist()


def gather_objects(own: list, count: int) -> list:
    """Puts the workers' shares, item i of which worker i % WORKERS made, together again in every worker."""
    shares: list = [None] * WORKERS
    with tempfile.TemporaryDirectory() as folder:  # through files: a gigabyte is too much for a message
        folders: list = [None] * WORKERS
        dist.all_gather_object(folders, folder)
        torch.save(own, Path(folder) / "share.pt")
        dist.barrier()
        shares = [torch.load(Path(place) / "share.pt", weights_only=False) for place in folders]
        dist.barrier()
    return [shares[index % WORKERS][index // WORKERS] for index in range(count)]


def average_gradients(parameters: Iterable[torch.nn.Parameter]) -> None:
    """Averages the gradients over the workers; a missing one counts as zero."""
    parameters = list(parameters)
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    flat = torch.cat([parameter.grad.flatten() for parameter in parameters])
    dist.all_reduce(flat)
    flat /= WORKERS
    for parameter, shared in zip(parameters, flat.split([parameter.numel() for parameter in parameters])):
        parameter.grad.copy_(shared.view_as(parameter))
