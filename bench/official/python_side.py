"""The other side of the bench: PyTorch, transformers, and Python tokenizers on the same files as the product.

In: one JSON object a line with an `operation`. Out: one JSON object a line, with the milliseconds `ms` that the work
itself took, and numbers to compare results by. What was opened stays open until the process ends.
"""

import hashlib
import json
import os
import struct
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
open_models = {}


def versions(modules):
    found = [f"{name} {__import__(name).__version__}" for name in modules]
    if "torch" in modules:
        import torch

        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        torch.set_grad_enabled(False)
    return {"versions": ", ".join(found)}


def head_open(checkpoint):
    """The modules of training/hypernetwork.py, whose names are those of the authors' code."""
    import torch
    from hypernetwork import CommitGru, Head

    saved = torch.load(checkpoint, weights_only=True)
    sizes, config = saved["gru_config"], saved["head_config"]
    with torch.device("meta"):
        gru = CommitGru(sizes["diff_input_dim"], sizes["hidden_dim"])
        head = Head(config["input_dim"], config["hidden_dim"], config["rank"], config["type_dims"])
    gru.load_state_dict(saved["gru_state"], assign=True)
    head.load_state_dict(saved["head_state"], assign=True)
    open_models["head"] = gru, head
    return {}


def head_run(state, diff):
    import torch

    gru, head = open_models["head"]
    state, diff = torch.tensor([state]), torch.tensor([[diff]])
    begun = perf_counter()
    context = gru.states(state, diff)[:, -1]
    adapter = head(gru.output_norm(context))
    ms = elapsed(begun)
    return {"ms": ms, "values": [side[0].flatten()[:64].tolist() for side in adapter["q_proj"]]}


def encoder_open(folder):
    import torch
    from transformers import AutoModel

    open_models["encoder"] = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    return {}


def encoder_run(ids):
    import torch

    begun = perf_counter()
    hidden = open_models["encoder"](torch.tensor([ids]), use_cache=False).last_hidden_state
    vector = hidden.mean(dim=1)[0]
    return {"ms": elapsed(begun), "values": vector.tolist()}


def decoder_open(folder, adapter=None, scaling=1.0):
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    if adapter is not None:
        add_adapter(model, adapter, scaling)
    open_models["decoder"] = model
    return {}


def add_adapter(model, path, scaling):
    """y + (x Aᵀ) Bᵀ after every linear layer that the adapter names, with the scaling folded into B."""
    from safetensors.torch import load_file

    tensors = load_file(path)
    for name, module in model.named_modules():
        kind = name.split(".")[-1]
        if f"lora_A.{kind}" in tensors:
            a, b = tensors[f"lora_A.{kind}"], tensors[f"lora_B.{kind}"] * scaling
            module.register_forward_hook(lambda _, inputs, y, a=a, b=b: y + (inputs[0] @ a.T) @ b.T)


def decoder_prefill(ids):
    import torch

    begun = perf_counter()
    result = open_models["decoder"](torch.tensor([ids]), use_cache=True, logits_to_keep=1)
    ms = elapsed(begun)
    logits = result.logits[0, -1]
    open_models["past"] = result.past_key_values, int(logits.argmax())
    return {"ms": ms, "values": torch.log_softmax(logits, -1)[:64].tolist(), "token": int(logits.argmax())}


def decoder_decode(count):
    """Greedy, after the last prefill."""
    import torch

    past, token = open_models["past"]
    tokens = []
    begun = perf_counter()
    for _ in range(count):
        result = open_models["decoder"](torch.tensor([[token]]), use_cache=True, past_key_values=past)
        token = int(result.logits[0, -1].argmax())
        tokens.append(token)
    return {"ms": elapsed(begun), "tokens": tokens}


def tokenize(tokenizer, files):
    """Whole files one after the other, in one thread; the digest is over the ids of each as 32-bit integers."""
    from tokenizers import Tokenizer

    native = Tokenizer.from_file(tokenizer)
    texts = [Path(file).read_bytes().decode() for file in files]
    begun = perf_counter()
    encoded = [native.encode(text, add_special_tokens=False).ids for text in texts]
    ms = elapsed(begun)
    digests = [hashlib.sha256(struct.pack(f"<{len(ids)}i", *ids)).hexdigest() for ids in encoded]
    return {"ms": ms, "tokens": sum(map(len, encoded)), "digests": digests}


def elapsed(begun):
    return (perf_counter() - begun) * 1000


OPERATIONS = [
    versions,
    head_open,
    head_run,
    encoder_open,
    encoder_run,
    decoder_open,
    decoder_prefill,
    decoder_decode,
    tokenize,
]

if __name__ == "__main__":
    operations = {operation.__name__: operation for operation in OPERATIONS}
    for line in sys.stdin:
        values = json.loads(line)
        try:
            answer = operations[values.pop("operation")](**values)
        except Exception as error:  # noqa: BLE001: whatever it is, the other side shows it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"ms": 0, **answer}), flush=True)
