// `jco transpile` wrote intent/; from here on, nothing is fetched.
import { classifier } from "./intent/intent.js";

const form = document.querySelector("form");
const answers = document.querySelector("#answers");
const names = new Map(classifier.describe().labels.map(({ intent, name }) => [intent, name]));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  let lines;
  try {
    lines = classifier
      .classifyTop(form.elements.query.value, 3)
      .map(({ intent, probability }) => `${names.get(intent)}: ${probability.toFixed(8)}`);
  } catch (error) {
    lines = [`refused: ${error.payload?.tag ?? error}`];
  }
  answers.replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
});
form.querySelector("button").disabled = false;
