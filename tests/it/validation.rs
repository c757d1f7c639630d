//! Validation kept beside a document: exact notices, and the same as looking at everything anew.
