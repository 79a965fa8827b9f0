//! Exports the classifier by the generated macro, which declares functions with a fixed ABI: hence the unsafe code.
#![allow(unsafe_code)]

use crate::BakedClassifier;
use crate::bindings;

crate::bindings::export!(BakedClassifier with_types_in bindings);
