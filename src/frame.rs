//! (room frame)
