"""The owner at a terminal, who answers what the test lets them answer."""

from dataclasses import dataclass, field


@dataclass
class Owner:
    """Says yes unless told otherwise; `heard` is all that was said and asked, in order."""

    yes: bool = True
    asks: bool = True
    words: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        """Hear a sentence."""
        self.heard.append(sentence)

    def agrees(self, question: str) -> bool:
        """Say yes, or no."""
        self.heard.append(question)
        return self.yes

    def word(self, question: str) -> str:
        """Type the next of the words, nothing when there is none left."""
        self.heard.append(question)
        return self.words.pop(0) if self.words else ""

    def secret(self, question: str) -> str:
        """Type the next of the secrets, nothing when there is none left."""
        self.heard.append(question)
        return self.secrets.pop(0) if self.secrets else ""

    def all(self) -> str:
        """Return everything heard."""
        return "\n".join(self.heard)
