//! (room instance)
