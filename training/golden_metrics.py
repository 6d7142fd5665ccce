"""Writes golden values for the paper's metrics: seeded pairs of texts, and what Python's difflib makes of them.

In: nothing. Out: `test/golden/metrics.json` with pairs [completion, target, exact match, edit similarity].
Knows nothing about models. The rules are those of the released evaluation (method: completion cut to the shape of
the target, then compared); only the standard library is used.
"""

import json
import platform
import random
from difflib import SequenceMatcher
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "test" / "golden" / "metrics.json"
SEED = 22
VALUES = ["42", "None", "[1, 2]", "'a'", '"a # b"', "len(x)", "{'k': 1}", "x.y.z", "True", "b'\\x00'", "f(1 , 2)"]
EXTRAS = [" and more", ", 'message'", "  # why", "\nassert other", ":", " ,", "<|fim_suffix|>", "\t", "\u2003", "\ufeff"]
WORDS = ["self", "result", "expected", "assertEqual", "é", "日本", "😀", "==", "(", ")", " ", "\n", "    ", "return", "0"]
EDGE_CASES = [
    ("", ""), ("x", ""), ("", "x"), ("42 and more words", "42"), ('"#fff"', '"#000"'), ("'a'", '"a"'), ("[1,  2]", "[1, 2]"),
    ("None  and y", "None"), ("1 + 2", "1"), ("a\u00a0b", "a b"), ("x:", "x"), ("a\x1cb", "a b"), ("# only", "# comment"),
]


def strip_comment(text: str) -> str:
    return text.split("#")[0].strip()


def cut_to_target(completion: str, target: str) -> str:
    for token in ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"):
        completion = completion.replace(token, "")
    completion = completion.strip()
    if "\n" not in target:
        completion = completion.split("\n")[0]
    completion = strip_comment(completion)
    reference = strip_comment(target)
    if reference and "," not in reference and "," in completion:
        completion = completion.split(",")[0].strip()
    if len(reference.split()) == 1 and len(completion.split()) > 1:
        completion = completion.split()[0]
    return completion.strip()


def normalize(text: str) -> str:
    text = text.strip().rstrip(":, \t").replace(", ", ",").replace(" ,", ",")
    return " ".join(text.split())


def measure(completion: str, target: str) -> list:
    prediction, reference = cut_to_target(completion, target), strip_comment(target)
    similarity = SequenceMatcher(None, prediction, reference).ratio()
    return [completion, target, normalize(prediction) == normalize(reference), similarity]


def long_text(source: random.Random, length: int) -> str:
    text = ""
    while len(text) < length:
        text += source.choice(WORDS)
    return text


def mutate(source: random.Random, text: str) -> str:
    """Replaces, drops or doubles about a tenth of the characters."""
    return "".join(
        source.choice([c, "", c + c, source.choice("xyz, ")]) if source.random() < 0.1 else c for c in text
    )


def pairs(source: random.Random):
    yield from EDGE_CASES
    for _ in range(120):
        value = source.choice(VALUES)
        yield source.choice([value, source.choice(VALUES)]) + source.choice(["", *EXTRAS]), value
    for _ in range(120):
        text = long_text(source, source.randint(1, 80))
        yield mutate(source, text), text
    for length in [150, 190, 199, 200, 201, 210, 250, 300, 400, 600] * 5:
        text = long_text(source, length)
        yield mutate(source, text), text


def main() -> None:
    cases = [measure(*pair) for pair in pairs(random.Random(SEED))]
    header = {"writtenBy": "training/golden_metrics.py", "python": platform.python_version(), "seed": SEED}
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(header, indent=2)[:-2] + ',\n  "cases": [\n' + lines + "\n  ]\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
