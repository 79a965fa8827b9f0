"""scikit-learn's peers: support vector machines on TF-IDF of words and characters."""

import warnings
from pathlib import Path

MODEL = "model.joblib"
# what the cross-validation inside the training set chooses from; of those up to 2 it chose 2 on
# clinc150 and at ten questions a class, 1 on banking77, snips and the sample
COSTS = (0.5, 1, 2, 4)


def tfidf():
    """TF-IDF of words and pairs of words, beside that of 2 to 5 characters within words."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    options = {"sublinear_tf": True, "strip_accents": "unicode"}
    return make_union(
        TfidfVectorizer(ngram_range=(1, 2), **options),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **options),
    )


def folds(seed, count=3):
    """Stratified folds of the training set."""
    from sklearn.model_selection import StratifiedKFold

    return StratifiedKFold(count, shuffle=True, random_state=seed)


def choose(model, grid, features, labels, seed):
    """The setting of the grid with the best accuracy in cross-validation; ties go to the first."""
    from sklearn.model_selection import GridSearchCV

    with warnings.catch_warnings():
        # classes with fewer rows than folds are absent from some
        warnings.simplefilter("ignore")
        search = GridSearchCV(model, grid, cv=folds(seed), refit=False, error_score="raise")
        return search.fit(features, labels).best_params_


class SvmPeer:
    """What they share: one file, written by joblib with zlib level 3."""

    package = "sklearn"

    def fit(self, texts, labels, seed, folder, _options):
        """Learns the vocabulary, then the classifier."""
        import joblib

        vectorizer = tfidf()
        features = vectorizer.fit_transform(texts)
        model, chosen = self.learn(features, labels, seed)
        joblib.dump((vectorizer, model), Path(folder) / MODEL, compress=3)
        return chosen

    def load(self, folder):
        """Gives the function that answers."""
        import joblib

        vectorizer, model = joblib.load(Path(folder) / MODEL)
        return lambda texts: self.answer(model, vectorizer.transform(texts))

    def answer(self, model, features):
        """The label of the greatest decision value, which is the signal; no probability."""
        decisions = model.decision_function(features)
        if decisions.ndim == 1:
            # two classes have one value, above 0 for the second
            return [(model.classes_[int(value > 0)], None, abs(value)) for value in decisions]
        best = decisions.argmax(axis=1)
        return [
            (model.classes_[at], None, row[at]) for at, row in zip(best, decisions, strict=True)
        ]


class Linear(SvmPeer):
    """LinearSVC, C by cross-validation."""

    title = "scikit-learn LinearSVC, C by CV"

    def learn(self, features, labels, seed):
        """Chooses C, then fits on everything."""
        from sklearn.svm import LinearSVC

        chosen = choose(LinearSVC(random_state=seed), {"C": COSTS}, features, labels, seed)
        return LinearSVC(random_state=seed, **chosen).fit(features, labels), chosen


class LinearFixed(SvmPeer):
    """LinearSVC without a search: what a few lines of scikit-learn give."""

    title = "scikit-learn LinearSVC, C = 0.5"

    def learn(self, features, labels, seed):
        """Fits."""
        from sklearn.svm import LinearSVC

        return LinearSVC(C=0.5, random_state=seed).fit(features, labels), {"C": 0.5}


class LinearCalibrated(SvmPeer):
    """LinearSVC with Platt's sigmoid for each class: the mean of one model for each fold."""

    title = "scikit-learn LinearSVC, C by CV, calibrated"

    def learn(self, features, labels, seed):
        """Chooses C, then fits and calibrates on each fold."""
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.svm import LinearSVC

        chosen = choose(LinearSVC(random_state=seed), {"C": COSTS}, features, labels, seed)
        model = LinearSVC(random_state=seed, **chosen)
        # as a list of folds, for a number of folds is refused where a class has fewer rows
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            split = list(folds(seed, 5).split(features, labels))
        calibrated = CalibratedClassifierCV(model, method="sigmoid", cv=split)
        return calibrated.fit(features, labels), chosen

    def answer(self, model, features):
        """The most probable label; its probability is the signal."""
        probabilities = model.predict_proba(features)
        best = probabilities.argmax(axis=1)
        return [
            (model.classes_[label], row[label], row[label])
            for label, row in zip(best, probabilities, strict=True)
        ]


class Rbf(SvmPeer):
    """SVC with a Gaussian kernel, C and gamma by cross-validation, one against one."""

    title = "scikit-learn SVC, RBF, C and gamma by CV"
    gammas = (0.03, 0.1, 0.3)
    costs = (2, 10)
    # the search sees no more rows than this: it takes a square of memory, and its choice is stable
    search_rows = 5000

    def learn(self, features, labels, seed):
        """Chooses gamma and C on a stratified subset, then fits on everything."""
        from collections import Counter

        from sklearn.model_selection import cross_val_score, train_test_split
        from sklearn.svm import SVC

        rows, truth = features, labels
        if len(labels) > self.search_rows:
            # a class with a single row cannot be stratified
            strata = labels if min(Counter(labels).values()) > 1 else None
            rows, _, truth, _ = train_test_split(
                features, labels, train_size=self.search_rows, stratify=strata, random_state=seed
            )
        scores = {}
        for gamma in self.gammas:
            square = kernel(rows, rows.T.tocsr(), norms(rows), gamma)
            for cost in self.costs:
                model = SVC(C=cost, kernel="precomputed", cache_size=1000)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    folded = cross_val_score(model, square, truth, cv=folds(seed))
                scores[gamma, cost] = folded.mean()
        gamma, cost = max(scores, key=scores.get)
        model = SVC(C=cost, kernel="precomputed", cache_size=1000)
        model.fit(kernel(features, features.T.tocsr(), norms(features), gamma), labels)
        support = features[model.support_]
        # transposed by rows, so that a query touches only its own n-grams
        return (model, support.T.tocsr(), norms(support), gamma), {"C": cost, "gamma": gamma}

    def answer(self, model, features):
        """The label with the most votes, the surest of them in a tie; that value is the signal."""
        import numpy

        svc, *support, gamma = model
        answers = []
        for start in range(0, features.shape[0], 500):
            block = features[start : start + 500]
            square = numpy.zeros((block.shape[0], svc.shape_fit_[1]))
            square[:, svc.support_] = kernel(block, *support, gamma)
            answers += super().answer(svc, square)
        return answers


def kernel(left, right, lengths, gamma):
    """exp(-gamma |x - y|²) of all pairs of rows of `left` and columns of `right`.

    One matrix product, in blocks. SVC's own kernel takes ten times as long on sparse rows.
    """
    import numpy

    square = numpy.empty((left.shape[0], right.shape[1]))
    for start in range(0, left.shape[0], 500):
        square[start : start + 500] = (left[start : start + 500] @ right).toarray()
    square *= 2
    square -= norms(left)[:, None]
    square -= lengths
    square *= gamma
    return numpy.exp(square, out=square)


def norms(features):
    """Squared norms of the rows: 2, but less where a text has no known n-gram of a family."""
    import numpy

    return numpy.asarray(features.multiply(features).sum(axis=1)).ravel()
