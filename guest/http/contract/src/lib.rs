//! Holds only tests: `tests/contract` asks our host, the HTTP front in other hosts, and the page the same questions.
