"""Moving through the Lab with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator

from .window import Window

__all__ = ["press", "tab_to"]

MOST = 250


def tab_to(window: Window, target: Locator) -> None:
    """Press Tab until an element that the locator finds has the focus.

    Raises
    ------
    AssertionError
        If it is not reached: nobody without a mouse can use it.
    """
    # What is not there yet would not be found, however often Tab is pressed meanwhile.
    target.first.wait_for()
    for _ in range(MOST):
        if any(one.evaluate("e => e === document.activeElement") for one in target.all()):
            return
        window.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def press(window: Window, *keys: str) -> None:
    """Press keys one after the other, no faster than the Lab follows.

    A notebook's own keys, such as Escape, take the focus in a message that is handled later: a
    palette that was opened meanwhile would lose it again.
    """
    for key in keys:
        window.page.keyboard.press(key)
        window.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
        )
