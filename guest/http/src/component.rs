//! The export of `wasi:http/incoming-handler`. Only this module and `front` use spin-sdk.
//!
//! Unsafe: the exports that its macro makes speak the canonical ABI, in raw pointers.
#![allow(unsafe_code)]

use crate::front;
use spin_sdk::http::{Fields, IncomingRequest, OutgoingResponse, ResponseOutparam};

/// The response is written by hand: spin-sdk's own has a hash map of its headers, which made the
/// component 87 KB larger (301, not 214) and had it import randomness.
#[spin_sdk::http_component]
async fn handle(request: IncomingRequest, out: ResponseOutparam) {
    let answer = front::answer(request).await;
    let fields = Fields::new();
    let length = ("content-length", answer.body.len().to_string());
    for (name, value) in answer.headers.into_iter().chain([length]) {
        // fails only for an invalid name or value of ours, which the contract tests would show
        let _ = fields.append(name, &value.into_bytes());
    }
    let response = OutgoingResponse::new(fields);
    let _ = response.set_status_code(answer.status);
    // fails only if the client is gone
    let _ = out.set_with_body(response, answer.body.into_bytes()).await;
}
