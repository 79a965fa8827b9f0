"""Classifies the lines of standard input: usage: classify.py COMPONENT < questions.jsonl

Each line is a JSON string; so is each answer's line the JSON that the service gives. The component gets an
empty linker: it can reach nothing.
"""

import json
import sys

from wasmtime import Engine, Store
from wasmtime.component import Component, Linker

INTERFACE = "posos:intent/classifier@0.3.0"

engine = Engine()
component = Component.from_file(engine, sys.argv[1])
store = Store(engine)
instance = Linker(engine).instantiate(store, component)
interface = instance.get_export_index(store, INTERFACE)
classify = instance.get_func(store, instance.get_export_index(store, "classify", interface))

for line in sys.stdin:
    result = classify(store, json.loads(line))
    classify.post_return(store)
    if result.tag == "ok":
        answer = result.payload
        print(f'{{"intent": {answer.intent}, "probability": "{answer.probability:.8f}"}}')
    else:
        # blank or too long; a case without a payload comes as None
        print(json.dumps({"error": getattr(result.payload, "tag", "empty-query")}))
