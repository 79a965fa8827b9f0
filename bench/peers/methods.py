"""The peers: how each is set, fitted, stored and asked. None of them ever sees a test question.

Each method has a `title`, the `package` that it needs, and

- `fit(texts, labels, seed, folder, options) -> dict`: learns, writes its files into `folder`, and
  returns the settings that it chose;
- `load(folder) -> answers`, where `answers(texts)` gives (label, probability or None, signal) for
  each text; the signal is what a threshold against out-of-scope questions would be put on.
"""

from . import fasttext_peers, sklearn_peers

METHODS = {
    "fasttext": fasttext_peers.Tuned(),
    "fasttext-autotune": fasttext_peers.Autotune(),
    "svc": sklearn_peers.Linear(),
    "svc-fixed": sklearn_peers.LinearFixed(),
    "svc-calibrated": sklearn_peers.LinearCalibrated(),
    "rbf": sklearn_peers.Rbf(),
}
