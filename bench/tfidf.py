"""How hard is the sample data set? TF-IDF of words and characters with a linear SVM on it.

pip install scikit-learn; python3 bench/tfidf.py
"""

import csv
import pathlib

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

SAMPLE = pathlib.Path(__file__).parent.parent / "data" / "sample"


def column(name, index):
    with open(SAMPLE / name, encoding="utf-8", newline="") as file:
        return [row[index] for row in list(csv.reader(file))[1:]]


def tfidf(**options):
    return TfidfVectorizer(sublinear_tf=True, strip_accents="unicode", **options)


model = make_pipeline(
    make_union(tfidf(ngram_range=(1, 2)), tfidf(analyzer="char_wb", ngram_range=(2, 5))),
    LinearSVC(C=0.5),
)
model.fit(column("input_train.csv", 1), column("output_train.csv", 1))
truth, answers = column("output_test.csv", 1), model.predict(column("input_test.csv", 1))
print(f"accuracy {accuracy_score(truth, answers):.4f}")
print(f"macro F1 {f1_score(truth, answers, average='macro'):.4f}")
