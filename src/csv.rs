//! (room csv)
