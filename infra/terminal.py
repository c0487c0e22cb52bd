"""The owner at the terminal: what is said, and what is asked."""

from typing import Protocol

import click


class Terminal(Protocol):
    """Whoever is told, and answers. With nobody to ask, each question has an answer that does no harm."""

    @property
    def asks(self) -> bool:
        """Whether somebody is there who may be asked."""

    def say(self, sentence: str) -> None:
        """Tell something."""

    def agrees(self, question: str) -> bool:
        """Return whether the owner says yes."""

    def word(self, question: str) -> str:
        """Return what the owner answers, empty for nothing."""

    def secret(self, question: str) -> str:
        """Return what the owner answers, which is shown nowhere; empty for nothing."""


class Typed:
    """A terminal as click knows it; with `yes` nothing is asked, and every question of yes or no is yes."""

    def __init__(self, *, yes: bool = False) -> None:
        self._yes = yes

    @property
    def asks(self) -> bool:
        """Whether anything may be asked."""
        return not self._yes

    def say(self, sentence: str) -> None:
        """Print a line, in which nothing can move the cursor."""
        click.echo("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in sentence))

    def agrees(self, question: str) -> bool:
        """Ask for yes or no. Raises `click.Abort` where nobody is at the terminal."""
        return self._yes or click.confirm(question)

    def word(self, question: str) -> str:
        """Ask for a line; Enter leaves it out."""
        return "" if self._yes else str(click.prompt(question, default="", show_default=False)).strip()

    def secret(self, question: str) -> str:
        """Ask for a line that is not shown; Enter leaves it out."""
        if self._yes:
            return ""
        return str(click.prompt(question, default="", show_default=False, hide_input=True)).strip()
