"""usage: triton.py HOST:PORT — Triton's own client reads what there is, asks in every encoding, and
gets the answers of /intent."""

import json
import sys
import urllib.parse
import urllib.request

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

QUESTIONS = ["risques poisson cru pendant la grossesse ?", "mal de tête", "pilule oubliée 😀"]


def intents(address):
    for question in QUESTIONS:
        query = urllib.parse.urlencode({"query": question})
        with urllib.request.urlopen(f"http://{address}/intent?{query}") as answer:
            body = json.load(answer)
        yield body["intent"], float(body["probability"])


def query(shape, binary):
    texts = np.array([question.encode() for question in QUESTIONS], dtype=np.object_)
    if not binary:
        texts = np.array(QUESTIONS, dtype=np.object_)
    tensor = triton.InferInput("query", shape, "BYTES")
    tensor.set_data_from_numpy(texts.reshape(shape), binary_data=binary)
    return tensor


def main(address):
    client = triton.InferenceServerClient(address)
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("intent")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    about = client.get_model_metadata("intent")
    assert [tensor["name"] for tensor in about["inputs"]] == ["query"], about
    names = [tensor["name"] for tensor in about["outputs"]]
    version = about["versions"][-1]
    want, some = list(intents(address)), 0
    for shape in [len(QUESTIONS)], [len(QUESTIONS), 1]:
        for binary_in in True, False:
            for wanted in None, True, False:
                outputs = wanted if wanted is None else [
                    triton.InferRequestedOutput(name, binary_data=wanted) for name in names
                ]
                answer = client.infer(
                    "intent", [query(shape, binary_in)], outputs=outputs, request_id="7",
                    model_version=version,
                )
                assert answer.get_response()["id"] == "7", answer.get_response()
                got = zip(answer.as_numpy("intent"), answer.as_numpy("probability"))
                got = [(int(intent), round(float(p), 6)) for intent, p in got]
                assert got == [(intent, round(p, 6)) for intent, p in want], (got, want)
                assert len(answer.as_numpy("label")) == len(QUESTIONS)
                some += 1
    for model, words in ("other", "no model"), ("intent", "version"):
        try:
            client.infer(model, [query([len(QUESTIONS)], True)], model_version="99")
        except InferenceServerException as refusal:
            assert words in str(refusal).lower(), refusal
        else:
            raise AssertionError(f"{model} version 99 answers")
    print(f"tritonclient: {some} requests answered as /intent answers")


main(sys.argv[1])
