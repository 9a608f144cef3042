"""The executables: each gathers facts, plans, carries the plan out and renders what came of it."""
