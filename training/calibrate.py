"""Chooses from which probabilities on a written value is called surprising.

In: embedded validation histories and the trained parts. Out: `.work/calibration.json`, which `export.py` puts into
the manifest. Written values give the false alarms; values of the same kind from another assertion of the
repository, preferably of the same file, stand in for mistakes. A value's probability is that of its tokens and the
end token; the best candidate is the greedy completion (the run time searches wider, so it may find a better one).
"""

import json
import random
import re
from dataclasses import dataclass

import torch
from torch import Tensor

from evaluate import load_hypernetwork
from model import Adapter, LanguageModel, load_language_model
from repositories import WORK
from samples import Sample, load_samples, pick_tasks, task_contexts
from tasks import build_batch, rows_of, score_tasks
from tokenizer import END_TOKEN, load_tokenizer

TASKS_PER_REPOSITORY = 60
MAX_COMPLETION_TOKENS = 12
MAX_FALSE_ALARM_RATE = 0.002  # quiet unless it is right
MAX_PROBABILITIES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
MIN_CANDIDATES = tuple(round(0.30 + 0.05 * step, 2) for step in range(14))
SEED = 31


@dataclass
class Observation:
    """What the adapted model thinks of one written value, and of a wrong one in its place."""

    written: float
    wrong: float
    candidate: float
    completes_written: bool
    completes_wrong: bool


def kind_of(target: str) -> str:
    """Rough kind of a literal, so that a wrong value is of the right kind."""
    text = target.strip()
    if re.fullmatch(r"-?[\d._]+", text):
        return "number"
    if text[:1] in "\"'`" or text[:2] in ("b'", 'b"', "r'", 'r"', "f'", 'f"'):
        return "string"
    if text in ("True", "False", "true", "false", "None", "null", "undefined"):
        return "constant"
    return "collection" if text[:1] in "[{(" else "expression"


def wrong_task(task: dict, tasks: list[dict], chooser: random.Random) -> dict | None:
    """The same place with the value of another assertion of the same kind."""
    kind = kind_of(task["target"])
    others = [t for t in tasks if kind_of(t["target"]) == kind and t["target"].strip() != task["target"].strip()]
    same_file = [other for other in others if other["path"] == task["path"]]
    if not others:
        return None
    return task | {"target_ids": chooser.choice(same_file or others)["target_ids"]}


def probabilities(model: LanguageModel, tasks: list[dict], adapter: Adapter) -> list[float]:
    """P(value and end) per task."""
    scores = score_tasks(model, tasks, adapter)
    return [float(torch.tensor(-score.nll * score.tokens).exp()) for score in scores]


@torch.no_grad()
def complete(model: LanguageModel, task: dict, adapter: Adapter) -> tuple[list[int], float]:
    """Greedy completion of one task up to the end token, and its probability; 0 if it does not end."""
    ids = build_batch([task | {"target_ids": []}]).ids[:, :-1]
    completion, log_probability = [], torch.zeros(())
    for _ in range(MAX_COMPLETION_TOKENS):
        with torch.autocast("cpu", torch.bfloat16):
            hidden = model.model(ids, adapter)[:, -1].float()
        log_probabilities = (hidden @ model.model.embed_tokens.weight.T).log_softmax(-1)
        best: Tensor = log_probabilities.argmax(-1)
        log_probability = log_probability + log_probabilities[0, best[0]]
        if best.item() == END_TOKEN:
            return completion, float(log_probability.exp())
        completion.append(best.item())
        ids = torch.cat([ids, best[:, None]], dim=1)
    return completion, 0.0


def observe(model: LanguageModel, sample: Sample, contexts: Tensor, head: torch.nn.Module, decode) -> list[Observation]:
    """Observes the chosen tasks of one repository."""
    chooser = random.Random(SEED)
    tasks = pick_tasks(sample, TASKS_PER_REPOSITORY)
    pairs = [(index, wrong_task(task, sample.tasks, chooser)) for index, task in enumerate(tasks)]
    kept = [index for index, wrong in pairs if wrong]
    wrongs = [wrong for _, wrong in pairs if wrong]
    tasks = [tasks[index] for index in kept]
    adapter = rows_of(head(contexts), kept)
    written, wrong = probabilities(model, tasks, adapter), probabilities(model, wrongs, adapter)
    observations = []
    for row, task in enumerate(tasks):
        completion, candidate = complete(model, task, rows_of(adapter, [row]))
        text = decode(completion).strip()
        observations.append(
            Observation(
                written=written[row],
                wrong=wrong[row],
                candidate=candidate,
                completes_written=text == decode(task["target_ids"]).strip(),
                completes_wrong=text == decode(wrongs[row]["target_ids"]).strip(),
            )
        )
    return observations


def rates(observations: list[Observation], max_probability: float, min_candidate: float) -> tuple[float, float]:
    """False-alarm rate on written values and detection rate on wrong ones."""
    alarms = [
        not o.completes_written and o.written <= max_probability and o.candidate >= min_candidate for o in observations
    ]
    found = [not o.completes_wrong and o.wrong <= max_probability and o.candidate >= min_candidate for o in observations]
    return sum(alarms) / len(alarms), sum(found) / len(found)


def choose_thresholds(observations: list[Observation]) -> dict:
    """The thresholds that find most mistakes at the allowed rate of false alarms."""
    best: tuple | None = None
    for max_probability in MAX_PROBABILITIES:
        for min_candidate in MIN_CANDIDATES:
            alarms, found = rates(observations, max_probability, min_candidate)
            if alarms <= MAX_FALSE_ALARM_RATE and (best is None or found > best[0]):
                best = (found, alarms, max_probability, min_candidate)
    if best is None:
        raise SystemExit("no thresholds keep the false alarms within the limit")
    found, alarms, max_probability, min_candidate = best
    return {
        "surprisingMaxProbability": max_probability,
        "surprisingMinCandidate": min_candidate,
        "falseAlarmRate": round(alarms, 4),
        "detectionRate": round(found, 4),
    }


def main() -> None:
    model, head_owner = load_language_model(WORK / "model.safetensors"), load_hypernetwork()
    tokenizer = load_tokenizer()
    observations = []
    samples = load_samples("validation")
    for sample in samples:
        contexts = task_contexts(head_owner, sample, pick_tasks(sample, TASKS_PER_REPOSITORY))
        observations += observe(model, sample, contexts, head_owner.head_state, tokenizer.decode)
    measured = f"{len(observations)} assertions of {len(samples)} validation repositories, see training/calibrate.py"
    calibration = choose_thresholds(observations) | {"measuredOn": measured}
    (WORK / "calibration.json").write_text(json.dumps(calibration, indent=2) + "\n")
    print(json.dumps(calibration, indent=2))


if __name__ == "__main__":
    main()
