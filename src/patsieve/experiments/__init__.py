"""Specification files, the runner, the catalogue, tracking and reports."""
