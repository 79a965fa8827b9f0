"""What schemathesis is to know of bodies that are not JSON, for scripts/check-openapi."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.deserializer("application/octet-stream")
def octets(context, response):
    return response.content.decode("latin-1")
