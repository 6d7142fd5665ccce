"""Trains the byte-level BPE tokeniser of `nano`.

In: the corpus of `data.py`. Out: `tokenizer.json` in the Hugging Face layout, with the text rules of Qwen2
(NFC, the regular expression below, byte level), so that any library that reads Qwen2's file reads ours.
"""

import json
import random

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from repositories import WORK

VOCABULARY_SIZE = 8192
SPECIAL_TOKENS = ["<|endoftext|>", "<|file|>", "<|pad|>"]  # ids 0, 1, 2
END_TOKEN = 0
PATH = WORK / "tokenizer.json"
SAMPLE_CHARACTERS = 24_000_000
SEED = 11

# Qwen2's split rule (tokenizer.json of Qwen/Qwen2.5-Coder-1.5B): one digit is one token.
QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def build_tokenizer() -> Tokenizer:
    """Builds the untrained tokeniser with Qwen2's text rules."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def sample_texts() -> list[str]:
    """Takes files at random until each of the four parts of the corpus gave a quarter of the sample."""
    parts: dict[tuple, list[str]] = {}
    with (WORK / "corpus.jsonl").open() as corpus:
        for line in corpus:
            row = json.loads(line)
            if row["role"] == "language-model":
                parts.setdefault((row["language"], row["kind"]), []).append(row["text"])
    texts = []
    for _, part in sorted(parts.items()):
        random.Random(SEED).shuffle(part)
        budget = SAMPLE_CHARACTERS // len(parts)
        while part and budget > 0:
            texts.append(part.pop())
            budget -= len(texts[-1])
    return texts


def load_tokenizer() -> Tokenizer:
    """Reads the trained tokeniser."""
    return Tokenizer.from_file(str(PATH))


def main() -> None:
    tokenizer = build_tokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sample_texts(), trainer)
    tokenizer.save(str(PATH))
    print(f"{PATH}: {tokenizer.get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
