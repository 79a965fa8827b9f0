"""GET /intent?query=… by FastAPI over scikit-learn: TF-IDF of words and characters, a linear SVM.

Usage: app.py PORT. Fits on data/sample, then serves with one process for each processor.
"""

import csv
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def column(file: str) -> list[str]:
    """The second column, without its head."""
    with open(SAMPLE / file, newline="", encoding="utf-8") as rows:
        return [row[1] for row in csv.reader(rows)][1:]


def fitted():
    """The model, fitted on the training questions."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = make_pipeline(make_union(words, characters), LinearSVC(C=0.5))
    return model.fit(column("input_train.csv"), [int(i) for i in column("output_train.csv")])


@asynccontextmanager
async def fit(app: FastAPI):
    """In the processes that serve alone."""
    app.state.model = fitted()
    yield


app = FastAPI(lifespan=fit)


@app.get("/intent")
async def intent(query: str) -> dict:
    """The intent, and its decision value: a linear SVM has no probabilities."""
    model = app.state.model
    margins = model.decision_function([query])[0]
    best = margins.argmax()
    return {"intent": int(model.classes_[best]), "probability": f"{margins[best]:.8f}"}


if __name__ == "__main__":
    uvicorn.run("app:app", port=int(sys.argv[1]), workers=os.cpu_count(), loop="uvloop",
                http="httptools", access_log=False, log_level="warning")
