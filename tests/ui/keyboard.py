"""Moving through the Lab with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator

from .window import Window

__all__ = ["tab_to"]

MOST = 250


def tab_to(window: Window, target: Locator) -> None:
    """Press Tab until an element that the locator finds has the focus.

    Raises
    ------
    AssertionError
        If it is not reached: nobody without a mouse can use it.
    """
    for _ in range(MOST):
        if any(one.evaluate("e => e === document.activeElement") for one in target.all()):
            return
        window.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")
