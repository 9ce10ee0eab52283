//! (room exec)
