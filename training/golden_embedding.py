"""Writes golden vectors for the embedding recipe of the released models: a repository and diffs, with a tiny encoder.

Out: `test/golden/embedding/` with the encoder (a random Qwen3 and a BPE that appends its end token), the inputs,
and expected.safetensors. Follows the description of the recipe in numpy and transformers, and nothing of `src/`:
windows of the tokenised text, each decoded and tokenised again with special tokens, masked mean of the last hidden
states; files as float16, zeros for a file without a window, [mean; max] over files, L2; diffs [max; mean].
"""

import base64
import json
import shutil

import numpy as np
import tokenizers
import torch
import transformers
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

from golden_architectures import randomize
from repositories import ROOT
from tokenizer import QWEN2_SPLIT

FOLDER = ROOT.parent / "test" / "golden" / "embedding"
SEED = 29
END = "<|endoftext|>"
VOCABULARY = 320
HIDDEN = 16
REPOSITORY = {"window": 48, "overlap": 12, "least": 6}
DIFF = {"window": 24, "overlap": 6, "least": 8}
BATCH = 3

CODE = '''class Cart:
    """Ein Körbchen für Grüße: 影師嗎 – naïve café."""

    def total(self, percent=0):
        return sum(item.price * (100 - percent) // 100 for item in self.items)
'''
FILES = {
    "cart.py": CODE.encode(),
    "pkg/long.py": (CODE.replace("Cart", "Basket") * 4).encode(),
    "pkg/again.py": CODE.encode(),  # the same blob at another path counts twice
    "pkg/__init__.py": b"\n",  # no window: zeros
    # bytes that are no UTF-8 are dropped, a U+FFFD that was written stays
    "latin.py": b"# Gr\xfc\xdfe\nname = 'Jos\xe9'\n" + "# \ufffd\n".encode() + b"x = 2\n" * 6,
    "tests/test_cart.py": b"def test_total():\n    assert Cart([3, 4]).total(percent=50) == 3\n",
    "notes.md": b"not Python\n" * 20,
    "empty.py": b"",  # not even a file of the repository
}
DIFFS = [
    "diff --git a/cart.py b/cart.py\n--- a/cart.py\n+++ b/cart.py\n@@ -1 +1,7 @@\n"
    + "".join(f"+{line}\n" for line in CODE.splitlines()) * 2,
    "+x = 1\n-y = 22\n+z = 3\n",
    "+a\n",
    "",
]


def build_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, initial_alphabet=alphabet, special_tokens=[END])
    tokenizer.train_from_iterator([CODE] * 3, trainer)
    special = [(END, tokenizer.token_to_id(END))]
    tokenizer.post_processor = processors.TemplateProcessing(f"$A {END}", special_tokens=special)
    return tokenizer


def build_model() -> Qwen3Model:
    torch.manual_seed(SEED)
    config = Qwen3Config(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        max_position_embeddings=64,
        rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
        bos_token_id=None,
        eos_token_id=0,
    )
    return randomize(Qwen3Model(config))


def windows_of(ids: list[int], window: int, overlap: int, least: int) -> list[list[int]]:
    found = []
    for start in range(0, len(ids), window - overlap):
        part = ids[start : start + window]
        if len(part) >= least:
            found.append(part)
        if start + window >= len(ids):
            break
    return found


class Encoder:
    def __init__(self, model: Qwen3Model, tokenizer: Tokenizer):
        self.model = model
        self.tokenizer = PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, pad_token=END, padding_side="left", clean_up_tokenization_spaces=False
        )
        self.changed = 0

    @torch.no_grad()
    def vectors(self, text: str, recipe: dict[str, int]) -> np.ndarray:
        """One row for each window: (windows, hidden)."""
        parts = windows_of(self.tokenizer.encode(text, add_special_tokens=False), **recipe)
        settings = dict(padding=True, truncation=True, max_length=recipe["window"], return_tensors="pt")
        rows = [np.zeros((0, HIDDEN), np.float32)]
        for start in range(0, len(parts), BATCH):
            texts = [self.tokenizer.decode(part, skip_special_tokens=True) for part in parts[start : start + BATCH]]
            batch = self.tokenizer(texts, **settings)
            ids, shown = batch["input_ids"], batch["attention_mask"]
            hidden = self.model(input_ids=ids, attention_mask=shown).last_hidden_state
            mask = shown[..., None].float()
            rows.append(((hidden * mask).sum(1) / mask.sum(1).clamp(min=1)).numpy())
            again = [self.tokenizer.encode(text, add_special_tokens=False) for text in texts]
            self.changed += sum(a != b for a, b in zip(again, parts[start : start + BATCH]))
        return np.concatenate(rows)

    def repository(self, files: dict[str, bytes]) -> np.ndarray:
        items = []
        for path, content in files.items():
            if not path.endswith(".py") or not content:
                continue
            rows = self.vectors(content.decode("utf-8", errors="ignore"), REPOSITORY)
            item = rows.mean(0) if len(rows) else np.zeros(HIDDEN, np.float32)
            items.append(item.astype(np.float16))
        stacked = np.stack(items).astype(np.float32)
        vector = np.concatenate([stacked.mean(0), stacked.max(0)])
        return (vector / (np.linalg.norm(vector) + 1e-12)).astype(np.float16).astype(np.float32)

    def diff(self, text: str) -> np.ndarray:
        rows = self.vectors(text, DIFF)
        if not len(rows):
            return np.zeros(2 * HIDDEN, np.float32)
        return np.concatenate([rows.max(0), rows.mean(0)]).astype(np.float16).astype(np.float32)


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    model, tokenizer = build_model(), build_tokenizer()
    model.save_pretrained(FOLDER)
    tokenizer.save(str(FOLDER / "tokenizer.json"))
    encoder = Encoder(model, tokenizer)
    tensors = {"expected.repository": encoder.repository(FILES)}
    tensors |= {f"expected.diff_{index}": encoder.diff(text) for index, text in enumerate(DIFFS)}
    assert encoder.changed > 0, "no window changes when it is tokenised again: the inputs test too little"
    save_file(tensors, FOLDER / "expected.safetensors")
    description = {
        "writtenBy": "training/golden_embedding.py",
        "versions": {
            "numpy": np.__version__,
            "tokenizers": tokenizers.__version__,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
        "seed": SEED,
        "windowsThatChange": encoder.changed,
        "recipe": {"repository": REPOSITORY, "diff": DIFF, "endToken": tokenizer.token_to_id(END)},
        "files": {path: base64.b64encode(content).decode() for path, content in FILES.items()},
        "diffs": DIFFS,
    }
    (FOLDER / "expected.json").write_text(json.dumps(description, indent=2) + "\n")


if __name__ == "__main__":
    main()
