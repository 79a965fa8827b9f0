// Prometheus' text, and quantiles of buckets.
import assert from "node:assert/strict";
import test from "node:test";
import { look, parse, quantile } from "../../ui/lib/metrics.js";

const TEXT = `# HELP intent_requests Questions asked.
intent_requests_total{model="intent",version="1"} 3
intent_requests_total{model="intent",version="2"} 4
intent_requests_total{model="other",version="1"} 100
intent_latency_seconds_bucket{le="0.001",model="intent",version="1"} 1
intent_latency_seconds_bucket{le="+Inf",model="intent",version="1"} 3
intent_latency_seconds_bucket{le="0.001",model="intent",version="2"} 4
intent_latency_seconds_bucket{le="+Inf",model="intent",version="2"} 4
intent_predictions_total{model="intent",version="1",intent="-7"} 2
intent_rejections_total{reason="Queue"} 5
intent_rejections_total{reason="Connections"} 6
intent_connections 8
# EOF
`;

test("samples and their sums", () => {
  assert.deepEqual(parse('a{b="c\\"d\\\\\\n",e="f,}"} 1e3\nb 2\n'), [
    { name: "a", labels: { b: 'c"d\\\n', e: "f,}" }, value: 1000 }, { name: "b", labels: {}, value: 2 }]);
  const seen = look(TEXT, "intent", 1);
  assert.equal(seen.requests, 7);
  assert.deepEqual(seen.buckets, [{ bound: 0.001, count: 5 }, { bound: Infinity, count: 7 }]);
  assert.deepEqual([...seen.intents], [[-7, 2]]);
  assert.deepEqual([seen.queue, seen.connectionsFull, seen.connections], [5, 6, 8]);
});

test("quantiles", () => {
  const buckets = (...counts) => counts.map((count, i) => ({ bound: [1, 2, Infinity][i], count }));
  assert.equal(quantile(buckets(0, 0, 0), buckets(10, 20, 20), 0.5), 1);
  assert.equal(quantile(buckets(0, 0, 0), buckets(10, 20, 20), 0.75), 1.5);
  assert.equal(quantile(buckets(10, 20, 20), buckets(10, 30, 30), 0.5), 1.5);
  assert.equal(quantile(buckets(1, 1, 1), buckets(1, 1, 1), 0.5), null);
  assert.equal(quantile(buckets(0, 0, 0), buckets(0, 0, 9), 0.5), 2);
});
