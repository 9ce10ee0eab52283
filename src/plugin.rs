//! (room plugin)
