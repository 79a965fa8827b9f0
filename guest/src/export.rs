//! Exports the classifier by the generated macro, which declares functions with a fixed ABI: hence the unsafe code.
#![allow(unsafe_code)]

use crate::Intent;
use crate::bindings;

crate::bindings::export!(Intent with_types_in bindings);
