"""The student's side: what a student fetches, hands in and gets back."""

from __future__ import annotations
