// Classifies the lines of standard input, JSON strings: usage: classify.mjs DIRECTORY < questions.jsonl
// DIRECTORY is where `jco transpile intent.wasm --name intent -o DIRECTORY` wrote to.

import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const module = pathToFileURL(resolve(process.argv[2], "intent.js"));
const { classifier } = await import(module);

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { intent, probability } = classifier.classify(JSON.parse(line));
    console.log(`{"intent": ${intent}, "probability": "${probability.toFixed(8)}"}`);
  } catch (error) {
    if (!error.payload) throw error;
    console.log(JSON.stringify({ error: error.payload.tag }));
  }
}
