#!/usr/bin/env python3
"""Makes tests/oracles/hugging_face/FAMILY: tiny random checkpoints as Hugging Face transformers writes them, and what it computes.

    python3 -m venv --system-site-packages v && v/bin/pip install transformers==4.44.2 && v/bin/python tests/oracles/hugging_face.py

Per family config.json and model.safetensors (save_pretrained, fp32), and expected.safetensors: tokens (2, 12), logits (2, 12, 48),
greedy (2, 64): the continuation of the first 5 tokens by argmax, one forward pass over the whole text for each token. Needs PyTorch
(Debian's python3-torch serves).
"""
import pathlib
import shutil
import sys
import tempfile

import stored

stored.require({"transformers": "4.44.2"})
import numpy  # noqa: E402
import torch  # noqa: E402
import transformers as hf  # noqa: E402

import tensor_file  # noqa: E402

VOCABULARY, WIDTH, LAYERS = 48, 16, 2
SHARED = dict(vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=LAYERS, bos_token_id=1, eos_token_id=2, pad_token_id=None)
HEADS = SHARED | dict(num_attention_heads=4, intermediate_size=24, max_position_embeddings=128, attn_implementation="eager")

FAMILIES = {
    "mamba": lambda: hf.MambaForCausalLM(hf.MambaConfig(**SHARED, state_size=4, time_step_rank=3)),
    "llama": lambda: hf.LlamaForCausalLM(hf.LlamaConfig(**HEADS, num_key_value_heads=2, rms_norm_eps=1e-5)),
    "qwen2": lambda: hf.Qwen2ForCausalLM(hf.Qwen2Config(**HEADS, num_key_value_heads=4, rope_theta=1e6, rms_norm_eps=1e-6)),
    "gemma": lambda: hf.GemmaForCausalLM(hf.GemmaConfig(**HEADS, num_key_value_heads=1, head_dim=6, hidden_activation="gelu_pytorch_tanh")),
    "olmo": lambda: hf.OlmoForCausalLM(hf.OlmoConfig(**HEADS, tie_word_embeddings=True)),
    "phi": lambda: hf.PhiForCausalLM(hf.PhiConfig(**HEADS | dict(hidden_size=20, num_attention_heads=2), partial_rotary_factor=0.4)),
    "gpt2": lambda: hf.GPT2LMHeadModel(hf.GPT2Config(vocab_size=VOCABULARY, n_embd=WIDTH, n_layer=LAYERS, n_head=4, n_positions=80,
                                                     bos_token_id=1, eos_token_id=2, attn_implementation="eager")),
}


def redraw(model, family):
    """Weights of a size that lets every part matter; numpy's legacy stream, so that they are the same everywhere."""
    draw = numpy.random.RandomState(7)
    tied = model.get_output_embeddings().weight is model.get_input_embeddings().weight  # small, or a token repeats itself
    for name, weight in sorted(model.named_parameters()):
        noise = torch.tensor(draw.standard_normal(tuple(weight.shape)), dtype=torch.float32)
        if name.endswith("A_log"):
            weight.data += 0.1 * noise
        elif name.endswith("dt_proj.bias"):
            weight.data = 0.3 * noise - 1
        elif weight.dim() == 1:
            weight.data = 0.3 * noise + (0 if name.endswith("bias") or family == "gemma" else 1)
        else:
            weight.data = noise * ((0.15 if tied else 1) if "embed" in name or "wte" in name else 1.5 * weight.shape[-1]**-0.5)


def made(family):
    model = FAMILIES[family]().eval()
    redraw(model, family)
    model.tie_weights()
    tokens = torch.tensor(numpy.random.RandomState(11).randint(3, VOCABULARY, (2, 12)))
    with torch.no_grad():
        logits = model(tokens, use_cache=False).logits
        text = tokens[:, :5]
        for _ in range(64):
            text = torch.cat([text, model(text, use_cache=False).logits[:, -1].argmax(-1, keepdim=True)], 1)
    return model, {"tokens": tokens.numpy(), "logits": logits.numpy(), "greedy": text[:, 5:].numpy()}


def main():
    wrong = []
    for family in FAMILIES:
        folder = pathlib.Path(__file__).parent / "hugging_face" / family
        model, expected = made(family)
        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch)
            model.save_pretrained(scratch)
            if "--check" not in sys.argv[1:]:
                folder.mkdir(exist_ok=True)
                for name in ("config.json", "model.safetensors"):
                    shutil.copyfile(scratch / name, folder / name)
                tensor_file.write(folder / "expected.safetensors", expected)
                continue
            kept, fresh = tensor_file.read(folder / "model.safetensors"), tensor_file.read(scratch / "model.safetensors")
            if sorted(kept) != sorted(fresh) or any((kept[name] != fresh[name]).any() for name in kept):
                wrong.append(f"{family}: the weights differ from what this script makes")
        kept = tensor_file.read(folder / "expected.safetensors")
        if abs(kept["logits"] - expected["logits"]).max() > 1e-5 * abs(kept["logits"]).max():
            wrong.append(f"{family}: the logits differ")
        if (kept["greedy"] != expected["greedy"]).any():
            wrong.append(f"{family}: the greedy tokens differ")
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
