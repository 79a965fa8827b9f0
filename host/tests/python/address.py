"""Prints the address that a host listens on, from its log in JSON; nothing if it does not listen yet."""
import json
import sys

for line in sys.stdin:
    # the last line may be half written
    if line.startswith("{") and line.endswith("\n") and (address := json.loads(line).get("address")):
        print(address)
        break
